"""Files that hold nothing but numbers: their words with the lines they stand in, judged with file and line."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from instances.errors import Fault, InputError
from instances.files import read_text

_NUMBER = re.compile(r"[+-]?(?=\.?\d)\d{0,30}\.?\d{0,30}([eE][+-]?\d{1,2})?", re.ASCII)
_MOST = 1e30  # that an amount of an instance may be
_MOST_FAULTS = 10  # listed of one file: what is not of the format at all needs no thousand lines to say so
_MOST_CHARACTERS = 60  # of a line that is quoted


class Word(NamedTuple):
    """A number as it is written, and its line."""

    text: str
    line: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.text)


class NumberFile:
    """The numbers of a file by line (blank lines left out), and the faults found so far."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.faults: list[Fault] = []
        text = read_text(path)
        lines = ([Word(word, k) for word in line.split()] for k, line in enumerate(text.splitlines(), start=1))
        self.lines = [line for line in lines if line]
        for word in (word for line in self.lines for word in line):
            if not _NUMBER.fullmatch(word.text):
                self.blame(word.line, "a plain number, such as 12 or 3.5", word.text)
        if not self.lines:
            self.blame(1, "numbers; the file is empty")
        self.refuse()

    def blame(self, line: int, expected: str, value: str | None = None) -> None:
        quoted = None if value is None else value[:_MOST_CHARACTERS]
        self.faults.append(Fault(self.name, expected, row=line, value=quoted))

    def refuse(self) -> None:
        """Raise if there are faults."""
        more = len(self.faults) - _MOST_FAULTS
        if more > 0:
            self.faults[_MOST_FAULTS:] = [
                Fault(self.name, f"this format throughout; {more:,} more places are not in it")
            ]
        if self.faults:
            raise InputError(self.faults)

    def count(self, word: Word, what: str) -> int:
        """A whole number, 1 or more."""
        if word.exact.denominator != 1 or word.exact < 1:
            self.blame(word.line, f"{what}, a whole number, 1 or more", word.text)
            return 1
        return int(word.exact)

    def amount(self, word: Word, what: str) -> Fraction:
        """0 or more, exact."""
        value = word.exact
        if value < 0:
            self.blame(word.line, f"{what}, 0 or more", word.text)
        return value

    def amounts(self, words: list[Word], what: str) -> list[float]:
        """0 or more, as the nearest doubles."""
        values = [float(word.text) for word in words]
        for word, value in zip(words, values, strict=True):
            if not 0 <= value <= _MOST:
                self.blame(
                    word.line, f"{what}, 0 or more" + (f" and at most {_MOST:g}" if value > 0 else ""), word.text
                )
        return values

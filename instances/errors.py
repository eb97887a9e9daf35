"""Errors about input: every fault of a file is collected, then all are raised at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input, precise enough to find and mend it."""

    file: str
    expected: str
    row: int | str | None = None  # as a text editor or spreadsheet counts: the header is row 1; a label in a frame
    column: str | None = None  # a table's column or a setting's dotted key
    value: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row!r}"
        if self.column is not None:
            place += f", {self.column}"
        found = "" if self.value is None else f": found {self.value!r}"
        return f"{place}{found}: {self.expected}"


class InputError(ValueError):
    """A user's input cannot be used; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

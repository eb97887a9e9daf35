"""Errors about input: every fault of a file is collected, then all are raised at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST_VALUE = 60  # characters of what was found in a file, in messages
_LONGEST_NAME = 100  # of a column or setting
_LONGEST_FOUND = 200  # of what is quoted whole, such as a path
_LIKE_SHOWN = 10  # faults of one kind that are written out: the rest is mended the same way
_MOST_LINES = 60  # of a message: as much as anybody mends before trying again
_LONGEST_SAID = 2_000  # of what is expected: the columns of every published file take as much


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input, precise enough to find and mend it."""

    file: str
    expected: str
    row: int | str | None = None  # as a text editor or spreadsheet counts: the header is row 1; a label in a frame
    column: str | None = None  # a table's column or a setting's dotted key
    value: str | None = None

    def __str__(self) -> str:
        place = _printable(shortened(self.file, _LONGEST_FOUND))
        if self.row is not None:
            place += f", row {self.row!r}"
        if self.column is not None:
            place += f", {_printable(shortened(self.column, _LONGEST_NAME))}"
        found = "" if self.value is None else f": found {shortened(self.value, _LONGEST_FOUND)!r}"
        said = shortened(self.expected, _LONGEST_SAID)
        return f"{place}{found}: " + "\n".join(map(_printable, said.split("\n")))


class InputError(ValueError):
    """A user's input cannot be used; `faults` lists all that is wrong with it, the message the first of each kind."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """The faults in words; of many alike the first few, and how many more there are."""
        return tuple(_in_words(self.faults))


class InputWarning(UserWarning):
    """Something about an input that can be used, and that its author may not know."""


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    """The beginning of a text that is too long for a message."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _printable(text: str) -> str:
    """Text of a file as a terminal may be given it."""
    return text if text.isprintable() else repr(text)[1:-1]


def _in_words(faults: Sequence[Fault]) -> Iterator[str]:
    """In the order given."""
    number_of = Counter(map(_kind, faults))
    seen: Counter[tuple[str | None, ...]] = Counter()
    written = 0
    for number, fault in enumerate(faults):
        kind = _kind(fault)
        seen[kind] += 1
        if seen[kind] > _LIKE_SHOWN + 1:
            continue
        if written == _MOST_LINES:
            yield f"and {len(faults) - number:,} more things to mend"
            return
        rest = number_of[kind] - _LIKE_SHOWN
        yield str(fault) if seen[kind] <= _LIKE_SHOWN or rest == 1 else f"{fault.file}: and {rest:,} more like these"
        written += 1


def _kind(fault: Fault) -> tuple[str | None, ...]:
    """What faults have in common that are alike: in a table the column, but for the names of columns themselves."""
    column = fault.column if fault.row not in (None, 1) else None
    return fault.file, column, fault.expected.partition(";")[0]

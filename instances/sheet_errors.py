"""What stands in a cell where a spreadsheet has no value: an error, a formula not worked out, another cell's value."""

from __future__ import annotations

from typing import Self

SHEET_ERRORS: frozenset[str] = frozenset(
    {
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#GETTING_DATA",
        *(f"Err:{number}" for number in range(501, 541)),  # of LibreOffice
    }
)  # fmt: skip
_TOO_NARROW = 3  # signs from which on `###` is what a column too narrow for its value is saved as
SHOWN = "a value; the spreadsheet shows an error here"


def is_sheet_error(cell: object) -> bool:
    """Whether a cell holds an error of a spreadsheet instead of a value."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(("#", "E")):
        return False
    text = cell.strip()
    return text in SHEET_ERRORS or text.upper() in SHEET_ERRORS or (len(text) >= _TOO_NARROW and not text.strip("#"))


class NoValue(str):
    """What stands in a cell in place of a value, such as a formula; `expected` says what should."""

    expected: str

    def __new__(cls, shown: str, expected: str) -> Self:
        made = super().__new__(cls, shown)
        made.expected = expected
        return made


def uncalculated(formula: str, cell: str) -> NoValue:
    """A formula without a value; `cell` is where it stands, such as B7."""
    never = f"the formula in {cell} was never calculated: open and save the workbook in a spreadsheet"
    return NoValue(formula, f"a value; {never}")


def covered(shown: str, cells: str) -> NoValue:
    """In a cell that a merged one covers: what that shows; `cells` is all of it, such as B2:B7."""
    return NoValue(
        shown, f"a value in every cell; {cells} are merged, and only the first of them has one: unmerge them"
    )


def missing_value(cell: object) -> str | None:
    """What is expected in place of a cell that holds no value; None for all others."""
    if isinstance(cell, NoValue):
        return cell.expected
    return SHOWN if is_sheet_error(cell) else None

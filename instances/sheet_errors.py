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


class Uncalculated(str):
    """A formula without a value, in place of one; `cell` is where it stands, such as B7."""

    cell: str

    def __new__(cls, formula: str, cell: str) -> Self:
        made = super().__new__(cls, formula)
        made.cell = cell
        return made


class Covered(str):
    """What a merged cell shows, in place of a value of a cell that it covers; `cells` is all of it, such as B2:B7."""

    cells: str

    def __new__(cls, shown: str, cells: str) -> Self:
        made = super().__new__(cls, shown)
        made.cells = cells
        return made


def missing_value(cell: object) -> str | None:
    """What is expected in place of a cell that holds no value; None for all others."""
    if isinstance(cell, Uncalculated):
        return f"a value; the formula in {cell.cell} was never calculated: open and save the workbook in a spreadsheet"
    if isinstance(cell, Covered):
        return f"a value in every cell; {cell.cells} are merged, and only the first of them has one: unmerge them"
    return SHOWN if is_sheet_error(cell) else None

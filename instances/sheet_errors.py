"""What a spreadsheet shows in place of a value that it could not work out: no name, no id and no number."""

from __future__ import annotations

SHEET_ERRORS: frozenset[str] = frozenset(
    {
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#GETTING_DATA",
        *(f"Err:{number}" for number in range(501, 541)),  # of LibreOffice
    }
)  # fmt: skip
_TOO_NARROW = 3  # signs from which on `###` is what a column too narrow for its value is saved as


def is_sheet_error(cell: object) -> bool:
    """Whether a cell holds an error of a spreadsheet instead of a value."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(("#", "E")):
        return False
    text = cell.strip()
    return text in SHEET_ERRORS or text.upper() in SHEET_ERRORS or (len(text) >= _TOO_NARROW and not text.strip("#"))

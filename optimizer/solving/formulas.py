"""Text that a spreadsheet would run: kept from running in CSV files, and read back as it was.

A cell that begins with one of these characters is a formula to a spreadsheet that opens a CSV file (OWASP, CSV
injection). An apostrophe before it makes it text. A cell that begins with apostrophes and then such a character gets
one more, so that reading, which takes one away, gives back what was written.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_WRITTEN = re.compile(r"'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def as_text_cell(text: str) -> str:
    """The cell for a text."""
    return f"'{text}" if _RUNS.match(text) else text


def from_text_cell(cell: str) -> str:
    """The text of a cell."""
    return cell[1:] if _WRITTEN.match(cell) else cell

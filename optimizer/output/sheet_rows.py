"""Rows of a worksheet as SpreadsheetML: openpyxl, an object a cell, takes five times as long for those of a country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from optimizer.model.plain_text import printable

_LONGEST_TEXT = 32_767  # characters of a cell


def rows_xml(rows: Iterable[Sequence[object]], first: int, number_styles: Sequence[int], text_style: int) -> bytes:
    """Rows from number `first` on; styles are the workbook's, of the numbers in each column and of all text.

    Text stays text whatever it begins with, floats keep every digit, and what is missing has no cell. Raises
    `TypeError` for what is neither text nor a number.
    """
    letters = [get_column_letter(k + 1) for k in range(len(number_styles))]
    lines = []
    for number, row in enumerate(rows, start=first):
        cells = zip(letters, row, number_styles, strict=True)
        inside = "".join([_cell(f"{letter}{number}", value, style, text_style) for letter, value, style in cells])
        lines.append(f'<row r="{number}">{inside}</row>')
    return "".join(lines).encode()


def _cell(at: str, value: object, number_style: int, text_style: int) -> str:
    if isinstance(value, str):
        text = printable(value)[:_LONGEST_TEXT]  # workbooks refuse control characters
        space = "" if text == text.strip() else ' xml:space="preserve"'
        return f'<c r="{at}" s="{text_style}" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>' if text else ""
    if value is None or value is pd.NA or value != value:  # NaN
        return ""
    if isinstance(value, bool | np.bool_):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    plain = value.item() if isinstance(value, np.generic) else value
    if not isinstance(plain, int | float):
        raise TypeError(f"{at}: {plain!r} is neither text nor a number")
    return f'<c r="{at}" s="{number_style}" t="n"><v>{plain!r}</v></c>'

"""Cells of published files: numbers with the many ways to say "none", dates, postcodes, and the headers above them."""

from __future__ import annotations

import re

import pandas as pd

from instances.errors import Fault, InputError

_MISSING = ("", "nd", "na", "n/a", "null", "none", "nan", "*", "-", ".", "not applicable", "no data", "suppressed")
_DATES = ("%Y-%m-%d", "%d%b%Y", "%d-%b-%y", "%d-%b-%Y", "%d/%m/%Y", "%Y%m%d", "%d %B %Y", "%B %Y", "%Y")
_MOST_FAULTS = 10
_INWARD = 3  # characters of a postcode's second half


def normalised(header: str) -> str:
    """A column's name for comparison: `Practice Code` and `PRACTICE_CODE` are one."""
    return re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")


def numbers(column: pd.Series[str], file: str, header: str, *, least: float = 0.0) -> pd.Series[float]:
    """Numbers, nan where none is reported; anything else is a fault with its row."""
    text = column.str.replace(",", "").str.lower()
    missing = text.isin(_MISSING)
    parsed = pd.to_numeric(text.where(~missing, None), errors="coerce").astype(float)
    wrong = (parsed.isna() & ~missing) | (parsed < least) | parsed.isin([float("inf")])
    if wrong.any():
        expected = f"a number, {least:g} or more, or ND" if least > float("-inf") else "a number"
        rows = column[wrong].head(_MOST_FAULTS)
        raise InputError(Fault(file, expected, int(str(row)), header, value) for row, value in rows.items())
    return parsed


def dates(column: pd.Series[str], file: str, header: str) -> pd.Series[pd.Timestamp]:
    """Days, in any form that the publications have used, NaT for an empty cell; anything else is a fault."""
    found = pd.Series(pd.NaT, index=column.index, dtype="datetime64[ns]")
    for form in _DATES:
        if found.notna().all():
            break
        found = found.fillna(pd.to_datetime(column, format=form, errors="coerce").astype("datetime64[ns]"))
    wrong = column[found.isna() & (column != "")].head(_MOST_FAULTS)
    if len(wrong):
        expected = "a day such as 01Jul2026 or 2026-07-01"
        raise InputError(Fault(file, expected, int(str(row)), header, cell) for row, cell in wrong.items())
    return found


def postcodes(column: pd.Series[str]) -> pd.Series[str]:
    """In capitals without spaces: `LA127BT`."""
    return column.str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)


def sector(postcode: str) -> str:
    """`LA127BT` to `LA12 7`."""
    return f"{district(postcode)} {postcode[-_INWARD : -_INWARD + 1]}"


def district(postcode: str) -> str:
    """`LA127BT` to `LA12`."""
    return postcode[:-_INWARD]

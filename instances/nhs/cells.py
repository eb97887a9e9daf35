"""Cells of published files: numbers with the many ways to say "none", dates, postcodes, and the headers above them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from instances.errors import Fault, InputError

_MISSING = ("", "nd", "na", "n/a", "null", "none", "nan", "*", "-", ".", "not applicable", "no data", "suppressed")
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?"
_THOUSANDS = r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?"
_DECIMAL_COMMA = r"[+-]?[0-9]*,[0-9]+"
_MOST_FAULTS = 10
_INWARD = 3  # characters of a postcode's second half


@dataclass(frozen=True)
class Range:
    """What a number may be."""

    least: float = 0.0
    most: float = 1e9
    unit: str = ""
    whole: bool = False
    measured: bool = False  # small and with decimals: where commas do not separate columns, its comma is a decimal mark

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        commas = "" if self.measured else ", with commas before whole groups of three digits only"
        return f"{kind}{self.unit}, {self.least:,.10g} to {self.most:,.10g}, or ND{commas}"


PEOPLE = Range(whole=True)
AVERAGES = Range()  # of people, over a year
MEASURES = Range(most=1_000.0, measured=True)  # full-time equivalents of a practice, deprivation scores
DEGREES = {
    "latitude": Range(49.0, 61.5, " of degrees north in the British Isles", measured=True),
    "longitude": Range(-9.0, 2.5, " of degrees east in the British Isles", measured=True),
}
METRES = Range(0.0, 1_400_000.0, " of metres of the National Grid")


def normalised(header: str) -> str:
    """A column's name for comparison: `Practice Code` and `PRACTICE_CODE` are one."""
    return re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")


def numbers(
    column: pd.Series[str], file: str, header: str, allowed: Range, *, comma_separated: bool = True
) -> pd.Series[float]:
    """Numbers, nan where none is reported; anything else is a fault with its row.

    Commas are thousands before whole groups of three digits, but the only comma of a measured number is its decimal
    mark in a file that is not comma-separated. A comma anywhere else is a fault.
    """
    text = column.str.lower()
    missing = text.isin(_MISSING)
    if not allowed.measured:
        text = text.where(~text.str.fullmatch(_THOUSANDS), text.str.replace(",", ""))
    elif not comma_separated:
        text = text.where(~text.str.fullmatch(_DECIMAL_COMMA), text.str.replace(",", "."))
    parsed = pd.to_numeric(text.where(text.str.fullmatch(_NUMBER), None), errors="coerce").astype(float)
    right = parsed.between(allowed.least, allowed.most)
    if allowed.whole:
        right &= parsed % 1 == 0
    refuse(column[~right & ~missing], file, header, str(allowed))
    return parsed


def refuse(cells: pd.Series[str], file: str, header: str, expected: str) -> None:
    """Raises with the first of these cells, by row, if there are any."""
    if len(cells):
        rows = cells.head(_MOST_FAULTS).items()
        raise InputError(Fault(file, expected, int(str(row)), header, cell) for row, cell in rows)


def postcodes(column: pd.Series[str]) -> pd.Series[str]:
    """In capitals without spaces: `LA127BT`."""
    return column.str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)


def sector(postcode: str) -> str:
    """`LA127BT` to `LA12 7`."""
    return f"{district(postcode)} {postcode[-_INWARD : -_INWARD + 1]}"


def district(postcode: str) -> str:
    """`LA127BT` to `LA12`."""
    return postcode[:-_INWARD]

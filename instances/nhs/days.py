"""Days as published files write them, in the many forms that they have had and that spreadsheets make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd

from instances.nhs.cells import refuse

_TIME = re.compile(r"(T|:| +)\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( *[AP]M)?( *(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$", re.IGNORECASE)
_NOISE = re.compile(r"^[a-z]+day\b|(?<=\d)(st|nd|rd|th)\b|(?<=\bsep)t\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,/-]+")
_NUMBERS = re.compile(r"\d{1,2} \d{1,2} \d{4}")
_SERIAL = re.compile(r"(\d{5})(\.0+)?")  # 46204: days as a spreadsheet counts them, in a cell that shows numbers
_SERIAL_ZERO = datetime(1899, 12, 30)
_DAY_FIRST, _MONTH_FIRST = "%d %m %Y", "%m %d %Y"
# With one space for whatever stands between the parts; the first is of eight figures.
_FORMS = (
    *("%Y%m%d", "%Y %m %d", "%d.%m.%Y", "%d%b%Y", "%d%B%Y", "%d%b%y", "%d %b %Y", "%d %B %Y", "%d %b %y"),
    *("%d %B %y", "%b %d %Y", "%B %d %Y", "%b %Y", "%B %Y", "%m %Y", "%Y %m", "%Y"),
)
_YEARS = range(1990, 2100)
_EXPECTED = "such as 01Jul2026 or 2026-07-01"


def days(column: pd.Series[str], file: str, header: str, notes: list[str]) -> pd.Series[pd.Timestamp]:
    """Days, NaT for an empty cell; anything else is a fault with its row.

    `7/1/2026` is 7 January or 1 July. The column's other days decide, or else that extracts are of the first of a
    month, and `notes` is told, unless all are in the British order. What stays open is a fault. `46204` is a
    spreadsheet's number of 1 July 2026, which `notes` is told too.
    """
    readings = {text: _readings(text) for text in column.unique() if text}
    undecided = [text for text, found in readings.items() if len(set(found.values())) > 1]
    order = _order(readings, undecided)
    refuse(column[column.isin([text for text, found in readings.items() if not found])], file, header, _a_day(""))
    if order is None:
        refuse(column[column.isin(undecided)], file, header, _a_day("that can be read in one way only, "))
    known = {text: found.get(order or "", next(iter(found.values()))) for text, found in readings.items()}
    if order is not None and (order == _MONTH_FIRST or len(readings) > len(undecided)):
        first = "month" if order == _MONTH_FIRST else "day"
        notes.append(f"{header} of {file}: {undecided[0]} is taken for {written(known[undecided[0]])}, {first} first")
    if serial := next(filter(_SERIAL.fullmatch, known), None):
        notes.append(f"{header} of {file}: {serial} is taken for {written(known[serial])}, as spreadsheets count days")
    return pd.to_datetime(column.map(known)).astype("datetime64[ns]")


def written(day: datetime) -> str:
    """`1 July 2026`."""
    return f"{day.day} {day:%B %Y}"


def _a_day(which: str) -> str:
    return f"a day {which}{_EXPECTED}"


def _readings(text: str) -> dict[str, datetime]:
    """The days that a text can mean, by the order of its numbers where that is what tells them apart."""
    spaced = _BETWEEN.sub(" ", _NOISE.sub("", _TIME.sub("", text))).strip()
    if _NUMBERS.fullmatch(spaced):
        orders = {order: _parsed(spaced, order) for order in (_DAY_FIRST, _MONTH_FIRST)}
        return {order: day for order, day in orders.items() if day is not None}
    serial = _SERIAL.fullmatch(spaced)
    counted = _SERIAL_ZERO + timedelta(days=int(serial[1])) if serial else None
    if counted is not None and counted.year in _YEARS:
        return {"": counted}
    day = next((day for form in _FORMS if (day := _parsed(spaced, form)) is not None), None)
    return {} if day is None else {"": day}


def _parsed(text: str, form: str) -> datetime | None:
    if form == _FORMS[0] and len(text) != len("20260701"):
        return None
    try:
        day = datetime.strptime(text, form)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _order(readings: Mapping[str, Mapping[str, datetime]], undecided: list[str]) -> str | None:
    """The order of the numbers of the undecided; None where nothing tells, or there are none."""
    shown = {order for found in readings.values() if len(found) == 1 for order in found if order}
    if not undecided or len(shown) > 1:
        return None
    if shown:
        return shown.pop()
    if any(day.day != 1 for text, found in readings.items() if text not in undecided for day in found.values()):
        return None
    firsts = [order for order in (_DAY_FIRST, _MONTH_FIRST) if all(readings[t][order].day == 1 for t in undecided)]
    return firsts[0] if firsts else None

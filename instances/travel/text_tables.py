"""Tables of places, of what is next to what, of bridges and ferries; CSV in its usual forms, gzipped or zipped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.recognise import FileKind, Table, recognised
from instances.nhs.sources import sources_at
from instances.travel.points import FloatArray, IntArray, Points

_CODES = ("lsoa21cd", "lsoa11cd", "lsoa21", "lsoa11", "oa21cd", "msoa21cd", "code")  # of the ONS
PLACES = FileKind(
    "places",
    "places",
    {"id": ("id", "place", *_CODES), "latitude": ("latitude", "lat"), "longitude": ("longitude", "long", "lon")},
    required=("id", "latitude", "longitude"),
)
_ENDS = {end: (end, *(f"{code}_{end}" for code in _CODES)) for end in ("a", "b")}
ADJACENCY = FileKind("adjacency", "places next to each other", _ENDS, required=("a", "b"))
LINKS = FileKind(
    "links",
    "bridges and ferries",
    {**_ENDS, "km": ("km",), "minutes": ("minutes",)},
    required=("a", "b"),
)
_MOST = 1e6  # km or minutes
_SHOWN = 10  # faults of one kind


@dataclass(frozen=True)
class Edges:
    """Pairs of places by position; km and minutes are NaN where they are not stated."""

    a: IntArray
    b: IntArray
    km: FloatArray
    minutes: FloatArray


def read_places(file: Path) -> Points:
    """Columns id, latitude, longitude, or as the ONS calls them. Raises `InputError`."""
    table = table_of(file, PLACES)
    frame = table.frame()
    _refuse_empty(frame["id"], table, "id")
    refuse_twice(frame["id"], frame["id"], table.name, table.headers["id"])
    degrees = [
        amounts(frame[field], table.name, table.headers[field], f"degrees of {field}", least=-most, most=most)
        for field, most in (("latitude", 90.0), ("longitude", 180.0))
    ]
    if frame.empty:
        raise InputError([Fault(table.name, "a row a place; there is none")])
    return Points(tuple(frame["id"]), *degrees)


def read_edges(file: Path, kind: FileKind, places: Points) -> Edges:
    """Pairs of `places`, with km and minutes where the kind has them; an empty cell is none. Raises `InputError`."""
    table = table_of(file, kind)
    frame = table.frame()
    position = pd.Series(np.arange(len(places)), index=pd.Index(places.ids))
    ends = []
    for end in ("a", "b"):
        refuse(frame[end][~frame[end].isin(position.index)], table.name, table.headers[end], "the id of a place")
        ends.append(position[frame[end]].to_numpy(np.int64))
    values = [_stated(frame, table, field) for field in ("km", "minutes")]
    return Edges(ends[0], ends[1], *values)


def _stated(frame: pd.DataFrame, table: Table, field: str) -> FloatArray:
    if field not in frame:
        return np.full(len(frame), np.nan)
    values = np.full(len(frame), np.nan)
    given = (frame[field] != "").to_numpy()
    values[given] = amounts(frame[field][given], table.name, table.headers[field], field)
    return values


def table_of(file: Path, kind: FileKind) -> Table:
    """The one table of that kind in a file. Raises `InputError`."""
    found = [table for source in sources_at(file) if (table := recognised(source, [kind])) is not None]
    if len(found) != 1:
        raise InputError([Fault(file.name, f"one table of {kind.expected}")])
    return found[0]


def amounts(
    cells: pd.Series[str], file: str, header: str, unit: str, *, least: float = 0.0, most: float = _MOST, none: str = ""
) -> FloatArray:
    """Numbers of a column, NaN for the word `none` if there is one; anything else is a fault with its row."""
    missing = cells.str.lower() == none if none else pd.Series(False, index=cells.index)
    numbers = pd.to_numeric(cells.where(~missing), errors="coerce").astype(float)
    expected = f"{unit}, a number of {least:g} to {most:,.10g}" + (f", or {none} for no way" if none else "")
    refuse(cells[~numbers.between(least, most) & ~missing], file, header, expected)
    return np.asarray(numbers.to_numpy(), dtype=np.float64)


def refuse(cells: pd.Series[str], file: str, header: str, expected: str) -> None:
    """Raise `InputError` with the first of these cells, by row, and how many more there are, if there are any."""
    faults = [Fault(file, expected, int(str(row)), header, cell) for row, cell in cells.head(_SHOWN).items()]
    if len(cells) > _SHOWN:
        faults.append(Fault(file, f"and {len(cells) - _SHOWN:,} more like these"))
    if faults:
        raise InputError(faults)


def refuse_twice(cells: pd.Series[str], key: pd.Series[str], file: str, header: str) -> None:
    """Raise `InputError` for rows whose key an earlier row has."""
    refuse(cells[key.duplicated()], file, header, "each once")


def _refuse_empty(cells: pd.Series[str], table: Table, field: str) -> None:
    refuse(cells[cells == ""], table.name, table.headers[field], "the id of a place")

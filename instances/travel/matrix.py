"""Published tables of travel: long (from, to, minutes or km) or wide (a row an origin, a column a destination)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import normalised
from instances.nhs.recognise import FileKind, Table, recognised
from instances.nhs.sources import FormLayout, Source, separator_of, sources_at, split_line
from instances.travel.measured import Measured, Wanted, number_of_pairs
from instances.travel.points import FloatArray, IntArray, Points
from instances.travel.text_tables import amounts, refuse, refuse_twice

MINUTES, KM = "minutes", "km"
NO_WAY = "none"  # in a cell
_MODES = ("mode", "travel_mode", "transport_mode")
_LONG = FileKind(
    "long",
    "a table of pairs",
    {
        "from": ("from", "origin", "origin_id", "from_id", "practice"),
        "to": ("to", "destination", "destination_id", "to_id", "site", "hospital"),
        MINUTES: (MINUTES, "mins", "travel_minutes", "minutes_travel", "time_minutes", "duration_minutes"),
        KM: (KM, "distance_km", "km_road", "road_km", "kilometres"),
        "value": ("value", "travel_time", "time", "duration", "distance"),
        "mode": _MODES,
    },
    required=("from", "to"),
    one_of=(MINUTES, KM, "value"),
)
_LEAST_KM = 2.0  # of straight line: nearer pairs say little of units
_ODD = {  # (unit, least, most): of the median pair, what it says; wide of anything that drives, rides or walks
    MINUTES: ("km an hour of straight line", 2.0, 150.0, "seconds", "hours"),
    KM: ("km of road per km of straight line", 1.0, 10.0, "miles", "metres"),
}


@dataclass(frozen=True)
class Wish:
    """How a table is to be read."""

    unit: str | None = None  # MINUTES or KM of values whose column does not say
    mode: str | None = None  # of the rows to take, where there is a column of modes
    ignore_unknown: bool = False  # ids that nobody here has


@dataclass(frozen=True)
class _Cells:
    """Pairs as they stand in a file, and where each value stands."""

    table: Table
    pairs: pd.DataFrame  # from, to, and the values as text, by unit; index: row of the file
    columns: dict[str, str]  # field -> header; `to` is absent from a wide table, whose pairs name their column


def from_matrix(file: Path, wanted: Wanted, wish: Wish, places: Points | None = None) -> Measured:
    """Travel of the wanted pairs as a table has it; pairs that it lacks are left out.

    Its ids are those of the points, or of `places`: a point without a row or column of its own is at its nearest
    place. Raises `InputError` for a table that is none, ids twice or unknown, values that are no amounts, and values
    that look like another unit than they are said to be.
    """
    cells = _of_mode(_read(file, wish), wish)
    origins, destinations = (_Ids(points, places) for points in (wanted.origins, wanted.destinations))
    cells = _of_known(cells, origins, destinations, wish)
    key = cells.pairs["from"] + "\0" + cells.pairs["to"]
    refuse_twice(cells.pairs["to"], key, cells.table.name, cells.columns.get("to", "columns"))
    rows, columns = pd.Index(cells.pairs["from"].unique()), pd.Index(cells.pairs["to"].unique())
    at = _positions(
        rows.get_indexer(cells.pairs["from"]), columns.get_indexer(cells.pairs["to"]), len(columns),
        origins.positions(rows)[wanted.row], destinations.positions(columns)[wanted.column],
    )  # fmt: skip
    found: dict[str, FloatArray] = {}
    for unit in (unit for unit in (MINUTES, KM) if unit in cells.pairs):
        found[unit] = _looked_up(_amounts(cells, unit), at)
        _refuse_odd(found[unit], wanted, cells, unit)
    return Measured(wanted, found.get(KM), found.get(MINUTES), *_told(file, wanted, found))


def _told(file: Path, wanted: Wanted, found: dict[str, FloatArray]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lacking = int(np.isnan(np.vstack(list(found.values()))).any(axis=0).sum())
    if lacking == len(wanted):
        raise InputError(
            [Fault(file.name, f"pairs of the places of the instance; it has none of {lacking:,} that can matter")]
        )
    notes = (f"{number_of_pairs(len(wanted) - lacking)} as {file.name} has them ({' and '.join(found)})",)
    warning = f"{file.name} lacks {lacking:,} of {len(wanted):,} pairs that can matter: they are out of reach"
    return notes, (warning,) if lacking else ()


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(file: Path, wish: Wish) -> _Cells:
    sources = sources_at(file)
    if len(sources) != 1:
        raise InputError([Fault(file.name, f"one table; this holds {len(sources)}")])
    long = recognised(sources[0], [_LONG])
    return _wide(sources[0], wish) if long is None else _long(long, wish)


def _long(table: Table, wish: Wish) -> _Cells:
    frame, columns = table.frame(), dict(table.headers)
    if "value" in columns and MINUTES not in columns and KM not in columns:
        unit = _unit(wish, table.name, columns["value"])
        frame, columns[unit] = frame.rename(columns={"value": unit}), columns["value"]
    elif wish.unit is not None and wish.unit not in columns:
        raise InputError([Fault(table.name, f"a column {wish.unit}, as --unit says", row=1)])
    return _Cells(table, frame.drop(columns="value", errors="ignore"), columns)


def _wide(source: Source, wish: Wish) -> _Cells:
    """Every column but the first is a destination, whose id is its name."""
    header, layout = _header(source)
    destinations = [name for name in header[1:] if normalised(name) not in _MODES]
    if not destinations:
        expected = f"columns from, to and minutes or km, or a column for each destination ({_LONG.expected})"
        raise InputError([Fault(source.name, expected, row=1)])
    repeated = [name for k, name in enumerate(header) if name in header[:k]]
    if repeated:
        raise InputError(Fault(source.name, "each column once", row=1, column=name) for name in repeated)
    unit = _unit(wish, source.name, None)
    headers = {name: name for name in header}
    table = Table(source, _LONG, layout, {name: k for k, name in enumerate(header)}, headers)
    frame = table.frame()
    first, modes = header[0], [name for name in header[1:] if name not in destinations]
    kept = {"from": first, **({"mode": modes[0]} if modes else {})}
    values = frame.rename(columns={header: field for field, header in kept.items()})
    refuse_twice(values["from"], values[list(kept)].agg("\0".join, axis=1), source.name, first)
    long = values.melt(list(kept), destinations, var_name="to", value_name=unit, ignore_index=False)
    return _Cells(table, long, kept)


def _header(source: Source) -> tuple[list[str], FormLayout]:
    text, encodings = source.head()
    lines = text.splitlines()
    if not lines:
        raise InputError([Fault(source.name, "a table; there is no text in it")])
    separator = separator_of(lines[0])
    header = split_line(lines[0], separator)
    if "" in header[1:]:
        raise InputError([Fault(source.name, "a name for every column", row=1)])
    return header, FormLayout(separator, 1, len(header), len(header), encodings)


def _unit(wish: Wish, file: str, column: str | None) -> str:
    if wish.unit is None:
        expected = "--unit minutes or --unit km, as no column's name says what the values are"
        raise InputError([Fault(file, expected, row=1, column=column)])
    return wish.unit


def _of_mode(cells: _Cells, wish: Wish) -> _Cells:
    """Rows of one way of travelling."""
    if "mode" not in cells.pairs:
        if wish.mode is not None:
            raise InputError([Fault(cells.table.name, "a column mode, as --mode is given", row=1)])
        return cells
    modes = cells.pairs["mode"].str.lower()
    there = sorted(modes.unique())
    mode = wish.mode.lower() if wish.mode is not None else there[0]
    if mode not in there or (wish.mode is None and len(there) > 1):
        expected = f"--mode with one of those that are there: {', '.join(there)}"
        raise InputError([Fault(cells.table.name, expected, column=cells.columns["mode"], value=wish.mode)])
    return _Cells(cells.table, cells.pairs[modes == mode].drop(columns="mode"), cells.columns)


# --- ids --------------------------------------------------------------------------------------------------------------


class _Ids:
    """What a table may call points: by their own ids, or by that of the place nearest to each."""

    def __init__(self, points: Points, places: Points | None) -> None:
        self.own = points.ids
        at = None if places is None else points.nearest(places)
        self.place = None if places is None or at is None else [places.ids[k] for k in at.tolist()]
        self.known = frozenset(self.own) | frozenset(() if places is None else places.ids)

    def positions(self, there: pd.Index[str]) -> IntArray:
        """[points] position of each among the ids of a table, -1 where it has neither."""
        own = there.get_indexer(pd.Index(self.own))
        by_place = own if self.place is None else there.get_indexer(pd.Index(self.place))
        return np.asarray(np.where(own >= 0, own, by_place), dtype=np.int64)


def _of_known(cells: _Cells, origins: _Ids, destinations: _Ids, wish: Wish) -> _Cells:
    known = pd.Series(True, index=cells.pairs.index)
    for end, ids in (("from", origins), ("to", destinations)):
        is_known = cells.pairs[end].isin(ids.known)
        if not wish.ignore_unknown:
            expected = "the id of a practice, a hospital or a place of --places; --ignore-unknown leaves others out"
            unknown = cells.pairs[end][~is_known].drop_duplicates()
            if end not in cells.columns:  # of a wide table: in its header
                _refuse_columns(unknown, cells.table.name, expected)
            refuse(unknown, cells.table.name, cells.columns.get(end, ""), expected)
        known &= is_known
    return _Cells(cells.table, cells.pairs[known], cells.columns)


def _refuse_columns(names: Iterable[str], file: str, expected: str) -> None:
    """Raise `InputError` for columns that nobody knows, if there are any."""
    faults = [Fault(file, expected, row=1, column=name) for name in names]
    if faults:
        raise InputError(faults)


def _positions(row: IntArray, column: IntArray, width: int, rows: IntArray, columns: IntArray) -> IntArray:
    """[wanted] the pair of a table at each (row, column), -1 where there is none."""
    keys = row * width + column
    order = np.argsort(keys)
    asked = np.where((rows >= 0) & (columns >= 0), rows * width + columns, -1)
    place = np.minimum(np.searchsorted(keys[order], asked), max(len(keys) - 1, 0))
    if not len(keys):
        return np.full(len(asked), -1)
    return np.where(keys[order][place] == asked, order[place], -1)


# --- values -----------------------------------------------------------------------------------------------------------


def _amounts(cells: _Cells, unit: str) -> FloatArray:
    """[pairs] of a table."""
    if "to" in cells.columns:
        return amounts(cells.pairs[unit], cells.table.name, cells.columns[unit], unit, none=NO_WAY)
    made = np.full(len(cells.pairs), np.nan)
    for name in cells.pairs["to"].unique():
        own = (cells.pairs["to"] == name).to_numpy()
        made[own] = amounts(cells.pairs[unit][own], cells.table.name, name, unit, none=NO_WAY)
    return made


def _looked_up(values: FloatArray, at: IntArray) -> FloatArray:
    return np.where(at >= 0, values[at], np.nan) if len(values) else np.full(len(at), np.nan)


def _refuse_odd(values: FloatArray, wanted: Wanted, cells: _Cells, unit: str) -> None:
    """Raise `InputError` where the median pair would travel as nobody does."""
    far = (wanted.straight_km >= _LEAST_KM) & (values > 0)
    if not far.any():
        return
    straight, given = wanted.straight_km[far], values[far]
    figure = float(np.median(straight / given * 60 if unit == MINUTES else given / straight))
    what, least, most, below, above = _ODD[unit]
    if not least <= figure <= most:
        guess = below if figure < least else above
        expected = f"{unit}; half of the pairs would make {figure:.3g} {what}: these look like {guess}"
        raise InputError([Fault(cells.table.name, expected, column=cells.columns.get(unit))])

"""Sparse pairs by the dense tables that routing engines answer: near origins together, what is refused halved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from instances.errors import Fault, InputError
from instances.travel.errors import TravelError
from instances.travel.measured import Measured, Wanted, number_of_pairs, road_km, whole_seconds
from instances.travel.points import BoolArray, FloatArray, IntArray, Points

SNAP_KM = 1.0  # a point further from any road is not on the map: postcodes are within some 100 m of one
ATTRIBUTION = (
    "Roads: (c) OpenStreetMap contributors, Open Database Licence (ODbL) 1.0, openstreetmap.org/copyright: "
    "say so wherever the table, or what is made of it, is shown"
)
_CELL_DEGREES = 0.1  # origins of one cell share tables
_NAMED = 10  # points in a message

Table = tuple[FloatArray, FloatArray]  # [origins, destinations] km and minutes, NaN without a way


@dataclass
class TableRefusedError(Exception):
    """An engine answers no table as large as this, or none of points among which some are cut off."""

    said: str
    cut_off: bool = False  # whether of a single pair it means that there is no way


class Engine(Protocol):
    """A routing engine or server."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def most(self) -> int:
        """Points a side of the largest table to ask for first."""

    def on_road(self, points: Points) -> BoolArray:
        """[n] whether a road is within `SNAP_KM`; of no more than `most` points. Raises as `table`."""

    def table(self, origins: Points, destinations: Points) -> Table:
        """Of points on roads. Raises `TableRefusedError` where smaller ones may be answered, else `TravelError`."""


def routed(engine: Engine, wanted: Wanted) -> Measured:
    """Road km and minutes of the wanted pairs; those of points without a road near are left out and named.

    Raises `InputError` if no point is near a road, `TravelError` where the engine fails.
    """
    from_road = _on_road(engine, wanted.origins)
    to_road = from_road if wanted.destinations is wanted.origins else _on_road(engine, wanted.destinations)
    if not from_road.any() or not to_road.any():
        where = wanted.origins if not from_road.any() else wanted.destinations
        expected = (
            f"roads within {SNAP_KM:g} km of the points, which lie at {where.box}; there is none near any of them"
        )
        raise InputError([Fault(engine.name, expected)])
    asked = from_road[wanted.row] & to_road[wanted.column]
    km, minutes = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    for pairs, rows, columns in _blocks(wanted, np.flatnonzero(asked), engine.most):
        table = _table(engine, wanted.origins.take(rows), wanted.destinations.take(columns))
        at = np.searchsorted(rows, wanted.row[pairs]), np.searchsorted(columns, wanted.column[pairs])
        km[pairs], minutes[pairs] = table[0][at], table[1][at]
    without = np.isnan(km) | np.isnan(minutes)
    return Measured(
        wanted,
        road_km(km, wanted.straight_km),
        whole_seconds(minutes),
        notes=(f"{number_of_pairs(int((~without).sum()))} by road ({engine.name}); {ATTRIBUTION}",),
        warnings=tuple(_left_out(wanted, from_road, to_road, without & asked)),
    )


def _on_road(engine: Engine, points: Points) -> BoolArray:
    """Some at a time, fewer where the engine refuses."""
    if len(points) <= engine.most:
        try:
            return engine.on_road(points) if len(points) else np.zeros(0, bool)
        except TableRefusedError as refused:
            if len(points) == 1:
                raise TravelError(refused.said) from None
    return np.concatenate([_on_road(engine, points.take(half)) for half in _halves(len(points))])


def _blocks(wanted: Wanted, asked: IntArray, most: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """(pairs, their origins, their destinations): every asked pair once; origins and destinations ascending."""
    cell = np.floor(wanted.origins.radians / np.radians(_CELL_DEGREES))
    place = np.lexsort((wanted.origins.longitude, cell[:, 1], cell[:, 0]))
    rank = np.empty(len(place), np.int64)
    rank[place] = np.arange(len(place))
    used, number = np.unique(rank[wanted.row[asked]], return_inverse=True)
    for first in range(0, len(used), most):
        near = asked[(number >= first) & (number < first + most)]
        columns = np.unique(wanted.column[near])
        for begin in range(0, len(columns), most):
            some = columns[begin : begin + most]
            pairs = near[(wanted.column[near] >= some[0]) & (wanted.column[near] <= some[-1])]
            yield pairs, np.unique(wanted.row[pairs]), some


def _table(engine: Engine, origins: Points, destinations: Points) -> Table:
    """The engine's, in halves where it refuses the whole."""
    shape = len(origins), len(destinations)
    try:
        return engine.table(origins, destinations)
    except TableRefusedError as refused:
        if shape == (1, 1) and refused.cut_off:
            return np.full(shape, np.nan), np.full(shape, np.nan)
        if shape == (1, 1):
            raise TravelError(refused.said) from None
    if shape[0] >= shape[1]:
        halves = [_table(engine, origins.take(half), destinations) for half in _halves(shape[0])]
        return np.vstack([km for km, _ in halves]), np.vstack([minutes for _, minutes in halves])
    halves = [_table(engine, origins, destinations.take(half)) for half in _halves(shape[1])]
    return np.hstack([km for km, _ in halves]), np.hstack([minutes for _, minutes in halves])


def _halves(n: int) -> list[IntArray]:
    return np.array_split(np.arange(n, dtype=np.int64), 2)


def _left_out(wanted: Wanted, from_road: BoolArray, to_road: BoolArray, no_way: BoolArray) -> Iterator[str]:
    off = dict.fromkeys(
        points.ids[k]
        for points, on in ((wanted.origins, from_road), (wanted.destinations, to_road))
        for k in np.flatnonzero(~on).tolist()
    )
    if off:
        pairs = int((~from_road[wanted.row] | ~to_road[wanted.column]).sum())
        yield (
            f"{_listed(list(off))}: no road within {SNAP_KM:g} km on this map; "
            f"left out, which is out of reach: {number_of_pairs(pairs)}"
        )
    if no_way.any():
        named = [
            f"{wanted.origins.ids[wanted.row[k]]} to {wanted.destinations.ids[wanted.column[k]]}"
            for k in np.flatnonzero(no_way).tolist()
        ]
        yield f"No road between the places of {number_of_pairs(len(named))}, left out: {_listed(named)}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more

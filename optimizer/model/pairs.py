"""Which places are within reach of each other, at what distance: sparse, never all pairs at once.

Distances follow docs/model.md section 1 (circuity x great circle or plane, to the millimetre) unless a travel table
replaces them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from instances import Hospital, Instance, Practice
from instances.rows import HomePlace
from instances.sphere import chord, great_circle_km, on_sphere
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.sent import Sent

MILLIMETRE_DECIMALS = 6  # of a kilometre


@dataclass(frozen=True)
class Pairs(Sent):
    """Sparse rows: entries `start[r]:start[r + 1]` of the columns belong to row r, ascending in `column`."""

    n_rows: int
    n_columns: int
    row: IntArray  # [n_pairs]
    column: IntArray  # [n_pairs]
    km: FloatArray  # [n_pairs] road km
    cost: FloatArray  # [n_pairs] pounds a year

    @property
    def start(self) -> IntArray:
        return np.searchsorted(self.row, np.arange(self.n_rows + 1)).astype(np.int64)

    def __len__(self) -> int:
        return len(self.row)

    def where(self, keep: BoolArray) -> Pairs:
        """The pairs for which `keep[pair]` holds."""
        return Pairs(self.n_rows, self.n_columns, self.row[keep], self.column[keep], self.km[keep], self.cost[keep])

    @cached_property
    def _keys(self) -> IntArray:
        """[n_pairs] ascending."""
        return self.row * self.n_columns + self.column

    def index_of(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Position of each (row, column) among the pairs, -1 where there is none."""
        wanted = rows * self.n_columns + columns
        at = np.searchsorted(self._keys, wanted)
        at_safe = np.minimum(at, max(len(self) - 1, 0))
        found = self._keys[at_safe] == wanted if len(self) else np.zeros(len(wanted), bool)
        return np.where(found, at_safe, -1)


def first_of_each(key: IntArray, order: IntArray, most: int) -> IntArray:
    """The first `most` positions of each key. `order`: positions in `key`, those of one key next to each other."""
    ordered = key[order]
    return order[np.arange(len(order)) - np.searchsorted(ordered, ordered) < most]


@dataclass(frozen=True)
class Distances:
    """Road distances between the places of an instance, from coordinates or from its travel table."""

    instance: Instance

    def within(
        self,
        origins: Sequence[Practice | Hospital],
        destinations: Sequence[Practice | Hospital],
        max_km: float,
        max_minutes: float | None,
    ) -> Pairs:
        """Pairs of an origin (row) and a destination (column) within both limits; `cost` is the table's, else 0."""
        if self.instance.travel.table is None:
            return _by_coordinates(origins, destinations, max_km, self.instance.travel.circuity)
        return self._by_table(origins, destinations, max_km, max_minutes)

    def _by_table(
        self,
        origins: Sequence[Practice | Hospital],
        destinations: Sequence[Practice | Hospital],
        max_km: float,
        max_minutes: float | None,
    ) -> Pairs:
        table = self.instance.travel.table
        assert table is not None
        row_of = {p.id: k for k, p in enumerate(origins)}
        column_of = {p.id: k for k, p in enumerate(destinations)}
        rows = np.array([row_of.get(t, -1) for t in table.origin], dtype=np.int64)
        columns = np.array([column_of.get(t, -1) for t in table.destination], dtype=np.int64)
        known = (rows >= 0) & (columns >= 0)
        rows, columns = rows[known], columns[known]
        zeros = np.zeros(len(rows))
        minutes = zeros if table.minutes is None else np.array(table.minutes)[known]
        cost = zeros if table.cost is None else np.array(table.cost)[known]
        if table.km is not None:
            km = np.array(table.km)[known]
        else:
            km = _km_of_pairs(origins, destinations, rows, columns, self.instance.travel.circuity)
        rows, columns, km, minutes, cost = _with_own_place(row_of, column_of, rows, columns, km, minutes, cost)
        near = (km <= max_km) & ((minutes <= max_minutes) if max_minutes is not None else True)
        order = np.lexsort((columns, rows))
        order = order[near[order]]
        return Pairs(len(origins), len(destinations), rows[order], columns[order], km[order], cost[order])


def _with_own_place(
    row_of: dict[str, int],
    column_of: dict[str, int],
    rows: IntArray,
    columns: IntArray,
    km: FloatArray,
    minutes: FloatArray,
    cost: FloatArray,
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
    """A place is at no distance and cost from itself unless the table says otherwise."""
    stated = set(zip(rows.tolist(), columns.tolist(), strict=True))
    own = [(r, column_of[i]) for i, r in row_of.items() if i in column_of]
    missing = np.array([pair for pair in own if pair not in stated], dtype=np.int64).reshape(-1, 2)
    zeros = np.zeros(len(missing))
    return (
        np.concatenate([rows, missing[:, 0]]),
        np.concatenate([columns, missing[:, 1]]),
        np.concatenate([km, zeros]),
        np.concatenate([minutes, zeros]),
        np.concatenate([cost, zeros]),
    )


def coordinates(places: Sequence[Practice | Hospital | HomePlace], globe: bool) -> FloatArray:
    """[n, 2] radians (north, east) or plane km; NaN where a place has none, which only a travel table allows."""
    if globe:
        return np.radians(np.array([[p.latitude, p.longitude] for p in places], dtype=np.float64).reshape(-1, 2))
    return np.array([[p.x_km, p.y_km] for p in places], dtype=np.float64).reshape(-1, 2)


def straight_km(a: FloatArray, b: FloatArray, globe: bool) -> FloatArray:
    """Straight-line km between paired rows of [n, 2] coordinates; haversine on the globe."""
    if not globe:
        return np.asarray(np.hypot(a[:, 0] - b[:, 0], a[:, 1] - b[:, 1]))
    return great_circle_km(a, b)


def _km_of_pairs(
    origins: Sequence[Practice | Hospital],
    destinations: Sequence[Practice | Hospital],
    rows: IntArray,
    columns: IntArray,
    circuity: float,
) -> FloatArray:
    """Of the pairs of a travel table without km; 0 where a place has no coordinates."""
    if not len(rows):
        return np.zeros(0)
    globe = any(p.latitude is not None for p in (*origins, *destinations))
    a, b = coordinates(origins, globe)[rows], coordinates(destinations, globe)[columns]
    km = np.round(straight_km(a, b, globe) * circuity, MILLIMETRE_DECIMALS)
    return np.asarray(np.where(np.isnan(km), 0.0, km))


def _by_coordinates(
    origins: Sequence[Practice | Hospital],
    destinations: Sequence[Practice | Hospital],
    max_km: float,
    circuity: float,
) -> Pairs:
    if not origins or not destinations:
        empty = np.zeros(0, np.int64)
        return Pairs(len(origins), len(destinations), empty, empty, np.zeros(0), np.zeros(0))
    globe = origins[0].latitude is not None
    a, b = coordinates(origins, globe), coordinates(destinations, globe)
    straight = max_km / circuity
    slack = 1e-6 / circuity  # rounding can bring a distance down to the limit
    if globe:
        radius = chord(straight)
        tree_a, tree_b = cKDTree(on_sphere(a)), cKDTree(on_sphere(b))
    else:
        radius = straight
        tree_a, tree_b = cKDTree(a), cKDTree(b)
    near = tree_a.query_ball_tree(tree_b, radius * (1 + 1e-9) + slack)
    rows = np.repeat(np.arange(len(origins)), [len(c) for c in near]).astype(np.int64)
    columns = np.array([c for found in near for c in sorted(found)], dtype=np.int64)
    km = np.round(straight_km(a[rows], b[columns], globe) * circuity, MILLIMETRE_DECIMALS)
    keep = km <= max_km
    rows, columns, km = rows[keep], columns[keep], np.asarray(km[keep])
    return Pairs(len(origins), len(destinations), rows, columns, km, np.zeros(len(km)))

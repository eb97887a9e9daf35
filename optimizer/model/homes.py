"""Where patients live, in arrays, and what follows for pairs of a practice and a site (docs/model.md, section 1).

Everything is counted in whole numbers (millimetres, patients, ten-thousandths), so that verification, which counts
again on its own, comes to the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial import cKDTree

from instances import Hospital, Instance, Practice
from instances.rows import HomePlace
from instances.sphere import on_sphere
from optimizer.model.arrays import NO_LIMIT, NONE, FloatArray, IntArray
from optimizer.model.decimals import exact
from optimizer.model.pairs import Pairs, coordinates, straight_km

MM = 1e6  # of a kilometre
FINE = 1_000  # parts of a patient, for those registered in a place
WHOLE = 10_000  # parts of the patients of a place
FIFTHS = 5
UNKNOWN = -1  # fifth of a home whose deprivation nobody knows

Site = Practice | Hospital


@dataclass(frozen=True)
class Homes:
    """Rows of homes, those of one practice next to each other; points are places, then practices."""

    instance: Instance
    start: IntArray  # [n + 1] rows of practice i are start[i]:start[i + 1]
    point: IntArray  # [h] where
    weight: IntArray  # [h] patients of the vintage
    registered: IntArray  # [h] of today's list, in parts of `FINE` a patient
    fifth: IntArray  # [h] 0 = the most deprived fifth of all patients; UNKNOWN

    @property
    def practice(self) -> IntArray:
        """[h] whose patients live there."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @property
    def whole(self) -> IntArray:
        """[n] patients of the vintage."""
        return np.add.reduceat(self.weight, self.start[:-1])

    def rows_of(self, practices: IntArray) -> tuple[IntArray, IntArray]:
        """(the rows of these practices one after another, where those of each begin)."""
        count = self.start[practices + 1] - self.start[practices]
        first = np.cumsum(count) - count
        return np.repeat(self.start[practices] - first, count) + np.arange(int(count.sum())), first

    @property
    def points(self) -> tuple[HomePlace | Practice, ...]:
        return (*self.instance.places, *self.instance.practices)


def homes_of(instance: Instance) -> Homes:
    """Of every practice; who has no row, or none with patients, lives at the practice."""
    index = {practice.id: i for i, practice in enumerate(instance.practices)}
    at = {place.id: k for k, place in enumerate(instance.places)}
    own = {practice: len(at) + i for practice, i in index.items()}
    table = instance.homes
    names = () if table is None else zip(table.practice, table.place, strict=True)
    pairs = [(index[practice], at[place] if place in at else own[practice]) for practice, place in names]
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    weight = np.array(() if table is None else table.patients, dtype=np.int64)
    rows, weight = rows[weight > 0], weight[weight > 0]
    n = len(index)
    missing = np.flatnonzero(np.bincount(rows[:, 0], minlength=n) == 0)
    practice = np.concatenate([rows[:, 0], missing])
    point = np.concatenate([rows[:, 1], len(at) + missing])
    weight = np.concatenate([weight, np.ones(len(missing), dtype=np.int64)])
    order = np.lexsort((point, practice))
    practice, point, weight = practice[order], point[order], weight[order]
    start = np.searchsorted(practice, np.arange(n + 1)).astype(np.int64)
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    whole = np.add.reduceat(weight, start[:-1])
    registered = rounded(patients[practice] * FINE * weight, whole[practice])
    return Homes(instance, start, point, weight, registered, _fifths(instance, practice, point, registered))


def rounded(amount: IntArray, by: IntArray | int) -> IntArray:
    """`amount / by` to the nearest whole number, halves up."""
    return np.asarray((2 * amount + by) // (2 * np.asarray(by)))


def _fifths(instance: Instance, practice: IntArray, point: IntArray, registered: IntArray) -> IntArray:
    """By the deprivation of the place, else of the practice; homes of one score are in one fifth."""
    of_place = np.array([_score(place.deprivation) for place in instance.places], dtype=np.float64)
    of_practice = np.array([_score(p.deprivation) for p in instance.practices], dtype=np.float64)
    score = np.concatenate([of_place, of_practice])[point]
    score = np.where(np.isnan(score), of_practice[practice], score)
    fifth = np.full(len(point), UNKNOWN)
    known = np.flatnonzero(~np.isnan(score))
    if not len(known):
        return fifth
    scores, which = np.unique(-score[known], return_inverse=True)
    held = np.zeros(len(scores), dtype=np.int64)
    np.add.at(held, which, registered[known])
    total = int(held.sum())
    twice_middle = 2 * np.cumsum(held) - held
    fifth[known] = np.minimum(FIFTHS - 1, FIFTHS * twice_middle // max(1, 2 * total))[which]
    return fifth


def _score(value: float | None) -> float:
    return np.nan if value is None else value


@dataclass(frozen=True)
class Block:
    """The homes of one practice against some of its sites."""

    homes: slice
    pairs: slice  # positions among the pairs that were asked for
    mm: IntArray  # [homes, pairs] road
    column: IntArray  # [pairs] sites


def blocks(homes: Homes, sites: Sequence[Site], row: IntArray, column: IntArray) -> Iterator[Block]:
    """Legs from home to site for pairs of a practice, ascending, and a site, practice by practice."""
    instance = homes.instance
    globe = any(p.latitude is not None for p in instance.practices)
    from_, to = coordinates(homes.points, globe), coordinates(sites, globe)
    table = _measured(instance, homes.points, sites, "km")
    bounds = np.searchsorted(row, np.arange(len(homes.start)))
    for i in np.unique(row).tolist():
        rows, pairs = slice(homes.start[i], homes.start[i + 1]), slice(int(bounds[i]), int(bounds[i + 1]))
        origin, destination = homes.point[rows], column[pairs]
        a, b = np.repeat(origin, len(destination)), np.tile(destination, len(origin))
        km = straight_km(from_[a], to[b], globe) * instance.travel.circuity
        mm = np.rint(km * MM).astype(np.int64)
        if table is not None:
            at = table.index_of(a, b)
            mm = np.where(at >= 0, np.rint(table.km[at] * MM).astype(np.int64), mm)
        yield Block(rows, pairs, mm.reshape(len(origin), len(destination)), destination)


def _measured(
    instance: Instance, points: Sequence[HomePlace | Practice], sites: Sequence[Site], column: Literal["km", "minutes"]
) -> Pairs | None:
    """Of the travel table, the column as `km`; None where it has no such column."""
    table = instance.travel.table
    values = None if table is None else getattr(table, column)
    if table is None or values is None:
        return None
    row_of, column_of = ({place.id: k for k, place in enumerate(places)} for places in (points, sites))
    rows = np.array([row_of.get(id_, NONE) for id_ in table.origin], dtype=np.int64)
    columns = np.array([column_of.get(id_, NONE) for id_ in table.destination], dtype=np.int64)
    known = np.flatnonzero((rows >= 0) & (columns >= 0))
    order = known[np.lexsort((columns[known], rows[known]))]
    return Pairs(len(points), len(sites), rows[order], columns[order], np.array(values)[order], np.zeros(len(order)))


def mean_mm(homes: Homes, sites: Sequence[Site], row: IntArray, column: IntArray) -> IntArray:
    """[pairs] road from home to site, mean of a practice's patients."""
    found, whole = np.zeros(len(row), dtype=np.int64), homes.whole
    for block in blocks(homes, sites, row, column):
        total = homes.weight[block.homes] @ block.mm
        found[block.pairs] = rounded(total, int(whole[row[block.pairs][0]]))
    return found


def priced_mm(homes: Homes, sites: Sequence[Site], row: IntArray, column: IntArray) -> tuple[IntArray, IntArray]:
    """([pairs] mean of a practice's patients, [pairs] what of it is from homes in the most deprived fifth)."""
    mean, deprived = np.zeros(len(row), dtype=np.int64), np.zeros(len(row), dtype=np.int64)
    whole, weight = homes.whole, homes.weight
    for block in blocks(homes, sites, row, column):
        by = int(whole[row[block.pairs][0]])
        mean[block.pairs] = rounded(weight[block.homes] @ block.mm, by)
        of_deprived = weight[block.homes] * (homes.fifth[block.homes] == 0)
        deprived[block.pairs] = rounded(of_deprived @ block.mm, by)
    return mean, deprived


def far_from(homes: Homes, sites: Sequence[Site], row: IntArray, column: IntArray) -> IntArray:
    """[pairs] patients of the practice who live further from the site than `hub.far_km` or `hub.far_minutes`."""
    instance, found = homes.instance, np.zeros(len(row), dtype=np.int64)
    most_km, most_minutes = instance.hub.far_km, instance.hub.far_minutes
    most_mm = NO_LIMIT if most_km is None else math.floor(exact(most_km) * int(MM))
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    table = None if most_minutes is None else _measured(instance, homes.points, sites, "minutes")
    own = _own_places(homes, sites)
    for block in blocks(homes, sites, row, column):
        far = block.mm > most_mm
        if most_minutes is not None:
            origin = homes.point[block.homes]
            minutes = _minutes(table, own, origin, block.column)
            far |= minutes > most_minutes
        i = int(row[block.pairs][0])
        found[block.pairs] = rounded(patients[i] * (homes.weight[block.homes] @ far), int(homes.whole[i]))
    return found


def _own_places(homes: Homes, sites: Sequence[Site]) -> IntArray:
    """[sites] the point of the practice whose premises it is, NONE = a hospital."""
    at = {point.id: k for k, point in enumerate(homes.points)}
    return np.array([at.get(site.id, NONE) for site in sites], dtype=np.int64)


def _minutes(table: Pairs | None, own: IntArray, origin: IntArray, column: IntArray) -> FloatArray:
    """[origins, columns] measured, 0 from a place to itself, inf where nothing is known."""
    minutes = np.where(origin[:, None] == own[column], 0.0, np.inf)
    if table is not None:
        a, b = np.repeat(origin, len(column)), np.tile(column, len(origin))
        at = table.index_of(a, b).reshape(minutes.shape)
        minutes = np.where(at >= 0, np.append(table.km, 0.0)[at], minutes)
    return minutes


def outside_zone(homes: Homes, kind: str, sites: Sequence[Site], row: IntArray, column: IntArray) -> IntArray:
    """[pairs] patients of the practice who live outside the site's zone; a home without one is outside of none."""
    names = [place.zones.get(kind) for place in homes.instance.places]
    number = {name: k for k, name in enumerate(dict.fromkeys(name for name in names if name is not None))}
    of_place = np.array([NONE if name is None else number[name] for name in names], dtype=np.int64)
    near = nearest_place(homes.instance, [*homes.instance.practices, *sites])
    zone = of_place[near]
    n = len(homes.instance.practices)
    at_home, at_site = np.concatenate([of_place, zone[:n]])[homes.point], zone[n:]
    patients = np.array([p.patients for p in homes.instance.practices], dtype=np.int64)
    found = np.zeros(len(row), dtype=np.int64)
    for i, rows, pairs in _by_practice(homes, row):
        here, there = at_home[rows, None], at_site[column[pairs]]
        away = (here != there) & (here != NONE) & (there != NONE)
        whole = int(homes.weight[rows].sum())
        found[pairs] = rounded(patients[i] * (homes.weight[rows] @ away), whole)
    return found


def living_elsewhere(homes: Homes, sites: Sequence[Site], row: IntArray, column: IntArray) -> IntArray:
    """[pairs] patients of the practice who live where the practices around the site have few.

    The practices nearest to the site, as many as make up a hub of the middle of the targets, have a share of those
    registered in each place; one lives elsewhere as far as that is less than a half: wholly where it is nothing.
    """
    points = len(homes.points)
    total = np.zeros(points, dtype=np.int64)
    np.add.at(total, homes.point, homes.registered)
    found = np.zeros(len(row), dtype=np.int64)
    order = np.argsort(column, kind="stable")
    ends = np.searchsorted(column[order], np.arange(len(sites) + 1))
    for j, near in enumerate(practices_around(homes.instance, sites)):
        pairs = order[ends[j] : ends[j + 1]]
        if not len(pairs):
            continue
        held = np.zeros(points, dtype=np.int64)
        rows, _ = homes.rows_of(near)
        np.add.at(held, homes.point[rows], homes.registered[rows])
        share = np.minimum(WHOLE, 2 * np.where(total > 0, rounded(WHOLE * held, np.maximum(total, 1)), 0))
        rows, first = homes.rows_of(row[pairs])
        away = homes.registered[rows] * (WHOLE - share[homes.point[rows]])
        found[pairs] = rounded(np.add.reduceat(away, first), FINE * WHOLE)
    return found


def practices_around(instance: Instance, sites: Sequence[Site]) -> list[IntArray]:
    """[sites] the practices nearest to each, in a straight line, until they have the patients of a usual hub."""
    globe = any(p.latitude is not None for p in instance.practices)
    from_, to = coordinates(instance.practices, globe), coordinates(sites, globe)
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    enough = (instance.hub.target_min + instance.hub.target_max) // 2
    found = []
    for j in range(len(sites)):
        km = straight_km(from_, np.repeat(to[j : j + 1], len(from_), axis=0), globe)
        mm = np.rint(km * MM).astype(np.int64)
        order = np.argsort(mm, kind="stable")
        before = np.cumsum(patients[order]) - patients[order]
        found.append(order[before < enough])
    return found


def nearest_place(instance: Instance, sites: Sequence[Site]) -> IntArray:
    """[sites] the place whose middle is nearest in a straight line; of several, the first."""
    globe = any(p.latitude is not None for p in instance.practices)
    places, at = coordinates(instance.places, globe), coordinates(sites, globe)
    tree = cKDTree(on_sphere(places) if globe else places)
    k = min(_CANDIDATES, len(places))
    candidates = np.asarray(tree.query(on_sphere(at) if globe else at, k=k)[1]).reshape(len(at), k)
    km = straight_km(np.repeat(at, k, axis=0), places[candidates.ravel()], globe)
    mm = np.rint(km * MM).astype(np.int64).reshape(len(at), k)
    first = np.lexsort((candidates, mm), axis=1)[:, 0]
    return np.asarray(candidates[np.arange(len(at)), first])


_CANDIDATES = 8  # places at one point, of which the first counts


def _by_practice(homes: Homes, row: IntArray) -> Iterator[tuple[int, slice, slice]]:
    """(practice, its homes, its pairs), `row` ascending."""
    bounds = np.searchsorted(row, np.arange(len(homes.start)))
    for i in np.unique(row).tolist():
        yield i, slice(homes.start[i], homes.start[i + 1]), slice(int(bounds[i]), int(bounds[i + 1]))

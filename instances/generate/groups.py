"""Today's groups: grown from neighbours within an area, like primary care networks, and as imperfect."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances.generate.fields import Floats, Ints, whole_number
from instances.generate.spec import GenerateSpec

NO_GROUP = -1

# Patients aimed at: most of 30,000-50,000, some far above (BJGP 2020: 7 % below, 58 % within, 35 % above; mean 48,020).
_AIM_MEDIAN, _AIM_SPREAD = 42_000.0, 0.165
_BIG_SHARE, _BIG_AIM = 0.115, (95_000.0, 155_000.0)
_TOO_FEW = 29_000  # patients; a remnant below joins its neighbours
_STRETCH_KM = 14.0  # a group that could stand alone takes no member further than this from its middle
_STANDS_ALONE = 8_000  # patients
_SPLIT_SHARE = 0.02  # share of groups that fell apart: too small to be hubs
_SCATTER_KM = (16.0, 60.0)  # how far scattered members are from their group, where there is one so far off


def draw_groups(spec: GenerateSpec, *, xy_km: Floats, patients: Ints, area: Ints, rng: np.random.Generator) -> Ints:
    """int64[n]: group of each practice, NO_GROUP where it has none."""
    aims = _draw_aims(rng)
    group = np.full(len(patients), NO_GROUP, np.int64)
    for a in np.unique(area):
        members = np.flatnonzero(area == a)
        grown = _grow(xy_km[members], patients[members].astype(np.float64), aims)
        _join_remnants(grown, xy_km[members], patients[members])
        group[members] = grown + group.max() + 1
    _split_some(group, rng)
    _scatter(spec, group, xy_km, rng)
    leavers = rng.permutation(len(group))[: whole_number(spec.ungrouped, len(group))]
    group[leavers] = NO_GROUP
    return _renumbered(group)


def _draw_aims(rng: np.random.Generator) -> Iterator[float]:
    """Patients that one group after another aims at; the big ones at even intervals."""
    until_big = rng.uniform()
    while True:
        until_big -= _BIG_SHARE
        if until_big <= 0.0:
            until_big += 1.0
            yield float(rng.uniform(*_BIG_AIM))
        else:
            yield float(_AIM_MEDIAN * np.exp(_AIM_SPREAD * rng.normal()))


def _grow(xy_km: Floats, patients: Floats, aims: Iterator[float]) -> Ints:
    """One group after another, from the rim inwards, each by the practice nearest to its middle."""
    group = np.full(len(patients), NO_GROUP, np.int64)
    rim = np.hypot(*(xy_km - xy_km.mean(axis=0)).T)
    number = 0
    while (free := np.flatnonzero(group == NO_GROUP)).size:
        start = free[rim[free].argmax()]
        _grow_one(start, number, group, xy_km=xy_km, patients=patients, aim=next(aims))
        number += 1
    return group


def _grow_one(start: int, number: int, group: Ints, *, xy_km: Floats, patients: Floats, aim: float) -> None:
    group[start] = number
    middle, size, count = xy_km[start].copy(), float(patients[start]), 1
    while (free := np.flatnonzero(group == NO_GROUP)).size:
        apart = np.hypot(*(xy_km[free] - middle).T)
        nearest = free[apart.argmin()]
        if size > _STANDS_ALONE and apart.min() > _STRETCH_KM:
            return
        if size + patients[nearest] / 2.0 > aim:  # further from the aim with it than without
            return
        group[nearest] = number
        count += 1
        size += float(patients[nearest])
        middle += (xy_km[nearest] - middle) / count


def _join_remnants(group: Ints, xy_km: Floats, patients: Ints) -> None:
    """What is left over between groups joins the nearest one, in place; numbers stay without holes."""
    while (count := int(group.max()) + 1) > 1:
        size = np.bincount(group, weights=patients, minlength=count)
        members = np.bincount(group, minlength=count)
        middle = np.column_stack([np.bincount(group, weights=xy_km[:, k], minlength=count) / members for k in (0, 1)])
        apart = np.hypot(*(middle[:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
        np.fill_diagonal(apart, np.inf)
        small = (size < _TOO_FEW) & (apart.min(axis=1) <= _STRETCH_KM)
        if not small.any():
            return
        remnant = int(np.where(small, size, np.inf).argmin())
        group[group == remnant] = int(apart[remnant].argmin())
        group[group > remnant] -= 1


def _split_some(group: Ints, rng: np.random.Generator) -> None:
    """A few groups lose two or three members, who call themselves a group: below any hub's minimum."""
    count = int(group.max()) + 1
    large = np.flatnonzero(np.bincount(group) >= 5)
    for g in rng.permutation(large)[: whole_number(_SPLIT_SHARE, count, at_least=int(len(large) >= 6))]:
        members = np.flatnonzero(group == g)
        group[rng.permutation(members)[: rng.integers(2, 4)]] = group.max() + 1


def _scatter(spec: GenerateSpec, group: Ints, xy_km: Floats, rng: np.random.Generator) -> None:
    """A few practices belong to a group elsewhere, further off than a hub may reach where the region is wide enough."""
    middle = np.array([xy_km[group == g].mean(axis=0) for g in range(int(group.max()) + 1)])
    several = np.bincount(group) >= 3
    movers = np.flatnonzero(several[group])
    count = whole_number(spec.scattered, len(group), at_least=int(spec.scattered > 0 and len(group) >= 30))
    for practice in rng.permutation(movers)[:count]:
        apart = np.hypot(*(middle - xy_km[practice]).T)
        fitting = np.flatnonzero((apart > _SCATTER_KM[0]) & (apart < _SCATTER_KM[1]))
        group[practice] = rng.choice(fitting) if fitting.size else int(apart.argmax())


def _renumbered(group: Ints) -> Ints:
    """Numbers without holes, in the same order."""
    kept = np.unique(group[group != NO_GROUP])
    renumbered = np.searchsorted(kept, group)
    return np.where(group == NO_GROUP, NO_GROUP, renumbered)

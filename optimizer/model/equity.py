"""How far deprivation fifths live from their hubs, in whole patient-millimetres (docs/model.md, section 3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from instances import Instance
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.axes import Axis, EachBetween, PerPractice, Whole
from optimizer.model.decimals import exact
from optimizer.model.homes import FIFTHS, FINE, MM, Homes, Site, blocks, rounded
from optimizer.model.pairs import Pairs
from optimizer.model.today import todays_sites

UNLIMITED = 2**62  # patient-millimetres
DEPRIVED, WORSE = "deprived", "fifth"  # subjects: the most deprived fifth; `fifth-1` to `fifth-5` against today


@dataclass(frozen=True)
class DistanceLimits:
    """Sums over all practices of what the patients of a fifth travel from home, each with the most that a plan has."""

    subjects: Whole[tuple[str, ...]]  # [L]
    most: Whole[IntArray]  # [L] patient-millimetres; UNLIMITED where it is lifted
    patients: Whole[FloatArray]  # [L] who they are about
    alone: PerPractice[IntArray]  # [n, L] of a practice in no hub
    # [L] practice to site, those of nobody left out; cost = patient-millimetres, whole
    pairs: Annotated[tuple[Pairs, ...], EachBetween(Axis.PRACTICE, Axis.SITE)]

    def mm(self, limit: int, row: IntArray, column: IntArray) -> FloatArray:
        """[pairs] patient-millimetres of practices at sites."""
        known, of = self.pairs[limit], np.zeros(len(row))
        at = known.index_of(row, column)
        of[at >= 0] = known.cost[at[at >= 0]]
        return of

    def less(self, used: IntArray) -> DistanceLimits:
        """With `used` [L] of the limits taken."""
        return replace(self, most=self.most - used)


def asks_for_fifths(instance: Instance) -> bool:
    """Whether a plan depends on how far deprivation fifths live from their hubs."""
    return instance.policy.no_fifth_worse or instance.policy.deprived_km_max is not None


def distance_limits(instance: Instance, homes: Homes | None, places: Sequence[Site], reach: Pairs) -> DistanceLimits:
    """Those that the instance has; `homes` where it has one."""
    n, fifths, subjects = len(instance.practices), list[int](), list[str]()
    most, policy = list[int](), instance.policy
    if homes is None or not asks_for_fifths(instance):
        none = np.zeros(0, dtype=np.int64)
        return DistanceLimits((), none, np.zeros(0), np.zeros((n, 0), dtype=np.int64), ())
    if policy.deprived_km_max is not None:
        subjects.append(DEPRIVED)
        fifths.append(0)
        held = int(homes.registered[homes.fifth == 0].sum())
        most.append(math.floor(exact(policy.deprived_km_max) * int(MM) * held / FINE))
    if policy.no_fifth_worse:
        subjects += [f"{WORSE}-{fifth + 1}" for fifth in range(FIFTHS)]
        fifths += range(FIFTHS)
        most += todays_mm(instance, homes).tolist()
    own = np.arange(n)
    alone = mm_by_fifth(homes, instance.practices, own, own)
    mm = mm_by_fifth(homes, places, reach.row, reach.column)
    pairs = (replace(reach, cost=mm[:, fifth].astype(np.float64)).where(mm[:, fifth] > 0) for fifth in fifths)
    patients = np.array([homes.registered[homes.fifth == fifth].sum() / FINE for fifth in fifths])
    return DistanceLimits(tuple(subjects), np.array(most, dtype=np.int64), patients, alone[:, fifths], tuple(pairs))


def mm_by_fifth(homes: Homes, sites: Sequence[Site], row: IntArray, column: IntArray) -> IntArray:
    """[pairs, fifths] patient-millimetres from home to the site, pairs of a practice, ascending, and a site."""
    found = np.zeros((len(row), FIFTHS), dtype=np.int64)
    whole, patients = homes.whole, np.array([p.patients for p in homes.instance.practices], dtype=np.int64)
    for block in blocks(homes, sites, row, column):
        i = int(row[block.pairs][0])
        of_fifth = homes.weight[block.homes] * (homes.fifth[block.homes] == np.arange(FIFTHS)[:, None])
        each, left = np.divmod(of_fifth @ block.mm, whole[i])  # apart, so that 64 bits do
        found[block.pairs] = (patients[i] * each + rounded(patients[i] * left, int(whole[i]))).T
    return found


def todays_mm(instance: Instance, homes: Homes) -> IntArray:
    """[fifths] patient-millimetres from home to the hubs of today's groups, others to their own practice."""
    sites = todays_sites(instance, homes)
    at = [sites[p.current_group] if p.current_group else p for p in instance.practices]
    places = list({place.id: place for place in at}.values())
    index = {place.id: j for j, place in enumerate(places)}
    column = np.array([index[place.id] for place in at], dtype=np.int64)
    return np.asarray(mm_by_fifth(homes, places, np.arange(len(at)), column).sum(axis=0))

"""How many patients live far from a site or outside its zone, and how many of a hub's, or of all, may."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from instances import Hospital, Instance, Practice
from optimizer.model.arrays import NO_LIMIT, IntArray
from optimizer.model.decimals import exact, largest_below
from optimizer.model.homes import Homes, far_from, outside_zone
from optimizer.model.pairs import Pairs
from optimizer.model.problem import HubShare

Places = Sequence[Practice | Hospital]


def far_share(instance: Instance, homes: Homes | None, places: Places, reach: Pairs) -> HubShare:
    """`homes`: None where nobody asks for them."""
    asked = instance.hub.far_share_max is not None or instance.policy.far_share_max is not None
    if homes is None or not asked:
        return _share(instance, None, reach, np.zeros(len(reach), dtype=np.int64))
    return _share(instance, instance.hub.far_share_max, reach, far_from(homes, places, reach.row, reach.column))


def zone_share(instance: Instance, homes: Homes | None, places: Places, reach: Pairs) -> HubShare:
    """`homes`: None where nobody asks for them."""
    most, kind = instance.hub.zone_share_max, instance.hub.zone
    if homes is None or most is None or kind is None:
        return _share(instance, None, reach, np.zeros(len(reach), dtype=np.int64))
    return _share(instance, most, reach, outside_zone(homes, kind, places, reach.row, reach.column))


def far_of_independents(instance: Instance, homes: Homes | None) -> IntArray:
    """[n] patients who live far from their practice, where the whole plan asks."""
    n = len(instance.practices)
    if homes is None or instance.policy.far_share_max is None:
        return np.zeros(n, dtype=np.int64)
    return far_from(homes, instance.practices, np.arange(n), np.arange(n))


def far_patients_max(instance: Instance) -> int:
    """Of the whole plan."""
    most = instance.policy.far_share_max
    return NO_LIMIT if most is None else math.floor(exact(most) * sum(p.patients for p in instance.practices))


def _share(instance: Instance, most: float | None, reach: Pairs, patients: IntArray) -> HubShare:
    everybody = max(1, sum(practice.patients for practice in instance.practices))
    share = largest_below(exact(1.0 if most is None else most), everybody)
    some = np.flatnonzero(patients > 0)
    of = patients[some].astype(np.float64)
    counted = Pairs(reach.n_rows, reach.n_columns, reach.row[some], reach.column[some], reach.km[some], of)
    return HubShare(share.numerator, share.denominator, counted)

"""Commissioners' areas: connected, of like population, cut where towns end."""

from __future__ import annotations

import numpy as np

from instances.generate.fields import Floats, Ints
from instances.generate.places import Settlements, Spots
from instances.generate.spec import GenerateSpec

_SPLITTABLE = 0.4  # a settlement above this share of an area's population may be cut


def draw_areas(spec: GenerateSpec, settlements: Settlements, spots: Spots, patients: Ints) -> Ints:
    """int64[n]: area of each practice. Halving along the longer side gives convex, hence connected, areas."""
    count = max(1, round(int(patients.sum()) / spec.patients_per_area))
    in_settlement = np.bincount(spots.settlement, weights=patients)
    whole = in_settlement < _SPLITTABLE * patients.sum() / count
    anchor = np.where(whole[spots.settlement, None], settlements.xy_km[spots.settlement], spots.xy_km)
    area = np.zeros(len(patients), np.int64)
    _halve(np.arange(len(patients)), first=0, count=count, anchor=anchor, patients=patients, area=area)
    return area


def halved(xy_km: Floats, people: Ints, count: int) -> Ints:
    """int64[n]: which of `count` connected zones of like population each point is in."""
    zone = np.zeros(len(people), np.int64)
    _halve(np.arange(len(people)), first=0, count=count, anchor=xy_km, patients=people, area=zone)
    return zone


def _halve(members: Ints, *, first: int, count: int, anchor: Floats, patients: Ints, area: Ints) -> None:
    """Number `members` first .. first + count - 1 by repeated cuts, in place."""
    if count <= 1 or len(members) < 2:
        area[members] = first
        return
    left = count // 2
    xy = anchor[members]
    axis = int(np.ptp(xy[:, 1]) > np.ptp(xy[:, 0]))
    order = members[np.argsort(xy[:, axis], kind="stable")]
    filled = np.cumsum(patients[order])
    cut = int(np.searchsorted(filled, filled[-1] * left / count))
    along = anchor[order, axis]
    while cut < len(order) and cut > 0 and along[cut] == along[cut - 1]:
        cut += 1
    _halve(order[:cut], first=first, count=left, anchor=anchor, patients=patients, area=area)
    _halve(order[cut:], first=first + left, count=count - left, anchor=anchor, patients=patients, area=area)

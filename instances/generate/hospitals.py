"""Hospital sites: acute in the larger towns, community where there is none, the others few and central; trusts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from instances.generate.fields import Floats, Ints
from instances.generate.places import Settlements
from instances.generate.region import Region
from instances.generate.spec import GenerateSpec
from instances.values import HospitalKind

_PATIENTS_PER_SPECIALIST = 1_600_000  # England 2017: about 26 sites for 43 million
_PATIENTS_PER_MENTAL_HEALTH = 270_000  # England 2017: about 160 sites
_AROUND_KM = 18.0  # about 25 km of road: how far a community-hospital network reaches
_SITES_PER_TRUST = {"acute": 2, "community": 4, "specialist": 1, "mental_health": 4}


@dataclass(frozen=True)
class Sites:
    """Hospital sites by column."""

    kind: tuple[HospitalKind, ...]
    xy_km: Floats  # float64[n, 2]
    settlement: Ints  # int64[n]
    area: Ints  # int64[n]: that of the nearest practice
    trust: Ints  # int64[n]


def draw_hospitals(
    spec: GenerateSpec,
    settlements: Settlements,
    *,
    xy_km: Floats,
    patients: Ints,
    area: Ints,
    region: Region,
    rng: np.random.Generator,
) -> Sites:
    """Sites in proportion to the patients; at least one acute and one community hospital."""
    total = int(patients.sum())
    size = settlements.practices.astype(np.float64)
    acute = _by_highest_averages(size, max(1, round(total / spec.patients_per_acute)))
    community = _community(settlements, acute, max(1, round(total / spec.patients_per_community)), rng)
    mental = _drawn(size, max(1, round(total / _PATIENTS_PER_MENTAL_HEALTH)), rng)
    specialist = _by_highest_averages(size, round(total / _PATIENTS_PER_SPECIALIST))
    settlement = np.concatenate([acute, community, mental, specialist])
    counts: dict[HospitalKind, int] = {
        "acute": len(acute),
        "community": len(community),
        "mental_health": len(mental),
        "specialist": len(specialist),
    }
    kind = tuple(k for k, count in counts.items() for _ in range(count))
    where = _positions(settlements, settlement, region, rng)
    site_area = area[cKDTree(xy_km).query(where)[1]]
    return Sites(kind, where, settlement, site_area, _trusts(kind, site_area))


def _by_highest_averages(size: Floats, count: int) -> Ints:
    """Settlement of each site: every site goes where there are most practices per site (D'Hondt)."""
    held = np.zeros(len(size))
    for _ in range(count):
        held[(size / (held + 1.0)).argmax()] += 1.0
    return np.repeat(np.arange(len(size)), held.astype(np.int64))


def _community(settlements: Settlements, acute: Ints, count: int, rng: np.random.Generator) -> Ints:
    """The first where it has most practices around it, the others mostly where there is no acute hospital."""
    size = settlements.practices.astype(np.float64)
    apart = np.hypot(*(settlements.xy_km[:, None, :] - settlements.xy_km[None, :, :]).transpose(2, 0, 1))
    first = int(((apart < _AROUND_KM) @ size).argmax())
    weight = size**0.75  # the smaller the town, the more beds per head are in its community hospital
    weight[acute] *= 0.4
    return np.sort(np.append(_drawn(weight, count - 1, rng), first))


def _drawn(weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Settlement of each site, at random."""
    return np.sort(rng.choice(len(weight), size=count, p=weight / weight.sum()))


def _positions(settlements: Settlements, settlement: Ints, region: Region, rng: np.random.Generator) -> Floats:
    """Around the centre, the sites of one settlement in different directions; on land where the coast is near."""
    turn = rng.uniform(0.0, 2.0 * np.pi, len(settlements.practices))[settlement]
    golden_angle = np.pi * (3.0 - np.sqrt(5.0))
    bearing = turn + golden_angle * np.arange(len(settlement))
    offset = rng.uniform(0.25, 0.85, len(settlement)) * settlements.radius_km[settlement]
    xy_km = settlements.xy_km[settlement] + offset[:, None] * np.column_stack([np.cos(bearing), np.sin(bearing)])
    return np.where(region.is_land(xy_km)[:, None], xy_km, settlements.xy_km[settlement])


def _trusts(kind: tuple[HospitalKind, ...], area: Ints) -> Ints:
    """int64[n]: a trust runs one kind of hospital, a few neighbouring sites of it (in order of area)."""
    trust = np.zeros(len(kind), np.int64)
    number = 0
    for k, per_trust in _SITES_PER_TRUST.items():
        sites = np.flatnonzero([one == k for one in kind])
        by_area = sites[np.argsort(area[sites], kind="stable")]
        trust[by_area] = number + np.arange(len(by_area)) // per_trust
        number += -(-len(by_area) // per_trust)
    return trust

"""Settlements: a city or towns of Zipf-like sizes and villages between them, and where in them practices stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.generate.fields import Bools, Floats, Ints, nearest_others, shares_to_counts, whole_number
from instances.generate.region import Region
from instances.generate.spec import GenerateSpec, Profile

_CANDIDATES = 32  # spots tried for a settlement
_PAIRED_VILLAGES = 0.2  # share of villages with a second practice
_SHARED_PREMISES = 0.075  # share of practices that move in with a neighbour: 14 % of England's share a postcode
_VILLAGE_REACH_KM = 11.0  # a village is no further than this from the edge of another place, where it can be


@dataclass(frozen=True)
class Settlements:
    """Largest first, villages last."""

    xy_km: Floats  # float64[n, 2]
    practices: Ints  # int64[n]
    radius_km: Floats  # float64[n]
    is_village: Bools  # bool[n]


def draw_settlements(spec: GenerateSpec, region: Region, rng: np.random.Generator) -> Settlements:
    """Sizes, then spots one after another, the largest first."""
    in_villages = whole_number(spec.profile.rural_share, spec.practices)
    towns = _town_sizes(spec.profile, spec.practices - in_villages)
    villages = _village_sizes(in_villages)
    practices = np.concatenate([towns, villages])
    is_village = np.arange(len(practices)) >= len(towns)
    radius_km = _radius(practices * spec.mean_list, is_village)
    xy_km = _draw_spots(spec, region, radius_km, is_village, rng)
    return Settlements(xy_km, practices, radius_km, is_village)


def _town_sizes(profile: Profile, practices: int) -> Ints:
    """int64[n]: practices per town; the largest as the profile says, the rest by rank ** -zipf (Zipf 1949)."""
    largest = max(1, round(profile.largest_share * practices))
    rest = practices - largest
    count = 0
    while count < rest:
        weights = np.arange(2, count + 3, dtype=np.float64) ** -profile.zipf
        if rest * weights[-1] / weights.sum() < profile.smallest_town:
            break
        count += 1
    if rest and not count:
        count = 1
    weights = np.arange(2, count + 2, dtype=np.float64) ** -profile.zipf
    others = shares_to_counts(weights, rest) if rest else np.empty(0, np.int64)
    return np.sort(np.concatenate([np.array([largest], np.int64), others]))[::-1]


def _village_sizes(practices: int) -> Ints:
    pairs = int(_PAIRED_VILLAGES * practices / (1.0 + _PAIRED_VILLAGES))
    return np.concatenate([np.full(pairs, 2, np.int64), np.ones(practices - 2 * pairs, np.int64)])


def _radius(patients: Floats, is_village: Bools) -> Floats:
    """km: larger places are denser, from about 3,000 people per km2 in a town to 4,500 in a conurbation."""
    per_km2 = 3_000.0 * np.maximum(patients / 30_000.0, 1.0) ** 0.10
    return np.where(is_village, 0.8, np.sqrt(patients / (np.pi * per_km2)))


def _draw_spots(
    spec: GenerateSpec, region: Region, radius_km: Floats, is_village: Bools, rng: np.random.Generator
) -> Floats:
    """float64[n, 2]: each settlement at the first spot tried with room around it, or the roomiest."""
    spacing_km = 0.35 * region.radius_km * np.sqrt(np.pi / len(radius_km))
    xy_km = np.empty((len(radius_km), 2))
    for n, radius in enumerate(radius_km):
        tried = region.draw(_CANDIDATES, rng)
        if n == 0:
            xy_km[0] = 0.0 if spec.kind in ("city", "market-town") else tried[np.hypot(*tried.T).argmin()]
            continue
        apart = np.hypot(*(tried[:, None, :] - xy_km[None, :n, :]).transpose(2, 0, 1))
        room = (apart - radius_km[:n]).min(axis=1) - radius
        good = room > (0.6 if is_village[n] else 1.2) * spacing_km
        if is_village[n]:
            good &= room < max(_VILLAGE_REACH_KM, spacing_km)
        xy_km[n] = tried[good.argmax() if good.any() else room.argmax()]
    return xy_km


@dataclass(frozen=True)
class Spots:
    """Where each practice stands."""

    xy_km: Floats  # float64[n, 2]
    settlement: Ints  # int64[n]
    outwards: Floats  # float64[n]: 0 at the centre of the settlement, about 1 at its edge


def draw_positions(settlements: Settlements, rng: np.random.Generator) -> Spots:
    """Denser towards the centre (Clark, J. R. Stat. Soc. A 114, 1951), some at the same address."""
    settlement = np.repeat(np.arange(len(settlements.practices)), settlements.practices)
    outwards = rng.uniform(size=len(settlement)) ** 0.62 * 1.1
    bearing = rng.uniform(0.0, 2.0 * np.pi, len(settlement))
    offset = outwards * settlements.radius_km[settlement]
    xy_km = settlements.xy_km[settlement] + offset[:, None] * np.column_stack([np.cos(bearing), np.sin(bearing)])
    return Spots(_share_premises(xy_km, settlement, rng), settlement, outwards)


def _share_premises(xy_km: Floats, settlement: Ints, rng: np.random.Generator) -> Floats:
    """Some practices move into the premises of their nearest neighbour in the same settlement."""
    movers = np.sort(rng.permutation(len(xy_km))[: whole_number(_SHARED_PREMISES, len(xy_km))])
    host = nearest_others(xy_km)[1]
    host[movers] = np.where(settlement[movers] == settlement[host[movers]], host[movers], movers)
    moved = xy_km.copy()
    moved[movers] = xy_km[host[movers]]
    return moved

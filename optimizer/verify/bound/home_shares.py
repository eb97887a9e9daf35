"""How many patients of listed hubs live far from them, or outside the zones of their sites, beside how many may."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from optimizer.verify.bound.hub_list import HubList
from optimizer.verify.bound.knapsack import Integers
from optimizer.verify.bound.program import Bools
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared


def keeps_shares(prepared: Prepared, sites: list[str], hubs: HubList) -> Bools:
    """[C] whether no more patients of a hub live far from its site, or outside its zone, than may."""
    rules, homes = prepared.instance.hub, prepared.homes
    keep = np.ones(len(hubs), dtype=bool)
    if rules.far_share_max is not None:
        keep &= _of_hubs(prepared, sites, hubs, homes.far) <= _most(prepared, hubs, rules.far_share_max)
    if rules.zone_share_max is not None:
        kind = str(rules.zone)
        outside = _of_hubs(prepared, sites, hubs, lambda practice, site: homes.outside(practice, site, kind))
        keep &= outside <= _most(prepared, hubs, rules.zone_share_max)
    return keep


def far_of_hubs(prepared: Prepared, sites: list[str], hubs: HubList) -> Integers:
    """[C] patients who live far."""
    return _of_hubs(prepared, sites, hubs, prepared.homes.far)


def far_alone(prepared: Prepared) -> Integers:
    """[n] patients who live far from their practice."""
    ids = [practice.id for practice in prepared.instance.practices]
    return np.array([prepared.homes.far(id_, id_) for id_ in ids], dtype=np.int64)


def _of_hubs(prepared: Prepared, sites: list[str], hubs: HubList, count: Callable[[str, str], int]) -> Integers:
    """[C] patients who are counted, pair by pair."""
    ids = [practice.id for practice in prepared.instance.practices]
    pairs, position = np.unique(hubs.site[hubs.owner] * len(ids) + hubs.member, return_inverse=True)
    of_pairs = np.array([count(ids[pair % len(ids)], sites[pair // len(ids)]) for pair in pairs], dtype=np.int64)
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(of_pairs[position])])
    return np.asarray(sums[hubs.first[1:]] - sums[hubs.first[:-1]])


def _most(prepared: Prepared, hubs: HubList, share: float) -> Integers:
    """[C] whole patients of each hub that a share allows."""
    each = np.array([practice.patients for practice in prepared.instance.practices], dtype=np.int64)
    patients, position = np.unique(hubs.total(each), return_inverse=True)
    return np.array([math.floor(exact(share) * int(n)) for n in patients], dtype=np.int64)[position]

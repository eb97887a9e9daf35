"""A given solution as the state of a world, and the same choices at other penalties."""

from __future__ import annotations

import numpy as np

from optimizer.construct.change import (
    begin,
    is_feasible,
    keep,
    move_hub,
    move_practice,
    new_hub,
    new_network,
    rearrange,
    settle_hubs,
    settle_network,
    touch_hub,
)
from optimizer.construct.siting import claim_site
from optimizer.construct.trusts import independence_cost, note_practice, put_outside, take_inside
from optimizer.construct.world import (
    World,
    candidates,
    entry,
    hubs,
    inner,
    integers,
    networks,
    practices,
    sites,
)
from optimizer.model.arrays import NONE, IntArray
from optimizer.model.solution import Solution


def adopt(world: World, solution: Solution, run_by: IntArray) -> bool:
    """Into an empty world: sites as given, continued groups chosen anew, leads where better ones are free.

    `run_by`: [n] trusts of practices in no hub, NONE = on its own. Returns whether the state keeps every rule.
    """
    site_of = np.ascontiguousarray(solution.site_of, dtype=np.int64)
    network_of = np.ascontiguousarray(solution.network_of, dtype=np.int64)
    return bool(_adopt(world.record, site_of, network_of, run_by))


@entry
def _adopt(w, site_of, network_of, run_by):
    j, c, t = sites(w), candidates(w), networks(w)
    begin(w)
    for i in range(w.n_practices):
        site = site_of[i]
        if site >= 0:
            if j[site].hub < 0:
                hub = new_hub(w)
                claim_site(w, hub, site)
            move_practice(w, i, j[site].hub)
    for site in range(w.n_sites):
        candidate = network_of[site]
        if j[site].hub >= 0 and candidate >= 0:
            if c[candidate].network < 0:
                c[candidate].network = new_network(w, c[candidate].model)
                t[c[candidate].network].lead = candidate
            move_hub(w, j[site].hub, c[candidate].network)
    _settle_claimed(w)
    run_practices(w, run_by)
    return is_feasible(w)


@entry
def run_practices(w, run_by):
    """Have trusts run these of the practices in no hub, and no others. `run_by`: as for `adopt`."""
    p = practices(w)
    begin(w)
    for i in range(w.n_practices):
        if p[i].hub < 0 and p[i].run_by != run_by[i]:
            note_practice(w, i)
            take_inside(w, i)
            put_outside(w, i, run_by[i])
    keep(w)


@entry
def scale_penalties(w, factor):
    """The same choices at that many times the penalties."""
    p = practices(w)
    for i in range(w.n_practices):
        if p[i].hub < 0:
            w.cost -= independence_cost(w, i)
    w.step *= factor
    w.consent *= factor
    w.per_patient *= factor
    for i in range(w.n_practices):
        if p[i].hub < 0:
            w.cost += independence_cost(w, i)
    reprice(w)


@entry
def reprice(w):
    """The same choices at the penalties that hold now."""
    h, t = hubs(w), networks(w)
    begin(w)
    for hub in range(w.n_hubs):
        if h[hub].size > 0:
            touch_hub(w, hub)
            claim_site(w, hub, h[hub].site)
    for network in range(w.n_networks):
        if t[network].size > 0:
            rearrange(w, network)
            if t[network].lead >= 0:
                candidates(w)[t[network].lead].network = network
    _settle_claimed(w)


@inner
def _settle_claimed(w):
    """Price what is touched; each network chooses between its own lead and free ones."""
    t, touched = networks(w), integers(w.touched_networks, w.size_touched_networks)
    settle_hubs(w)
    for k in range(w.n_touched_networks):
        if t[touched[k]].lead >= 0:
            candidates(w)[t[touched[k]].lead].network = NONE
        settle_network(w, touched[k])
    keep(w)

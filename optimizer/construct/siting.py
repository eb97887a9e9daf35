"""Where hubs are: each at the site that costs its members and itself least, of those that are free.

For compiled code: `w` is a world record.
"""

from __future__ import annotations

import numpy as np

from optimizer.construct.distances import nearness
from optimizer.construct.home_shares import patients_beyond
from optimizer.construct.world import (
    below,
    hubs,
    inner,
    link,
    lists,
    matrix,
    networks,
    practices,
    sites,
    travel,
)
from optimizer.model.arrays import NONE


@inner
def choose_site(w, hub):
    """The free site of least cost for the members; claims it."""
    p, h = practices(w), hubs(w)[hub]
    previous = h.site
    h.site = NONE
    first = h.first
    if first < 0:
        return
    if h.size > w.few_members and previous >= 0 and w.n_moved <= w.few_moved and _may_stay(w, hub, previous):
        claim_site(w, hub, _site_near(w, hub, previous))
        return
    best, best_cost = NONE, np.inf
    i = first
    while i >= 0:
        best, best_cost = _better_site(w, hub, p[i].premises, best, best_cost)
        i = p[i].next
    around = lists(w)
    for t in range(p[first].extra_start, p[first].extra_end):
        best, best_cost = _better_site(w, hub, around[t], best, best_cost)
    if not w.host_is_member:
        best, best_cost = _better_site(w, hub, previous, best, best_cost)
        for t in range(p[first].near_start, p[first].near_end):
            best, best_cost = _better_site(w, hub, around[t], best, best_cost)
    claim_site(w, hub, best)


@inner
def _may_stay(w, hub, site):
    """Whether the hub may have its site there: nobody else has, and a host that must be a member is one."""
    host = sites(w)[site].practice
    return sites(w)[site].hub < 0 and (not w.host_is_member or host < 0 or practices(w)[host].hub == hub)


@inner
def _site_near(w, hub, previous):
    """The cheapest of the previous site and a few random ones near it: trying all is not worth it for many members."""
    p = practices(w)
    best, best_cost = _better_site(w, hub, previous, NONE, np.inf)
    centre = sites(w)[previous].practice
    if centre < 0:
        centre = hubs(w)[hub].first
    count = p[centre].near_end - p[centre].near_start
    for _ in range(min(w.sites_tried, count)):
        site = lists(w)[p[centre].near_start + below(w, count)]
        if _may_stay(w, hub, site):
            best, best_cost = _better_site(w, hub, site, best, best_cost)
    return best


@inner
def claim_site(w, hub, site):
    """Open a hub there, unless it is NONE."""
    hubs(w)[hub].site = site
    if site >= 0:
        j = sites(w)[site]
        j.hub = hub
        w.setup += j.setup
        w.open_required += j.must_open
        w.open_hubs += 1


@inner
def _better_site(w, hub, site, best, best_cost):
    """(site, cost) if the site is free and cheaper than the best so far, else the best so far."""
    if site < 0 or sites(w)[site].hub >= 0:
        return best, best_cost
    cost = _site_cost(w, hub, site, best_cost)
    return (site, cost) if cost < best_cost else (best, best_cost)


@inner
def _site_cost(w, hub, site, limit):
    """What a site costs a hub: the site, its members' travel, coordination, and what rules it breaks."""
    p, h, j = practices(w), hubs(w)[hub], sites(w)[site]
    cost = j.cost - w.step * j.must_open
    short, over = j.minimum - h.population, h.population - j.capacity
    if short > 0:
        cost += w.step + w.per_patient * short
    if over > 0:
        cost += w.step + w.per_patient * over
    if h.network >= 0:
        lead = networks(w)[h.network].lead
        if lead >= 0:
            cost += link_cost(w, hub, site, lead)
    for s in range(w.n_shares):
        beyond = patients_beyond(w, hub, site, s)
        if beyond > 0.0:
            cost += w.step + w.per_patient * beyond
    distance, far = travel(w), w.far_steps * w.step
    i = h.first
    while i >= 0:
        cost += distance[site, i] if distance[site, i] < np.inf else far
        if w.n_distances > 0:
            cost += nearness(w, i, site)
        if cost >= limit:
            return cost
        i = p[i].next
    return cost


@inner
def link_cost(w, hub, site, lead):
    """What a hub at a site pays for its lead, boundaries crossed included, or the penalty where it is out of reach."""
    cost = link(w)[site, lead]
    if cost == np.inf:
        return w.step
    if w.columns_crossing > 0:
        cost += matrix(w.crossing, w.rows_crossing, w.columns_crossing)[site, lead] * hubs(w)[hub].population
    return cost

"""Pricing: for given duals, the hub of least reduced cost at every site; and all hubs below a reduced cost.

A hub is (site, cluster of leads or none, continued group or none, members). A *leaf* is a (site, cluster, group): its
linear relaxation bounds it and settles most of the practices in reach; what is left goes to a depth-first search over
true integers. Formulas: docs/columns.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.model.arrays import NONE, FloatArray, IntArray
from solvers.columns.kernels.compiled import allocating, entry, inner
from solvers.columns.kernels.depth_first import (
    EPSILON,
    new_store,
    new_work,
    open_hub,
    room_above,
    search,
    settle_with_cuts,
    sort_by,
)
from solvers.columns.kernels.hub_costs import cluster_allowed, consents, may_be_alone, single_cost
from solvers.columns.kernels.relaxation import bound_leaf, bound_segments, list_items, new_items, useful_below

KEPT = 4  # columns per site and call


class Priced(NamedTuple):
    """What pricing found: `bound[j]` <= least reduced cost at the site, and up to KEPT hubs per site.

    The bound of a site that need not have a hub is 0 at most; inf where a required site can have none.
    """

    bound: FloatArray  # [m]
    found: IntArray  # [m] hubs found, the last KEPT of them kept
    cluster: IntArray  # [m, KEPT] NONE = no network
    group: IntArray  # [m, KEPT]
    size: IntArray  # [m, KEPT]
    members: IntArray  # [m, KEPT, most members]


@entry
def price_sites(lay, du, share, sites, most_searches, most_nodes, out):
    """Price the given sites. `share` [m, C + 1, R]: how much of a lack in staff is priced linearly; tuned in place.

    `out.bound` comes in as the least reduced cost known at each site: only better hubs are looked for. At most
    `most_searches` depth-first searches a site of `most_nodes` nodes each: fewer make the bound weaker, not wrong.
    """
    items, bounds, work = new_scratch(lay, du, sites, out.members.shape[2])
    order, nothing = new_order(len(bounds)), new_store(0, 0)
    for j in sites:
        out.found[j] = 0
        out.bound[j] = price_singles(lay, du, j, out.bound[j], out)
        bound_leaves(lay, du, share, j, items, bounds)
        settle_site(lay, du, share, j, items, bounds, order, work, most_searches, most_nodes, nothing, out)


@allocating
def new_scratch(lay, du, sites, most_items):
    """Room for any of the sites: items, bounds of its leaves, work of its searches."""
    cells, segments = 1, 1
    for j in sites:
        cells = max(cells, lay.limit[j] // lay.grid[j] + 1)
        segments = max(segments, lay.segment_start[j + 1] - lay.segment_start[j])
    bounds = np.zeros((lay.refuses.shape[1] + 1) * segments)
    work = new_work(most_items, cells, len(du.hire), len(du.cut))
    return new_items(most_items, segments, len(du.hire)), bounds, work


class Order(NamedTuple):
    """Scratch: leaves of a site by their bounds."""

    leaf: IntArray  # [leaves] number; those that are of interest first
    bound: FloatArray  # [leaves] of each of these
    by_bound: IntArray  # [leaves] places of these, least bound first


@allocating
def new_order(leaves):
    return Order(np.zeros(leaves, dtype=np.int64), np.zeros(leaves), np.zeros(leaves, dtype=np.int64))


@inner
def order_leaves(bounds, count, below, order):
    """Puts the leaves with a bound below `below` in order; how many."""
    n = 0
    for leaf in range(count):
        if bounds[leaf] < below:
            order.leaf[n], order.bound[n] = leaf, bounds[leaf]
            n += 1
    sort_by(order.bound, n, order.by_bound)
    return n


@inner
def bound_leaves(lay, du, share, j, items, bounds):
    """`bounds[cluster x segments + segment]` for every leaf of the site."""
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    for cluster in range(lay.refuses.shape[1] + 1):
        mine = bounds[cluster * n_segments : (cluster + 1) * n_segments]
        mine[:] = np.inf
        if cluster_allowed(lay, du, j, cluster):
            bound_segments(lay, du, share[j, cluster], j, cluster, items, mine)


@inner
def keep_column(lay, out, j, cluster, group):
    """A free place among the site's columns; members are filled in by the caller."""
    k = out.found[j] % KEPT
    out.found[j] += 1
    out.cluster[j, k] = cluster if cluster < lay.refuses.shape[1] else NONE
    out.group[j, k], out.size[j, k] = group, 0
    return k


@inner
def add_member(out, j, k, i):
    out.members[j, k, out.size[j, k]] = i
    out.size[j, k] += 1


@inner
def keep_hub(lay, out, j, cluster, g, n, work):
    """The host and the taken items as one of the site's columns."""
    k = keep_column(lay, out, j, cluster, lay.segment_group[lay.segment_start[j] + g])
    if lay.host[j] >= 0:
        add_member(out, j, k, lay.host[j])
    for t in range(n):
        if work.taken[t] == 1:
            add_member(out, j, k, lay.item[lay.item_start[j] + work.place[t]])


@inner
def alone(lay, j, t):
    """(practice, travel) of the t-th hub of one practice at the site."""
    if lay.host[j] >= 0:
        return lay.host[j], lay.host_travel[j]
    return lay.item[lay.item_start[j] + t], lay.item_travel[lay.item_start[j] + t]


@inner
def price_singles(lay, du, j, best, out):
    """Hubs of one practice: exempt from the maximum and from the price above the targets."""
    for t in range(1 if lay.host[j] >= 0 else lay.item_start[j + 1] - lay.item_start[j]):
        i, travel = alone(lay, j, t)
        if not may_be_alone(lay, j, i):
            continue
        for cluster in range(lay.refuses.shape[1] + 1):
            if not (cluster_allowed(lay, du, j, cluster) and consents(lay, i, cluster)):
                continue
            cost, group = single_cost(lay, du, j, cluster, i, travel, True)
            if cost < best - EPSILON:
                best = cost
                add_member(out, j, keep_column(lay, out, j, cluster, group), i)
    return best


@inner
def settle_site(lay, du, share, j, items, bounds, order, work, most_searches, most_nodes, nothing, out):
    """Exact searches, least bound first, until no leaf can beat the best hub found."""
    best, least_inexact = out.bound[j], np.inf
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    searches = 0
    for k in range(order_leaves(bounds, (lay.refuses.shape[1] + 1) * n_segments, best - EPSILON, order)):
        leaf, leaf_bound = order.leaf[order.by_bound[k]], order.bound[order.by_bound[k]]
        if leaf_bound >= best - EPSILON:
            break
        if searches >= most_searches:
            least_inexact = min(least_inexact, leaf_bound)
            break
        cluster, g = leaf // n_segments, leaf % n_segments
        found, exact, n, bound = search_leaf(lay, du, share, j, cluster, g, items, work, best, most_nodes, nothing)
        searches += bound < best
        if not exact:
            least_inexact = min(least_inexact, max(leaf_bound, bound))
        if found < best - EPSILON:
            best = found
            keep_hub(lay, out, j, cluster, g, n, work)
    out.bound[j] = min(best, least_inexact)


@inner
def search_leaf(lay, du, share, j, cluster, g, items, work, best, most_nodes, store):
    """What a leaf has below the value `best`: (cost, exact, items in `work`, bound)."""
    n = list_items(lay, du, j, cluster, items, useful_below(lay, du, j) if len(store.value) == 0 else np.inf)
    multiplier, bound = bound_leaf(lay, du, share[j, cluster], j, cluster, g, items, n, best)
    if bound >= best - EPSILON:
        return best, True, 0, bound
    room = room_above(lay, j, multiplier, bound, best)
    n_open, n_sure, population, cost = open_hub(
        lay, du, share[j, cluster], j, cluster, g, items, n, multiplier, room, work
    )
    n_open, n_sure, population, cost, n_cuts, with_cuts = settle_with_cuts(
        lay, du, j, g, items, n_open, n_sure, population, cost, multiplier, best, work
    )
    if with_cuts >= best - EPSILON:
        return best, True, 0, with_cuts
    found, exact, root = search(lay, du, j, n_open, n_sure, population, cost, n_cuts, work, best, most_nodes, store)
    return found, exact, n_open + n_sure, max(bound, with_cuts, root)


class Collected(NamedTuple):
    """All hubs of a site below a reduced cost; `filled[0]` of them, `filled[1]` member entries."""

    cluster: IntArray  # [room] NONE = no network
    group: IntArray  # [room]
    first: IntArray  # [room + 1] into the members
    members: IntArray  # [room for members]
    filled: IntArray  # [2]


@entry
def collect_hubs(lay, du, share, j, below, most_nodes, out):
    """Every hub at the site with a reduced cost below `below`; whether they found room within the nodes."""
    most_items = lay.item_start[j + 1] - lay.item_start[j] + 1
    items, bounds, work = new_scratch(lay, du, np.array([j]), most_items)
    if not collect_singles(lay, du, j, below, out):
        return False
    bound_leaves(lay, du, share, j, items, bounds)
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    store = new_store(len(out.cluster), most_items)
    for leaf in range((lay.refuses.shape[1] + 1) * n_segments):
        if bounds[leaf] >= below:
            continue
        cluster, g = leaf // n_segments, leaf % n_segments
        store.filled[0] = 0
        _, exact, n, _ = search_leaf(lay, du, share, j, cluster, g, items, work, below, most_nodes, store)
        if not exact:
            return False
        for k in range(store.filled[0]):
            if not collect_set(lay, j, cluster, g, n, work, store.taken[k], out):
                return False
    return True


@inner
def new_collected(lay, out, cluster, group):
    k = out.filled[0]
    out.cluster[k] = cluster if cluster < lay.refuses.shape[1] else NONE
    out.group[k] = group
    out.filled[0] += 1


@inner
def collect_member(out, i):
    out.members[out.filled[1]] = i
    out.filled[1] += 1
    out.first[out.filled[0]] = out.filled[1]


@inner
def collect_set(lay, j, cluster, g, n, work, taken, out):
    """Copies a set of two members or more; whether there was room."""
    size = 1 if lay.host[j] >= 0 else 0
    for t in range(n):
        size += taken[t]
    if size < 2:
        return True
    if out.filled[0] == len(out.cluster) or out.filled[1] + size > len(out.members):
        return False
    new_collected(lay, out, cluster, lay.segment_group[lay.segment_start[j] + g])
    if lay.host[j] >= 0:
        collect_member(out, lay.host[j])
    for t in range(n):
        if taken[t]:
            collect_member(out, lay.item[lay.item_start[j] + work.place[t]])
    return True


@inner
def collect_singles(lay, du, j, below, out):
    """Hubs of one practice, continuing its group and not; whether there was room."""
    for t in range(1 if lay.host[j] >= 0 else lay.item_start[j + 1] - lay.item_start[j]):
        i, travel = alone(lay, j, t)
        if not may_be_alone(lay, j, i):
            continue
        for cluster in range(lay.refuses.shape[1] + 1):
            if not (cluster_allowed(lay, du, j, cluster) and consents(lay, i, cluster)):
                continue
            cost, _ = single_cost(lay, du, j, cluster, i, travel, False)
            if cost < below and not collect_single(lay, cluster, NONE, i, out):
                return False
            group = lay.group[i]
            if group < 0:
                continue
            cost -= lay.move_cost[i] + du.group[group]
            if cost < below and not collect_single(lay, cluster, group, i, out):
                return False
    return True


@inner
def collect_single(lay, cluster, group, i, out):
    """Keeps a hub of one practice; whether there was room."""
    if out.filled[0] == len(out.cluster) or out.filled[1] == len(out.members):
        return False
    new_collected(lay, out, cluster, group)
    collect_member(out, i)
    return True

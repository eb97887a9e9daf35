"""Pricing: for given duals, the hub of least reduced cost at every site; and all hubs below a reduced cost.

A hub is (site, slot of networks or none, continued group or none, members). For one site and slot the members' linear
costs make a knapsack over patients; the groups share its table by divide and conquer (a group's items are added last
and discounted, to a table that holds all the others). Weights are patients rounded down to a grid, so a table bounds
from below; a depth-first search on true integers with such a table as completion bound settles the minimum exactly.
Where no staff is counted and a cell is one patient, the table itself is exact. Formulas: docs/columns.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.pairs import FloatArray, IntArray
from optimizer.problem import BoolArray
from solvers.columns.kernels.compiled import entry, inner
from solvers.columns.kernels.depth_first import (
    EPSILON,
    FINE_CELLS,
    fill_completion,
    linear_price,
    new_store,
    new_work,
    search,
)
from solvers.columns.kernels.hub_costs import (
    NONE,
    count_in_cuts,
    empty_hub,
    linear_staff,
    list_items,
    may_join,
    practice_cost,
    segment_discount,
    single_cost,
    slot_allowed,
)
from solvers.columns.kernels.knapsack import add_run, best_set, fill_terminal, group_bounds

SHARE_STEP = 0.1  # of a lack in staff priced linearly
KEPT = 4  # columns per site and call
ROWS = 24  # of tables: levels of the divide and conquer over a site's groups, and scratch
TOO_HEAVY = 1 << 40


class Priced(NamedTuple):
    """What pricing found: `bound[j]` <= least reduced cost at the site, and up to KEPT hubs per site.

    The bound of a site that need not have a hub is 0 at most; inf where a required site can have none.
    """

    bound: FloatArray  # [m]
    found: IntArray  # [m] hubs found, the last KEPT of them kept
    slot: IntArray  # [m, KEPT] NONE = no network
    group: IntArray  # [m, KEPT]
    size: IntArray  # [m, KEPT]
    members: IntArray  # [m, KEPT, most members]


class Tables(NamedTuple):
    """Scratch of one site's knapsack tables."""

    rows: FloatArray  # [ROWS, cells] one row a level of the divide and conquer; the last is scratch
    terminal: FloatArray  # [cells]
    bounds: FloatArray  # [(S + 1) x segments]
    weight: IntArray  # [items]
    cost: FloatArray  # [items]
    discount: FloatArray  # [items]
    first: IntArray  # [segments]
    last: IntArray  # [segments]
    chosen: BoolArray  # [items, cells] of exact sites
    refined: BoolArray  # [S + 1]
    other: FloatArray  # [segments]
    lacking: FloatArray  # [R]


@entry
def price_sites(lay, du, share, sites, most_searches, most_nodes, out):
    """Price the given sites. `share` [m, S + 1]: how much of a lack in staff is priced linearly; tuned in place.

    `out.bound` comes in as the least reduced cost known at each site: only better hubs are looked for. At most
    `most_searches` depth-first searches a site of `most_nodes` nodes each: fewer make the bound weaker, not wrong.
    """
    tables = new_tables(lay, sites, out.members.shape[2], len(du.hire))
    work = new_work(out.members.shape[2], len(du.hire), len(du.cut))
    for j in sites:
        out.found[j] = 0
        out.bound[j] = price_singles(lay, du, j, out.bound[j], out)
        host = lay.host[j]
        if host < 0 or lay.patients[host] <= lay.limit[j]:
            bound_leaves(lay, du, share, j, tables)
            if lay.exact[j] and len(du.cut) == 0:
                settle_exactly(lay, du, j, tables, work, out)
            else:
                settle_site(lay, du, share, j, tables, work, most_searches, most_nodes, out)


@inner
def new_tables(lay, sites, items, roles):
    cells, segments, exact_cells = 1, 1, 1
    for j in sites:
        cells = max(cells, lay.limit[j] // lay.grid[j] + 1)
        segments = max(segments, lay.segment_start[j + 1] - lay.segment_start[j])
        if lay.exact[j]:
            exact_cells = max(exact_cells, lay.limit[j] + 1)
    return Tables(
        np.zeros((ROWS, cells)),
        np.zeros(cells),
        np.zeros((lay.misfit.shape[1] + 1) * segments),
        np.zeros(items, dtype=np.int64),
        np.zeros(items),
        np.zeros(items),
        np.zeros(segments, dtype=np.int64),
        np.zeros(segments, dtype=np.int64),
        np.zeros((items if exact_cells > 1 else 1, exact_cells), dtype=np.bool_),
        np.zeros(lay.misfit.shape[1] + 1, dtype=np.bool_),
        np.zeros(segments),
        np.zeros(roles),
    )


@inner
def bound_leaves(lay, du, share, j, tables):
    """`tables.bounds`: a bound for every (slot, segment) of the site."""
    n_cells = lay.limit[j] // lay.grid[j] + 1
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    for g in range(n_segments):
        tables.first[g] = lay.segment_first[lay.segment_start[j] + g] - lay.item_start[j]
        tables.last[g] = lay.segment_last[lay.segment_start[j] + g] - lay.item_start[j]
    terminal = tables.terminal[:n_cells]
    fill_terminal(terminal, lay.grid[j], lay.spread[j], lay.minimum[j], lay.limit[j], lay.targets)
    for slot in range(lay.misfit.shape[1] + 1):
        bounds = tables.bounds[slot * n_segments : (slot + 1) * n_segments]
        bounds[:] = np.inf
        tables.refined[slot] = False
        if slot_allowed(lay, du, j, slot):
            bound_slot(lay, du, share[j, slot], j, slot, tables, bounds)


@inner
def bound_slot(lay, du, share, j, slot, tables, bounds):
    """A bound for every segment of the site in one slot, with that share of staff priced."""
    n_cells = lay.limit[j] // lay.grid[j] + 1
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    rows, skip, first, last = tables.rows[:, :n_cells], lay.free_to_drop[j], tables.first, tables.last
    weight, cost, discount = tables.weight, tables.cost, tables.discount
    item_costs(lay, du, share, j, slot, weight, cost, discount)
    population, start_cost = empty_hub(lay, du, j, slot, n_segments - 1, tables.lacking)
    rows[0, :] = np.inf
    rows[0, population // lay.grid[j]] = start_cost + share * linear_price(tables.lacking, du.hire)
    add_run(rows, 0, weight, cost, discount, 0, first[0], False, skip)
    group_bounds(rows, 0, n_segments, first, last, weight, cost, discount, skip, tables.terminal[:n_cells], bounds)
    for g in range(n_segments):
        bounds[g] -= segment_discount(lay, du, j, g)


@inner
def refine_slot(lay, du, share, j, slot, tables):
    """Better bounds for a slot by other shares of staff priced, as long as the least of them rises."""
    tables.refined[slot] = True
    if len(du.hire) == 0:
        return
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    bounds = tables.bounds[slot * n_segments : (slot + 1) * n_segments]
    other = tables.other[:n_segments]
    least, tried = bounds.min(), share[j, slot]
    for step in (SHARE_STEP, -SHARE_STEP):
        candidate = share[j, slot] + step
        while 0.0 <= candidate <= 1.0:
            bound_slot(lay, du, candidate, j, slot, tables, other)
            rises = other.min() > least
            for g in range(n_segments):
                bounds[g] = max(bounds[g], other[g])
            if not rises:
                break
            least, tried = other.min(), candidate
            candidate += step
        if tried != share[j, slot]:
            break
    share[j, slot] = tried


@inner
def item_costs(lay, du, share, j, slot, weight, cost, discount):
    """Weights, linear costs and discounts of a site's items."""
    base = lay.item_start[j]
    for t in range(lay.item_start[j + 1] - base):
        i = lay.item[base + t]
        weight[t] = lay.patients[i] // lay.grid[j] if may_join(lay, j, slot, i) else TOO_HEAVY
        cost[t] = lay.item_travel[base + t] + practice_cost(lay, du, i, slot) + linear_staff(lay, du, share, i)
        discount[t] = lay.move_cost[i]


@inner
def keep_column(lay, out, j, slot, group):
    """A free place among the site's columns; members are filled in by the caller."""
    k = out.found[j] % KEPT
    out.found[j] += 1
    out.slot[j, k] = slot if slot < lay.misfit.shape[1] else NONE
    out.group[j, k], out.size[j, k] = group, 0
    return k


@inner
def add_member(out, j, k, i):
    out.members[j, k, out.size[j, k]] = i
    out.size[j, k] += 1


@inner
def keep_set(lay, out, j, slot, g, n, work, taken):
    """The host and the taken items as one of the site's columns."""
    k = keep_column(lay, out, j, slot, lay.segment_group[lay.segment_start[j] + g])
    if lay.host[j] >= 0:
        add_member(out, j, k, lay.host[j])
    for t in range(n):
        if taken[t] == 1:
            add_member(out, j, k, lay.item[lay.item_start[j] + work.item[t]])


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
        if lay.patients[i] < lay.minimum[j] or lay.patients[i] > lay.capacity[j]:
            continue
        for slot in range(lay.misfit.shape[1] + 1):
            if not slot_allowed(lay, du, j, slot) or (slot < lay.misfit.shape[1] and lay.refuses[i, slot]):
                continue
            cost, group = single_cost(lay, du, j, slot, i, travel, True)
            if cost < best - EPSILON:
                best = cost
                add_member(out, j, keep_column(lay, out, j, slot, group), i)
    return best


@inner
def settle_exactly(lay, du, j, tables, work, out):
    """The best hub of a site whose tables are exact."""
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    leaf, least = NONE, out.bound[j] - EPSILON
    for t in range((lay.misfit.shape[1] + 1) * n_segments):
        if tables.bounds[t] < least:
            leaf, least = t, tables.bounds[t]
    if leaf < 0:
        return
    slot, g = leaf // n_segments, leaf % n_segments
    work.dear[0] = 0.0
    n = list_items(lay, du, j, slot, g, work)
    population, cost = empty_hub(lay, du, j, slot, g, work.lacking)
    terminal = tables.terminal[: lay.limit[j] + 1]
    best_set(n, work.patients, work.linear, population, cost, terminal, tables.chosen, work.taken)
    keep_set(lay, out, j, slot, g, n, work, work.taken)
    out.bound[j] = least


@inner
def settle_site(lay, du, share, j, tables, work, most_searches, most_nodes, out):
    """Exact searches, least bound first, until no (slot, group) can beat the best hub found."""
    best = out.bound[j]
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    least_inexact = np.inf
    nothing, bounds, searches = new_store(0, 0), tables.bounds, 0
    while True:
        leaf, leaf_bound = NONE, best - EPSILON
        for t in range((lay.misfit.shape[1] + 1) * n_segments):
            if bounds[t] < leaf_bound:
                leaf, leaf_bound = t, bounds[t]
        if leaf < 0:
            break
        slot, g = leaf // n_segments, leaf % n_segments
        if not tables.refined[slot]:
            refine_slot(lay, du, share, j, slot, tables)
            continue
        if searches >= most_searches:
            least_inexact = min(least_inexact, leaf_bound)
            break
        searches += 1
        bounds[leaf] = np.inf
        found, exact, n, root = search_leaf(lay, du, share, j, slot, g, work, best, most_nodes, nothing)
        if not exact:
            least_inexact = min(least_inexact, max(leaf_bound, root))
        if found < best - EPSILON:
            best = found
            keep_set(lay, out, j, slot, g, n, work, work.taken)
    out.bound[j] = min(best, least_inexact)


@inner
def search_leaf(lay, du, share, j, slot, g, work, best, most_nodes, store):
    """Depth-first search for one (site, slot, group). Returns (cost, exact, items, bound)."""
    work.dear[0] = 0.0 if len(store.value) == 0 else np.inf
    n = list_items(lay, du, j, slot, g, work)
    population, cost = empty_hub(lay, du, j, slot, g, work.lacking)
    work.in_cut[:] = 0
    if lay.host[j] >= 0:
        count_in_cuts(du, work.in_cut, lay.host[j], 1, 0.0)
    work.begin[0], work.begin[1] = population, cost
    work.grid[0] = max(1, -(-lay.limit[j] // FINE_CELLS))
    work.grid[1] = lay.limit[j] // work.grid[0] + 1
    fill_completion(work.completion, n, work, du.hire, 0.0, lay.minimum[j], lay.limit[j], lay.targets)
    root = cost + work.completion[0, population // work.grid[0]]
    if root < best - EPSILON:
        root = max(root, credit_staff(lay, du, j, slot, n, work, population, cost, share, best - EPSILON))
    if root >= best - EPSILON:
        return best, True, n, root
    found, exact = search(n, work, lay.minimum[j], lay.limit[j], lay.targets, du, best, most_nodes, store)
    return found, exact, n, root


@inner
def credit_staff(lay, du, j, slot, n, work, population, cost, share, best):
    """Fills `work.credited` with a share of staff priced that bounds well; returns that bound.

    Begins with the share that was best here before and climbs by `SHARE_STEP` until the bound falls or reaches `best`.
    """
    lacking = linear_price(work.lacking, du.hire)
    tried, tried_bound = share[j, slot], -np.inf
    for direction in (1.0, -1.0):
        candidate = share[j, slot] if direction > 0 else tried - SHARE_STEP
        while 0.0 <= candidate <= 1.0:
            fill_completion(work.credited, n, work, du.hire, candidate, lay.minimum[j], lay.limit[j], lay.targets)
            bound = cost + candidate * lacking + work.credited[0, population // work.grid[0]]
            work.share[0] = candidate
            if bound <= tried_bound:
                break
            tried, tried_bound = candidate, bound
            if bound >= best:
                share[j, slot] = tried
                return bound
            candidate += direction * SHARE_STEP
    if work.share[0] != tried:
        fill_completion(work.credited, n, work, du.hire, tried, lay.minimum[j], lay.limit[j], lay.targets)
        work.share[0] = tried
    share[j, slot] = tried
    return tried_bound


class Collected(NamedTuple):
    """All hubs of a site below a reduced cost; `filled[0]` of them, `filled[1]` member entries."""

    slot: IntArray  # [room] NONE = no network
    group: IntArray  # [room]
    reduced: FloatArray  # [room]
    first: IntArray  # [room + 1] into the members
    members: IntArray  # [room for members]
    filled: IntArray  # [2]


@entry
def collect_hubs(lay, du, share, j, below, most_nodes, out):
    """Every hub at the site with a reduced cost below `below`; whether they found room within the nodes."""
    items = lay.item_start[j + 1] - lay.item_start[j] + 1
    sites = np.array([j])
    tables, work = new_tables(lay, sites, items, len(du.hire)), new_work(items, len(du.hire), len(du.cut))
    collect_singles(lay, du, j, below, out)
    host = lay.host[j]
    if host >= 0 and lay.patients[host] > lay.limit[j]:
        return True
    bound_leaves(lay, du, share, j, tables)
    for slot in range(lay.misfit.shape[1] + 1):
        if slot_allowed(lay, du, j, slot):
            refine_slot(lay, du, share, j, slot, tables)
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    store = new_store(len(out.slot), items)
    for leaf in range((lay.misfit.shape[1] + 1) * n_segments):
        if tables.bounds[leaf] >= below:
            continue
        slot, g = leaf // n_segments, leaf % n_segments
        store.filled[0] = 0
        _, exact, n, _ = search_leaf(lay, du, share, j, slot, g, work, below, most_nodes, store)
        if not exact:
            return False
        for k in range(store.filled[0]):
            if not collect_set(lay, j, slot, g, n, work, store.taken[k], store.value[k], out):
                return False
    return True


@inner
def new_collected(lay, out, slot, group, reduced):
    k = out.filled[0]
    out.slot[k] = slot if slot < lay.misfit.shape[1] else NONE
    out.group[k], out.reduced[k] = group, reduced
    out.filled[0] += 1


@inner
def collect_member(out, i):
    out.members[out.filled[1]] = i
    out.filled[1] += 1
    out.first[out.filled[0]] = out.filled[1]


@inner
def collect_set(lay, j, slot, g, n, work, taken, value, out):
    """Copies a set of two members or more; whether there was room."""
    size = 1 if lay.host[j] >= 0 else 0
    for t in range(n):
        size += taken[t]
    if size < 2:
        return True
    if out.filled[0] == len(out.slot) or out.filled[1] + size > len(out.members):
        return False
    new_collected(lay, out, slot, lay.segment_group[lay.segment_start[j] + g], value)
    if lay.host[j] >= 0:
        collect_member(out, lay.host[j])
    for t in range(n):
        if taken[t]:
            collect_member(out, lay.item[lay.item_start[j] + work.item[t]])
    return True


@inner
def collect_singles(lay, du, j, below, out):
    for t in range(1 if lay.host[j] >= 0 else lay.item_start[j + 1] - lay.item_start[j]):
        i, travel = alone(lay, j, t)
        if lay.patients[i] < lay.minimum[j] or lay.patients[i] > lay.capacity[j]:
            continue
        for slot in range(lay.misfit.shape[1] + 1):
            if not slot_allowed(lay, du, j, slot) or (slot < lay.misfit.shape[1] and lay.refuses[i, slot]):
                continue
            cost, group = single_cost(lay, du, j, slot, i, travel, True)
            if cost < below and out.filled[0] < len(out.slot):
                new_collected(lay, out, slot, group, cost)
                collect_member(out, i)
            cost, group = single_cost(lay, du, j, slot, i, travel, False)
            if cost < below and out.filled[0] < len(out.slot):
                new_collected(lay, out, slot, group, cost)
                collect_member(out, i)

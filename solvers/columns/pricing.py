"""Pricing: for given duals, the hub of least reduced cost at every site.

A hub is (site, care model or none, continued group or none, members). For one site and model the members' linear costs
make a knapsack over patients; the groups share its table by divide and conquer (a group's items are added last and
discounted, to a table that holds all the others). Weights are patients rounded down to a grid, so a table bounds from
below; a depth-first search on true integers with such a table as completion bound then settles the minimum exactly.
Formulas: docs/columns.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.pairs import FloatArray, IntArray
from solvers.columns.compiled import entry, inner
from solvers.columns.depth_first import (
    EPSILON,
    FINE_CELLS,
    fill_completion,
    linear_price,
    new_work,
    search,
)
from solvers.columns.knapsack import add_run, fill_terminal, group_bounds

SHARE_STEP = 0.1  # of a lack in staff priced linearly
KEPT = 4  # columns per site and call
NONE = -1


class Duals(NamedTuple):
    """Prices of the rules that tie hubs together, as pricing sees them."""

    practice: FloatArray  # [n] paid for covering a practice
    group: FloatArray  # [G] <= 0
    patient: FloatArray  # [K + 1] cost per patient in a network of the model; the last entry: in none
    hire: FloatArray  # [R] cost per FTE hired, the labour market's price included
    hub: float  # cost of any hub


class Priced(NamedTuple):
    """What pricing found: `bound[j]` <= least reduced cost at the site (or 0), and up to KEPT hubs per site."""

    bound: FloatArray  # [m]
    found: IntArray  # [m] hubs found, the last KEPT of them kept
    reduced: FloatArray  # [m, KEPT]
    model: IntArray  # [m, KEPT] NONE = no network
    group: IntArray  # [m, KEPT]
    size: IntArray  # [m, KEPT]
    members: IntArray  # [m, KEPT, most members]


@entry
def price_sites(lay, du, share, sites, most_searches, most_nodes, out):
    """Price the given sites. `share` [m, K + 1]: how much of a lack in staff is priced linearly; tuned in place.

    At most `most_searches` depth-first searches of `most_nodes` nodes a site: fewer make the bound weaker, not wrong.
    """
    models = lay.misfit.shape[1]
    cells, segments = 1, 1
    for j in sites:
        cells = max(cells, lay.limit[j] // lay.grid[j] + 1)
        segments = max(segments, lay.segment_start[j + 1] - lay.segment_start[j])
    tables = new_tables(out.members.shape[2], cells, segments, models)
    work = new_work(out.members.shape[2], len(du.hire))
    for j in sites:
        out.found[j] = 0
        out.bound[j] = price_singles(lay, du, j, models, 0.0, out)
        host = lay.host[j]
        if host < 0 or lay.patients[host] <= lay.limit[j]:
            bound_leaves(lay, du, share, j, models, tables)
            settle_site(lay, du, share, j, models, tables.bounds, work, most_searches, most_nodes, out)


class Tables(NamedTuple):
    """Scratch of one site's knapsack tables."""

    rows: FloatArray  # [rows, cells] one row a level of the divide and conquer; the last is scratch
    terminal: FloatArray  # [cells]
    bounds: FloatArray  # [(K + 1) x segments]
    weight: IntArray  # [items]
    cost: FloatArray  # [items]
    discount: FloatArray  # [items]
    first: IntArray  # [segments]
    last: IntArray  # [segments]


@inner
def new_tables(items, cells, segments, models):
    return Tables(
        np.zeros((70, cells)),
        np.zeros(cells),
        np.zeros((models + 1) * segments),
        np.zeros(items, dtype=np.int64),
        np.zeros(items),
        np.zeros(items),
        np.zeros(segments, dtype=np.int64),
        np.zeros(segments, dtype=np.int64),
    )


@inner
def bound_leaves(lay, du, share, j, models, tables):
    """`tables.bounds`: a bound for every (model, segment) of the site."""
    n_cells = lay.limit[j] // lay.grid[j] + 1
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    base = lay.item_start[j]
    for g in range(n_segments):
        tables.first[g] = lay.segment_first[lay.segment_start[j] + g] - base
        tables.last[g] = lay.segment_last[lay.segment_start[j] + g] - base
    terminal = tables.terminal[:n_cells]
    fill_terminal(terminal, lay.grid[j], lay.spread[j], lay.minimum[j], lay.limit[j], lay.targets)
    rows = tables.rows[:, :n_cells]
    weight, cost, discount = tables.weight, tables.cost, tables.discount
    for model in range(models + 1):
        bounds = tables.bounds[model * n_segments : (model + 1) * n_segments]
        if not model_allowed(lay, j, model):
            bounds[:] = np.inf
            continue
        item_costs(lay, du, share, j, model, models, weight, cost, discount)
        start_cost, start_cell = host_cost(lay, du, share, j, model, models)
        rows[0, :] = np.inf
        rows[0, start_cell] = start_cost
        add_run(rows, 0, weight, cost, discount, 0, tables.first[0], False)
        group_bounds(rows, 0, n_segments, tables.first, tables.last, weight, cost, discount, terminal, bounds)
        for g in range(n_segments):
            bounds[g] -= segment_discount(lay, du, j, g)


@inner
def keep_column(out, j, reduced, model, group):
    """A free place among the site's columns; members are filled in by the caller."""
    k = out.found[j] % KEPT
    out.found[j] += 1
    out.reduced[j, k], out.model[j, k], out.group[j, k], out.size[j, k] = reduced, model, group, 0
    return k


@inner
def add_member(out, j, k, i):
    out.members[j, k, out.size[j, k]] = i
    out.size[j, k] += 1


@inner
def model_allowed(lay, j, model):
    """Whether a hub at the site can be in a network of the model at all."""
    if model == len(lay.coordination[0]):
        return True
    if lay.coordination[j, model] == np.inf:
        return False
    return lay.host[j] < 0 or not lay.refuses[lay.host[j], model]


@inner
def practice_cost(lay, du, i, model):
    """Linear cost of a member apart from travel, hires and the discount of its group."""
    cost = lay.move_cost[i] - du.practice[i] + du.patient[model] * lay.patients[i]
    if model < lay.misfit.shape[1]:
        cost += lay.misfit[i, model]
    return cost


@inner
def price_singles(lay, du, j, models, best, out):
    """Hubs of one practice: exempt from the maximum and from the price above the targets."""
    host = lay.host[j]
    first, last = lay.item_start[j], lay.item_start[j + 1]
    if host >= 0:
        last = first + 1
    for t in range(first, max(last, first + 1)):
        if host < 0 and t >= lay.item_start[j + 1]:
            break
        i = host if host >= 0 else lay.item[t]
        travel = lay.host_travel[j] if host >= 0 else lay.item_travel[t]
        size = lay.patients[i]
        if size < lay.minimum[j] or size > lay.capacity[j]:
            continue
        for model in range(models + 1):
            if not model_allowed(lay, j, model) or (model < models and lay.refuses[i, model]):
                continue
            cost = lay.site_cost[j] + du.hub + travel + practice_cost(lay, du, i, model)
            if model < models:
                cost += lay.coordination[j, model]
            if size < lay.targets[0]:
                cost += lay.targets[2] * (lay.targets[0] - size)
            for r in range(len(du.hire)):
                cost += du.hire[r] * max(0.0, lay.hub_ratio[r] * size - lay.fte[i, r])
            group = NONE
            if lay.group[i] >= 0 and lay.move_cost[i] + du.group[lay.group[i]] > 0.0:
                group = lay.group[i]
                cost -= lay.move_cost[i] + du.group[group]
            if cost < best - EPSILON:
                best = cost
                k = keep_column(out, j, cost, model if model < models else NONE, group)
                add_member(out, j, k, i)
    return best


@inner
def linear_staff(lay, du, share, j, model, i):
    """The linear part of the hire price of a practice."""
    cost = 0.0
    for r in range(len(du.hire)):
        cost += share[j, model] * du.hire[r] * (lay.hub_ratio[r] * lay.patients[i] - lay.fte[i, r])
    return cost


@inner
def item_costs(lay, du, share, j, model, models, weight, cost, discount):
    """Weights, linear costs and discounts of a site's items; refusing practices never fit."""
    base = lay.item_start[j]
    n_items = lay.item_start[j + 1] - base
    for t in range(n_items):
        i = lay.item[base + t]
        weight[t] = lay.patients[i] // lay.grid[j]
        cost[t] = (
            lay.item_travel[base + t] + practice_cost(lay, du, i, model) + linear_staff(lay, du, share, j, model, i)
        )
        discount[t] = lay.move_cost[i]
        if (model < models and lay.refuses[i, model]) or lay.patients[i] > lay.limit[j]:
            weight[t] = 1 << 40
    return n_items


@inner
def host_cost(lay, du, share, j, model, models):
    """(cost, table cell) of a hub with its host alone."""
    cost = lay.site_cost[j] + du.hub
    if model < models:
        cost += lay.coordination[j, model]
    host = lay.host[j]
    if host < 0:
        return cost, 0
    cost += lay.host_travel[j] + practice_cost(lay, du, host, model) + linear_staff(lay, du, share, j, model, host)
    return cost, lay.patients[host] // lay.grid[j]


@inner
def segment_discount(lay, du, j, g):
    """What continuing the group saves apart from its items: the host's moving, less the group's dual price."""
    group = lay.segment_group[lay.segment_start[j] + g]
    if group < 0:
        return 0.0
    saved = du.group[group]
    if lay.host[j] >= 0 and lay.group[lay.host[j]] == group:
        saved += lay.move_cost[lay.host[j]]
    return saved


@inner
def settle_site(lay, du, share, j, models, bounds, work, most_searches, most_nodes, out):
    """Exact searches, least bound first, until no (model, group) can beat the best hub found."""
    best = out.bound[j]
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    least_inexact = np.inf
    searches = 0
    while True:
        leaf, leaf_bound = NONE, best - EPSILON
        for t in range((models + 1) * n_segments):
            if bounds[t] < leaf_bound:
                leaf, leaf_bound = t, bounds[t]
        if leaf < 0:
            break
        if searches >= most_searches:
            least_inexact = min(least_inexact, leaf_bound)
            break
        searches += 1
        bounds[leaf] = np.inf
        model, g = leaf // n_segments, leaf % n_segments
        found, exact, n, root = search_leaf(lay, du, share, j, model, models, g, work, best, most_nodes)
        if not exact:
            least_inexact = min(least_inexact, max(leaf_bound, root))
        if found < best - EPSILON:
            best = found
            group = lay.segment_group[lay.segment_start[j] + g]
            k = keep_column(out, j, found, model if model < models else NONE, group)
            if lay.host[j] >= 0:
                add_member(out, j, k, lay.host[j])
            for t in range(n):
                if work.taken[t] == 1:
                    add_member(out, j, k, lay.item[lay.item_start[j] + work.item[t]])
    out.bound[j] = min(best, least_inexact)


@inner
def search_leaf(lay, du, share, j, model, models, g, work, best, most_nodes):
    """Depth-first search for one (site, model, group). Returns (cost, exact, items, bound)."""
    n = list_items(lay, du, j, model, models, g, work)
    host = lay.host[j]
    cost = lay.site_cost[j] + du.hub - segment_discount(lay, du, j, g)
    if model < models:
        cost += lay.coordination[j, model]
    population = 0
    for r in range(len(du.hire)):
        work.lacking[r] = 0.0
    if host >= 0:
        population = lay.patients[host]
        cost += lay.host_travel[j] + practice_cost(lay, du, host, model)
        for r in range(len(du.hire)):
            work.lacking[r] = lay.hub_ratio[r] * population - lay.fte[host, r]
    work.begin[0], work.begin[1] = population, cost
    work.grid[0] = max(1, -(-lay.limit[j] // FINE_CELLS))
    work.grid[1] = lay.limit[j] // work.grid[0] + 1
    fill_completion(work.completion, n, work, du.hire, 0.0, lay.minimum[j], lay.limit[j], lay.targets)
    root = cost + work.completion[0, population // work.grid[0]]
    if root < best - EPSILON:
        root = max(root, credit_staff(lay, du, j, model, n, work, population, cost, share, best - EPSILON))
    if root >= best - EPSILON:
        return best, True, n, root
    found, exact = search(n, work, lay.minimum[j], lay.limit[j], lay.targets, du.hire, best, most_nodes)
    return found, exact, n, root


@inner
def credit_staff(lay, du, j, model, n, work, population, cost, share, best):
    """Fills `work.credited` with a share of staff priced that bounds well; returns that bound.

    Begins with the share that was best here before and climbs by `SHARE_STEP` until the bound falls or reaches `best`.
    """
    lacking = linear_price(work.lacking, du.hire)
    tried, tried_bound = share[j, model], -np.inf
    for direction in (1.0, -1.0):
        candidate = share[j, model] if direction > 0 else tried - SHARE_STEP
        while 0.0 <= candidate <= 1.0:
            fill_completion(work.credited, n, work, du.hire, candidate, lay.minimum[j], lay.limit[j], lay.targets)
            bound = cost + candidate * lacking + work.credited[0, population // work.grid[0]]
            work.share[0] = candidate
            if bound <= tried_bound:
                break
            tried, tried_bound = candidate, bound
            if bound >= best:
                share[j, model] = tried
                return bound
            candidate += direction * SHARE_STEP
    if work.share[0] != tried:
        fill_completion(work.credited, n, work, du.hire, tried, lay.minimum[j], lay.limit[j], lay.targets)
        work.share[0] = tried
    share[j, model] = tried
    return tried_bound


@inner
def list_items(lay, du, j, model, models, g, work):
    """The site's items that fit and consent, into `work`, least cost per patient first; returns how many."""
    base, segment = lay.item_start[j], lay.segment_start[j] + g
    n_items = lay.item_start[j + 1] - base
    cost = np.full(n_items, np.inf)
    rank = np.full(n_items, np.inf)
    n = 0
    for t in range(n_items):
        i = lay.item[base + t]
        if (model < models and lay.refuses[i, model]) or lay.patients[i] > lay.limit[j]:
            continue
        cost[t] = lay.item_travel[base + t] + practice_cost(lay, du, i, model)
        if lay.segment_first[segment] <= base + t < lay.segment_last[segment]:
            cost[t] -= lay.move_cost[i]
        rank[t] = cost[t] / max(1, lay.patients[i])
        n += 1
    order = np.argsort(rank)
    for k in range(n):
        t = order[k]
        i = lay.item[base + t]
        work.item[k], work.patients[k], work.linear[k], work.taken[k] = t, lay.patients[i], cost[t], 0
        for r in range(len(du.hire)):
            work.need[k, r] = lay.hub_ratio[r] * lay.patients[i] - lay.fte[i, r]
    return n

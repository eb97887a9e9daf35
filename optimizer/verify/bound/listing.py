"""Every hub of a site below a cost: the search of `search.py`, which keeps all that it finds. Whole numbers only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.verify.bound.compiled import entry, inner
from optimizer.verify.bound.knapsack import IMPOSSIBLE, NEVER, SHARES, Integers, bound_all, size_price
from optimizer.verify.bound.search import (
    FINE_CELLS,
    UNDECIDED,
    alone_price,
    change,
    fill_completion,
    hires_price,
    least_from,
    list_items,
    new_scratch,
    own_cost,
)

TAKEN, LEFT = 1, 2


class Listed(NamedTuple):
    """Room for hubs, and how much of it is filled."""

    kind: Integers  # [room]
    run: Integers  # [room] of the group continued
    cost: Integers  # [room] millionths of a pound
    first: Integers  # [room + 1] into the items
    item: Integers  # [room for items] members but the host
    filled: Integers  # [1]


def new_listed(hubs: int, items: int) -> Listed:
    """Room for so many hubs with so many items in all."""
    kind, run, cost = np.zeros((3, hubs), dtype=np.int64)
    first, item = np.zeros(hubs + 1, dtype=np.int64), np.zeros(items, dtype=np.int64)
    return Listed(kind, run, cost, first, item, np.zeros(1, dtype=np.int64))


@entry
def list_hubs(hubs, host_run, below, most_nodes, out):
    """Nodes searched to put every hub that costs less than `below` into `out`; -1 if they or the room did not do.

    Each continues no group (the last run) or that of a member; `host_run` is the host's, -1 if it has none.
    """
    out.filled[0] = 0
    if not list_alone(hubs, host_run, below, out):
        return -1
    grid = max(1, -(-hubs.high // FINE_CELLS))
    bounds = np.empty((len(hubs.base), len(hubs.first)), dtype=np.int64)
    shares = np.zeros_like(bounds)
    bound_all(hubs, below, bounds, shares)
    work = new_scratch(hubs, grid)
    nodes = 0
    for k in range(len(hubs.base)):
        for g in range(len(hubs.first)):
            if bounds[k, g] >= below:
                continue
            n = list_items(hubs, work, k, g, shares[k, g])
            own = bring_forward(hubs, work, n, g)
            if g < len(hubs.first) - 1 and g != host_run and own == 0:
                continue  # no member can be of the group
            if g == host_run:
                own = 0
            nodes = list_sets(hubs, work, k, g, n, own, shares[k, g], grid, below, nodes, most_nodes, out)
            if nodes < 0:
                return -1
    return nodes


@inner
def list_alone(hubs, host_run, below, out):
    """Hubs of one practice, with its group continued or none; whether there was room."""
    none = len(hubs.first) - 1
    for k in range(len(hubs.base)):
        if hubs.base[k] >= IMPOSSIBLE:
            continue
        if hubs.has_host:
            price = hubs.base[k] + alone_price(hubs, hubs.host_patients, hubs.host_staff)
            if not keep_alone(hubs, k, none, price, -1, below, out):
                return False
            if host_run >= 0 and not keep_alone(hubs, k, host_run, price, -1, below, out):
                return False
            continue
        for t in range(len(hubs.patients)):
            price = hubs.base[k] + hubs.cost[k, t] + alone_price(hubs, hubs.patients[t], hubs.staff[t])
            if not keep_alone(hubs, k, none, price, t, below, out):
                return False
            for g in range(none):
                in_run = hubs.first[g] <= t < hubs.last[g]
                if in_run and not keep_alone(hubs, k, g, price - hubs.move[t], t, below, out):
                    return False
    return True


@inner
def keep_alone(hubs, k, g, price, t, below, out):
    """Keep the hub of item t, or of the host (-1), if it costs less; whether there was room."""
    cost = price + hubs.continuing[g]
    if cost >= below:
        return True
    at = out.filled[0]
    if at == len(out.kind) or out.first[at] == len(out.item):
        return False
    out.first[at + 1] = out.first[at]
    if t >= 0:
        out.item[out.first[at]] = t
        out.first[at + 1] += 1
    out.kind[at], out.run[at], out.cost[at] = k, g, cost
    out.filled[0] += 1
    return True


@inner
def bring_forward(hubs, work, n, g):
    """Put the items of run g first, the order otherwise kept; returns how many they are."""
    own = 0
    for position in range(n):
        t = work.item[position]
        if not hubs.first[g] <= t < hubs.last[g]:
            continue
        patients, plain, in_part = work.patients[position], work.cost[0, position], work.cost[1, position]
        for at in range(position, own, -1):
            put(work, at, work.item[at - 1], work.patients[at - 1], work.cost[0, at - 1])
            work.cost[1, at] = work.cost[1, at - 1]
        put(work, own, t, patients, plain)
        work.cost[1, own] = in_part
        own += 1
    return own


@inner
def put(work, position, item, patients, cost):
    work.item[position], work.patients[position], work.cost[0, position] = item, patients, cost


@inner
def list_sets(hubs, work, k, g, n, own, share, grid, below, nodes, most_nodes, out):
    """Hubs of two or more of kind k that continue group g; of its first `own` items one at least is a member.

    Returns the nodes searched so far, -1 if they or the room did not do.
    """
    start = hubs.base[k] + hubs.continuing[g]
    costs = np.array([start, start + hubs.host_staff.sum() * share // SHARES])
    for way in range(2):
        fill_completion(work, way, n, hubs, grid)
    for r in range(len(work.lacking)):
        work.lacking[r] = hubs.host_staff[r]
    work.in_cut[:] = hubs.host_in_cut
    tried, population, members = work.tried, hubs.host_patients, int(hubs.has_host)
    depth, first = 0, members
    tried[0] = UNDECIDED
    while depth >= 0:
        if tried[depth] == UNDECIDED:
            nodes += 1
            if nodes > most_nodes:
                return -1
            hopeless = depth == own > 0 and members == first
            if hopeless or least_from(work, depth, population // grid, costs[0], costs[1]) >= below:
                depth -= 1
                continue
            if depth == n:
                if members > 1 and hubs.low <= population <= hubs.high:
                    cost = costs[0] + size_price(hubs, population) + hires_price(hubs, work.lacking)
                    if cost < below and not keep_set(work, k, g, n, cost, members - first, out):
                        return -1
                depth -= 1
                continue
            if population + work.patients[depth] <= hubs.high:
                change(hubs, work, depth, 1, costs)
                population += work.patients[depth]
                members += 1
                tried[depth] = TAKEN
            else:
                tried[depth] = LEFT
        elif tried[depth] == TAKEN:
            change(hubs, work, depth, -1, costs)
            population -= work.patients[depth]
            members -= 1
            tried[depth] = LEFT
        else:
            depth -= 1
            continue
        depth += 1
        tried[depth] = UNDECIDED
    return nodes


@inner
def keep_set(work, k, g, n, cost, size, out):
    """Whether there was room for the items taken."""
    at = out.filled[0]
    if at == len(out.kind) or out.first[at] + size > len(out.item):
        return False
    end = out.first[at]
    for depth in range(n):
        if work.tried[depth] == TAKEN:
            out.item[end] = work.item[depth]
            end += 1
    out.first[at + 1] = end
    out.kind[at], out.run[at], out.cost[at] = k, g, cost
    out.filled[0] += 1
    return True


@entry
def cost_listed(hubs, listed, cost):
    """Into cost[h] what listed hub h costs with these parts of costs; its items are the same."""
    for h in range(listed.filled[0]):
        k, g = listed.kind[h], listed.run[h]
        total, patients, staff = hubs.base[k] + hubs.continuing[g], hubs.host_patients, hubs.host_staff.copy()
        for at in range(listed.first[h], listed.first[h + 1]):
            t = listed.item[at]
            total += own_cost(hubs, k, g, t)
            patients += hubs.patients[t]
            staff += hubs.staff[t]
        alone = listed.first[h + 1] - listed.first[h] + int(hubs.has_host) == 1
        price = alone_price(hubs, patients, staff) if alone else size_price(hubs, patients) + hires_price(hubs, staff)
        cost[h] = min(NEVER, total + price)

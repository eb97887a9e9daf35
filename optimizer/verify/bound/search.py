"""The least cost of a hub at a site: tables first, then depth-first search wherever they leave it open."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.bound.compiled import entry, inner
from optimizer.verify.bound.knapsack import (
    IMPOSSIBLE,
    NEVER,
    SHARES,
    Integers,
    bound_all,
    fill_ends,
    size_price,
)

FINE_CELLS = 3_000  # of a completion table, about
TIE = 1_000  # millionths of a pound: what is not cheaper by more is not searched for, but bounded
UNDECIDED, ONE_TRIED, BOTH_TRIED = 0, 1, 2


class Scratch(NamedTuple):
    """Of the searches of one site. Items in the order of the search; two ways to count staff: not at all, in part."""

    item: Integers  # [items]
    weight: Integers  # [items] what tables do not see of it
    rank: NDArray[np.float64]  # [items] cost per patient
    patients: Integers  # [items]
    cost: Integers  # [2, items] with staff counted either way
    completion: Integers  # [2, items + 1, cells] least that items t.. and the size add to a hub in the cell
    taken: Integers  # [items]
    tried: Integers  # [items + 1]
    lacking: Integers  # [R] price of the staff that the members lack, role by role
    in_cut: Integers  # [C] members that are of the cut


@inner
def new_scratch(hubs, grid):
    n_items = len(hubs.patients)
    return Scratch(
        np.empty(n_items, dtype=np.int64),
        np.empty(n_items, dtype=np.int64),
        np.empty(n_items),
        np.empty(n_items, dtype=np.int64),
        np.empty((2, n_items), dtype=np.int64),
        np.empty((2, n_items + 1, hubs.high // grid + 2), dtype=np.int64),
        np.empty(n_items, dtype=np.int64),
        np.empty(n_items + 1, dtype=np.int64),
        np.empty(len(hubs.host_staff), dtype=np.int64),
        np.empty(len(hubs.cut), dtype=np.int64),
    )


@entry
def least_hub(hubs, ceiling, most_nodes):
    """At most `ceiling` and the cost of any hub of the site; within `TIE` of the least of them, unless cut short.

    Hubs in the order of their bounds, until none can be cheaper than the cheapest found; a search that is cut short
    after `most_nodes` leaves its bound.
    """
    best, floor = min(ceiling, least_alone(hubs)), NEVER
    grid = max(1, -(-hubs.high // FINE_CELLS))
    bounds = np.empty((len(hubs.base), len(hubs.first)), dtype=np.int64)
    shares = np.zeros_like(bounds)
    bound_all(hubs, best, bounds, shares)
    work = new_scratch(hubs, grid)
    while True:
        at = bounds.argmin()
        k, g = at // len(hubs.first), at % len(hubs.first)
        bound = bounds[k, g]
        if bound >= min(best, floor) - TIE:
            return min(best, floor, bound)
        bounds[k, g] = NEVER
        best, left = search(hubs, work, k, g, shares[k, g], grid, best, most_nodes)
        floor = min(floor, max(left, bound))


@inner
def least_alone(hubs):
    """Hubs of one practice: exempt from the hub maximum and from the price above the targets."""
    least = NEVER
    for k in range(len(hubs.base)):
        if hubs.base[k] >= IMPOSSIBLE:
            continue
        for g in range(len(hubs.first)):
            cost = hubs.base[k] + hubs.continuing[g]
            if hubs.has_host:
                least = min(least, cost + alone_price(hubs, hubs.host_patients, hubs.host_staff))
                continue
            for t in range(len(hubs.patients)):
                own = hubs.move[t] if hubs.first[g] <= t < hubs.last[g] else 0
                least = min(least, cost + hubs.cost[k, t] - own + alone_price(hubs, hubs.patients[t], hubs.staff[t]))
    return least


@inner
def alone_price(hubs, patients, staff):
    if not hubs.low <= patients <= hubs.capacity:
        return NEVER
    return hubs.price * max(0, hubs.target_min - patients) + hires_price(hubs, staff)


@inner
def hires_price(hubs, lacking):
    """Of what is lacking, at most; staff to spare earns nothing. Tables leave out that some hires are rounded up."""
    price = 0
    for r in range(len(lacking)):
        amount = max(0, lacking[r])
        if hubs.whole[r] > 0:
            hired = max(0, -((hubs.hair[r] - amount) // (hubs.whole[r] + 1)))  # all prices are rounded down
            amount = max(amount, hubs.whole[r] * hired + hubs.hair[r])
        price += amount
    return price


@inner
def search(hubs, work, k, g, share, grid, best, most_nodes):
    """(`best` or the cost of a cheaper hub of kind k that continues group g, at most the cost of any other)."""
    n = list_items(hubs, work, k, g, share)
    start = hubs.base[k] + hubs.continuing[g]
    costs = np.array([start, start + hubs.host_staff.sum() * share // SHARES])
    cell, root = hubs.host_patients // grid, -NEVER
    for way in (1, 0):
        fill_completion(work, way, n, hubs, grid)
        root = max(root, costs[way] + work.completion[way, 0, cell])
        if root >= best - TIE:
            return best, root
    for r in range(len(work.lacking)):
        work.lacking[r] = hubs.host_staff[r]
    work.in_cut[:] = hubs.host_in_cut
    best, floor = depth_first(hubs, work, n, grid, costs, best, most_nodes)
    return best, max(root, floor)


@inner
def list_items(hubs, work, k, g, share):
    """Items that a hub of kind k can have; returns how many.

    First those of most staff and cuts, which the tables see in part at most; then those of least cost per patient.
    """
    n = 0
    for t in range(len(hubs.patients)):
        if hubs.cost[k, t] >= IMPOSSIBLE or hubs.host_patients + hubs.patients[t] > hubs.high:
            continue
        work.item[n], work.weight[n] = t, unseen(hubs, t)
        work.rank[n] = own_cost(hubs, k, g, t) / max(1, hubs.patients[t])
        n += 1
    for end in range(1, n):
        position = end
        while position > 0 and comes_before(work, position, position - 1):
            swap(work, position, position - 1)
            position -= 1
    for position in range(n):
        t = work.item[position]
        work.patients[position], work.cost[0, position] = hubs.patients[t], own_cost(hubs, k, g, t)
        work.cost[1, position] = work.cost[0, position] + hubs.staff[t].sum() * share // SHARES
    return n


@inner
def own_cost(hubs, k, g, t):
    """Staff apart."""
    return hubs.cost[k, t] - (hubs.move[t] if hubs.first[g] <= t < hubs.last[g] else 0)


@inner
def unseen(hubs, t):
    """What an item's staff and cuts can weigh in a hub."""
    weight = 0
    for amount in hubs.staff[t]:
        weight += abs(amount)
    for at in range(hubs.cut_first[t], hubs.cut_first[t + 1]):
        weight += hubs.cut[hubs.cut_of[at]]
    return weight


@inner
def comes_before(work, a, b):
    if work.weight[a] != work.weight[b]:
        return work.weight[a] > work.weight[b]
    return work.rank[a] < work.rank[b]


@inner
def swap(work, a, b):
    work.item[a], work.item[b] = work.item[b], work.item[a]
    work.weight[a], work.weight[b] = work.weight[b], work.weight[a]
    work.rank[a], work.rank[b] = work.rank[b], work.rank[a]


@inner
def fill_completion(work, way, n, hubs, grid):
    """From the last item to the first. A member may or may not carry a hub into one cell more: the cheaper counts."""
    n_cells = hubs.high // grid + 1
    table = work.completion[way]
    fill_ends(table[n, :n_cells], hubs, grid, grid - 1)
    table[: n + 1, n_cells] = NEVER
    for t in range(n - 1, -1, -1):
        step, price = work.patients[t] // grid, work.cost[way, t]
        carry = 1 if work.patients[t] % grid else 0
        after, now = table[t + 1], table[t]
        for w in range(n_cells - step):
            now[w] = min(after[w], min(after[w + step], after[w + step + carry]) + price)
        for w in range(max(0, n_cells - step), n_cells):
            now[w] = after[w]


@inner
def least_from(work, depth, cell, staff_ignored, staff_in_part):
    """At most the cost of any hub that the items from `depth` on can still make."""
    return max(staff_ignored + work.completion[0, depth, cell], staff_in_part + work.completion[1, depth, cell])


@inner
def change(hubs, work, t, sign, costs):
    """Take item t into the hub (sign 1) or out of it (-1)."""
    costs[0] += sign * work.cost[0, t]
    costs[1] += sign * work.cost[1, t]
    for r in range(len(work.lacking)):
        work.lacking[r] += sign * hubs.staff[work.item[t], r]
    for at in range(hubs.cut_first[work.item[t]], hubs.cut_first[work.item[t] + 1]):
        c = hubs.cut_of[at]
        if sign < 0:
            work.in_cut[c] -= 1
        if work.in_cut[c] == 1:  # beside this item
            costs[0] += sign * hubs.cut[c]
            costs[1] += sign * hubs.cut[c]
        if sign > 0:
            work.in_cut[c] += 1


@inner
def depth_first(hubs, work, n, grid, costs, best, most_nodes):
    """(`best` or the cost of a cheaper hub, at most the cost of any other: `-NEVER` if the search was cut short)."""
    taken, tried, population = work.taken, work.tried, hubs.host_patients
    depth, nodes, floor = 0, 0, NEVER
    tried[0] = UNDECIDED
    while depth >= 0:
        if tried[depth] == UNDECIDED:
            nodes += 1
            if nodes > most_nodes:
                return best, -NEVER
            bound = least_from(work, depth, population // grid, costs[0], costs[1])
            if bound >= best - TIE:
                floor = min(floor, bound)
                depth -= 1
                continue
            if depth == n:
                if hubs.low <= population <= hubs.high:
                    best = min(best, costs[0] + size_price(hubs, population) + hires_price(hubs, work.lacking))
                depth -= 1
                continue
            taken[depth] = better_taken(work, depth, population, hubs.high, grid, costs)
        else:
            if taken[depth]:
                change(hubs, work, depth, -1, costs)
                population -= work.patients[depth]
            if tried[depth] == BOTH_TRIED:
                depth -= 1
                continue
            taken[depth] = 1 - taken[depth]
        tried[depth] += 1
        if taken[depth]:
            if population + work.patients[depth] > hubs.high:
                taken[depth] = 0
                tried[depth] = BOTH_TRIED
                depth -= 1
                continue
            change(hubs, work, depth, 1, costs)
            population += work.patients[depth]
        depth += 1
        tried[depth] = UNDECIDED
    return best, floor


@inner
def better_taken(work, depth, population, high, grid, costs):
    """Whether item `depth` is better tried in the hub first."""
    more = population + work.patients[depth]
    if more > high:
        return 0
    without = least_from(work, depth + 1, population // grid, costs[0], costs[1])
    with_it = least_from(work, depth + 1, more // grid, costs[0] + work.cost[0, depth], costs[1] + work.cost[1, depth])
    return int(with_it < without)

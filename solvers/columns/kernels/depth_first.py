"""The exact end of pricing: depth-first search over what the relaxation leaves open, cut off by completion tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from solvers.columns.kernels.compiled import allocating, inner
from solvers.columns.kernels.cut_bound import (
    CutWork,
    best_with_cuts,
    least_with_cuts,
    list_cuts,
    new_cut_work,
    price_open,
)
from solvers.columns.kernels.hub_costs import count_in_cuts, empty_hub, to_hire
from solvers.columns.kernels.sizes import fill_terminal, size_price

EPSILON = 1e-7  # pounds a year
ROUNDING = 1e-9  # relative; what the sums of a relaxation can have lost
CUT_WEIGHT = 2.0  # times the prices of cuts beside that of staff, in the order of a search
TABLES = 3  # of completions, each with another share of staff priced: none, all, the relaxation's
NEW, TAKEN_FIRST, LEFT_FIRST, TAKEN_SECOND, LEFT_SECOND, STOP = 0, 1, 2, 3, 4, 5  # how far a search is with an item


class Store(NamedTuple):
    """Room for all sets of items below a value; none in a search for the best one."""

    taken: BoolArray  # [room, items]
    value: FloatArray  # [room]
    filled: IntArray  # [1] sets stored


@allocating
def new_store(room, items):
    return Store(np.zeros((room, items), dtype=np.bool_), np.zeros(room), np.zeros(1, dtype=np.int64))


class Work(NamedTuple):
    """Scratch of one site's depth-first searches: open items in the order of the search, then those surely taken."""

    place: IntArray  # [items] position among the site's items
    practice: IntArray  # [items]
    patients: IntArray  # [items]
    linear: FloatArray  # [items] cost, staff apart
    need: FloatArray  # [items, R] FTE lacking
    completion: FloatArray  # [tables, items + 1, cells] least that items t.. and the size add, with priced staff
    credit: FloatArray  # [TABLES, R] price per FTE lacking in each of them, surpluses credited
    taken: IntArray  # [items]
    state: IntArray  # [items + 1]
    lacking: FloatArray  # [R] of the hub so far
    in_cut: IntArray  # [C] practices of the hub so far in each cut
    rank: FloatArray  # [items] of the items left open, inf for others
    order: IntArray  # [items] those left open, in the order of the search, then those surely taken
    cuts: CutWork


@allocating
def new_work(items, cells, roles, cuts):
    tables = TABLES if roles > 0 else 1
    return Work(
        np.zeros(items, dtype=np.int64),
        np.zeros(items, dtype=np.int64),
        np.zeros(items, dtype=np.int64),
        np.zeros(items),
        np.zeros((items, roles)),
        np.empty((tables, items + 1, cells + 1)),
        np.zeros((TABLES, roles)),
        np.zeros(items, dtype=np.int64),
        np.zeros(items + 1, dtype=np.int64),
        np.zeros(roles),
        np.zeros(cuts, dtype=np.int64),
        np.zeros(items),
        np.zeros(items, dtype=np.int64),
        new_cut_work(items, cuts),
    )


@allocating
def sort_by(rank, n, order):
    """`order[:n]`: the first n places by rank."""
    order[:n] = np.argsort(rank[:n])


@inner
def open_hub(lay, du, share, j, cluster, g, items, n, multiplier, room, work):
    """(open items, sure items, population, cost): what the relaxation leaves to a search for `room` above its bound.

    An item whose price at the multiplier is further from 0 than `room` is taken or left for sure. The hub begins with
    its host and the items surely taken.
    """
    population, cost = empty_hub(lay, du, j, cluster, g, work.lacking)
    work.in_cut[:] = 0
    if lay.host[j] >= 0:
        cost = count_in_cuts(du, work.in_cut, lay.host[j], 1, cost)
    rank = work.rank
    n_open = n_sure = 0
    for t in range(n):
        price = items.price[t] + multiplier * items.patients[t]
        rank[t] = np.inf
        if abs(price) < room:
            rank[t] = search_rank(lay, du, j, items, t, g)
            n_open += 1
    sort_by(rank, n, work.order)
    for k in range(n_open):
        list_item(lay, du, j, items, work.order[k], g, work, k)
    for t in range(n):
        price = items.price[t] + multiplier * items.patients[t]
        if price <= -room:
            at = n_open + n_sure
            work.order[at] = t
            list_item(lay, du, j, items, t, g, work, at)
            population, cost = change_item(work, at, du, 1, population, cost, work.lacking)
            n_sure += 1
    for r in range(len(du.hire)):
        work.credit[0, r], work.credit[1, r], work.credit[2, r] = 0.0, du.hire[r], share[r] * du.hire[r]
    return n_open, n_sure, population, cost


@inner
def settle_with_cuts(lay, du, j, g, items, n_open, n_sure, population, cost, multiplier, best, work):
    """(open items, sure items, population, cost, cuts, bound): fewer open ones, by prices and profits that count cuts.

    Prices of the items left open are at the multiplier of that bound; with no cut there is none, and nothing changes.
    """
    n_cuts = list_cuts(du, work, n_open)
    if n_cuts == 0:
        return n_open, n_sure, population, cost, 0, -np.inf
    multiplier, bound = best_with_cuts(lay, du, j, work, n_cuts, n_open, population, cost, multiplier, best)
    if bound < best - EPSILON:
        room = room_above(lay, j, multiplier, bound, best)
        n_open, n_sure, population, cost = settle(lay, du, j, g, items, n_open, n_sure, population, cost, room, work)
        n_cuts = list_cuts(du, work, n_open)
        price_open(lay, j, work, n_open, multiplier)
    return n_open, n_sure, population, cost, n_cuts, bound


@inner
def room_above(lay, j, multiplier, bound, best):
    """What an item's price may be off 0 in a hub below `best`, by the bound of that multiplier."""
    return best - bound + ROUNDING * (abs(bound) + lay.limit[j] * abs(multiplier))


@inner
def settle(lay, du, j, g, items, n_open, n_sure, population, cost, room, work):
    """(open items, sure items, population, cost) without open ones of a higher price, or with a higher profit."""
    order, newly = work.order, work.state
    kept = n_newly = 0
    for t in range(n_open):
        if work.cuts.profit[t] >= room:
            population, cost = change_item(work, t, du, 1, population, cost, work.lacking)
            newly[n_newly] = order[t]
            n_newly += 1
        elif work.cuts.price[t] < room:
            order[kept] = order[t]
            kept += 1
    for t in range(n_sure):
        order[kept + t] = order[n_open + t]
    for t in range(n_newly):
        order[kept + n_sure + t] = newly[t]
    for t in range(kept + n_sure + n_newly if kept < n_open else 0):
        list_item(lay, du, j, items, order[t], g, work, t)
    return kept, n_sure + n_newly, population, cost


@inner
def search_rank(lay, du, j, items, t, g):
    """Of an item in the order of the search, least first: those whose staff and cuts weigh most.

    What they do to a hub's lack of staff, and which cuts it then pays, is what completion tables do not see; decided
    last, they make the same search several hundred times as long. Where no staff is counted: the cheapest a patient.
    """
    if items.staff.shape[1] == 0:
        return linear_cost(items, t, g) / max(1, items.patients[t])
    weight = 0.0
    for r in range(items.staff.shape[1]):
        weight += abs(items.staff[t, r])
    i = lay.item[lay.item_start[j] + items.place[t]]
    for at in range(du.cut_first[i], du.cut_first[i + 1]):
        weight += CUT_WEIGHT * du.cut[du.cut_of[at]]
    return -weight


@inner
def linear_cost(items, t, g):
    """Of an item in a segment, staff apart."""
    return items.cost[t] - (items.continued[t] if items.first[g] <= t < items.last[g] else 0.0)


@inner
def list_item(lay, du, j, items, t, g, work, at):
    i = lay.item[lay.item_start[j] + items.place[t]]
    work.place[at], work.practice[at], work.patients[at] = items.place[t], i, items.patients[t]
    work.linear[at] = linear_cost(items, t, g)
    for r in range(len(du.hire)):
        work.need[at, r] = lay.hub_ratio[r] * lay.patients[i] - lay.fte[i, r]


@inner
def staff_price(lay, lacking, hire):
    """Price of the hires that a hub needs; every bound leaves out that some are rounded up, which only lowers it."""
    cost = 0.0
    for r in range(len(hire)):
        cost += hire[r] * to_hire(lay, r, lacking[r])
    return cost


@inner
def linear_price(lacking, hire):
    """The same with surpluses credited: a bound where every role lacks, as 0 is where none does."""
    cost = 0.0
    for r in range(len(hire)):
        cost += hire[r] * lacking[r]
    return cost


@inner
def distinct_tables(work):
    """How many tables of completions a search has: those that differ."""
    roles = work.credit.shape[1]
    as_none = as_all = True
    for r in range(roles):
        as_none &= work.credit[2, r] == 0.0
        as_all &= work.credit[2, r] == work.credit[1, r]
    if not (as_none or as_all):
        return 3
    return 2 if roles > 0 else 1


@inner
def least_from(work, tables, grid, depth, population, cost):
    """Bound on a hub with the items before `depth` decided, the best of the tables'."""
    least, cell = -np.inf, population // grid
    for k in range(tables):
        staff = linear_price(work.lacking, work.credit[k])
        least = max(least, cost + staff + work.completion[k, depth, cell])
    return least


@inner
def least_with(work, tables, grid, depth, population, cost):
    """The same with the item at `depth`, which is not decided yet, in the hub."""
    least, cell = -np.inf, (population + work.patients[depth]) // grid
    for k in range(tables):
        staff = linear_price(work.lacking, work.credit[k]) + linear_price(work.need[depth], work.credit[k])
        least = max(least, cost + work.linear[depth] + staff + work.completion[k, depth + 1, cell])
    return least


@inner
def change_item(work, t, du, sign, population, cost, lacking):
    """Take an item into the hub (sign 1) or out of it (-1)."""
    for r in range(len(du.hire)):
        lacking[r] += sign * work.need[t, r]
    cost = count_in_cuts(du, work.in_cut, work.practice[t], sign, cost)
    return population + sign * work.patients[t], cost + sign * work.linear[t]


@inner
def mark_taken(n_open, n_sure, state, taken):
    for t in range(n_open):
        taken[t] = state[t] == TAKEN_FIRST or state[t] == TAKEN_SECOND
    for t in range(n_open, n_open + n_sure):
        taken[t] = 1


@inner
def keep_set(n_open, n_sure, work, value, found, store):
    """(best value to beat, whether there was room) once a set has been stored, or taken as the best."""
    if len(store.value) == 0:
        mark_taken(n_open, n_sure, work.state, work.taken)
        return value, True
    at = store.filled[0]
    if at == len(store.value):
        return found, False
    mark_taken(n_open, n_sure, work.state, store.taken[at])
    store.value[at] = value
    store.filled[0] += 1
    return found, True


@inner
def search(lay, du, j, n_open, n_sure, population, cost, n_cuts, work, best, most_nodes, store):
    """The cheapest set of items below the value `best`, by depth-first search from where `open_hub` begins.

    `n_cuts`: of the work, with prices of the items at a multiplier. Returns (cost, exact, bound); `work.taken[t]` is 1
    for the items of the best set. With room in the store: all sets below `best` go there instead, and `exact` says
    whether they found room.
    """
    low, high, grid, targets = lay.minimum[j], lay.limit[j], lay.grid[j], lay.targets
    n, state, lacking, hire = n_open, work.state, work.lacking, du.hire
    if population > high:
        return best, True, np.inf
    n_cells = high // grid + 1
    tables = distinct_tables(work)
    for k in range(tables):
        fill_completion(work.completion[k], n, n_cells, work, work.credit[k], grid, low, high, targets)
    root = least_from(work, tables, grid, 0, population, cost)
    found, nodes, depth = best, 0, 0
    state[0] = NEW
    while depth >= 0:
        if depth == n:
            if low <= population <= high:
                value = cost + size_price(population, targets) + staff_price(lay, lacking, hire)
                if value < found - EPSILON:
                    found, has_room = keep_set(n, n_sure, work, value, found, store)
                    if not has_room:
                        return found, False, root
            depth -= 1
            continue
        move = STOP
        more = population + work.patients[depth]
        if state[depth] == NEW:
            nodes += 1
            if nodes > most_nodes:
                return found, False, root
            least = least_from(work, tables, grid, depth, population, cost)
            if n_cuts > 0 and least < found - EPSILON:
                least = least_with_cuts(du, work, n_cuts, depth, n, population, cost, found)
            if least < found - EPSILON:
                left = least_from(work, tables, grid, depth + 1, population, cost)
                taken = least_with(work, tables, grid, depth, population, cost) if more <= high else np.inf
                move = TAKEN_FIRST if taken < left else LEFT_FIRST
        elif state[depth] == TAKEN_FIRST:
            population, cost = change_item(work, depth, du, -1, population, cost, lacking)
            move = LEFT_SECOND
        elif state[depth] == TAKEN_SECOND:
            population, cost = change_item(work, depth, du, -1, population, cost, lacking)
        elif state[depth] == LEFT_FIRST and more <= high:
            move = TAKEN_SECOND
        if move == STOP:
            depth -= 1
            continue
        if move in (TAKEN_FIRST, TAKEN_SECOND):
            population, cost = change_item(work, depth, du, 1, population, cost, lacking)
        state[depth] = move
        depth += 1
        state[depth] = NEW
    return found, True, root


@inner
def fill_completion(completion, n, n_cells, work, credit, grid, low, high, targets):
    """completion[t, w]: least of what items t.. and the size add to a hub of grid x w .. grid x w + grid - 1 patients.

    `credit` [R]: price per FTE that the items lack. The remainder of a hub's patients in its cell may or may not carry
    an item into the next cell: the cheaper counts.
    """
    fill_terminal(completion[n, :n_cells], grid, low, high, targets)
    completion[n, n_cells] = np.inf
    for t in range(n - 1, -1, -1):
        weight = work.patients[t] // grid
        cost = work.linear[t] + linear_price(work.need[t], credit)
        after, now = completion[t + 1], completion[t]
        for w in range(max(0, n_cells - weight), n_cells + 1):
            now[w] = after[w]
        if work.patients[t] % grid == 0:
            for w in range(n_cells - weight):
                now[w] = min(after[w], after[w + weight] + cost)
        else:
            for w in range(n_cells - weight):
                now[w] = min(after[w], min(after[w + weight], after[w + weight + 1]) + cost)

"""The exact end of pricing: depth-first search over true patients, cut off by completion tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.pairs import FloatArray, IntArray
from optimizer.problem import BoolArray
from solvers.columns.kernels.compiled import inner
from solvers.columns.kernels.hub_costs import count_in_cuts
from solvers.columns.kernels.knapsack import fill_terminal, size_price

FINE_CELLS = 1_500  # of a completion table
EPSILON = 1e-7  # pounds a year
NEW, TAKEN_FIRST, LEFT_FIRST, TAKEN_SECOND, LEFT_SECOND, STOP = 0, 1, 2, 3, 4, 5  # how far a search is with an item


class Store(NamedTuple):
    """Room for all sets of items below a value; none in a search for the best one."""

    taken: BoolArray  # [room, items]
    value: FloatArray  # [room]
    filled: IntArray  # [1] sets stored


@inner
def new_store(room, items):
    return Store(np.zeros((room, items), dtype=np.bool_), np.zeros(room), np.zeros(1, dtype=np.int64))


class Work(NamedTuple):
    """Scratch of one site's depth-first searches; items in the order of the search."""

    item: IntArray  # [items] position among the site's items
    practice: IntArray  # [items]
    patients: IntArray  # [items]
    linear: FloatArray  # [items] cost, staff apart
    need: FloatArray  # [items, R] FTE lacking
    completion: FloatArray  # [items + 1, cells] least that items t.. and the size add, staff ignored
    credited: FloatArray  # [items + 1, cells] the same with staff priced, surpluses credited
    taken: IntArray  # [items]
    state: IntArray  # [items + 1]
    lacking: FloatArray  # [R] of the hub so far
    in_cut: IntArray  # [C] practices of the hub so far in each cut
    begin: FloatArray  # [2] population and cost of the host
    grid: IntArray  # [2] patients per cell, cells
    share: FloatArray  # [1] of staff priced in `credited`
    dear: FloatArray  # [1] cost from which on an item that may be left out is


@inner
def new_work(items, roles, cuts):
    return Work(
        np.zeros(items, dtype=np.int64),
        np.zeros(items, dtype=np.int64),
        np.zeros(items, dtype=np.int64),
        np.zeros(items),
        np.zeros((items, roles)),
        np.zeros((items + 1, FINE_CELLS + 2)),
        np.zeros((items + 1, FINE_CELLS + 2)),
        np.zeros(items, dtype=np.int64),
        np.zeros(items + 1, dtype=np.int64),
        np.zeros(roles),
        np.zeros(cuts, dtype=np.int64),
        np.zeros(2),
        np.zeros(2, dtype=np.int64),
        np.zeros(1),
        np.zeros(1),
    )


@inner
def staff_price(lacking, hire):
    """Price of the hires that a hub needs."""
    cost = 0.0
    for r in range(len(hire)):
        cost += hire[r] * (lacking[r] if lacking[r] > 0.0 else 0.0)
    return cost


@inner
def linear_price(lacking, hire):
    """The same with surpluses credited: a bound where every role lacks, as 0 is where none does."""
    cost = 0.0
    for r in range(len(hire)):
        cost += hire[r] * lacking[r]
    return cost


@inner
def least_from(work, depth, population, cost, credited):
    """Bound on a hub with the items before `depth` decided: staff ignored, or priced with surpluses credited."""
    cell = population // work.grid[0]
    if cell >= work.grid[1]:
        return np.inf
    return max(cost + work.completion[depth, cell], cost + work.share[0] * credited + work.credited[depth, cell])


@inner
def change_item(work, t, du, sign, population, cost, lacking):
    """Take an item into the hub (sign 1) or out of it (-1)."""
    for r in range(len(du.hire)):
        lacking[r] += sign * work.need[t, r]
    cost = count_in_cuts(du, work.in_cut, work.practice[t], sign, cost)
    return population + sign * work.patients[t], cost + sign * work.linear[t]


@inner
def mark_taken(n, state, taken):
    for t in range(n):
        taken[t] = state[t] == TAKEN_FIRST or state[t] == TAKEN_SECOND


@inner
def search(n, work, low, high, targets, du, best, most_nodes, store):
    """The cheapest set of items below the value `best`, by depth-first search in the order of `work`.

    Returns (cost, exact); `work.taken[t]` is 1 for the items of the best set. With room in the store: all sets below
    `best` go there instead, and `exact` says whether they found room.
    """
    state, lacking, hire = work.state, work.lacking, du.hire
    population, cost = int(work.begin[0]), work.begin[1]
    found, nodes, depth = best, 0, 0
    state[0] = NEW
    while depth >= 0:
        if depth == n:
            if low <= population <= high:
                value = cost + size_price(population, targets) + staff_price(lacking, hire)
                if value < found - EPSILON:
                    if len(store.value) == 0:
                        found = value
                        mark_taken(n, state, work.taken)
                    elif store.filled[0] == len(store.value):
                        return found, False
                    else:
                        mark_taken(n, state, store.taken[store.filled[0]])
                        store.value[store.filled[0]] = value
                        store.filled[0] += 1
            depth -= 1
            continue
        move = STOP
        if state[depth] == NEW:
            nodes += 1
            if nodes > most_nodes:
                return found, False
            credited = linear_price(lacking, hire)
            if least_from(work, depth, population, cost, credited) < found - EPSILON:
                more = population + work.patients[depth]
                taken = least_from(
                    work, depth + 1, more, cost + work.linear[depth], credited + linear_price(work.need[depth], hire)
                )
                left = least_from(work, depth + 1, population, cost, credited)
                move = TAKEN_FIRST if more <= high and taken < left else LEFT_FIRST
        elif state[depth] == TAKEN_FIRST:
            population, cost = change_item(work, depth, du, -1, population, cost, lacking)
            move = LEFT_SECOND
        elif state[depth] == TAKEN_SECOND:
            population, cost = change_item(work, depth, du, -1, population, cost, lacking)
        elif state[depth] == LEFT_FIRST and population + work.patients[depth] <= high:
            move = TAKEN_SECOND
        if move == STOP:
            depth -= 1
            continue
        if move in (TAKEN_FIRST, TAKEN_SECOND):
            population, cost = change_item(work, depth, du, 1, population, cost, lacking)
        state[depth] = move
        depth += 1
        state[depth] = NEW
    return found, True


@inner
def fill_completion(completion, n, work, hire, share, low, high, targets):
    """completion[t, w]: least of what items t.. and the size add to a hub of grid x w .. grid x w + grid - 1 patients.

    `share` of what the items lack in staff is priced. The remainder of a hub's patients in its cell may or may not
    carry an item into the next cell: the cheaper counts.
    """
    grid, n_cells = work.grid[0], work.grid[1]
    fill_terminal(completion[n, :n_cells], grid, grid - 1, low, high, targets)
    completion[n, n_cells] = np.inf
    for t in range(n - 1, -1, -1):
        weight = work.patients[t] // grid
        cost = work.linear[t] + share * linear_price(work.need[t], hire)
        after, now = completion[t + 1], completion[t]
        for w in range(max(0, n_cells - weight), n_cells + 1):
            now[w] = after[w]
        if work.patients[t] % grid == 0:
            for w in range(n_cells - weight):
                now[w] = min(after[w], after[w + weight] + cost)
        else:
            for w in range(n_cells - weight):
                now[w] = min(after[w], min(after[w + weight], after[w + weight + 1]) + cost)

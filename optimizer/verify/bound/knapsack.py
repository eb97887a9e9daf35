"""Tables over patients that bound the hubs of a site from below, all groups at once. Whole numbers only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.bound.compiled import inner

Integers = NDArray[np.int64]

NEVER = 1 << 61  # cost of what cannot be
IMPOSSIBLE = 1 << 60  # from here on a cost means that: true costs are far smaller, and their sums with NEVER fit
ROWS = 40  # of tables: halving reaches a single run long before
SHARES = 4  # parts of a lack in staff, of which some are priced linearly:
TRIED = (2, 1, 3, 0, 4)  # so many, in this order


class Hubs(NamedTuple):
    """The hubs that a site can have. Money in millionths of a pound; K kinds: in a network of each slot, or in none.

    Items are the practices that may join, the host left out, sorted by current group. G runs of items have one group
    each; the last run is empty and stands for continuing none.
    """

    patients: Integers  # [items]
    cost: Integers  # [K, items] of a member that is moved, hires apart; NEVER where it refuses
    staff: Integers  # [items, R] price of what it calls for beyond its own staff, negative where it has some to spare
    move: Integers  # [items]
    first: Integers  # [G] run: items first .. last - 1
    last: Integers  # [G]
    continuing: Integers  # [G] what continuing the group costs, its items apart
    base: Integers  # [K] the hub with its host alone, hires and size apart; NEVER where there can be none
    host_patients: int  # 0 without a host
    host_staff: Integers  # [R]
    whole: Integers  # [R] price of an FTE of a role that is hired whole, else 0
    hair: Integers  # [R] the most that a lack costs here which verification takes for none; `base` is without it
    has_host: bool
    cut: Integers  # [C] what a hub costs more that has two or more of the cut's practices; no table counts it
    cut_first: Integers  # [items + 1] into the cuts of each item
    cut_of: Integers
    host_in_cut: Integers  # [C] 1: the host is one of them
    low: int  # patients
    high: int  # patients of two or more members
    capacity: int  # patients
    target_min: int
    target_max: int
    price: int  # per patient outside the targets
    grid: int  # patients per cell of a table
    spread: int  # most patients that rounding every member down to the grid can lose


@inner
def size_price(hubs, population):
    """Of a hub of two or more."""
    return hubs.price * max(0, hubs.target_min - population, population - hubs.target_max)


@inner
def fill_ends(ends, hubs, grid, spread):
    """ends[w]: least size price of any population grid x w .. grid x w + spread; NEVER where none is allowed."""
    for w in range(len(ends)):
        least, most = max(grid * w, hubs.low), min(grid * w + spread, hubs.high)
        if least > most:
            ends[w] = NEVER
        else:  # convex: as near to the targets as can be
            ends[w] = size_price(hubs, min(max(least, hubs.target_min), most))


@inner
def add_items(rows, row, weight, cost, first, last):
    """Items first .. last - 1 may be in; the last row is scratch."""
    table, fresh = rows[row], rows[len(rows) - 1]
    for t in range(first, last):
        if cost[t] >= IMPOSSIBLE or weight[t] >= len(table):
            continue
        step, price = weight[t], cost[t]
        for w in range(step, len(table)):
            fresh[w] = min(table[w], table[w - step] + price)
        for w in range(step, len(table)):
            table[w] = fresh[w]


@inner
def bound_groups(hubs, rows, ends, weight, cost, stay, bounds):
    """Into bounds[g] the least cost with group g continued. Row 0 has the hub without the items of any run.

    A run's items come last, without their moves. Divide and conquer: half of the runs are added once for the other
    half. A stack of (low, high, row, from, to): row is made of the row before and the runs from .. to - 1, and lacks
    the runs low .. high - 1.
    """
    stack = np.zeros((64, 5), dtype=np.int64)
    stack[0, 1], stack[0, 2] = len(bounds), 1
    height = 1
    while height > 0:
        height -= 1
        low, high, row = stack[height, 0], stack[height, 1], stack[height, 2]
        for w in range(len(ends)):
            rows[row, w] = rows[row - 1, w]
        for g in range(stack[height, 3], stack[height, 4]):
            add_items(rows, row, weight, cost, hubs.first[g], hubs.last[g])
        if high - low > 1:
            middle = (low + high) // 2
            push(stack, height, middle, high, row + 1, low, middle)
            push(stack, height + 1, low, middle, row + 1, middle, high)
            height += 2
            continue
        add_items(rows, row, weight, stay, hubs.first[low], hubs.last[low])
        least = NEVER
        for w in range(len(ends)):
            least = min(least, rows[row, w] + ends[w])
        bounds[low] = min(NEVER, least + hubs.continuing[low])


@inner
def push(stack, height, low, high, row, first, last):
    stack[height, 0], stack[height, 1], stack[height, 2] = low, high, row
    stack[height, 3], stack[height, 4] = first, last


@inner
def bound_all(hubs, best, bounds, shares):
    """bounds[k, g]: at most the cost of any hub of the kind that continues the group; shares[k, g]: how it was found.

    Shares are tried until no bound of the kind is below `best`.
    """
    grid = hubs.grid
    n_cells = hubs.high // grid + 1
    rows, ends = np.empty((ROWS, n_cells), dtype=np.int64), np.empty(n_cells, dtype=np.int64)
    fill_ends(ends, hubs, grid, hubs.spread)
    weight = hubs.patients // grid
    cost, stay = np.empty_like(weight), np.empty_like(weight)
    fresh = np.empty(len(hubs.first), dtype=np.int64)
    bounds[:, :] = -NEVER
    for k in range(len(hubs.base)):
        if hubs.base[k] >= IMPOSSIBLE or hubs.host_patients > hubs.high:
            bounds[k] = NEVER
            continue
        for share in TRIED:
            if bounds[k].min() >= best:
                break
            for t in range(len(cost)):
                cost[t] = hubs.cost[k, t] + hubs.staff[t].sum() * share // SHARES
                stay[t] = cost[t] - hubs.move[t]
            rows[0] = NEVER
            rows[0, hubs.host_patients // grid] = hubs.base[k] + hubs.host_staff.sum() * share // SHARES
            add_items(rows, 0, weight, cost, 0, hubs.first[0])
            bound_groups(hubs, rows, ends, weight, cost, stay, fresh)
            for g in range(len(fresh)):
                if fresh[g] > bounds[k, g]:
                    bounds[k, g], shares[k, g] = fresh[g], share

"""Knapsack tables on a grid of patients, and how the groups of a site share them."""

from __future__ import annotations

import numpy as np

from solvers.columns.kernels.compiled import inner


@inner
def add_item(table, fresh, weight, cost):
    """One item more: fresh[w] = min(table[w], table[w - weight] + cost)."""
    for w in range(min(weight, len(table))):
        fresh[w] = table[w]
    for w in range(weight, len(table)):
        taken = table[w - weight] + cost
        fresh[w] = taken if taken < table[w] else table[w]


@inner
def copy(source, target):
    for w in range(len(source)):
        target[w] = source[w]


@inner
def add_run(tables, row, weight, cost, discount, first, last, discounted, skip_dear):
    """Items first .. last - 1 into a row of the tables; the last row is scratch.

    `skip_dear`: an item that costs something is never worth taking.
    """
    now, then = tables[row], tables[tables.shape[0] - 1]
    swapped = False
    for t in range(first, last):
        price = cost[t] - (discount[t] if discounted else 0.0)
        if weight[t] < tables.shape[1] and not (skip_dear and price >= 0.0):
            add_item(now, then, weight[t], price)
            now, then = then, now
            swapped = not swapped
    if swapped:
        copy(now, then)


@inner
def group_bounds(tables, low, high, first, last, weight, cost, discount, skip_dear, terminal, bounds):
    """`bounds[g]`: least table cost with the items of segment g discounted, for g in low .. high - 1.

    Row 0 holds the items of no segment. Divide and conquer by an explicit stack of (low, high, row).
    """
    stack = np.zeros((64, 3), dtype=np.int64)
    stack[0, 0], stack[0, 1], stack[0, 2] = low, high, 0
    height = 1
    while height > 0:
        height -= 1
        low, high, row = stack[height, 0], stack[height, 1], stack[height, 2]
        if high - low == 1:
            add_run(tables, row, weight, cost, discount, first[low], last[low], True, skip_dear)
            least = np.inf
            for w in range(tables.shape[1]):
                least = min(least, tables[row, w] + terminal[w])
            bounds[low] = least
            continue
        middle = (low + high) // 2
        # the left half goes one row down, with the right half's items in; then the right half takes this row
        copy(tables[row], tables[row + 1])
        for g in range(middle, high):
            add_run(tables, row + 1, weight, cost, discount, first[g], last[g], False, skip_dear)
        for g in range(low, middle):
            add_run(tables, row, weight, cost, discount, first[g], last[g], False, skip_dear)
        stack[height, 0], stack[height, 1], stack[height, 2] = middle, high, row
        stack[height + 1, 0], stack[height + 1, 1], stack[height + 1, 2] = low, middle, row + 1
        height += 2


@inner
def best_set(n, patients, cost, start, start_cost, terminal, chosen, taken):
    """The cheapest set of items by a table of one cell a patient. Returns its cost; marks `taken`.

    `chosen` [items, cells]: scratch for the way back.
    """
    table = np.full(len(terminal), np.inf)
    table[start] = start_cost
    for t in range(n):
        for w in range(len(table) - 1, -1, -1):
            with_it = table[w - patients[t]] + cost[t] if w >= patients[t] else np.inf
            chosen[t, w] = with_it < table[w]
            if chosen[t, w]:
                table[w] = with_it
    best, at = np.inf, -1
    for w in range(len(table)):
        if table[w] + terminal[w] < best:
            best, at = table[w] + terminal[w], w
    for t in range(n - 1, -1, -1):
        taken[t] = at >= 0 and chosen[t, at]
        if taken[t]:
            at -= patients[t]
    return best


@inner
def size_price(population, targets):
    """Price of a hub of two or more outside the targets."""
    if population < targets[0]:
        return targets[2] * (targets[0] - population)
    if population > targets[1]:
        return targets[2] * (population - targets[1])
    return 0.0


@inner
def fill_terminal(terminal, grid, spread, low, high, targets):
    """Least size price of the true populations grid x w .. grid x w + spread; inf where none is allowed."""
    for w in range(len(terminal)):
        least, most = max(grid * w, low), min(grid * w + spread, high)
        if least > most:
            terminal[w] = np.inf
        elif most < targets[0]:
            terminal[w] = size_price(most, targets)
        elif least > targets[1]:
            terminal[w] = size_price(least, targets)
        else:
            terminal[w] = 0.0

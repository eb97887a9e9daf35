"""A bound on what is below a node of a depth-first search that sees the prices of cuts, which completion tables do not.

With a multiplier for the hub's patients every open item has a price of its own; those below 0 are profits, and their
sum is the most that items can add. A cut that the hub does not pay yet takes from the profits of its open items: with
one of its practices in the hub, any further one pays its price; with none, any two. It takes at most its price, and
profits that one cut has taken are gone for the next: formulas in docs/columns.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray
from solvers.columns.kernels.compiled import allocating, inner
from solvers.columns.kernels.sizes import best_size, size_price

MEMBERS = 3  # practices of a cut
RELAXED = 2  # of the credits for staff of a search: the relaxation's
FIRST_STEP, LEAST_STEP, MOST_STEPS = 4.0, 0.2, 30  # of the multiplier, pounds a patient


class CutWork(NamedTuple):
    """Scratch of one search: cuts that its open items can make a hub pay, and profits of the items."""

    cut: IntArray  # [C] number among all cuts
    size: IntArray  # [C] open items of each
    item: IntArray  # [C, MEMBERS] these
    place: IntArray  # [all cuts] among those of the search; -1 = not there
    price: FloatArray  # [items] at the multiplier, staff included
    profit: FloatArray  # [items] of those not decided yet, what cuts have not taken
    line: FloatArray  # [2] least size price of any number of patients: at 0 of them, and a patient (the multiplier)


@allocating
def new_cut_work(items, cuts):
    return CutWork(
        np.zeros(cuts, dtype=np.int64),
        np.zeros(cuts, dtype=np.int64),
        np.zeros((cuts, MEMBERS), dtype=np.int64),
        np.full(cuts, -1),
        np.zeros(items),
        np.zeros(items),
        np.zeros(2),
    )


@inner
def list_cuts(du, work, n_open):
    """Lists the cuts with two practices or more among the hub so far and its open items, none paid yet; how many."""
    cuts = work.cuts
    listed = 0
    for t in range(n_open):
        i = work.practice[t]
        for at in range(du.cut_first[i], du.cut_first[i + 1]):
            c = du.cut_of[at]
            if work.in_cut[c] >= 2 or du.cut[c] <= 0.0:
                continue
            k = cuts.place[c]
            if k < 0:
                k = listed
                cuts.place[c], cuts.cut[k], cuts.size[k] = k, c, 0
                listed += 1
            cuts.item[k, cuts.size[k]] = t
            cuts.size[k] += 1
    count = 0
    for k in range(listed):
        c = cuts.cut[k]
        cuts.place[c] = -1
        if work.in_cut[c] + cuts.size[k] >= 2:
            cuts.cut[count], cuts.size[count] = c, cuts.size[k]
            for q in range(MEMBERS):
                cuts.item[count, q] = cuts.item[k, q]
            count += 1
    return count


@inner
def price_open(lay, j, work, n_open, multiplier):
    """Prices of the open items at a multiplier for patients, with the relaxation's share of staff."""
    cuts, credit = work.cuts, work.credit[RELAXED]
    for t in range(n_open):
        price = work.linear[t] + multiplier * work.patients[t]
        for r in range(len(credit)):
            price += credit[r] * work.need[t, r]
        cuts.price[t] = price
    size = best_size(multiplier, lay.minimum[j], lay.limit[j], lay.targets)
    cuts.line[0], cuts.line[1] = size_price(size, lay.targets) - multiplier * size, multiplier


@inner
def best_with_cuts(lay, du, j, work, n_cuts, n_open, population, cost, multiplier, enough):
    """(multiplier, bound): with cuts items are dearer, so that another multiplier bounds most; prices are left at it.

    Half a step back, or one and a half on, until the bound is `enough` or steps are short.
    """
    price_open(lay, j, work, n_open, multiplier)
    bound = least_with_cuts(du, work, n_cuts, 0, n_open, population, cost, enough)
    step, steps = -FIRST_STEP, 0
    while bound < enough and abs(step) > LEAST_STEP and steps < MOST_STEPS:
        price_open(lay, j, work, n_open, multiplier + step)
        other = least_with_cuts(du, work, n_cuts, 0, n_open, population, cost, enough)
        steps += 1
        if other > bound:
            multiplier, bound, step = multiplier + step, other, 1.5 * step
        else:
            step *= -0.5
    price_open(lay, j, work, n_open, multiplier)
    return multiplier, least_with_cuts(du, work, n_cuts, 0, n_open, population, cost, np.inf)


@inner
def least_with_cuts(du, work, n_cuts, depth, n_open, population, cost, enough):
    """Bound on a hub with the items before `depth` decided; what lies above `enough` need not be exact."""
    cuts, credit = work.cuts, work.credit[RELAXED]
    least = cost + cuts.line[0] + cuts.line[1] * population
    for r in range(len(credit)):
        least += credit[r] * work.lacking[r]
    for t in range(depth, n_open):
        cuts.profit[t] = max(0.0, -cuts.price[t])
        least -= cuts.profit[t]
    for k in range(n_cuts):
        if least >= enough:
            break
        inside = work.in_cut[cuts.cut[k]]
        if inside < 2:
            least += take_profits(cuts, k, depth, du.cut[cuts.cut[k]], inside)
    return least


@inner
def take_profits(cuts, k, depth, price, inside):
    """What a cut with so many practices in the hub takes from its open items."""
    profit, item, left = cuts.profit, cuts.item[k], price
    if inside == 1:
        for q in range(cuts.size[k]):
            if item[q] >= depth:
                taken = min(left, profit[item[q]])
                profit[item[q]] -= taken
                left -= taken
        return price - left
    first = second = third = -1  # open ones with a profit, the largest first
    for q in range(cuts.size[k]):
        t = item[q]
        if t < depth or profit[t] <= 0.0:
            continue
        if first < 0 or profit[t] > profit[first]:
            first, second, third = t, first, second
        elif second < 0 or profit[t] > profit[second]:
            second, third = t, second
        else:
            third = t
    if second < 0:
        return 0.0
    if third >= 0:  # any two of three pay: half of the price each
        taken = min(left, 2.0 * profit[third])
        for t in (first, second, third):
            profit[t] -= 0.5 * taken
        left -= taken
    taken = min(left, profit[second])  # both of two pay
    profit[first] -= taken
    profit[second] -= taken
    return price - left + taken

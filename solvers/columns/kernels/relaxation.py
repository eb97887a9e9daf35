"""The linear relaxation of one (site, cluster, group): a bound, and which practices it settles.

With a multiplier for the hub's patients and a share, role by role, of what the hub lacks in staff priced linearly,
every practice is taken or left by the sign of its own price. The bound is the best over the multipliers; a practice
whose price is above what is left to the best hub known is settled. Formulas: docs/columns.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray
from solvers.columns.kernels.compiled import allocating, inner
from solvers.columns.kernels.hub_costs import empty_hub, may_join, practice_cost, segment_discount
from solvers.columns.kernels.sizes import best_size, size_price

SHARE_STEP = 0.1  # of what a hub lacks in staff
HALVINGS = 24  # of the interval that holds the best multiplier


class Items(NamedTuple):
    """Practices that can join a site in a cluster, group by group, with room for all R roles and G groups."""

    place: IntArray  # [items] position among the site's items
    patients: IntArray  # [items]
    cost: FloatArray  # [items] staff apart, as if its group were not continued
    continued: FloatArray  # [items] what it saves if its group is continued
    staff: FloatArray  # [items, R] price of the FTE that it lacks; negative: has to spare
    price: FloatArray  # [items] cost in the leaf at hand, with shares of staff
    first: IntArray  # [G] items of each segment: first .. last - 1
    last: IntArray  # [G]
    lacking: FloatArray  # [R] scratch
    near: IntArray  # [items] scratch: those that the best multiplier has not settled


@allocating
def new_items(items, segments, roles):
    return Items(
        np.zeros(items, dtype=np.int64),
        np.zeros(items, dtype=np.int64),
        np.zeros(items),
        np.zeros(items),
        np.zeros((items, roles)),
        np.zeros(items),
        np.zeros(segments, dtype=np.int64),
        np.zeros(segments, dtype=np.int64),
        np.zeros(roles),
        np.zeros(items, dtype=np.int64),
    )


@inner
def list_items(lay, du, j, cluster, items, below):
    """Fills `items` with the practices that fit, consent and cost less than `below`, staff apart; returns how many."""
    base, n = lay.item_start[j], 0
    segment, n_segments = lay.segment_start[j], lay.segment_start[j + 1] - lay.segment_start[j]
    item, travel, move_cost = lay.item, lay.item_travel, lay.move_cost
    g = -1
    for t in range(lay.item_start[j + 1] - base):
        i = item[base + t]
        cost = travel[base + t] + practice_cost(lay, du, j, i, cluster)
        if cost - move_cost[i] >= below or not may_join(lay, j, cluster, i):
            continue
        while g + 1 < n_segments and lay.segment_first[segment + g + 1] <= base + t:
            g += 1
            items.first[g] = items.last[g] = n
        items.place[n], items.patients[n] = t, lay.patients[i]
        items.cost[n], items.continued[n] = cost, move_cost[i]
        for r in range(len(du.hire)):
            items.staff[n, r] = du.hire[r] * (lay.hub_ratio[r] * lay.patients[i] - lay.fte[i, r])
        n += 1
        if g >= 0 and base + t < lay.segment_last[segment + g]:
            items.last[g] = n
    for rest in range(g + 1, n_segments):
        items.first[rest] = items.last[rest] = n
    return n


@inner
def useful_below(lay, du, j):
    """The cost from which on an item is in no cheapest hub: 0, where no hub is paid for being larger or for staff."""
    return 0.0 if lay.minimum[j] <= 0 and lay.targets[0] <= 0.0 and len(du.hire) == 0 else np.inf


@inner
def bound_segments(lay, du, share, j, cluster, items, bounds):
    """`bounds[g]`: a bound for every segment of the site, at the multipliers that are best for none of them."""
    n = list_items(lay, du, j, cluster, items, useful_below(lay, du, j))
    n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
    none = n_segments - 1
    price_items(items, n, share, none)
    multiplier, bound = best_multiplier(lay, du, share, j, cluster, none, items, n)
    for g in range(n_segments):
        bounds[g] = bound - segment_discount(lay, du, j, g)
        for t in range(items.first[g], items.last[g]):
            price = items.price[t] + multiplier * items.patients[t]
            bounds[g] += min(0.0, price - items.continued[t]) - min(0.0, price)


@inner
def bound_leaf(lay, du, share, j, cluster, g, items, n, enough):
    """(multiplier, bound) of one segment; the shares of staff climb, in place, until the bound is `enough`."""
    price_items(items, n, share, g)
    multiplier, bound = best_multiplier(lay, du, share, j, cluster, g, items, n)
    for r in range(len(du.hire)):
        before = share[r]
        multiplier, bound = climb(lay, du, share, j, cluster, g, items, n, r, SHARE_STEP, multiplier, bound, enough)
        if share[r] == before:
            multiplier, bound = climb(
                lay, du, share, j, cluster, g, items, n, r, -SHARE_STEP, multiplier, bound, enough
            )
    price_items(items, n, share, g)
    return multiplier, bound


@inner
def climb(lay, du, share, j, cluster, g, items, n, r, step, multiplier, bound, enough):
    """Moves the share of one role by steps as long as the bound rises."""
    while bound < enough and du.hire[r] > 0.0 and 0.0 <= share[r] + step <= 1.0:
        share[r] += step
        price_items(items, n, share, g)
        other, value = best_multiplier(lay, du, share, j, cluster, g, items, n)
        if value <= bound:
            share[r] -= step
            break
        multiplier, bound = other, value
    return multiplier, bound


@inner
def price_items(items, n, share, g):
    """`items.price` in a segment, with shares of staff."""
    for t in range(n):
        price = items.cost[t]
        for r in range(len(share)):
            price += share[r] * items.staff[t, r]
        items.price[t] = price
    for t in range(items.first[g], items.last[g]):
        items.price[t] -= items.continued[t]


@inner
def best_multiplier(lay, du, share, j, cluster, g, items, n):
    """(multiplier, bound): the multiplier for patients at which the items' patients are what the hub's size asks."""
    population, cost = empty_hub(lay, du, j, cluster, g, items.lacking)
    for r in range(len(du.hire)):
        cost += share[r] * du.hire[r] * items.lacking[r]
    low, high, targets = lay.minimum[j], lay.limit[j], lay.targets
    if low > high or population > high or population + items.patients[:n].sum() < low:
        return 0.0, np.inf
    patients = population + patients_below(items, n, 0.0)
    multiplier = 0.0
    if patients > min(high, targets[1]) or patients < max(low, targets[0]):
        multiplier = halve_interval(items, n, population, patients, low, high, targets)
    size = best_size(multiplier, low, high, targets)
    bound = cost + size_price(size, targets) - multiplier * (size - population)
    for t in range(n):
        bound += min(0.0, items.price[t] + multiplier * items.patients[t])
    return multiplier, bound


@inner
def halve_interval(items, n, population, patients, low, high, targets):
    """The multiplier at which a hub has the patients that its size asks for; `patients`: those at 0.

    Of the items only those are looked at again whose price changes its sign in the interval left.
    """
    over = patients > min(high, targets[1])
    least, most, n_near = 0.0, 0.0, 0
    for t in range(n):
        if (items.price[t] < 0.0) == over:
            ratio = -items.price[t] / max(1, items.patients[t])
            least, most = min(least, ratio), max(most, ratio)
            items.near[n_near] = t
            n_near += 1
    settled = population if over else patients
    least, most = (0.0, most + targets[2]) if over else (least - targets[2], 0.0)
    multiplier = 0.0
    for _ in range(HALVINGS):
        multiplier = 0.5 * (least + most)
        below = patients_near(items, n_near, multiplier)
        too_many = settled + below > best_size(multiplier, low, high, targets)
        if too_many:
            least = multiplier
        else:
            most = multiplier
            settled += below
        n_near = keep_near(items, n_near, multiplier, too_many)
    return multiplier


@inner
def patients_near(items, n_near, multiplier):
    """Patients of the unsettled items that have a negative price."""
    patients = 0
    for k in range(n_near):
        t = items.near[k]
        if items.price[t] + multiplier * items.patients[t] < 0.0:
            patients += items.patients[t]
    return patients


@inner
def keep_near(items, n_near, multiplier, negative):
    """Keep the unsettled items whose price is negative, or those whose price is not; how many."""
    kept = 0
    for k in range(n_near):
        t = items.near[k]
        if (items.price[t] + multiplier * items.patients[t] < 0.0) == negative:
            items.near[kept] = t
            kept += 1
    return kept


@inner
def patients_below(items, n, multiplier):
    """Patients of the items that have a negative price."""
    patients = 0
    for t in range(n):
        if items.price[t] + multiplier * items.patients[t] < 0.0:
            patients += items.patients[t]
    return patients

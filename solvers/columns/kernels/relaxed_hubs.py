"""Pricing by its relaxation alone: bounds on the hubs of all sites, and the members of the relaxed ones."""

from __future__ import annotations

import numpy as np

from solvers.columns.kernels.compiled import allocating, entry, inner
from solvers.columns.kernels.pricing import bound_leaves, price_singles
from solvers.columns.kernels.relaxation import bound_leaf, list_items, new_items, useful_below
from solvers.columns.kernels.sizes import best_size

SETTLED = 1e-6  # of its price: what an item's price at the best multiplier is off 0, if it is not the one cut in two


@entry
def relax_sites(lay, du, share, sites, out):
    """`out.bound[j]`: what any hub at the site costs at least; inf where there can be none."""
    items, bounds = new_leaves(lay, du, sites)
    largest = np.max(lay.patients)
    for j in sites:
        single, leaf = relax_site(lay, du, share, j, largest, items, bounds, out)
        out.bound[j] = min(single, bounds[leaf])


@entry
def add_members(lay, du, share, sites, out, covered):
    """Adds to `covered` [n] how much of each practice the relaxed hubs at these sites hold.

    The shares of staff of the leaves that decide climb, in place, for the next call.
    """
    items, bounds = new_leaves(lay, du, sites)
    largest = np.max(lay.patients)
    for j in sites:
        single, leaf = relax_site(lay, du, share, j, largest, items, bounds, out)
        if single <= bounds[leaf]:
            covered[out.members[j, (out.found[j] - 1) % out.members.shape[1], 0]] += 1.0
            continue
        n_segments = lay.segment_start[j + 1] - lay.segment_start[j]
        add_relaxed_hub(lay, du, share, j, leaf // n_segments, leaf % n_segments, items, covered)


@inner
def relax_site(lay, du, share, j, largest, items, bounds, out):
    """(least cost of a hub of one practice that leaves do not bound, the leaf that may have the cheapest hub)"""
    out.found[j] = 0
    single = price_large_singles(lay, du, j, largest, out)
    bound_leaves(lay, du, share, j, items, bounds)
    return single, least_leaf(lay, j, bounds)


@inner
def price_large_singles(lay, du, j, largest, out):
    """Hubs of one practice where some may be larger than others, or are not priced for it; leaves bound the rest."""
    if largest <= min(lay.limit[j], lay.targets[1]):
        return np.inf
    return price_singles(lay, du, j, np.inf, out)


@allocating
def new_leaves(lay, du, sites):
    """Room for any of the sites: items, and bounds of its leaves."""
    most, segments = 1, 1
    for j in sites:
        most = max(most, lay.item_start[j + 1] - lay.item_start[j])
        segments = max(segments, lay.segment_start[j + 1] - lay.segment_start[j])
    return new_items(most, segments, len(du.hire)), np.zeros((lay.refuses.shape[1] + 1) * segments)


@inner
def least_leaf(lay, j, bounds):
    """The place of a site's leaf that may have the cheapest hub."""
    least = 0
    for t in range((lay.refuses.shape[1] + 1) * (lay.segment_start[j + 1] - lay.segment_start[j])):
        if bounds[t] < bounds[least]:
            least = t
    return least


@inner
def add_relaxed_hub(lay, du, share, j, cluster, g, items, covered):
    """The host, and the items that the best multiplier takes; those at a price of 0 as far as the size asks."""
    n = list_items(lay, du, j, cluster, items, useful_below(lay, du, j))
    multiplier, _ = bound_leaf(lay, du, share[j, cluster], j, cluster, g, items, n, np.inf)
    lacking = best_size(multiplier, lay.minimum[j], lay.limit[j], lay.targets)
    if lay.host[j] >= 0:
        covered[lay.host[j]] += 1.0
        lacking -= lay.patients[lay.host[j]]
    divided = 0
    for t in range(n):
        price = items.price[t] + multiplier * items.patients[t]
        if abs(price) <= SETTLED * abs(items.price[t]):
            divided += items.patients[t]
        elif price < 0.0:
            covered[lay.item[lay.item_start[j] + items.place[t]]] += 1.0
            lacking -= items.patients[t]
    part = min(1.0, max(0.0, lacking / max(1, divided)))
    for t in range(n):
        if abs(items.price[t] + multiplier * items.patients[t]) <= SETTLED * abs(items.price[t]):
            covered[lay.item[lay.item_start[j] + items.place[t]]] += part

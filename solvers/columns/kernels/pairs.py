"""How cheap a hub can be at most that holds a given practice, by the relaxation of every leaf."""

from __future__ import annotations

import numpy as np

from solvers.columns.kernels.compiled import entry, inner
from solvers.columns.kernels.hub_costs import cluster_allowed, consents, may_be_alone, single_cost
from solvers.columns.kernels.pricing import alone
from solvers.columns.kernels.relaxation import bound_leaf, list_items, new_items


@entry
def bound_pairs(lay, du, share, sites, of_item, of_host):
    """Lower bounds on the reduced cost of a hub at a site that holds a practice; prices of cuts are left out.

    Fills `of_item` [items], an entry of the layout's items each, and `of_host` [m]: of any hub that holds the host.
    """
    most = 1
    for j in sites:
        most = max(most, lay.item_start[j + 1] - lay.item_start[j])
    items = new_items(most, 1 + np.max(lay.segment_start[1:] - lay.segment_start[:-1]), len(du.hire))
    for j in sites:
        first, last = lay.item_start[j], lay.item_start[j + 1]
        of_item[first:last] = np.inf
        of_host[j] = np.inf
        for cluster in range(lay.refuses.shape[1] + 1):
            if cluster_allowed(lay, du, j, cluster):
                bound_singles(lay, du, j, cluster, of_item, of_host)
                for g in range(lay.segment_start[j + 1] - lay.segment_start[j]):
                    bound_members(lay, du, share[j, cluster], j, cluster, g, items, of_item, of_host)


@inner
def bound_members(lay, du, share, j, cluster, g, items, of_item, of_host):
    """By one leaf, for the practices that may join there."""
    n = list_items(lay, du, j, cluster, items, np.inf)
    multiplier, bound = bound_leaf(lay, du, share, j, cluster, g, items, n, np.inf)
    of_host[j] = min(of_host[j], bound)
    for t in range(n):
        at = lay.item_start[j] + items.place[t]
        more = max(0.0, items.price[t] + multiplier * items.patients[t])
        of_item[at] = min(of_item[at], bound + more)


@inner
def bound_singles(lay, du, j, cluster, of_item, of_host):
    """By the hubs of one practice."""
    has_host = lay.host[j] >= 0
    for t in range(1 if has_host else lay.item_start[j + 1] - lay.item_start[j]):
        i, travel = alone(lay, j, t)
        if not (may_be_alone(lay, j, i) and consents(lay, i, cluster)):
            continue
        cost, _ = single_cost(lay, du, j, cluster, i, travel, True)
        if has_host:
            of_host[j] = min(of_host[j], cost)
        else:
            of_item[lay.item_start[j] + t] = min(of_item[lay.item_start[j] + t], cost)

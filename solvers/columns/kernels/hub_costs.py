"""What a hub costs under given duals, piece by piece: compiled helpers of pricing and enumeration."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.model.arrays import NO_LACK, NONE, FloatArray, IntArray
from solvers.columns.kernels.compiled import inner


class Duals(NamedTuple):
    """Prices of the rules that tie hubs together, as pricing sees them."""

    practice: FloatArray  # [n] paid for covering a practice
    misfit: FloatArray  # [n, C] of a member in a network of the cluster, the price of its link included
    group: FloatArray  # [G] <= 0
    patient: FloatArray  # [m, C + 1] cost per patient at the site in a network of the cluster; the last entry: in none
    entry: FloatArray  # [m, C + 1] cost of being in the cluster, inf = it cannot be; the last entry: in none
    hire: FloatArray  # [R] cost per FTE hired, the labour market's price included
    hub: float  # cost of any hub
    cut: FloatArray  # [C] >= 0, paid by a hub that holds two or more of a cut's practices
    cut_first: IntArray  # [n + 1] into the cuts of each practice
    cut_of: IntArray


@inner
def count_in_cuts(du, count, i, sign, cost):
    """The cost after a practice has joined (sign 1) or left (-1) a hub with so many practices in each cut."""
    for at in range(du.cut_first[i], du.cut_first[i + 1]):
        c = du.cut_of[at]
        if sign > 0:
            count[c] += 1
            if count[c] == 2:
                cost += du.cut[c]
        else:
            if count[c] == 2:
                cost -= du.cut[c]
            count[c] -= 1
    return cost


@inner
def cluster_allowed(lay, du, j, cluster):
    """Whether a hub at the site can be in a network of the cluster (or, last, in none) at all."""
    if du.entry[j, cluster] == np.inf:
        return False
    return lay.host[j] < 0 or consents(lay, lay.host[j], cluster)


@inner
def consents(lay, i, cluster):
    """Whether a practice may be in a network of the cluster; in none, any."""
    return cluster == lay.refuses.shape[1] or not lay.refuses[i, cluster]


@inner
def may_be_alone(lay, j, i):
    """Whether a practice is enough for a hub at the site; alone, it is exempt from the maximum."""
    return lay.minimum[j] <= lay.patients[i] <= lay.capacity[j]


@inner
def may_join(lay, j, cluster, i):
    """Whether a practice in reach fits into a hub of several in a network of the cluster."""
    return lay.patients[i] <= lay.limit[j] and consents(lay, i, cluster)


@inner
def practice_cost(lay, du, j, i, cluster):
    """Linear cost of a member apart from travel, hires and the discount of its group."""
    cost = lay.move_cost[i] - du.practice[i] + du.patient[j, cluster] * lay.patients[i]
    if cluster < lay.refuses.shape[1]:
        cost += du.misfit[i, cluster]
    return cost


@inner
def to_hire(lay, r, lacking):
    """FTE that make up for what is lacking, rounded up where the role is hired whole."""
    if lacking <= 0.0:
        return 0.0
    return np.ceil(lacking - NO_LACK) if lay.whole_fte[r] else lacking


@inner
def single_cost(lay, du, j, cluster, i, travel, may_continue):
    """(cost, group continued) of a hub of one practice: no price above the targets."""
    size = lay.patients[i]
    cost = lay.site_cost[j] + du.hub + travel + practice_cost(lay, du, j, i, cluster) + du.entry[j, cluster]
    if size < lay.targets[0]:
        cost += lay.targets[2] * (lay.targets[0] - size)
    for r in range(len(du.hire)):
        cost += du.hire[r] * to_hire(lay, r, lay.hub_ratio[r] * size - lay.fte[i, r])
    group = lay.group[i]
    if may_continue and group >= 0 and lay.move_cost[i] + du.group[group] > 0.0:
        return cost - lay.move_cost[i] - du.group[group], group
    return cost, NONE


@inner
def segment_discount(lay, du, j, g):
    """What continuing the group saves apart from its items: the host's moving, less the group's dual price."""
    group = lay.segment_group[lay.segment_start[j] + g]
    if group < 0:
        return 0.0
    saved = du.group[group]
    if lay.host[j] >= 0 and lay.group[lay.host[j]] == group:
        saved += lay.move_cost[lay.host[j]]
    return saved


@inner
def empty_hub(lay, du, j, cluster, g, lacking):
    """(patients, cost) of a hub with its host alone, staff apart; fills the FTE that it lacks."""
    cost = lay.site_cost[j] + du.hub + du.entry[j, cluster] - segment_discount(lay, du, j, g)
    host = lay.host[j]
    for r in range(len(du.hire)):
        lacking[r] = 0.0 if host < 0 else lay.hub_ratio[r] * lay.patients[host] - lay.fte[host, r]
    if host < 0:
        return 0, cost
    return lay.patients[host], cost + lay.host_travel[j] + practice_cost(lay, du, j, host, cluster)

"""A node laid out for pricing: the items of every site's knapsack, sorted by current group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.model.arrays import NO_LIMIT, NONE, BoolArray, FloatArray, IntArray
from optimizer.model.terms import least_network_cost
from solvers.columns.clusters import Clusters
from solvers.columns.node import NO_SLOT, Node
from solvers.columns.params import DEFAULT, PricingParams


class PricingLayout(NamedTuple):
    """n practices, m sites, C clusters of leads, R roles. Items: practices that can join a site, its host left out."""

    item_start: IntArray  # [m + 1]
    item: IntArray  # practice; ungrouped ones first, then group by group
    item_travel: FloatArray  # pounds a year
    segment_start: IntArray  # [m + 1] into the segments
    segment_group: IntArray  # current group of a run of items; the last of a site is NONE: no group continued
    segment_first: IntArray  # its items: segment_first .. segment_last - 1
    segment_last: IntArray
    host: IntArray  # [m] practice that must be a member, NONE = nobody
    host_travel: FloatArray  # [m]
    site_cost: FloatArray  # [m]
    minimum: IntArray  # [m]
    capacity: IntArray  # [m]
    limit: IntArray  # [m] most patients of a hub of two or more
    grid: IntArray  # [m] patients per table cell
    slot: IntArray  # [C] of each cluster
    coordination: FloatArray  # [m, C + 1] least to any lead of the cluster, inf where there is none; 0 for no network
    crossing: FloatArray  # [m, C + 1] least per patient across boundaries to any lead of the cluster; 0 for no network
    leads: BoolArray  # [m, C] the site is a lead of a cluster of a hub-led model
    patients: IntArray  # [n]
    group: IntArray  # [n]
    move_cost: FloatArray  # [n]
    misfit: FloatArray  # [n, C] with what a network hires for its patients at least
    refuses: BoolArray  # [n, C]
    fte: FloatArray  # [n, R]
    hub_ratio: FloatArray  # [R]
    whole_fte: BoolArray  # [R] whether hires are whole
    targets: FloatArray  # [3] target_min, target_max, price per patient outside


def make_layout(node: Node, clusters: Clusters, params: PricingParams = DEFAULT.pricing) -> PricingLayout:
    p = node.problem
    keep = node.allowed & ~node.closed[p.reach.column]
    site, practice, cost = p.reach.column[keep], p.reach.row[keep], p.reach.cost[keep]
    own = p.host[site] == practice
    lonely = (p.host >= 0) & p.oversize[np.maximum(p.host, 0)]
    joins = ~own & ~lonely[site]
    order = np.lexsort((practice, p.practices.group[practice], site))
    order = order[joins[order]]
    item, item_start = practice[order], np.searchsorted(site[order], np.arange(p.n_sites + 1)).astype(np.int64)
    host_travel = np.zeros(p.n_sites)
    host_travel[site[own]] = cost[own]
    hostless = (p.host >= 0) & ~np.isin(np.arange(p.n_sites), site[own])
    # a host that cannot join closes its site
    minimum = np.where(hostless | node.closed, NO_LIMIT, p.sites.minimum)
    patients = p.practices.patients
    room = np.bincount(site, weights=patients[practice], minlength=p.n_sites).astype(np.int64)
    limit = np.minimum(np.minimum(p.hub.maximum, p.sites.capacity), room)
    exact = (limit <= params.exact_cells) & (not (p.roles.hub_ratio > 0).any())
    grid = np.where(exact, 1, np.maximum(1, np.ceil(limit / params.cells))).astype(np.int64)
    first, group, begin, end = _segments(p.practices.group, p.host, item, item_start)
    models, (_, of_patient) = clusters.models(node), least_network_cost(p)
    return PricingLayout(
        item_start=item_start,
        item=item,
        item_travel=cost[order],
        segment_start=first,
        segment_group=group,
        segment_first=begin,
        segment_last=end,
        host=p.host,
        host_travel=host_travel,
        site_cost=p.sites.cost,
        minimum=minimum,
        capacity=p.sites.capacity,
        limit=limit,
        grid=grid,
        slot=clusters.slot,
        coordination=_coordination(node, clusters),
        crossing=_crossing(node, clusters),
        leads=_lead_sites(node, clusters),
        patients=patients,
        group=p.practices.group,
        move_cost=p.practices.move_cost,
        misfit=np.ascontiguousarray(p.practices.misfit_cost[:, models] + np.outer(patients, of_patient[models])),
        refuses=np.ascontiguousarray(p.practices.barred[:, models]),
        fte=np.ascontiguousarray(p.practices.fte),
        hub_ratio=p.roles.hub_ratio,
        whole_fte=p.roles.whole_fte,
        targets=np.array([p.hub.target_min, p.hub.target_max, p.hub.price], dtype=np.float64),
    )


def _segments(
    group_of: IntArray, host: IntArray, item: IntArray, item_start: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """(start per site, group, first item, last item) of the runs of one group; a host's own group is among them."""
    start, group, first, last = [0], [], [], []
    for j in range(len(item_start) - 1):
        low, high = int(item_start[j]), int(item_start[j + 1])
        groups = group_of[item[low:high]]
        begin = np.flatnonzero(np.diff(groups, prepend=-2))
        end = np.append(begin, high - low)[1:]
        runs = [
            (g, low + b, low + e)
            for g, b, e in zip(groups[begin].tolist(), begin.tolist(), end.tolist(), strict=True)
            if g >= 0
        ]
        host_group = int(group_of[host[j]]) if host[j] >= 0 else NONE
        if host_group >= 0 and host_group not in {run[0] for run in runs}:
            runs.append((host_group, high, high))
        for g, b, e in [*runs, (NONE, high, high)]:
            group.append(g)
            first.append(b)
            last.append(e)
        start.append(len(group))
    return tuple(np.array(v, dtype=np.int64) for v in (start, group, first, last))  # type: ignore[return-value]


def counted_in_limits(node: Node, slot: IntArray) -> FloatArray:
    """[limits, C + 1] 1 where hubs in a cluster of a slot count in a limit; the last column: those in no network."""
    counts = np.zeros((len(node.limits), len(node.slots) + 1))
    for row, limit in zip(counts, node.limits, strict=True):
        row[list(limit.slots)] = 1.0  # NO_SLOT is the last
    return counts[:, np.append(slot, NO_SLOT)]


def link_cost(layout: PricingLayout, site: IntArray, cluster: IntArray, patients: FloatArray) -> FloatArray:
    """[entries] what hubs of so many patients at sites pay for a lead in a cluster at least."""
    return layout.coordination[site, cluster] + layout.crossing[site, cluster] * patients


def _coordination(node: Node, clusters: Clusters) -> FloatArray:
    least = _least_of_leads(node, clusters, node.problem.links.cost)
    least[:, -1] = 0.0
    for site, slot in node.barred:
        least[site, [-1] if slot == NO_SLOT else clusters.of_slot(slot)] = np.inf
    return least


def _crossing(node: Node, clusters: Clusters) -> FloatArray:
    if not len(node.problem.crossings):
        return np.zeros((node.problem.n_sites, len(clusters) + 1))
    least = _least_of_leads(node, clusters, node.problem.crossing_price)
    return np.where(np.isfinite(least), least, 0.0)


def _least_of_leads(node: Node, clusters: Clusters, price: FloatArray) -> FloatArray:
    """[m, C + 1] of the links to any lead of each cluster; inf where there is none. `price`: [links]."""
    links = node.problem.links
    cluster_of = np.full(node.problem.n_candidates, NONE)
    for c, leads in enumerate(clusters.leads):
        if node.slots[clusters.slot[c]].high > 0:
            cluster_of[list(leads)] = c
    mine = np.flatnonzero(cluster_of[links.column] >= 0)
    least = np.full((node.problem.n_sites, len(clusters) + 1), np.inf)
    np.minimum.at(least, (links.row[mine], cluster_of[links.column[mine]]), price[mine])
    return least


def _lead_sites(node: Node, clusters: Clusters) -> BoolArray:
    p = node.problem
    leads = np.zeros((p.n_sites, len(clusters)), dtype=bool)
    for c, of in enumerate(clusters.leads):
        if p.models.hub_led[node.slots[clusters.slot[c]].model]:
            leads[p.candidates.site[list(of)], c] = True
    return leads

"""A Problem laid out for pricing: the items of every site's knapsack, sorted by current group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.pairs import FloatArray, IntArray
from optimizer.problem import NO_LIMIT, BoolArray, Problem

CELLS = 700  # of a knapsack table, about: the grid is chosen for it
NONE = -1


class Layout(NamedTuple):
    """n practices, m sites, K models, R roles. Items: practices that can join a site, its host left out."""

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
    spread: IntArray  # [m] most that rounding to the grid can lose over a hub's members
    coordination: FloatArray  # [m, K] least to any lead, inf where there is none
    patients: IntArray  # [n]
    group: IntArray  # [n]
    move_cost: FloatArray  # [n]
    misfit: FloatArray  # [n, K]
    refuses: BoolArray  # [n, K]
    fte: FloatArray  # [n, R]
    hub_ratio: FloatArray  # [R]
    targets: FloatArray  # [3] target_min, target_max, price per patient outside


def make_layout(p: Problem) -> Layout:
    site, practice, cost = p.reach.column, p.reach.row, p.reach.cost
    own = p.host[site] == practice
    lonely = (p.host >= 0) & p.oversize[np.maximum(p.host, 0)]
    joins = ~own & ~lonely[site]
    order = np.lexsort((practice, p.practices.group[practice], site))
    order = order[joins[order]]
    item_start = np.searchsorted(site[order], np.arange(p.n_sites + 1)).astype(np.int64)
    host_travel = np.zeros(p.n_sites)
    host_travel[site[own]] = cost[own]
    hostless = (p.host >= 0) & ~np.isin(np.arange(p.n_sites), site[own])
    minimum = np.where(hostless, NO_LIMIT, p.sites.minimum)  # a host that cannot join closes its site
    limit = np.minimum(p.hub.maximum, p.sites.capacity)
    segments = _segments(p, practice[order], item_start)
    room = np.minimum(limit, np.bincount(p.reach.column, weights=p.practices.patients[practice], minlength=p.n_sites))
    grid = np.maximum(1, np.ceil(room / CELLS)).astype(np.int64)
    return Layout(
        item_start=item_start,
        item=practice[order],
        item_travel=cost[order],
        segment_start=segments[0],
        segment_group=segments[1],
        segment_first=segments[2],
        segment_last=segments[3],
        host=p.host,
        host_travel=host_travel,
        site_cost=p.sites.cost,
        minimum=minimum,
        capacity=p.sites.capacity,
        limit=np.minimum(limit, room.astype(np.int64)),
        grid=grid,
        spread=_spread(p, practice[order], item_start, limit, grid),
        coordination=_coordination(p),
        patients=p.practices.patients,
        group=p.practices.group,
        move_cost=p.practices.move_cost,
        misfit=np.ascontiguousarray(p.practices.misfit_cost),
        refuses=p.practices.refuses,
        fte=np.ascontiguousarray(p.practices.fte),
        hub_ratio=p.roles.hub_ratio,
        targets=np.array([p.hub.target_min, p.hub.target_max, p.hub.price], dtype=np.float64),
    )


def _segments(p: Problem, item: IntArray, item_start: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """(start per site, group, first item, last item) of the runs of one group; a host's own group is among them."""
    start, group, first, last = [0], [], [], []
    for j in range(p.n_sites):
        low, high = int(item_start[j]), int(item_start[j + 1])
        groups = p.practices.group[item[low:high]]
        values, begin = np.unique(groups, return_index=True)
        end = np.append(begin, high - low)[1:]
        runs = [(g, low + b, low + e) for g, b, e in zip(values.tolist(), begin.tolist(), end.tolist(), strict=True)]
        runs = [run for run in runs if run[0] >= 0]
        host_group = int(p.practices.group[p.host[j]]) if p.host[j] >= 0 else NONE
        if host_group >= 0 and host_group not in {run[0] for run in runs}:
            runs.append((host_group, high, high))
        for g, b, e in [*runs, (NONE, high, high)]:
            group.append(g)
            first.append(b)
            last.append(e)
        start.append(len(group))
    return tuple(np.array(v, dtype=np.int64) for v in (start, group, first, last))  # type: ignore[return-value]


def _spread(p: Problem, item: IntArray, item_start: IntArray, limit: IntArray, grid: IntArray) -> IntArray:
    """(grid - 1) x the most members that fit, by the smallest practices in reach, the host included."""
    spread = np.zeros(p.n_sites, dtype=np.int64)
    for j in range(p.n_sites):
        smallest = np.sort(p.practices.patients[item[item_start[j] : item_start[j + 1]]])
        members = int(np.searchsorted(np.cumsum(smallest), limit[j], side="right")) + 1
        spread[j] = (grid[j] - 1) * members
    return spread


def _coordination(p: Problem) -> FloatArray:
    least = np.full((p.n_sites, max(1, p.n_models)), np.inf)
    np.minimum.at(least, (p.links.row, p.candidates.model[p.links.column]), p.links.cost)
    return least

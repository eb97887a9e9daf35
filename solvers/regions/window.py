"""A window on the bound of a whole problem: some practices whose prices are raised while all others stay.

The Lagrangian bound is a sum over sites and clusters of leads. A window has the sites at which its practices can be,
and everybody who can be there; what others are paid, and clusters that reach beyond it, keep their prices. What the
bound of the window gains, that of the whole gains (docs/regions.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, IntArray
from optimizer.model.axes import Chosen
from optimizer.model.columns import Column
from optimizer.model.pairs import first_of_each
from optimizer.model.problem import Problem
from optimizer.model.restrict import kept_candidates, restrict
from solvers.columns.clusters import Clusters
from solvers.columns.frozen import Frozen
from solvers.columns.node import Node, Slot
from solvers.columns.prices import NodePrices


@dataclass(frozen=True)
class Window:
    """A node of a problem cut to part of the whole; indices of `node` are those of the part."""

    practices: IntArray  # of the whole, ascending
    sites: IntArray  # of the whole, ascending
    clusters: IntArray  # of the whole's, those of the part
    node: Node
    start: NodePrices
    frozen: Frozen

    def columns(self, columns: list[Column], n_practices: int, n_sites: int) -> list[Column]:
        """Of the whole's, those inside."""
        practice = Chosen(n_practices, self.practices).place
        site = Chosen(n_sites, self.sites).place
        found = []
        for c in columns:
            members = practice[list(c.members)]
            if site[c.site] >= 0 and (members >= 0).all():
                found.append(Column(int(site[c.site]), c.model, c.group, tuple(sorted(members.tolist()))))
        return found

    def columns_of_whole(self, columns: list[Column]) -> list[Column]:
        """The part's as the whole's."""
        return [
            Column(int(self.sites[c.site]), c.model, c.group, tuple(self.practices[list(c.members)].tolist()))
            for c in columns
        ]

    def put_back(self, whole: NodePrices, found: NodePrices) -> NodePrices:
        """The whole's prices with what the window set."""
        practice, group = whole.practice.copy(), whole.group.copy()
        own, groups = ~self.frozen.practice, ~self.frozen.group
        practice[self.practices[own]] = found.practice[own]
        group[groups] = found.group[groups]
        low, high, lead, link = (of.copy() for of in (whole.low, whole.high, whole.lead, whole.link))
        mine = ~self.frozen.cluster
        at = self.clusters[mine]
        low[at], high[at], lead[at] = found.low[mine], found.high[mine], found.lead[mine]
        link[np.ix_(at, self.practices)] = found.link[mine]
        return replace(whole, practice=practice, group=group, low=low, high=high, lead=lead, link=link)


def window_on(p: Problem, prices: NodePrices, inside: IntArray, apart: BoolArray, near_sites: int) -> Window:
    """`inside`: practices, ascending, whole groups. Sites: the `near_sites` of least travel of each practice inside.

    `apart` [clusters]: those whose networks are paid for whole. The window sets the prices of those that no other site
    can join.
    """
    mine = np.zeros(p.n_practices, dtype=bool)
    mine[inside] = True
    near = first_of_each(p.reach.row, np.lexsort((p.reach.km, p.reach.row)), near_sites)
    near = near[mine[p.reach.row[near]]]
    open_ = np.zeros(p.n_sites, dtype=bool)
    open_[p.reach.column[near]] = True
    around = np.zeros(p.n_practices, dtype=bool)
    around[p.reach.row[open_[p.reach.column]]] = True
    around |= mine
    cluster_of = np.full(p.n_candidates, NONE)
    for c, leads in enumerate(prices.clusters.leads):
        cluster_of[list(leads)] = c
    of_link = cluster_of[p.links.column]
    linked = np.unique(of_link[open_[p.links.row] & (of_link >= 0)])
    joined_from_outside = np.isin(np.arange(len(apart)), of_link[~open_[p.links.row]])
    free = apart & ~joined_from_outside
    inside_clusters = np.flatnonzero(np.isin(cluster_of, linked))
    sites = open_.copy()
    hub_led = inside_clusters[p.models.hub_led[p.candidates.model[inside_clusters]]]
    sites[p.candidates.site[hub_led]] = True
    practices, site_list = np.flatnonzero(around), np.flatnonzero(sites)
    q = restrict(p, practices, site_list)
    place = Chosen(p.n_candidates, kept_candidates(p, site_list)).place
    clusters = Clusters(
        prices.clusters.slot[linked], tuple(tuple(place[list(prices.clusters.leads[c])].tolist()) for c in linked)
    )
    slots = []
    for k in range(p.n_models):
        of = [n for c in np.flatnonzero(clusters.slot == k) for n in clusters.leads[c]]
        slots.append(Slot(k, tuple(sorted(of)), 0, len(of)))
    node = Node(
        problem=q,
        slots=tuple(slots),
        closed=~open_[site_list],
        required=q.sites.must_open & open_[site_list] & mine[np.maximum(p.host, 0)][site_list],
        allowed=np.ones(len(q.reach), dtype=bool),
        may_be_independent=q.practices.may_be_independent & mine[practices],
    )
    start = replace(
        prices,
        practice=prices.practice[practices],
        clusters=clusters,
        low=prices.low[linked],
        high=prices.high[linked],
        lead=prices.lead[linked],
        link=prices.link[np.ix_(linked, practices)],
    )
    groups = np.ones(len(p.group_ids), dtype=bool)
    own = np.unique(p.practices.group[inside])
    whole_groups = np.setdiff1d(own[own >= 0], p.practices.group[~mine])
    groups[whole_groups] = False
    return Window(practices, site_list, linked, node, start, _frozen(start, ~mine[practices], groups, ~free[linked]))


def _frozen(prices: NodePrices, practice: BoolArray, group: BoolArray, cluster: BoolArray) -> Frozen:
    outside = replace(
        prices,
        practice=np.where(practice, prices.practice, 0.0),
        group=np.where(group, prices.group, 0.0),
        low=np.where(cluster, prices.low, 0.0),
        high=np.where(cluster, prices.high, 0.0),
        lead=np.where(cluster, prices.lead, 0.0),
        link=np.where(cluster[:, None], prices.link, 0.0),
    )
    return Frozen(outside, practice, group, cluster)

"""Prices: the duals of a node's master, in pounds a year and with the signs that the bound needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.problem import Problem
from solvers.columns.clusters import Clusters
from solvers.columns.node import Node

SURE_LEAD = 1e7  # pounds: price at which the one possible lead of a network leads it


@dataclass(frozen=True)
class NodePrices:
    """n practices, G groups, C clusters of the node's leads, R roles."""

    practice: FloatArray  # [n] free
    group: FloatArray  # [G] <= 0
    clusters: Clusters
    low: FloatArray  # [C] >= 0, per patient: networks have at least their minimum
    high: FloatArray  # [C] <= 0, per patient
    lead: FloatArray  # [C] >= 0, per network of a hub-led model: its lead is a hub of it
    link: FloatArray  # [C, n] >= 0: a practice is in networks of the cluster only where there is one
    coverage: float  # per patient in any network, free
    hubs: float  # per hub, free
    limits: FloatArray  # [limits of the node on hubs] per hub, free
    market: FloatArray  # [R] <= 0, per FTE
    cuts: IntArray  # [C, 3] practices of each subset-row cut
    cut: FloatArray  # [C] <= 0, per hub that holds two or more of them

    def with_binding_cuts(self) -> NodePrices:
        """Without the cuts that have no price."""
        binding = self.cut < 0
        return replace(self, cuts=self.cuts[binding], cut=self.cut[binding])

    def plus(self, other: NodePrices) -> NodePrices:
        """Both, over the same clusters; cuts of the other are the first ones here. Its limits are left out."""
        names = ("practice", "group", "low", "high", "lead", "link", "market", "coverage", "hubs")
        both = {name: getattr(self, name) + getattr(other, name) for name in names}
        return replace(self, **both, cut=self.cut + other.cut_of(len(self.cut)))

    def towards(self, other: NodePrices, share: float) -> NodePrices:
        """A share of the way to others of the same node and clusters, the first of whose cuts are those here."""
        names = ("practice", "group", "low", "high", "lead", "link", "market", "coverage", "hubs", "limits")
        between = {name: (1.0 - share) * getattr(self, name) + share * getattr(other, name) for name in names}
        cut = (1.0 - share) * self.cut_of(len(other.cut)) + share * other.cut
        return replace(other, **between, cut=cut)

    def cut_of(self, count: int) -> FloatArray:
        """[count] the prices of so many cuts, of which these are the first."""
        return np.append(self.cut, np.zeros(count - len(self.cut)))

    def with_limit(self) -> NodePrices:
        """For a child with one more limit on hubs."""
        return replace(self, limits=np.append(self.limits, 0.0))

    def split_slot(self, at: int, first: tuple[int, ...], n_slots: int) -> NodePrices:
        """For a child of a node of `n_slots` slots, one of them split by leads; halves have the prices of the whole."""
        return self._of(*self.clusters.split(at, first, n_slots))

    def halved(self, cluster: int, first: tuple[int, ...]) -> NodePrices:
        """With a cluster cut in two."""
        return self._of(*self.clusters.halved(cluster, first))

    def over(self, clusters: Clusters) -> NodePrices:
        """For clusters each of which is part of one that it has."""
        cluster_of = {lead: c for c, leads in enumerate(self.clusters.leads) for lead in leads}
        whole = [self.clusters.of_slot(s)[0] for s in clusters.slot.tolist()]  # of a slot without leads
        parts = [cluster_of.get(leads[0], c) if leads else c for leads, c in zip(clusters.leads, whole, strict=True)]
        return self._of(clusters, np.array(parts, dtype=np.int64))

    def _of(self, clusters: Clusters, part_of: IntArray) -> NodePrices:
        low, high, lead, link = (of[part_of] for of in (self.low, self.high, self.lead, self.link))
        return replace(self, clusters=clusters, low=low, high=high, lead=lead, link=link)


def no_prices(p: Problem, practice: FloatArray, clusters: Clusters) -> NodePrices:
    """Nothing has a price but covering practices."""
    count = len(clusters)
    return NodePrices(
        practice=practice,
        group=np.zeros(len(p.group_ids)),
        clusters=clusters,
        low=np.zeros(count),
        high=np.zeros(count),
        lead=np.zeros(count),
        link=np.zeros((count, p.n_practices)),
        coverage=0.0,
        hubs=0.0,
        limits=np.zeros(0),
        market=np.zeros(p.n_roles),
        cuts=np.zeros((0, 3), dtype=np.int64),
        cut=np.zeros(0),
    )


def sure_leads(node: Node, prices: NodePrices) -> NodePrices:
    """Where a slot has as many networks as leads, a price that makes all of them lead."""
    lead = prices.lead.copy()
    for s, slot in enumerate(node.slots):
        if not node.problem.models.hub_led[slot.model] or slot.high == 0:
            lead[prices.clusters.of_slot(s)] = 0.0
        elif slot.all_lead:
            lead[prices.clusters.of_slot(s)] = SURE_LEAD
    return replace(prices, lead=lead)

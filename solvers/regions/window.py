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
from solvers.columns.node import NO_SLOT, Node, Slot
from solvers.columns.prices import NodePrices


@dataclass(frozen=True)
class Window:
    """A node of a problem cut to part of the whole; indices of `node` are those of the part.

    `others`: the same with hubs at its far sites alone, those that `node` does not have.
    """

    practices: IntArray  # of the whole, ascending
    sites: IntArray  # of the whole, ascending
    clusters: IntArray  # of the whole's, those of the part
    cuts: IntArray  # of the whole's, those of practices of the part
    node: Node
    others: Node
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
        """The whole's prices with what the window set; cuts that it has made are the last."""
        practice, group = whole.practice.copy(), whole.group.copy()
        own, groups = ~self.frozen.practice, ~self.frozen.group
        practice[self.practices[own]] = found.practice[own]
        group[groups] = found.group[groups]
        low, high, lead, link = (of.copy() for of in (whole.low, whole.high, whole.lead, whole.link))
        mine = ~self.frozen.cluster
        at = self.clusters[mine]
        low[at], high[at], lead[at] = found.low[mine], found.high[mine], found.lead[mine]
        link[np.ix_(at, self.practices)] = found.link[mine]
        cut, set_here, known = whole.cut.copy(), ~self.frozen.cut, len(self.cuts)
        cut[self.cuts[set_here]] = found.cut[:known][set_here]
        made = known + np.flatnonzero(found.cut[known:] < 0.0)
        cuts = np.concatenate([whole.cuts, self.practices[found.cuts[made]]])
        cut = np.concatenate([cut, found.cut[made]])
        return replace(
            whole, practice=practice, group=group, low=low, high=high, lead=lead, link=link, cuts=cuts, cut=cut
        )


def window_on(p: Problem, prices: NodePrices, inside: IntArray, own: BoolArray, near_sites: int) -> Window:
    """`inside`: practices, ascending, whole groups; `own` [clusters]: those whose prices the window sets too.

    Sites: the `near_sites` of least travel of each practice inside; and, *far*, all others that can join networks of
    its own, with these networks alone.
    """
    mine = np.zeros(p.n_practices, dtype=bool)
    mine[inside] = True
    cluster_of = np.full(p.n_candidates, NONE)
    for c, leads in enumerate(prices.clusters.leads):
        cluster_of[list(leads)] = c
    of_link = cluster_of[p.links.column]
    near, open_ = _open_sites(p, mine, near_sites, p.links.row[(of_link >= 0) & own[of_link]])
    around = np.zeros(p.n_practices, dtype=bool)
    around[p.reach.row[open_[p.reach.column]]] = True
    around |= mine
    linked = np.unique(of_link[open_[p.links.row] & (of_link >= 0)])
    sites = open_.copy()
    led = np.flatnonzero(p.models.hub_led[p.candidates.model] & np.isin(cluster_of, linked))
    sites[p.candidates.site[led]] = True
    practices, site_list = np.flatnonzero(around), np.flatnonzero(sites)
    q = restrict(p, practices, site_list)
    place = Chosen(p.n_candidates, kept_candidates(p, site_list)).place
    clusters = Clusters(
        prices.clusters.slot[linked], tuple(tuple(place[list(prices.clusters.leads[c])].tolist()) for c in linked)
    )
    far = (open_ & ~near)[site_list]
    owned = np.isin(np.arange(q.n_candidates), [n for c in np.flatnonzero(own[linked]) for n in clusters.leads[c]])
    with_owned, at_far = owned[q.links.column], far[q.links.row]
    node = Node(
        problem=replace(q, links=q.links.where(with_owned | ~at_far)),
        slots=_slots(p.n_models, clusters),
        closed=~open_[site_list],
        required=q.sites.must_open & open_[site_list] & mine[np.maximum(p.host, 0)][site_list],
        allowed=np.ones(len(q.reach), dtype=bool),
        may_be_independent=q.practices.may_be_independent & mine[practices],
        barred=frozenset((j, NO_SLOT) for j in np.flatnonzero(far).tolist()),
    )
    others = replace(
        node,
        problem=replace(q, links=q.links.where(~with_owned & at_far)),
        closed=~far,
        required=np.zeros(len(far), dtype=bool),
        barred=frozenset(),
    )
    cut_places = Chosen(p.n_practices, practices).place[prices.cuts]
    cuts = np.flatnonzero((cut_places >= 0).all(axis=1))
    start = replace(
        prices,
        cuts=cut_places[cuts],
        cut=prices.cut[cuts],
        practice=prices.practice[practices],
        clusters=clusters,
        low=prices.low[linked],
        high=prices.high[linked],
        lead=prices.lead[linked],
        link=prices.link[np.ix_(linked, practices)],
    )
    groups = np.ones(len(p.group_ids), dtype=bool)
    of_inside = np.unique(p.practices.group[inside])
    groups[np.setdiff1d(of_inside[of_inside >= 0], p.practices.group[~mine])] = False
    cut = np.asarray((~mine[prices.cuts[cuts]]).any(axis=1), dtype=bool)
    frozen = _frozen(start, ~mine[practices], groups, ~own[linked], cut, len(site_list))
    return Window(practices, site_list, linked, cuts, node, others, start, frozen)


def _open_sites(p: Problem, mine: BoolArray, near_sites: int, joining: IntArray) -> tuple[BoolArray, BoolArray]:
    """[m] the sites of least travel of each of these practices; [m] they and those that are `joining`."""
    pairs = first_of_each(p.reach.row, np.lexsort((p.reach.km, p.reach.row)), near_sites)
    near = np.zeros(p.n_sites, dtype=bool)
    near[p.reach.column[pairs[mine[p.reach.row[pairs]]]]] = True
    open_ = near.copy()
    open_[joining] = True
    return near, open_


def _slots(n_models: int, clusters: Clusters) -> tuple[Slot, ...]:
    leads = [sorted(n for c in clusters.of_slot(k) for n in clusters.leads[c]) for k in range(n_models)]
    return tuple(Slot(k, tuple(of), 0, len(of)) for k, of in enumerate(leads))


def _frozen(
    prices: NodePrices, practice: BoolArray, group: BoolArray, cluster: BoolArray, cut: BoolArray, n_sites: int
) -> Frozen:
    outside = replace(
        prices,
        practice=np.where(practice, prices.practice, 0.0),
        group=np.where(group, prices.group, 0.0),
        low=np.where(cluster, prices.low, 0.0),
        high=np.where(cluster, prices.high, 0.0),
        lead=np.where(cluster, prices.lead, 0.0),
        link=np.where(cluster[:, None], prices.link, 0.0),
        cut=np.where(cut, prices.cut, 0.0),
    )
    return Frozen(outside, practice, group, cluster, cut, site=np.zeros(n_sites))

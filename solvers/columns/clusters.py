"""The leads of each slot in clusters: which networks there are, and what they have, is told cluster by cluster.

With one cluster a slot, a hub may be in a fraction of a network anywhere in reach of any lead. The more clusters, the
more a practice that is in a network ties it to leads that there are (docs/columns.md), and the dearer is pricing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.problem import Problem
from optimizer.model.sent import Sent
from solvers.columns.node import Node, Slot


@dataclass(frozen=True)
class Clusters(Sent):
    """Each slot's leads in one or more clusters, slot by slot."""

    slot: IntArray  # [C] ascending
    leads: tuple[tuple[int, ...], ...]  # [C] network candidates

    def __len__(self) -> int:
        return len(self.leads)

    @cached_property
    def sizes(self) -> IntArray:
        """[C] leads of each."""
        return np.array([len(leads) for leads in self.leads], dtype=np.int64)

    @property
    def n_slots(self) -> int:
        """Each has a cluster at least."""
        return int(self.slot.max(initial=-1)) + 1

    def of_slot(self, slot: int) -> IntArray:
        return np.flatnonzero(self.slot == slot)

    def models(self, node: Node) -> IntArray:
        """[C] care models."""
        return np.array([slot.model for slot in node.slots], dtype=np.int64)[self.slot]

    def split(self, at: int, first: tuple[int, ...], n_slots: int) -> tuple[Clusters, IntArray]:
        """(clusters once the slot has its leads in `first` and a new last one the others, what each was part of)."""
        parts: list[tuple[int, int, tuple[int, ...]]] = []
        inside = set(first)
        for cluster, (slot, leads) in enumerate(zip(self.slot.tolist(), self.leads, strict=True)):
            if slot != at:
                parts.append((slot, cluster, leads))
                continue
            mine = tuple(n for n in leads if n in inside)
            others = tuple(n for n in leads if n not in inside)
            parts += [(s, cluster, of) for s, of in ((at, mine), (n_slots, others)) if of]
        return _in_order(parts)

    def halved(self, cluster: int, first: tuple[int, ...]) -> tuple[Clusters, IntArray]:
        """(clusters with one cut in two, what each was part of)."""
        parts = []
        for c, (slot, leads) in enumerate(zip(self.slot.tolist(), self.leads, strict=True)):
            if c == cluster:
                parts.append((slot, c, first))
                leads = tuple(n for n in leads if n not in set(first))
            parts.append((slot, c, leads))
        return _in_order(parts)


def _in_order(parts: list[tuple[int, int, tuple[int, ...]]]) -> tuple[Clusters, IntArray]:
    parts.sort(key=lambda part: part[:2])
    slot, of, leads = zip(*parts, strict=True) if parts else ((), (), ())
    return Clusters(np.array(slot, dtype=np.int64), tuple(leads)), np.array(of, dtype=np.int64)


def one_a_slot(node: Node) -> Clusters:
    return Clusters(np.arange(len(node.slots)), tuple(slot.leads for slot in node.slots))


def clustered(node: Node, most: int) -> Clusters:
    """At most so many clusters a slot, of leads that are near each other."""
    slots, leads = [], []
    for s, slot in enumerate(node.slots):
        for cluster in near_each_other(node.problem, slot, most):
            slots.append(s)
            leads.append(cluster)
    return Clusters(np.array(slots, dtype=np.int64), tuple(leads))


def near_each_other(p: Problem, slot: Slot, most: int) -> list[tuple[int, ...]]:
    """The leads of a slot in at most so many clusters."""
    if len(slot.leads) <= 1 or most <= 1:
        return [slot.leads]
    leads = np.array(slot.leads)
    if len(leads) <= most:
        return [(n,) for n in slot.leads]
    label = fcluster(linkage(pdist(seen_from_sites(p, leads), "chebyshev"), "complete"), most, "maxclust")
    return [tuple(leads[label == k].tolist()) for k in np.unique(label)]


def neighbouring(node: Node, clusters: Clusters, mine: IntArray) -> Iterator[IntArray]:
    """Sets of clusters that are near each other, single ones among them: the steps by which they come together."""
    if len(mine) < 2:
        return
    p = node.problem
    seen = np.array([seen_from_sites(p, np.array(clusters.leads[c])).mean(axis=0) for c in mine])
    sets = [mine[[k]] for k in range(len(mine))]
    for one, other, _, _ in linkage(pdist(seen, "chebyshev"), "complete")[:-1]:
        sets.append(np.concatenate([sets[int(one)], sets[int(other)]]))
    yield from sets


def seen_from_sites(p: Problem, leads: IntArray) -> FloatArray:
    """[leads, m] km to each site; twice the furthest where it is out of reach."""
    seen = np.full((len(leads), p.n_sites), np.nan)
    place = np.full(p.n_candidates, NONE)
    place[leads] = np.arange(len(leads))
    mine = np.flatnonzero(place[p.links.column] >= 0)
    seen[place[p.links.column[mine]], p.links.row[mine]] = p.links.km[mine]
    return np.where(np.isnan(seen), 2.0 * np.nanmax(seen, initial=1.0), seen)

"""How a node is divided: by its leads first, then by a site, its networks, or the sites of a practice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.problem import Problem
from solvers.columns.clusters import Clusters, neighbouring, seen_from_sites
from solvers.columns.node import NO_SLOT, Node

WHOLE = 1e-6  # a use nearer to 0 or 1 is whole once a node's bound is at its highest


@dataclass(frozen=True)
class Branch:
    """A division whose children cover all plans of the node; of the fields, those that its kind needs."""

    kind: str  # "counts", "count", "hubs", "leads", "site", "network", "assign"
    children: list[Node]
    slot: int = NONE
    slots: frozenset[int] = frozenset()
    most: int = 0
    leads: tuple[int, ...] = ()
    site: int = NONE
    practice: int = NONE
    sites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fractions:
    """What a master's optimum leaves in doubt."""

    in_slot: FloatArray  # [m, S + 1] hubs at each site by slot; the last column: in no network
    inside: FloatArray  # [pairs in reach] how far each practice is there
    networks: FloatArray  # [C] of each cluster of leads


def branch_on_count(node: Node, clusters: Clusters, networks: FloatArray | None) -> Branch:
    """The slot whose number of networks is most in doubt, or else can vary most, in two.

    `networks`: [C] of each cluster in an optimum; None where there is none at hand.
    """
    low, high = (np.array([getattr(slot, end) for slot in node.slots]) for end in ("low", "high"))
    number = (low + high) / 2
    if networks is not None:
        number = np.bincount(clusters.slot, weights=networks, minlength=len(node.slots))
    doubt = np.where(low < high, np.abs(number - np.round(number)) + WHOLE * (high - low), -1.0)
    at = int(doubt.argmax())
    most = int(np.clip(np.floor(number[at]), low[at], high[at] - 1))
    return Branch("count", node.split_count(at, most), slot=at, most=most)


def branch_on_idle_leads(
    node: Node, clusters: Clusters, surplus: FloatArray, room: float, least: float
) -> Branch | None:
    """Whether any network is led from clusters that no better plan has one in; None where they are few.

    `surplus`: [C] pounds a year that a plan with a network there costs above the node's bound; a better plan has less
    than `room`. `least`: share of a slot's leads.
    """
    for s, slot in enumerate(node.slots):
        mine = clusters.of_slot(s)
        idle = [n for c in mine[surplus[mine] >= room].tolist() for n in clusters.leads[c]]
        if 0 < slot.high < len(slot.leads) and least * len(slot.leads) <= len(idle) < len(slot.leads) and idle:
            return Branch("leads", node.split_leads(s, tuple(idle)), slot=s, leads=tuple(idle))
    return None


@dataclass(frozen=True)
class Doubt:
    """A sum of a master's optimum that is whole in every plan, and is not in it: of hubs or of networks.

    Hubs at a site, hubs in networks of some slots, or networks led from some clusters of a slot.
    """

    number: float
    site: int = NONE
    slots: frozenset[int] = frozenset()
    slot: int = NO_SLOT
    clusters: tuple[int, ...] = ()

    @property
    def most(self) -> int:
        """Of one side of the branch; one more is the least of the other."""
        return int(self.number)

    def branch(self, node: Node, clusters: Clusters) -> Branch:
        if self.site != NONE:
            return Branch("site", node.split_site(self.site), site=self.site)
        if self.slots:
            return Branch("hubs", node.split_hubs(self.slots, self.most), slots=self.slots, most=self.most)
        leads = tuple(n for c in self.clusters for n in clusters.leads[c])
        return Branch("leads", node.split_leads(self.slot, leads), slot=self.slot, leads=leads)


def networks_in_doubt(node: Node, clusters: Clusters, networks: FloatArray, tolerance: float) -> list[Doubt]:
    """Numbers of networks led from neighbouring clusters of a slot, those in most doubt first.

    `networks`: [C] of each cluster in an optimum.
    """
    doubts = []
    for s in range(len(node.slots)):
        for group in neighbouring(node, clusters, clusters.of_slot(s)):
            number = float(networks[group].sum())
            if is_in_doubt(number, tolerance):
                doubts.append(Doubt(number, slot=s, clusters=tuple(group.tolist())))
    return sorted(doubts, key=lambda doubt: -abs(doubt.number - round(doubt.number)))


def hubs_in_doubt(node: Node, fractions: Fractions, tolerance: float) -> list[Doubt]:
    """Numbers of hubs in no network, in all, in each slot."""
    hubs = fractions.in_slot.sum(axis=0)
    choices = [frozenset({NO_SLOT}), frozenset(range(NO_SLOT, len(node.slots)))]
    choices += [frozenset({s}) for s in range(len(node.slots))]
    numbers = [(float(hubs[list(slots)].sum()), slots) for slots in choices]
    return [Doubt(number, slots=slots) for number, slots in numbers if is_in_doubt(number, tolerance)]


def sites_in_doubt(node: Node, fractions: Fractions, tolerance: float) -> list[Doubt]:
    """Sites that are neither open nor closed, the nearest to half open first."""
    is_open = fractions.in_slot.sum(axis=1)
    doubt = np.minimum(is_open, 1.0 - is_open)
    doubt[node.closed | node.required] = 0.0
    order = np.argsort(-doubt, kind="stable")
    return [Doubt(float(is_open[j]), site=int(j)) for j in order[doubt[order] > tolerance]]


def is_in_doubt(number: float, tolerance: float) -> bool:
    return abs(number - round(number)) > tolerance


def branch_on_leads(node: Node) -> Branch | None:
    """The slot whose leads are furthest apart, cut in two; None where every network has one possible lead."""
    widest, at, halves = -1.0, NO_SLOT, None
    for s, slot in enumerate(node.slots):
        if slot.high == 0 or len(slot.leads) < 2:
            continue
        spread, first = halve(node.problem, np.array(slot.leads))
        if spread > widest:
            widest, at, halves = spread, s, first
    if halves is None:
        return None
    return Branch("leads", node.split_leads(at, halves), slot=at, leads=halves)


def widest(node: Node, clusters: Clusters) -> tuple[float, int, tuple[int, ...]]:
    """(km across, the cluster of a slot with networks whose leads are furthest apart, one half of it); -1 km: none."""
    best: tuple[float, int, tuple[int, ...]] = (-1.0, NONE, ())
    for c, leads in enumerate(clusters.leads):
        slot = node.slots[clusters.slot[c]]
        if len(leads) > 1 and 0 < slot.high < len(slot.leads):
            spread, first = halve(node.problem, np.array(leads))
            if spread > best[0]:
                best = spread, c, first
    return best


def halve(p: Problem, leads: IntArray) -> tuple[float, tuple[int, ...]]:
    """(km between the two leads furthest apart, the leads nearer to one of them), as sites see them."""
    seen = seen_from_sites(p, leads)
    apart = np.abs(seen[:, None, :] - seen[None, :, :]).max(axis=2)
    one, other = np.unravel_index(int(apart.argmax()), apart.shape)
    first = apart[:, one] <= apart[:, other]
    if first.all():  # all at one place
        first[len(leads) // 2 :] = False
    return float(apart.max()), tuple(leads[first].tolist())


def branch_on_fractions(node: Node, fractions: Fractions, tolerance: float) -> Branch | None:
    """The site in most doubt between slots; else the practice most divided; else None."""
    doubt = np.minimum(fractions.in_slot, 1.0 - fractions.in_slot)
    if doubt.max(initial=0.0) > tolerance:
        site, slot = divmod(int(doubt.argmax()), doubt.shape[1])
        slot = slot if slot < len(node.slots) else NO_SLOT
        return Branch("network", node.split_slot_of_site(site, slot), site=site, slot=slot)
    return _branch_on_practice(node, fractions.inside, tolerance)


def _branch_on_practice(node: Node, inside: FloatArray, tolerance: float) -> Branch | None:
    """The practice most divided between sites."""
    p = node.problem
    most = np.zeros(p.n_practices)
    np.maximum.at(most, p.reach.row, inside)
    grouped = np.bincount(p.reach.row, weights=inside, minlength=p.n_practices) > tolerance
    divided = np.where(grouped, 1.0 - most, 0.0)
    practice = int(divided.argmax())
    if divided[practice] <= tolerance:
        return None
    mine = np.flatnonzero(p.reach.row == practice)
    used = mine[np.argsort(-inside[mine], kind="stable")]
    sites = (int(p.reach.column[used[0]]),)
    return Branch("assign", node.split_practice(practice, np.array(sites)), practice=practice, sites=sites)

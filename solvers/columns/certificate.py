"""The certificate of a tree's bound, for anybody to recheck: its branches, and the prices that bound what they leave.

Where hubs were enumerated, it says by which prices and room, how many there were and what the search among them has
proven. What HiGHS has proven of a node is not in it (docs/certificate.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.model.arrays import NO_LIMIT, FloatArray, IntArray
from optimizer.model.certificate import (
    AssignBranch,
    Branch,
    Certificate,
    ClusterPrices,
    CountBranch,
    CutPrice,
    Enumeration,
    HubsBranch,
    LeadsBranch,
    Leaf,
    NetworkBranch,
    Prices,
    SiteBranch,
    SlotPrices,
    Split,
)
from optimizer.model.partner_pairs import hospitals_suffice
from optimizer.model.problem import Problem
from solvers.columns.branching import Branch as TreeBranch
from solvers.columns.lagrangian import Counts, PriceEvaluation
from solvers.columns.node import NO_SLOT, Node
from solvers.columns.prices import NodePrices
from solvers.columns.rounding import lost
from solvers.columns.tree import Enumerated, Tree, TreeNode

ROUNDED = 2e-3  # pounds a site: what the recheck's whole numbers and its limit for ties can lose
DEEPEST = 200  # nodes on a path; the branches on counts come on top, and readers take about 250


@dataclass(frozen=True)
class Known:
    """Prices and the bound that they prove, pounds a year, for one choice of network counts."""

    prices: NodePrices
    bound: float


@dataclass(frozen=True)
class _Box:
    """Choices of network counts: all between two ends, and those among them that a plan can have, by position."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    inside: tuple[int, ...]


def certificate_of(tree: Tree) -> Certificate | None:
    """The certificate of what a tree has proven so far; None before its first evaluation, or if it leaves no plan."""
    writer = _Writer(tree.problem, tree.params.pricing.most_counts)
    root = writer.leaf(writer.known(tree.root, None))
    case = writer.whole(tree.root)
    if root.bound is None or not np.isfinite(writer.least):
        return None
    return Certificate(
        schema_version=1,
        bound=_claimed(tree.problem, writer.least),
        enumerated_bound=_claimed(tree.problem, writer.least_enumerated) if writer.has_enumerations else None,
        root_bound=_claimed(tree.problem, root.bound),
        root=root.prices,
        prices=tuple(writer.prices),
        tree=case,
    )


def certificate_of_prices(p: Problem, prices: NodePrices, bound: float) -> Certificate:
    """Of a bound that one set of prices proves of all plans."""
    claimed = _claimed(p, bound)
    leaf = Leaf(prices=(0,), bound=bound)
    return Certificate(
        schema_version=1, bound=claimed, root_bound=claimed, root=(0,), prices=(written(p, prices),), tree=leaf
    )


def _claimed(p: Problem, bound: float) -> float:
    """What the recheck can make of a bound, which it rounds down hub by hub."""
    return bound - lost(abs(bound)) - ROUNDED * p.n_sites


class _Writer:
    """Prices are written once each, in the order of their first use.

    `least`: bound of the weakest leaf so far; `least_enumerated`: the same with what searches among hubs have proven.
    """

    def __init__(self, problem: Problem, most_counts: int) -> None:
        self.problem, self._most_counts = problem, most_counts
        self.prices: list[Prices] = []
        self.least = self.least_enumerated = np.inf
        self.has_enumerations = False
        self._numbers: dict[int, int] = {}  # by identity; the tree and `_derived` keep them alive
        self._derived: dict[tuple[int, ...], NodePrices] = {}

    def whole(self, root: TreeNode) -> Leaf | Split:
        """The first case. More networks than the root's slots allow are not possible; a branch says so."""
        case = self._case(root, None, 0)
        if root.branch is not None or root.enumerated is not None:
            for s, slot in enumerate(root.node.slots):
                if slot.high < self.problem.models.count_max[slot.model]:
                    none_above = (case, Leaf(bound=None))
                    case = Split(branch=CountBranch(kind="count", slot=s, at=slot.high), children=none_above)
        return case

    def known(self, tree_node: TreeNode, inherited: Known | None) -> list[Known]:
        """The best of the node's own evaluations and what it inherits, for each choice of its counts."""
        counts = _replayed(Counts(tree_node.node, self._most_counts), tree_node.evaluations)
        choices = []
        for by, bound in zip(counts.by.tolist(), counts.bounds.tolist(), strict=True):
            if by >= 0 and (inherited is None or bound >= inherited.bound):
                choices.append(Known(counts.evaluations[by].prices, bound))
            elif inherited is not None:
                choices.append(inherited)
        return choices

    def leaf(self, known: list[Known]) -> Leaf:
        """Of these choices of counts."""
        bound = min((choice.bound for choice in known), default=np.inf)
        numbers = sorted({self._number(choice.prices) for choice in known})
        return Leaf(prices=tuple(numbers), bound=bound if np.isfinite(bound) else None)

    def _case(self, tree_node: TreeNode, inherited: Known | None, depth: int) -> Leaf | Split:
        node, branch = tree_node.node, tree_node.branch
        if is_empty(node):
            return Leaf(bound=None)
        known = self.known(tree_node, inherited)
        if branch is None or depth >= DEEPEST or self._rests_on_its_hubs(tree_node, known):
            return self._counted(known, tree_node.enumerated)
        if branch.kind == "counts":
            return self._by_counts(tree_node, known, depth)
        (own,) = known  # the counts are fixed by now
        if branch.kind == "hubs":
            own = Known(self._with_limit(own.prices), own.bound)
        if branch.kind == "leads":
            own = Known(self._with_split_slot(own.prices, branch, len(node.slots)), own.bound)
        children = tuple(self._case(child, own, depth + 1) for child in tree_node.children)
        return Split(branch=self._branch(tree_node), children=children)

    def _rests_on_its_hubs(self, tree_node: TreeNode, known: list[Known]) -> bool:
        """Whether the search among a node's hubs, before it was divided, proved more than what is below it."""
        enumerated = tree_node.enumerated
        return enumerated is not None and enumerated.bound > self._shown_below(tree_node, known)

    def _shown_below(self, tree_node: TreeNode, known: list[Known]) -> float:
        return min(self._shown(child, known[0]) for child in tree_node.children)

    def _shown(self, tree_node: TreeNode, inherited: Known) -> float:
        """What the leaves of a node with settled counts prove, their enumerations included."""
        known = [] if is_empty(tree_node.node) else self.known(tree_node, inherited)
        if not known:
            return np.inf
        found = -np.inf if tree_node.enumerated is None else tree_node.enumerated.bound
        below = self._shown_below(tree_node, known) if tree_node.children else -np.inf
        return max(known[0].bound, found, below)

    def _counted(self, known: list[Known], enumerated: Enumerated | None = None) -> Leaf:
        """A leaf of the tree, which the claimed bounds count."""
        leaf = self.leaf(known)
        if leaf.bound is None:
            return leaf
        self.least = min(self.least, leaf.bound)
        if enumerated is None or enumerated.bound <= leaf.bound:
            self.least_enumerated = min(self.least_enumerated, leaf.bound)
            return leaf
        self.has_enumerations = True
        self.least_enumerated = min(self.least_enumerated, enumerated.bound)
        enumeration = Enumeration(
            prices=self._number(enumerated.point.evaluation.prices),
            value=enumerated.point.value,
            room=enumerated.room,
            hubs=enumerated.hubs,
            bound=_claimed(self.problem, enumerated.bound),
        )
        return leaf.model_copy(update={"enumeration": enumeration})

    def _by_counts(self, tree_node: TreeNode, known: list[Known], depth: int) -> Leaf | Split:
        choices = [tuple(map(int, row)) for row in Counts(tree_node.node, self._most_counts).counts.tolist()]
        children = {tuple(slot.low for slot in child.node.slots): child for child in tree_node.children}

        def case(box: _Box, depth: int) -> Leaf | Split:
            if not any(choices[c] in children for c in box.inside):
                return self._counted([known[c] for c in box.inside])
            if box.low == box.high:
                return self._case(children[box.low], known[box.inside[0]], depth)
            slot, at, halves = _halves(box, choices)
            parts = tuple(case(half, depth + 1) for half in halves)
            return Split(branch=CountBranch(kind="count", slot=slot, at=at), children=parts)

        slots = tree_node.node.slots
        ends = tuple(slot.low for slot in slots), tuple(slot.high for slot in slots)
        return case(_Box(*ends, tuple(range(len(choices)))), depth)

    def _branch(self, tree_node: TreeNode) -> Branch:
        branch, p = tree_node.branch, self.problem
        assert branch is not None
        if branch.kind == "count":
            return CountBranch(kind="count", slot=branch.slot, at=branch.most)
        if branch.kind == "leads":
            leads = tuple(p.candidates.leads[n] for n in branch.leads)
            return LeadsBranch(kind="leads", slot=branch.slot, split=leads)
        if branch.kind == "hubs":
            slots = tuple(None if s == NO_SLOT else s for s in sorted(branch.slots))
            return HubsBranch(kind="hubs", slots=slots, at=branch.most)
        if branch.kind == "site":
            return SiteBranch(kind="site", site=p.sites.ids[branch.site])
        if branch.kind == "network":
            slot = None if branch.slot == NO_SLOT else branch.slot
            return NetworkBranch(kind="network", site=p.sites.ids[branch.site], slot=slot)
        sites = tuple(p.sites.ids[j] for j in branch.sites)
        return AssignBranch(kind="assign", practice=p.practices.ids[branch.practice], sites=sites)

    def _with_split_slot(self, prices: NodePrices, branch: TreeBranch, n_slots: int) -> NodePrices:
        key = (id(prices), *branch.leads)
        if key not in self._derived:
            self._derived[key] = prices.split_slot(branch.slot, branch.leads, n_slots)
        return self._derived[key]

    def _with_limit(self, prices: NodePrices) -> NodePrices:
        key = (id(prices), NO_SLOT)
        if key not in self._derived:
            self._derived[key] = prices.with_limit()
        return self._derived[key]

    def _number(self, prices: NodePrices) -> int:
        if id(prices) not in self._numbers:
            self._numbers[id(prices)] = len(self.prices)
            self.prices.append(written(self.problem, prices))
        return self._numbers[id(prices)]


def _replayed(counts: Counts, evaluations: list[PriceEvaluation]) -> Counts:
    """Which evaluation bounds which choice of a node's counts."""
    for evaluation in evaluations:
        counts.update(evaluation)
    return counts


def is_empty(node: Node) -> bool:
    """Whether no plan can be in it, at a glance; the recheck then knows no branch of it."""
    too_many = any(slot.low > min(slot.high, len(slot.leads)) for slot in node.slots)
    leads = [n for slot in node.slots if slot.all_lead for n in slot.leads]
    enough = not len(node.problem.shared) or hospitals_suffice(node.problem, np.array(leads, dtype=np.int64))
    return too_many or not enough or bool((node.closed & node.required).any())


def _halves(box: _Box, choices: list[tuple[int, ...]]) -> tuple[int, int, tuple[_Box, _Box]]:
    """(slot, most networks of the first half, halves) of a box cut across its widest slot."""
    slot = int(np.subtract(box.high, box.low).argmax())
    at = (box.low[slot] + box.high[slot]) // 2
    few = _Box(box.low, _replaced(box.high, slot, at), tuple(c for c in box.inside if choices[c][slot] <= at))
    many = _Box(_replaced(box.low, slot, at + 1), box.high, tuple(c for c in box.inside if choices[c][slot] > at))
    return slot, at, (few, many)


def _replaced(counts: tuple[int, ...], slot: int, count: int) -> tuple[int, ...]:
    return (*counts[:slot], count, *counts[slot + 1 :])


def written(p: Problem, prices: NodePrices) -> Prices:
    """Prices as a certificate has them; what is 0 is left out."""
    unlimited = p.hub.count_max >= NO_LIMIT  # what the sums of a linear program leave below 0 is no price then
    return Prices(
        practice=_named(p.practices.ids, prices.practice),
        group=_named(p.group_ids, prices.group),
        market=_named(p.roles.ids, prices.market),
        coverage=prices.coverage,
        hubs=max(0.0, prices.hubs) if unlimited else prices.hubs,
        limits=tuple(prices.limits.tolist()),
        cuts=_cuts(p, prices.with_binding_cuts()),
        slots=tuple(_slot(p, prices, prices.clusters.of_slot(s)) for s in range(prices.clusters.n_slots)),
    )


def _slot(p: Problem, prices: NodePrices, mine: IntArray) -> SlotPrices:
    """`mine`: its clusters; one alone need not be named."""
    if len(mine) == 1:
        return SlotPrices(**_of_networks(p, prices, mine[0]))
    leads = [tuple(p.candidates.leads[n] for n in prices.clusters.leads[c]) for c in mine]
    clusters = (ClusterPrices(leads=of, **_of_networks(p, prices, c)) for c, of in zip(mine, leads, strict=True))
    return SlotPrices(clusters=tuple(clusters))


def _of_networks(p: Problem, prices: NodePrices, c: int) -> dict[str, Any]:
    low, high, lead = float(prices.low[c]), float(prices.high[c]), float(prices.lead[c])
    return {"low": low, "high": high, "lead": lead, "links": _named(p.practices.ids, prices.link[c])}


def _cuts(p: Problem, prices: NodePrices) -> tuple[CutPrice, ...]:
    triples = ((p.practices.ids[a], p.practices.ids[b], p.practices.ids[c]) for a, b, c in prices.cuts.tolist())
    return tuple(CutPrice(practices=of, price=price) for of, price in zip(triples, prices.cut.tolist(), strict=True))


def _named(ids: tuple[str, ...], prices: FloatArray) -> dict[str, float]:
    return {id_: price for id_, price in zip(ids, prices.tolist(), strict=True) if price}

"""The tree of a proof as arrays of a state, and back: its branches, and the prices that its leaves' bounds rest on.

What is read is not believed. A branch covers its node by how it is made, and every bound is proven again by evaluating
its prices. What was proven otherwise, by searches among enumerated hubs or by HiGHS, is left for the tree to do again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from optimizer.model.arrays import NONE, IntArray
from solvers.columns.branching import Branch
from solvers.columns.certificate import is_empty
from solvers.columns.lagrangian import Counts, PriceEvaluation, Pricer
from solvers.columns.node import NO_SLOT, Node, root_node
from solvers.columns.prices import NodePrices
from solvers.columns.rounding import lost
from solvers.columns.saved_prices import fitted, restored_prices, saved_prices
from solvers.columns.tree import Tree, TreeNode
from solvers.process.state import Arrays, UnusableState, integers, lists, ragged

_KINDS = ("leaf", "counts", "count", "hubs", "leads", "site", "network", "assign")
_DEEPEST = 400  # branches on a path: what is below is left out, and found again


@dataclass(eq=False)
class _Row:
    """A node to be written, and which of its evaluations some leaf's bound rests on."""

    tree_node: TreeNode
    above: _Row | None
    children: list[_Row] = field(default_factory=list)
    needed: set[int] = field(default_factory=set)  # places among its evaluations

    def need(self, evaluation: PriceEvaluation) -> None:
        """One that it has from the node above, without a pricing of its own, is needed there."""
        above = self.above
        if above is not None and _is_inherited(evaluation, above.tree_node):
            above.need(above.tree_node.evaluations[-1])
        else:
            self.needed.add(next(k for k, own in enumerate(self.tree_node.evaluations) if own is evaluation))


def _is_inherited(evaluation: PriceEvaluation, above: TreeNode) -> bool:
    of_leads = above.branch is not None and above.branch.kind == "leads"
    return of_leads and bool(above.evaluations) and evaluation.site is above.evaluations[-1].site


@dataclass(frozen=True)
class _Shown:
    """What an evaluation shows of one choice of network counts: a bound, and who has it."""

    bound: float
    by: Callable[[], None]  # marks it as needed


_NOTHING = _Shown(-np.inf, lambda: None)


def saved_tree(tree: Tree) -> tuple[Arrays, float]:
    """The tree, and the bound that it proves again, pounds a year: -inf where it has no evaluation yet."""
    rows: list[_Row] = []
    root = _Row(tree.root, None)
    least = _gather(root, _NOTHING, tree.params.pricing.most_counts, rows, 0)
    if tree.root.evaluations:
        root.needed.add(len(tree.root.evaluations) - 1)
    prices: dict[int, NodePrices] = {}
    evaluated = []
    for row in rows:
        own = [row.tree_node.evaluations[k].prices for k in sorted(row.needed)]
        prices.update((id(of), of) for of in own)
        evaluated.append([id(of) for of in own])
    place = {key: at for at, key in enumerate(prices)}
    arrays = {
        **_branches(rows),
        **ragged("tree.prices", [[place[key] for key in keys] for keys in evaluated]),
        **saved_prices(tree.problem, list(prices.values())),
    }
    return arrays, least - lost(abs(least)) if np.isfinite(least) else -np.inf


def _gather(row: _Row, above: _Shown, most_counts: int, rows: list[_Row], depth: int) -> float:
    """Lists a node and those below it; returns the least bound that the leaves' evaluations show."""
    rows.append(row)
    tree_node = row.tree_node
    if is_empty(tree_node.node):
        return np.inf
    counts, shown = _shown(row, above, most_counts)
    branch = tree_node.branch
    if branch is None or depth >= _DEEPEST:
        return _least(shown)
    if branch.kind == "leads" and tree_node.evaluations:
        row.need(tree_node.evaluations[-1])
    row.children = [_Row(child, row) for child in tree_node.children]
    if branch.kind != "counts":
        (own,) = shown
        below = [_gather(child, own, most_counts, rows, depth + 1) for child in row.children]
        return min(below, default=np.inf)
    place = {tuple(choice): c for c, choice in enumerate(counts.counts.tolist())}
    least = np.inf
    for child in row.children:
        own = shown[place.pop(tuple(slot.low for slot in child.tree_node.node.slots))]
        least = min(least, _gather(child, own, most_counts, rows, depth + 1))
    return min(least, _least([shown[c] for c in place.values()]))


def _shown(row: _Row, above: _Shown, most_counts: int) -> tuple[Counts, list[_Shown]]:
    """The best of a node's evaluations, and of those above it, for each choice of its counts."""
    counts = Counts(row.tree_node.node, most_counts)
    for evaluation in row.tree_node.evaluations:
        counts.update(evaluation)
    shown = []
    for bound, by in zip(counts.bounds.tolist(), counts.by.tolist(), strict=True):
        if by == NONE or bound < above.bound:
            shown.append(above)
        else:
            shown.append(_Shown(bound, partial(row.need, counts.evaluations[by])))
    return counts, shown


def _least(shown: list[_Shown]) -> float:
    """Of a leaf, whose evaluations are needed."""
    for of in shown:
        of.by()
    return min((of.bound for of in shown), default=np.inf)


def _branches(rows: list[_Row]) -> Arrays:
    """Node by node, each before its children: its kind of branch, a number or two, a list, and how many children."""
    kinds, numbers, listed, children = [], [], [], []
    for row in rows:
        branch = row.tree_node.branch if row.children else None
        kinds.append(_KINDS.index("leaf" if branch is None else branch.kind))
        children.append(len(row.children))
        numbers.append((NONE, NONE) if branch is None else _numbers(branch))
        listed.append([] if branch is None else _listed(branch, row))
    first, second = np.array(numbers, dtype=np.int64).T
    return {
        "tree.kind": np.array(kinds, dtype=np.int64),
        "tree.children": np.array(children, dtype=np.int64),
        "tree.first": first,
        "tree.second": second,
        **ragged("tree.list", listed),
    }


def _numbers(branch: Branch) -> tuple[int, int]:
    match branch.kind:
        case "count":
            return branch.slot, branch.most
        case "hubs":
            return NONE, branch.most
        case "leads":
            return branch.slot, NONE
        case "site":
            return branch.site, NONE
        case "network":
            return branch.site, branch.slot
        case "assign":
            return branch.practice, NONE
    return NONE, NONE


def _listed(branch: Branch, row: _Row) -> list[int]:
    match branch.kind:
        case "counts":
            return [slot.low for child in row.children for slot in child.tree_node.node.slots]
        case "hubs":
            return sorted(branch.slots)
        case "leads":
            return list(branch.leads)
        case "assign":
            return list(branch.sites)
    return []


# --- back -------------------------------------------------------------------------------------------------------------


def restore_tree(tree: Tree, arrays: Arrays, is_over: Callable[[], bool]) -> None:
    """Has a tree that has not begun go on where the saved one was; raises `UnusableState` before it is changed.

    Where `is_over()` comes before all prices are evaluated, nodes keep the bounds of those above them; before the first
    of the root's, the tree stays as it is.
    """
    root, written = _Reader(tree, arrays).read()
    prover = _Prover(tree, is_over)
    prover.prove(root, written)
    if root.evaluations:
        tree.take_over(root, prover.open, prover.closed)


@dataclass(frozen=True)
class _Written:
    """What is read of a node."""

    tree_node: TreeNode
    prices: list[NodePrices]
    children: list[_Written]


class _Reader:
    """The nodes of a saved tree, without bounds; raises `UnusableState`."""

    def __init__(self, tree: Tree, arrays: Arrays) -> None:
        p = self._problem = tree.problem
        self._tree = tree
        most = max(p.n_sites, p.n_practices, p.n_candidates + p.n_models) + 1
        self._kind = integers(arrays, "tree.kind", 0, len(_KINDS))
        count = len(self._kind)
        self._children = integers(arrays, "tree.children", 0, count + 1)
        self._first = integers(arrays, "tree.first", NONE, most)
        self._second = integers(arrays, "tree.second", NONE, most)
        if not (0 < count == len(self._children) == len(self._first) == len(self._second)):
            raise UnusableState("the tree is not whole")
        self._list = lists(arrays, "tree.list", count, NONE, most)
        known = restored_prices(p, arrays)
        self._prices = [[known[k] for k in of] for of in lists(arrays, "tree.prices", count, 0, len(known))]
        self._at = 0

    def read(self) -> tuple[TreeNode, _Written]:
        node = root_node(self._problem)
        root = TreeNode(node, -np.inf, self._tree.root.prices)
        written = self._read(root, 0)
        if self._at != len(self._kind):
            raise UnusableState("the tree has nodes that are nobody's children")
        return root, written

    def _read(self, tree_node: TreeNode, depth: int) -> _Written:
        at, node = self._at, tree_node.node
        if at >= len(self._kind) or depth > _DEEPEST:
            raise UnusableState("the tree breaks off")
        self._at += 1
        prices = [fitted(node, of) for of in self._prices[at]]
        kind = _KINDS[self._kind[at]]
        if kind == "leaf":
            return _Written(tree_node, prices, [])
        branch = self._branch(node, kind, at)
        if len(branch.children) != self._children[at] or not branch.children:
            raise UnusableState("a branch has other children than it makes")
        tree_node.branch = branch
        tree_node.children = [TreeNode(child, -np.inf, tree_node.prices) for child in branch.children]
        return _Written(tree_node, prices, [self._read(child, depth + 1) for child in tree_node.children])

    def _branch(self, node: Node, kind: str, at: int) -> Branch:
        p, first, second = self._problem, int(self._first[at]), int(self._second[at])
        listed: IntArray = self._list[at]
        slots = len(node.slots)
        match kind:
            case "counts":
                return Branch("counts", [node.with_counts(choice) for choice in self._choices(node, listed)])
            case "count" if 0 <= first < slots and node.slots[first].low <= second < node.slots[first].high:
                if Counts(node, self._tree.params.pricing.most_counts).enumerated:
                    raise UnusableState("a branch on a count is at a node that lists its choices")
                return Branch("count", node.split_count(first, second), slot=first, most=second)
            case "hubs" if node.counts_fixed and 0 <= second < p.n_sites and _is_set(listed, NO_SLOT, slots):
                of = frozenset(listed.tolist())
                return Branch("hubs", node.split_hubs(of, second), slots=of, most=second)
            case "leads" if node.counts_fixed and 0 <= first < slots and _is_part(listed, node.slots[first].leads):
                leads = tuple(listed.tolist())
                return Branch("leads", node.split_leads(first, leads), slot=first, leads=leads)
            case "site" if node.counts_fixed and 0 <= first < p.n_sites:
                return Branch("site", node.split_site(first), site=first)
            case "network" if node.counts_fixed and 0 <= first < p.n_sites and NO_SLOT <= second < slots:
                return Branch("network", node.split_slot_of_site(first, second), site=first, slot=second)
            case "assign" if node.counts_fixed and 0 <= first < p.n_practices and _is_set(listed, 0, p.n_sites):
                sites = tuple(listed.tolist())
                return Branch("assign", node.split_practice(first, listed), practice=first, sites=sites)
        raise UnusableState(f"a branch of kind {kind} makes no sense at its node")

    def _choices(self, node: Node, listed: IntArray) -> Iterator[IntArray]:
        possible = set(map(tuple, Counts(node, self._tree.params.pricing.most_counts).counts.tolist()))
        width = len(node.slots)
        if not width or len(listed) % width or node.counts_fixed:
            raise UnusableState("a branch on counts has none")
        choices = list(map(tuple, listed.reshape(-1, width).tolist()))
        if len(set(choices)) < len(choices) or not possible.issuperset(choices):
            raise UnusableState("a branch on counts has other choices than its node")
        return (np.array(choice, dtype=np.int64) for choice in choices)


def _is_set(values: IntArray, low: int, end: int) -> bool:
    distinct = len(np.unique(values)) == len(values) > 0
    return distinct and int(values.min()) >= low and int(values.max()) < end


def _is_part(values: IntArray, leads: tuple[int, ...]) -> bool:
    return 0 < len(values) == len(set(values.tolist()) & set(leads)) < len(leads)


class _Prover:
    """Proves the bounds of a tree again, from the root down."""

    def __init__(self, tree: Tree, is_over: Callable[[], bool]) -> None:
        self._tree, self._is_over = tree, is_over
        self.open: list[TreeNode] = []
        self.closed = np.inf  # least bound of leaves that are complete

    def prove(self, tree_node: TreeNode, written: _Written) -> None:
        node, params = tree_node.node, self._tree.params
        if is_empty(node):
            tree_node.complete = True
            tree_node.branch, tree_node.children = None, []
            return
        counts = Counts(node, params.pricing.most_counts)
        for evaluation in tree_node.evaluations:  # inherited
            counts.update(evaluation)
        for prices in written.prices:
            proven = self._evaluate(node, prices)
            if proven is not None:
                counts.update(proven)
                tree_node.evaluations.append(proven)
        inherited = tree_node.bound
        tree_node.bound = max(inherited, counts.bound)
        if tree_node.branch is None:
            self._leave(tree_node)
        elif tree_node.branch.kind == "counts":
            self._by_counts(tree_node, written, counts, inherited)
        else:
            self._hand_down(tree_node)
            for child, of in zip(tree_node.children, written.children, strict=True):
                self.prove(child, of)

    def _evaluate(self, node: Node, prices: NodePrices) -> PriceEvaluation | None:
        if self._is_over():
            return None
        tree = self._tree
        pricer = Pricer(node, prices.clusters, tree.threads, tree.params.pricing)
        evaluation = pricer.evaluate(prices, tree.params.ascent.most_nodes, self._is_over)
        if evaluation is not None:
            for column in evaluation.columns:
                tree.pool.add(column)
        return evaluation

    def _hand_down(self, tree_node: TreeNode) -> None:
        """What children begin with, as the tree gives it to them."""
        branch, prices = tree_node.branch, tree_node.last_prices
        assert branch is not None
        if branch.kind == "hubs":
            prices = prices.with_limit()
        if branch.kind == "leads":
            prices = prices.split_slot(branch.slot, branch.leads, len(tree_node.node.slots))
        for child in tree_node.children:
            child.bound, child.prices = tree_node.bound, prices
            if branch.kind == "leads" and tree_node.evaluations:
                split = tree_node.evaluations[-1]
                own = split.prices.split_slot(branch.slot, branch.leads, len(tree_node.node.slots))
                child.evaluations = [split.inherited(child.node, own)]

    def _by_counts(self, tree_node: TreeNode, written: _Written, counts: Counts, inherited: float) -> None:
        """Choices without a child that are not closed get one, which is open."""
        known = {tuple(s.low for s in child.node.slots): k for k, child in enumerate(tree_node.children)}
        for c, choice in enumerate(counts.counts.tolist()):
            bound, by = max(inherited, float(counts.bounds[c])), int(counts.by[c])
            k = known.get(tuple(choice))
            if k is None and bound >= self._tree.cutoff:
                self.closed = min(self.closed, bound)
                continue
            prices = tree_node.prices if by == NONE else counts.evaluations[by].prices
            if k is None:
                child = TreeNode(tree_node.node.with_counts(counts.counts[c].astype(np.int64)), bound, prices)
                tree_node.children.append(child)
                self._leave(child)
            else:
                child = tree_node.children[k]
                child.bound, child.prices = bound, prices
                self.prove(child, written.children[k])

    def _leave(self, tree_node: TreeNode) -> None:
        """A leaf: closed where it is above the best plan, else open."""
        if tree_node.bound >= self._tree.cutoff:
            tree_node.complete = True
            self.closed = min(self.closed, tree_node.bound)
        else:
            self.open.append(tree_node)

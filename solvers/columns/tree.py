"""Best-first branch and bound: the node that holds the bound down is improved, closed, or divided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.columns import Column, Columns
from optimizer.model.problem import Problem
from solvers.columns.ascent import Ascent
from solvers.columns.branching import (
    WHOLE,
    Branch,
    Fractions,
    branch_on_count,
    branch_on_fractions,
    branch_on_idle_leads,
    branch_on_leads,
    hubs_in_doubt,
    networks_in_doubt,
    sites_in_doubt,
    widest,
)
from solvers.columns.clusters import clustered
from solvers.columns.compact_end import solve_compact
from solvers.columns.cost_step import TOLERANCE, cost_step, round_up
from solvers.columns.division import Division
from solvers.columns.exchange import sketch_of, solution_of
from solvers.columns.lagrangian import DualPoint, PriceEvaluation, surplus_of_clusters
from solvers.columns.node import Node, root_node
from solvers.columns.node_plans import NodePlans
from solvers.columns.params import DEFAULT, ColumnsParams
from solvers.columns.partition import Partition
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import NodePrices
from solvers.columns.surroundings import Surroundings

PROVEN = 5e-7  # relative to the incumbent: a node this near to it is closed
PRICES = "prices"  # what proves most bounds, for who watches


@dataclass(frozen=True)
class End:
    """A node's enumerated hubs, and the search among them."""

    partition: Partition
    division: Division


@dataclass(frozen=True)
class Enumerated:
    """What a search among enumerated hubs rests on, and what it has proven of the node, pounds a year."""

    point: DualPoint
    room: float
    hubs: int
    bound: float


@dataclass(eq=False)
class TreeNode:
    """A node with its bound and, once divided, its children.

    The bound is the highest of all that was proven of the node or of one above it. It belongs to no prices: whatever
    rests on reduced costs takes value and prices from one `DualPoint`.
    """

    node: Node
    bound: float
    prices: NodePrices
    made: int = 0  # when it came to the front
    evaluations: list[PriceEvaluation] = field(default_factory=list)  # that bound it by prices
    branch: Branch | None = None
    children: list[TreeNode] = field(default_factory=list)
    end: End | None = None  # where its hubs are being searched among
    enumerated: Enumerated | None = None  # where they were
    ascent: Ascent | None = None  # where it was put aside before it was settled
    too_many: float = np.inf  # gap above which its hubs were too many to enumerate
    cuts_pay: bool = True  # here and above, while sites are in doubt and there are no networks
    complete: bool = False  # nothing left to do at it

    @property
    def last_prices(self) -> NodePrices:
        """Of the best evaluation; the cuts that bind with them."""
        return self.evaluations[-1].prices.with_binding_cuts() if self.evaluations else self.prices


def best_first(tree_node: TreeNode) -> tuple[float, int]:
    """The node that holds the bound down; of several, the one that came first."""
    return tree_node.bound, tree_node.made


class Tree:
    """The search for a proof. The open node of least `order` is treated next."""

    def __init__(
        self,
        problem: Problem,
        pool: ColumnPool,
        starts: Sequence[NodePrices],
        threads: int,
        around: Surroundings,
        order: Callable[[TreeNode], tuple[float, int]] = best_first,
        params: ColumnsParams = DEFAULT,
    ) -> None:
        self.problem, self.pool, self.threads, self._around = problem, pool, threads, around
        self.params, self._fractional = params, params.branching.fractional
        self.root = TreeNode(root_node(problem), -np.inf, starts[0])
        self._starts, self._order = starts, order
        self._open: list[TreeNode] = []
        self._closed = np.inf  # least bound of complete leaves
        self._made = 0
        self._told = -np.inf
        self._step = cost_step(problem)
        self._most_pairs = float(params.compact.most_pairs * problem.n_practices)
        self._shared: set[Column] = set()
        self._plans = NodePlans(around, lambda: self.cutoff, threads, params)
        self._aside: list[TreeNode] = []  # put aside with their ascents
        self._is_unlinked = params.links.clusters > 1  # clusters of leads have not been tried ...
        self._links_pay = False  # ... and bring enough

    @property
    def bound(self) -> float:
        """Proven lower bound of the problem, pounds a year; -inf before the first evaluation."""
        return self._surely(min(self._closed, self._front))

    def _surely(self, bound: float) -> float:
        """A bound of all plans, in steps of what they can cost."""
        sure = round_up(bound, self._step)
        self._around.watch.told(sure)
        return sure

    @property
    def _front(self) -> float:
        """Least bound of the open nodes."""
        return min((tree_node.bound for tree_node in self._open), default=np.inf)

    @property
    def cutoff(self) -> float:
        best = self._around.incumbent()
        return best - max(PROVEN * abs(best), (1 - 2 * TOLERANCE) * self._step) if np.isfinite(best) else best

    def run(self) -> bool:
        """Until everything is settled (True) or the surroundings say stop (False)."""
        if not self.root.made:
            self._push(self.root)
        while self._open and not self._around.is_over():
            if self._front >= self.cutoff:
                return True
            self._treat(min(self._open, key=self._order))
        return not self._open

    def take_over(self, root: TreeNode, leaves: Sequence[TreeNode], closed: float) -> None:
        """Go on from a tree of the same problem. `leaves`: those that are open; `closed`: least bound of the others."""
        self.root, self._closed = root, closed
        root.made = self._made = 1
        self._open = []
        for leaf in leaves:
            self._push(leaf)
        self._links_pay = any(len(of.last_prices.clusters) > len(of.node.slots) for of in [root, *leaves])
        self._is_unlinked &= not root.children and not self._links_pay
        self._tell()

    # --- the front --------------------------------------------------------------------------------------------------

    def _push(self, tree_node: TreeNode) -> None:
        self._made += 1
        tree_node.made = self._made
        self._open.append(tree_node)

    def _lift(self, tree_node: TreeNode, bound: float, by: str) -> None:
        """Raise the bound of a node, by what was proven of it."""
        self._around.watch.bounded(tree_node.node, bound, by)
        tree_node.bound = max(tree_node.bound, bound)

    def _share_columns(self, ascent: Ascent) -> None:
        """Hubs that a master uses, if they were not shared before."""
        fresh = [column for column in ascent.columns_in_use() if column not in self._shared]
        self._shared.update(fresh)
        if fresh:
            self._around.on_columns(fresh)

    def _tell(self) -> None:
        bound = min(self._closed, self._front, self._around.incumbent())
        if np.isfinite(bound) and bound > self._told:
            self._told = bound
            self._around.on_bound(min(self._surely(bound), self._around.incumbent()))
        self._around.on_step()

    # --- one node ---------------------------------------------------------------------------------------------------

    def _treat(self, tree_node: TreeNode) -> None:
        """Raise the bound of the node in front, then close or divide it."""
        if tree_node.end is not None:
            self._finish(tree_node, tree_node.end)
            return
        ascent = self._begin(tree_node)
        self._lift(tree_node, ascent.bound, PRICES)
        self._tell()
        while True:
            if not self._raise(tree_node, ascent):
                return
            if self._is_unlinked and tree_node.bound < self.cutoff:
                ascent = self._linked(tree_node, ascent)
                if self._around.is_over():
                    return
            self._open.remove(tree_node)
            tree_node.cuts_pay = ascent.cuts_pay
            if tree_node.bound < self.cutoff and self._divide(tree_node, ascent):
                break
            if tree_node.bound >= self.cutoff or ascent.finished:
                tree_node.complete = True
                self._close(tree_node)
                break
            ascent.to_the_end = True
            self._push(tree_node)
        self._tell()

    def _raise(self, tree_node: TreeNode, ascent: Ascent, least: float = -np.inf, most: float = np.inf) -> bool:
        """Evaluations until the node is settled, or does not reach `least` in so many.

        False if time is up or it was put aside.
        """
        made = 0
        while not (self._settled(ascent) or ascent.highest < least or (made >= most and ascent.bound < least)):
            made += 1
            if self._is_ahead(tree_node):
                self._put_aside(tree_node, ascent)
                return False
            if not ascent.advance(self._around.is_over):
                return False
            tree_node.evaluations = ascent.counts.evaluations
            self._around.watch.evaluated(ascent.node, ascent.counts)
            self._lift(tree_node, ascent.bound, PRICES)
            self._tell()
            self._share_columns(ascent)
        return True

    def _linked(self, tree_node: TreeNode, ascent: Ascent) -> Ascent:
        """The root again with clusters of leads, once; as it was where they bring little."""
        self._is_unlinked = False
        node, clusters = tree_node.node, clustered(tree_node.node, self.params.links.clusters)
        if len(clusters) == len(node.slots):
            return ascent
        gap = min(self.cutoff - ascent.bound, self.params.tree.unknown_gap * abs(ascent.bound))
        least = ascent.bound + self.params.links.least_gain * gap
        linked = self._ascent(node, [tree_node.last_prices.over(clusters)])
        if not node.counts_fixed:
            linked.take_over(ascent)
        if linked.promise() < least:
            return ascent
        self._raise(tree_node, linked, least, self.params.links.most_trials)
        if linked.bound >= least:
            self._links_pay = True
            return linked
        tree_node.evaluations = [*linked.counts.evaluations, *ascent.counts.evaluations]  # the trial's may be better
        return ascent

    def _begin(self, tree_node: TreeNode) -> Ascent:
        """The ascent of a node, or where it was put aside."""
        if tree_node.ascent is not None:
            ascent, tree_node.ascent = tree_node.ascent, None
            self._aside.remove(tree_node)
            return ascent
        if tree_node is self.root:
            climbs_to = None if tree_node.node.slots else self._around.incumbent
            starts = [tree_node.last_prices] if tree_node.evaluations else self._starts
            ascent = self._ascent(tree_node.node, starts, climbs_to)
        else:
            ascent = self._ascent(tree_node.node, [self._refined(tree_node)])
        if not tree_node.node.counts_fixed:
            for evaluation in tree_node.evaluations:
                ascent.counts.update(evaluation)
        ascent.cuts_pay = tree_node.cuts_pay
        return ascent

    def _ascent(self, node: Node, starts: Sequence[NodePrices], climbs_to: Callable[[], float] | None = None) -> Ascent:
        return Ascent(node, self.pool, starts, self.threads, self.params, climbs_to, self._around.deadline)

    def _refined(self, tree_node: TreeNode) -> NodePrices:
        """The last prices, over as many clusters as there may be: the widest in two, until there are."""
        node, prices = tree_node.node, tree_node.last_prices
        most = self.params.links.clusters * self.problem.n_models if self._links_pay else 0
        while len(prices.clusters) < most:
            spread, cluster, first = widest(node, prices.clusters)
            if spread < 0.0:
                break
            prices = prices.halved(cluster, first)
        return prices

    def _others(self, tree_node: TreeNode) -> float:
        """Least bound of the other open nodes."""
        return min((other.bound for other in self._open if other is not tree_node), default=np.inf)

    def _is_ahead(self, tree_node: TreeNode) -> bool:
        """Whether other nodes hold the bound down by far."""
        return tree_node.bound > self._others(tree_node) + self.params.tree.ahead * (self.cutoff - tree_node.bound)

    def _put_aside(self, tree_node: TreeNode, ascent: Ascent) -> None:
        """Until its turn comes again; the masters of those put aside longest are dropped."""
        tree_node.ascent = ascent
        self._aside.append(tree_node)
        if len(self._aside) > self.params.tree.most_aside:
            self._aside.pop(0).ascent = None
        self._open.remove(tree_node)
        self._push(tree_node)
        self._tell()

    def _settled(self, ascent: Ascent) -> bool:
        """Whether the node is above the cutoff, or has too little left to gain before it is divided."""
        if ascent.bound >= self.cutoff:
            return True
        if ascent.focus is not None and ascent.counts.weakest != ascent.focus:
            ascent.focus_on_weakest()
        if not (ascent.finished or np.isfinite(ascent.room)):
            return False
        if ascent.to_the_end:
            return ascent.finished
        params = self.params.tree
        gap = min(self.cutoff - ascent.bound, params.unknown_gap * abs(ascent.bound))
        if ascent.node.counts_fixed:
            return (ascent.finished or ascent.room <= params.settled * gap) and not self._cut(ascent, gap)
        if ascent.focus is not None:
            return ascent.finished or ascent.room <= params.settled * gap
        if ascent.finished or ascent.room <= params.free_settled * abs(ascent.bound):
            return not ascent.focus_on_weakest()
        return False

    def _end_without_networks(self, tree_node: TreeNode, with_pair: FloatArray) -> None:
        """Solve a node by HiGHS where it has no networks and few pairs that a better plan can have.

        `with_pair`: [pairs in reach] pounds a year that a plan with the pair costs at least.
        """
        cutoff = self.cutoff
        pairs = with_pair <= cutoff
        if tree_node.node.slots or not np.isfinite(cutoff) or pairs.sum() > self._most_pairs:
            return
        bound = solve_compact(tree_node.node, pairs, cutoff, self._around, self.params.compact.most_s)
        self._lift(tree_node, min(bound, cutoff), "the compact model over the pairs left")
        if tree_node.bound < self.cutoff:
            self._most_pairs = self.params.compact.fewer * float(pairs.sum())

    def _cut(self, ascent: Ascent, gap: float) -> bool:
        """Add cuts, unless a branch gains more: on the number of hubs, often on sites where there are no networks."""
        node, fractions = ascent.node, ascent.fractions()
        if fractions is None:
            return False
        if not node.slots and hubs_in_doubt(node, fractions, self._fractional):
            return False
        if not node.slots and sites_in_doubt(node, fractions, self._fractional):
            return ascent.cuts_pay and ascent.cut(gap, self.params.cuts.gain_each)
        return ascent.cut(gap)

    def _divide(self, tree_node: TreeNode, ascent: Ascent) -> bool:
        """Give the node children, or its hubs to a search among them; False where it is closed or cannot be divided."""
        if not tree_node.node.counts_fixed:
            return self._divide_counts(tree_node, ascent)
        if self._enumerate(tree_node, ascent):
            self._push(tree_node)
            return True
        with_pair = ascent.pricer.least_with_pair(ascent.counts.point)
        self._around.watch.paired(ascent.node, with_pair)
        self._around.on_guide(with_pair)
        self._end_without_networks(tree_node, with_pair)
        if tree_node.bound >= self.cutoff:
            return False
        fractions = ascent.fractions()
        if fractions is not None and tree_node.node.slots:
            self._around.on_sketch(sketch_of(tree_node.node, ascent.pricer.clusters, fractions))
        branch = branch_on_leads(tree_node.node) if fractions is None else self._branch(ascent, fractions)
        if branch is None:
            if ascent.finished and fractions is not None:
                self._around.on_solution(solution_of(tree_node.node, fractions))
            return False
        if branch.kind == "leads":
            self._add_parts(tree_node, branch)
            return True
        prices = tree_node.last_prices
        if branch.kind == "site" and not tree_node.node.slots:
            self._plans.look(ascent, prices, with_pair)
            if tree_node.bound >= self.cutoff:
                return False
        prices = prices.with_limit() if branch.kind == "hubs" else prices
        self._add_children(tree_node, branch, [(tree_node.bound, prices)] * len(branch.children))
        return True

    def _branch(self, ascent: Ascent, fractions: Fractions) -> Branch | None:
        """How a node is divided, by what its last master leaves in doubt; None where that is nothing."""
        node, clusters, params = ascent.node, ascent.pricer.clusters, self.params.branching
        tolerance = WHOLE if ascent.finished else self._fractional
        hubs = hubs_in_doubt(node, fractions, self._fractional)
        sites = sites_in_doubt(node, fractions, tolerance)
        if ascent.is_linked:
            branch = self._branch_on_idle_leads(ascent)
            if branch is not None:
                return branch
            networks = networks_in_doubt(node, clusters, fractions.networks, self._fractional)
            half = params.most_tried // 2
            doubts = networks[:half] + hubs + sites[:half]
        else:
            branch = hubs[0].branch(node, clusters) if hubs else branch_on_leads(node)
            if branch is not None:
                return branch
            doubts = sites[: params.most_tried]
        if doubts:
            return ascent.strongest(doubts).branch(node, clusters)
        return branch_on_leads(node) or branch_on_fractions(node, fractions, tolerance)

    def _branch_on_idle_leads(self, ascent: Ascent) -> Branch | None:
        node, point = ascent.node, ascent.counts.point
        prices, room = point.evaluation.prices, self.cutoff - point.value
        surplus, least = surplus_of_clusters(node, prices), self.params.links.least_idle
        return branch_on_idle_leads(node, prices.clusters, surplus, room, least)

    def _add_parts(self, tree_node: TreeNode, branch: Branch) -> None:
        """Children of a branch on leads, each with what the best prices prove of its number of networks."""
        node, best = tree_node.node, tree_node.evaluations[-1]
        prices = best.prices.split_slot(branch.slot, branch.leads, len(node.slots))
        self._add_children(tree_node, branch, [(tree_node.bound, prices)] * len(branch.children))
        for child in tree_node.children:
            child.evaluations = [best.inherited(child.node, prices)]
            self._lift(child, child.evaluations[0].least(child.node.slots), PRICES)

    def _divide_counts(self, tree_node: TreeNode, ascent: Ascent) -> bool:
        """A child for each choice of network counts that is not closed by what is known; two where too many are."""
        counts = ascent.counts
        if not counts.enumerated:
            fractions = ascent.fractions()
            networks = None if fractions is None else fractions.networks
            branch = branch_on_count(tree_node.node, ascent.pricer.clusters, networks)
            self._add_children(tree_node, branch, [(tree_node.bound, tree_node.last_prices)] * len(branch.children))
            return True
        alive = np.flatnonzero(counts.bounds < self.cutoff)
        closed = np.delete(counts.bounds, alive)
        self._closed = min(self._closed, float(closed.min(initial=np.inf)))
        children = [tree_node.node.with_counts(counts.counts[c].astype(np.int64)) for c in alive]
        starts = [(float(counts.bounds[c]), counts.evaluations[counts.by[c]].prices) for c in alive]
        self._add_children(tree_node, Branch("counts", children), starts)
        return True

    def _add_children(self, tree_node: TreeNode, branch: Branch, starts: list[tuple[float, NodePrices]]) -> None:
        self._around.watch.branched(tree_node.node, branch.children, branch.kind, self.cutoff)
        tree_node.branch = branch
        for node, (bound, prices) in zip(branch.children, starts, strict=True):
            child = TreeNode(node, bound, prices, too_many=tree_node.too_many, cuts_pay=tree_node.cuts_pay)
            tree_node.children.append(child)
            self._push(child)

    def _enumerate(self, tree_node: TreeNode, ascent: Ascent) -> bool:
        """Gather all the hubs that a better plan of a node can have; False where they are too many."""
        point, cutoff, node = ascent.counts.point, self.cutoff, tree_node.node
        if not np.isfinite(cutoff) or cutoff - point.value > tree_node.too_many:
            return False
        params = self.params.listing
        if ascent.is_linked and not node.leads_fixed:
            return False  # the program over hubs knows no links
        most = params.most_hubs if node.leads_fixed else params.most_hubs_early
        listing = ascent.pricer.collect(point, cutoff, most, params.most_nodes, self._around.is_over)
        if listing is None:
            tree_node.too_many = np.inf if branch_on_leads(node) is not None else params.less * (cutoff - point.value)
            return False
        self._around.watch.listed(node, listing)
        slot = np.where(listing.slot >= 0, listing.slot, len(node.slots))
        columns = Columns.of(self.problem, listing.columns)
        partition = Partition(node, columns, slot, self.params)
        self._around.watch.partitioned(partition, cutoff)
        tree_node.end = End(partition, Division(partition, cutoff, self._around.watch, self.params.division))
        tree_node.enumerated = Enumerated(point, listing.room, len(columns), -np.inf)
        return True

    def _finish(self, tree_node: TreeNode, end: End) -> None:
        """Search among a node's enumerated hubs until it is no longer the one that holds the bound down."""
        division = end.division
        division.cutoff = min(division.cutoff, self.cutoff)
        ahead = self.params.tree.ahead * (self.cutoff - tree_node.bound)
        division.run(max(self._others(tree_node), tree_node.bound) + ahead, self._around.deadline)
        if division.best is not None:
            self._around.on_solution(end.partition.decode(division.best))
            division.best = None
        self._lift(tree_node, division.bound, "the search among enumerated hubs")
        if tree_node.enumerated is not None:
            tree_node.enumerated = replace(tree_node.enumerated, bound=division.bound)
        self._open.remove(tree_node)
        if tree_node.bound < self.cutoff and not division.finished:
            self._push(tree_node)
        else:
            tree_node.end = None
            branch = branch_on_leads(tree_node.node) if tree_node.bound < self.cutoff else None
            if branch is not None:
                self._add_parts(tree_node, branch)
            else:
                tree_node.complete = True  # with a bound below the cutoff only where rules are unknown to the program
                self._close(tree_node)
        self._tell()

    def _close(self, tree_node: TreeNode) -> None:
        self._closed = min(self._closed, tree_node.bound)

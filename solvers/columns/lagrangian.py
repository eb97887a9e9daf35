"""The Lagrangian bound of given prices at a node, for every number of networks at once (docs/columns.md).

For fixed prices the bound is a constant plus what the networks of each slot cost, in its cheapest clusters of leads, so
that one pricing bounds every choice of integer network counts; `Counts` keeps the best bound of each choice. What is
left out because of a bound (hubs, pairs) is measured from a `DualPoint`, which holds the prices and the value that
belong to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.columns import Column
from optimizer.model.partner_pairs import hospitals_suffice
from optimizer.model.problem import Problem
from optimizer.model.terms import forgone_dividend, independence, least_network_cost
from solvers.columns.clusters import Clusters
from solvers.columns.kernels.hub_costs import Duals
from solvers.columns.kernels.pairs import bound_pairs
from solvers.columns.kernels.pricing import KEPT, Collected, Priced, collect_hubs, price_sites
from solvers.columns.kernels.relaxed_hubs import add_members, relax_sites
from solvers.columns.layout import counted_in_limits, make_layout
from solvers.columns.node import Node, Slot
from solvers.columns.params import DEFAULT, PricingParams
from solvers.columns.prices import NodePrices
from solvers.columns.rounding import FTE, hairs, lost, total

NO_CLUSTERS = np.zeros(0, dtype=np.int64)
SLACK = 1e-6  # of sums of numbers of networks, or of pounds
EVERY_SEARCH = 1 << 30  # of a site: as many as its bounds ask for


@dataclass(frozen=True)
class PriceEvaluation:
    """A bound, pounds a year: `constant` and what networks cost; and hubs worth adding to the master."""

    prices: NodePrices
    constant: float  # less what floating-point sums can have added
    networks: tuple[FloatArray, ...]  # [S] each: least cost of 0, 1, ... networks of the slot; inf past its leads
    site: FloatArray  # [m] each site's share in the constant
    columns: list[Column]
    clusters: IntArray  # [columns] of the prices' clusters; NONE = no network

    def values(self, counts: IntArray) -> FloatArray:
        """[choices] the bound of each choice of network counts, [choices, S]."""
        return self.constant + sum((of[counts[:, s]] for s, of in enumerate(self.networks)), np.zeros(len(counts)))

    def least(self, slots: Sequence[Slot]) -> float:
        """Of all choices of counts that slots allow."""
        ranges = zip(self.networks, slots, strict=True)
        return self.constant + sum(float(of[slot.low : slot.high + 1].min(initial=np.inf)) for of, slot in ranges)

    def inherited(self, child: Node, prices: NodePrices) -> PriceEvaluation:
        """Of a child, one of whose slots was split by leads as the prices' was: fewer choices, none of them cheaper."""
        return replace(self, prices=prices, networks=network_costs(child, prices), columns=[], clusters=NO_CLUSTERS)


@dataclass(frozen=True)
class RelaxedEvaluation:
    """A bound by the relaxation of pricing alone, with a direction in which it rises, to first order."""

    evaluation: PriceEvaluation
    uncovered: FloatArray  # [n] 1 less how often the relaxed hubs, and independence, cover each practice

    @property
    def value(self) -> float:
        """Pounds a year; of a node without slots."""
        return self.evaluation.constant


@dataclass(frozen=True)
class DualPoint:
    """One evaluation at one choice of network counts, with the value that it has there, pounds a year.

    A plan with these counts and with a hub of reduced cost r at site j costs at least `value + r - evaluation.site[j]`.
    Another bound of the node, higher than the value, tells nothing about these reduced costs.
    """

    evaluation: PriceEvaluation
    value: float

    def highest_reduced(self, cutoff: float) -> FloatArray:
        """[m] the reduced cost that a hub at each site has at most in a plan that costs less than the cutoff."""
        return self.evaluation.site + (cutoff - self.value)


@dataclass(frozen=True)
class Listing:
    """Every hub that a plan of a node below `cutoff` can have, as the point's prices tell."""

    point: DualPoint
    cutoff: float
    columns: list[Column]
    slot: IntArray  # [columns] NONE = no network

    @property
    def room(self) -> float:
        """Pounds a year that hubs can cost above the least reduced cost of their site."""
        return self.cutoff - self.point.value


class Pricer:
    """Prices all sites of a node on several threads."""

    def __init__(self, node: Node, clusters: Clusters, threads: int, params: PricingParams = DEFAULT.pricing) -> None:
        self.node, self.clusters = node, clusters
        self.layout = make_layout(node, clusters, params)
        self._threads, self._params = threads, params
        m = node.problem.n_sites
        self._sites = np.flatnonzero(~node.closed | node.required)
        most = int(np.diff(self.layout.item_start).max(initial=0)) + 2

        def integers(*shape: int) -> IntArray:
            return np.zeros(shape, dtype=np.int64)

        self.found = Priced(
            bound=np.zeros(m),
            found=integers(m),
            cluster=integers(m, KEPT),
            group=integers(m, KEPT),
            size=integers(m, KEPT),
            members=integers(m, KEPT, most),
        )
        self.share = np.zeros((m, len(clusters) + 1, node.problem.n_roles))

    def evaluate(
        self,
        prices: NodePrices,
        most_nodes: int,
        is_over: Callable[[], bool],
        known: FloatArray | None = None,
        useless: float = np.inf,
    ) -> PriceEvaluation | None:
        """The bound of these prices, and hubs of negative reduced cost; None if `is_over()` before the end.

        `known` [m]: least reduced cost of a hub known at each site, as `Master.least_reduced` has it. As soon as the
        sites' bounds have fallen below `known` by more than `useless`, the rest is priced in haste.
        """
        duals = self.duals(prices)
        self.found.bound[:] = np.where(self.node.required, np.inf, 0.0) if known is None else known
        before = self.found.bound.copy()
        lost, hasty = [0.0], (self._params.hasty_searches, self._params.hasty_nodes)

        def price(sites: IntArray) -> bool:
            if is_over():
                return False
            searches, nodes = (EVERY_SEARCH, most_nodes) if lost[0] <= useless else hasty
            price_sites(self.layout, duals, self.share, sites, searches, nodes, self.found)
            looked_for = sites[np.isfinite(before[sites])]
            lost[0] += float((before[looked_for] - self.found.bound[looked_for]).sum())
            return True

        if not self._price_all(price, self._params.sites_at_once):
            return None
        columns, clusters = self.columns()
        return PriceEvaluation(
            prices=prices,
            constant=self._constant(prices, self.found.bound),
            networks=network_costs(self.node, prices),
            site=self.found.bound.copy(),
            columns=columns,
            clusters=clusters,
        )

    def relax(self, prices: NodePrices, is_over: Callable[[], bool]) -> RelaxedEvaluation | None:
        """The bound of these prices and the best one for hubs, by relaxed hubs alone; None if `is_over()` first.

        For nodes without slots and limits on hubs; `prices` have none for hubs.
        """
        p, node, duals = self.node.problem, self.node, self.duals(prices)
        self.found.bound[:] = np.inf

        def relax(sites: IntArray) -> bool:
            relax_sites(self.layout, duals, self.share, sites, self.found)
            return not is_over()

        if not self._price_all(relax, self._params.sites_at_once_relaxed):
            return None
        least = self.found.bound.copy()
        hub_price, chosen = _cheapest_hubs(node, least)
        site = np.where(node.required, least - hub_price, np.minimum(0.0, least - hub_price))
        priced = replace(prices, hubs=hub_price)
        evaluation = PriceEvaluation(priced, self._constant(priced, site), (), site, [], NO_CLUSTERS)
        if np.isinf(evaluation.constant):
            return RelaxedEvaluation(evaluation, np.zeros(p.n_practices))
        covered = np.zeros(p.n_practices)
        add_members(self.layout, duals, self.share, chosen, self.found, covered)
        covered += node.may_be_independent & (independence(p) < prices.practice)
        return RelaxedEvaluation(evaluation, 1.0 - covered)

    def without_search(self, prices: NodePrices, known: FloatArray) -> PriceEvaluation:
        """What the bound would be if no site had a better hub than those known."""
        constant, networks = self._constant(prices, known), network_costs(self.node, prices)
        return PriceEvaluation(prices, constant, networks, known, [], NO_CLUSTERS)

    def _price_all(self, price: Callable[[IntArray], bool], step: int) -> bool:
        chunks = [self._sites[first : first + step] for first in range(0, len(self._sites), step)]
        if self._threads == 1:
            return all(map(price, chunks))
        with ThreadPoolExecutor(self._threads) as threads:
            return all(threads.map(price, chunks))

    def duals(self, prices: NodePrices) -> Duals:
        """As pricing sees them: a networked patient earns the dividend and pays the network rows."""
        p = self.node.problem
        networked = -p.network.dividend - prices.low - prices.high - prices.coverage
        entry = self.layout.coordination.copy()
        entry[:, :-1] -= prices.lead * self.layout.leads
        entry -= prices.limits @ counted_in_limits(self.node, self.clusters.slot)
        order = np.argsort(prices.cuts.ravel(), kind="stable")
        holder = prices.cuts.ravel()[order]
        return Duals(
            practice=prices.practice,
            misfit=self.layout.misfit + prices.link.T,
            group=prices.group,
            patient=np.append(networked, 0.0) + self.layout.crossing,
            entry=entry,
            hire=p.roles.hire_cost - prices.market,
            hub=-prices.hubs,
            cut=-prices.cut,
            cut_first=np.searchsorted(holder, np.arange(p.n_practices + 1)).astype(np.int64),
            cut_of=order // 3,
        )

    def _constant(self, prices: NodePrices, site: FloatArray) -> float:
        if np.isinf(site).any():  # a required site that can have no hub
            return np.inf
        p = self.node.problem
        alone = independence(p) - prices.practice
        independents = np.where(self.node.may_be_independent, np.minimum(0.0, alone), 0.0)
        coverage = p.network.patients_min if prices.coverage > 0 else p.network.patients_max
        hubs = p.hub.count_min if prices.hubs > 0 else p.hub.count_max
        limits = zip(prices.limits.tolist(), self.node.limits, strict=True)
        parts = [
            forgone_dividend(p),
            prices.practice,
            prices.group,
            independents,
            site,
            prices.coverage * coverage,
            prices.hubs * hubs if prices.hubs else 0.0,
            sum(price * (limit.low if price > 0 else limit.high) for price, limit in limits),
            prices.market * (p.roles.market + FTE),
            prices.cut,
        ]
        amounts = total(*parts) + _amounts_of_networks(self.node, prices)
        hair = hairs((p.roles.hire_cost - prices.market)[p.roles.whole_fte], len(site))
        return float(sum(np.sum(part) for part in parts)) - lost(amounts, len(site)) - hair

    def columns(self) -> tuple[list[Column], IntArray]:
        """The hubs that the last pricing found, and the cluster of each."""
        found, columns, clusters = self.found, list[Column](), list[int]()
        for j in np.flatnonzero(found.found):
            for k in range(min(int(found.found[j]), KEPT)):
                cluster = int(found.cluster[j, k])
                members = tuple(sorted(found.members[j, k, : found.size[j, k]].tolist()))
                columns.append(Column(int(j), self._model_of(cluster), int(found.group[j, k]), members))
                clusters.append(cluster)
        return columns, np.array(clusters, dtype=np.int64)

    def _slot_of(self, cluster: int) -> int:
        return NONE if cluster == NONE else int(self.clusters.slot[cluster])

    def _model_of(self, cluster: int) -> int:
        return NONE if cluster == NONE else self.node.slots[self._slot_of(cluster)].model

    def least_with_pair(self, point: DualPoint) -> FloatArray:
        """[pairs in reach] pounds a year that a plan with the pair costs at least; inf where the node has none."""
        p, layout, evaluation = self.node.problem, self.layout, point.evaluation
        of_item, of_host = np.full(len(layout.item), np.inf), np.full(p.n_sites, np.inf)
        bound_pairs(layout, self.duals(evaluation.prices), self.share.copy(), self._sites, of_item, of_host)
        site = np.repeat(np.arange(p.n_sites), np.diff(layout.item_start))
        hosted = np.flatnonzero(np.isfinite(of_host) & (layout.host >= 0))
        least = np.full(len(p.reach), np.inf)
        least[p.reach.index_of(layout.item, site)] = point.value + of_item - evaluation.site[site]
        least[p.reach.index_of(layout.host[hosted], hosted)] = point.value + of_host[hosted] - evaluation.site[hosted]
        return least

    def collect(
        self, point: DualPoint, cutoff: float, most: int, most_nodes: int, is_over: Callable[[], bool]
    ) -> Listing | None:
        """Every hub that a plan of the node can have if it costs less than the cutoff.

        None where there are more than `most`, as far as the first sites tell; where a search needs more nodes; or
        where `is_over()` comes before the end.
        """
        duals, below = self.duals(point.evaluation.prices), point.highest_reduced(cutoff)
        found: dict[tuple[Column, int], None] = {}  # once each, in whatever clusters of a slot
        uneven = self._params.uneven
        usual = uneven * most // max(1, len(self._sites)) + uneven
        out = Collected(
            cluster=np.zeros(usual, dtype=np.int64),
            group=np.zeros(usual, dtype=np.int64),
            first=np.zeros(usual + 1, dtype=np.int64),
            members=np.zeros(20 * usual, dtype=np.int64),
            filled=np.zeros(2, dtype=np.int64),
        )
        for done, j in enumerate(self._sites):
            out.filled[:] = 0
            if is_over() or not collect_hubs(self.layout, duals, self.share, j, below[j], most_nodes, out):
                return None
            for k in range(out.filled[0]):
                cluster, members = int(out.cluster[k]), out.members[out.first[k] : out.first[k + 1]]
                column = Column(int(j), self._model_of(cluster), int(out.group[k]), tuple(sorted(members.tolist())))
                found[column, self._slot_of(cluster)] = None
            if len(found) > min(most, usual + 2 * most * (done + 1) // len(self._sites)):
                return None
        slot = np.array([slot for _, slot in found], dtype=np.int64)
        return Listing(point, cutoff, [column for column, _ in found], slot)


def _cheapest_hubs(node: Node, least: FloatArray) -> tuple[float, IntArray]:
    """(price of a hub, sites): the hubs that cost least, as many as rules allow, and the price that chooses them.

    `least`: [m] cost of a hub at each site, inf = none.
    """
    hub, required = node.problem.hub, np.flatnonzero(node.required)
    others = np.flatnonzero(~node.required & np.isfinite(least))
    others = others[np.argsort(least[others], kind="stable")]
    paying = int((least[others] < 0.0).sum())
    count = min(max(paying, hub.count_min - len(required)), hub.count_max - len(required), len(others))
    price = 0.0 if count == paying or count <= 0 else float(least[others[count - 1]])
    return price, np.concatenate([required, others[: max(0, count)]])


def network_costs(node: Node, prices: NodePrices) -> tuple[FloatArray, ...]:
    """[S] each: pounds a year that 0, 1, ... networks of the slot add to the bound at least; inf past its leads.

    The first network of a cluster is cheaper by what the links to it are paid; cheapest first.
    """
    each, link = _network_parts(node, prices).sum(axis=0), prices.link.sum(axis=1)
    costs = []
    for s, slot in enumerate(node.slots):
        mine = prices.clusters.of_slot(s)
        further = np.repeat(each[mine], np.maximum(0, prices.clusters.sizes[mine] - 1))
        cheapest = np.sort(np.concatenate([each[mine] - link[mine], further]))[: slot.high]
        past = np.full(max(0, slot.high - len(cheapest)), np.inf)
        costs.append(np.concatenate([[0.0], np.cumsum(cheapest), past]))
    return tuple(costs)


def surplus_of_clusters(node: Node, prices: NodePrices) -> FloatArray:
    """[C] pounds a year that the bound rises if a network is led from there; numbers of networks are settled."""
    first = _network_parts(node, prices).sum(axis=0) - prices.link.sum(axis=1)
    surplus = np.zeros(len(first))
    for s, costs in enumerate(network_costs(node, prices)):
        mine, count = prices.clusters.of_slot(s), node.slots[s].high
        surplus[mine] = np.inf if count == 0 else np.maximum(0.0, first[mine] - (costs[count] - costs[count - 1]))
    return surplus


def _network_parts(node: Node, prices: NodePrices) -> FloatArray:
    """[4, C] what a network costs, what its least and its most patients are paid, and its lead."""
    m, k, cost = node.problem.models, prices.clusters.models(node), least_network_cost(node.problem)[0]
    parts = (cost[k], prices.low * m.minimum[k], prices.high * m.maximum[k], prices.lead * m.hub_led[k])
    return np.array(parts, dtype=np.float64)


def _amounts_of_networks(node: Node, prices: NodePrices) -> float:
    """Pounds: all that the costs of networks add up, taken as positive."""
    of_one = np.abs(_network_parts(node, prices)).sum(axis=0) + prices.link.sum(axis=1)
    most = np.zeros(len(node.slots))
    np.maximum.at(most, prices.clusters.slot, of_one)
    return float(most @ [slot.high for slot in node.slots])


class Counts:
    """Every choice of network counts that the slots of a node allow, with its best bound so far.

    `most`: of choices; where there are more, one stands for all.
    """

    def __init__(self, node: Node, most: int = DEFAULT.pricing.most_counts) -> None:
        p, slots = node.problem, node.slots
        self._slots = slots
        ranges = [range(slot.low, slot.high + 1) for slot in slots]
        self.enumerated = float(np.prod([float(len(r)) for r in ranges])) <= most
        if self.enumerated:
            choices = list(product(*ranges))
            counts = np.array(choices, dtype=np.int64).reshape(len(choices), len(slots))
            self.counts = counts[_possible(p, node, counts)]
        else:
            self.counts = np.array([[r.start for r in ranges]], dtype=np.int64)
        self.bounds = np.full(len(self.counts), -np.inf)
        self.by = np.full(len(self.counts), NONE)  # the evaluation that gave each bound
        self.evaluations: list[PriceEvaluation] = []

    def update(self, evaluation: PriceEvaluation) -> None:
        if self.enumerated:
            values = evaluation.values(self.counts)
        else:
            values = np.full(len(self.counts), evaluation.least(self._slots))
        better = values > self.bounds
        if better.any():
            self.bounds[better] = values[better]
            self.by[better] = len(self.evaluations)
            self.evaluations.append(evaluation)

    @property
    def bound(self) -> float:
        """Proven for the node: no choice of counts is cheaper; inf where there is no choice."""
        return float(self.bounds.min(initial=np.inf))

    @property
    def weakest(self) -> int:
        return int(self.bounds.argmin())

    @property
    def point(self) -> DualPoint:
        """Of the one choice that a node with fixed counts has: its best evaluation, with the bound that this gives."""
        (by,) = self.by
        return DualPoint(self.evaluations[by], float(self.bounds[0]))


def _possible(p: Problem, node: Node, counts: IntArray) -> np.ndarray:
    """Choices whose networks can hold the patients that coverage asks for, need no more, keep limits on numbers, and
    have the hospitals that they call for, as far as is settled who leads."""
    k = np.array([slot.model for slot in node.slots], dtype=np.int64)
    least, most = counts @ p.models.minimum[k], counts @ p.models.maximum[k]
    covers = (most >= p.network.patients_min) & (least <= p.network.patients_max)
    limits = p.network.limits
    numbers = ~limits.patients.any(axis=1)
    held = counts @ limits.networks[numbers][:, k].T
    keeps = (held >= limits.low[numbers] - SLACK) & (held <= limits.high[numbers] + SLACK)
    possible = covers & keeps.all(axis=1)
    if len(p.shared):
        possible &= _have_hospitals(p, node, counts)
    return np.asarray(possible, dtype=bool)


def _have_hospitals(p: Problem, node: Node, counts: IntArray) -> np.ndarray:
    """[choices] whether those who surely lead, as all of their slot do, can do so together."""
    all_lead = counts == np.array([len(slot.leads) for slot in node.slots], dtype=np.int64)
    settled, which = np.unique(all_lead, axis=0, return_inverse=True)
    leads = [
        [n for slot, each in zip(node.slots, row, strict=True) if each for n in slot.leads] for row in settled.tolist()
    ]
    suffice = np.array([hospitals_suffice(p, np.array(of, dtype=np.int64)) for of in leads], dtype=bool)
    return suffice[which.ravel()] if len(counts) else np.zeros(0, dtype=bool)

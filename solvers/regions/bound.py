"""The bound of the whole: prices over clusters of leads, raised window by window, told once priced at every site.

Without clusters of its own a network is paid for by the patient: what its lead and running cost come to with as many
patients as it may have. Leads that few windows see are then told apart, and networks there are paid for whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.columns import Column
from optimizer.model.pairs import first_of_each
from optimizer.model.problem import Problem
from optimizer.model.terms import least_network_cost
from solvers.columns.ascent import first_prices
from solvers.columns.clusters import Clusters, near_each_other, one_a_slot
from solvers.columns.lagrangian import PriceEvaluation, Pricer
from solvers.columns.node import root_node
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import NodePrices, no_prices
from solvers.regions.climb import Raised
from solvers.regions.params import RegionsParams
from solvers.regions.sums import SumPrice
from solvers.regions.window import Window, window_on

TIMES_ALONE = 3.0  # what a hub of its own costs a practice: its price ends there


@dataclass
class WholeBound:
    """Prices as they stand, and the best evaluation of them so far."""

    problem: Problem
    threads: int
    params: RegionsParams
    columns: dict[Column, None] = field(default_factory=dict)  # hubs that masters begin with
    best: PriceEvaluation | None = None
    value: float = -np.inf  # pounds a year, proven
    is_begun: bool = False
    is_raised: bool = False  # since the last evaluation

    def __post_init__(self) -> None:
        self.node = root_node(self.problem)
        self.prices = no_prices(self.problem, np.zeros(self.problem.n_practices), one_a_slot(self.node))
        self.apart = np.zeros(len(self.prices.clusters), dtype=bool)  # [clusters] whose networks are paid for whole
        self._best_apart = self.apart
        self._dearest = _dearest(self.problem)
        self._sums = _sum_prices(self.problem)
        self._used = np.zeros(len(self._sums))

    def begin(self, columns: list[Column]) -> None:
        """From the hubs of a plan: what they cost is shared out over their patients."""
        pool = ColumnPool(self.problem)
        for column in columns:
            pool.add(column)
            self.columns[column] = None
        practice = first_prices(pool)[1]
        clusters = self.prices.clusters
        k = clusters.models(self.node)
        high = -least_network_cost(self.problem)[0][k] / np.maximum(1, self.problem.models.maximum[k])
        self.prices = replace(no_prices(self.problem, practice, clusters), high=high)
        self.is_begun = True

    def begin_from(self, prices: NodePrices, apart: BoolArray) -> None:
        """From prices of an earlier run; `apart` [clusters]: whose networks they pay for whole."""
        self.prices, self.apart = prices, apart
        for sum_, price in zip(self._sums, [*prices.market.tolist(), prices.coverage, prices.hubs], strict=True):
            sum_.price = price
        self.is_begun = True

    @property
    def kept(self) -> tuple[NodePrices, BoolArray]:
        """The prices that prove most, or those at hand before any do; [clusters] whose networks they pay for whole."""
        return (self.prices, self.apart) if self.best is None else (self.best.prices, self._best_apart)

    def begin_sweep(self) -> None:
        """What masters use is counted from now on."""
        self._used[:] = 0.0

    def end_sweep(self) -> None:
        """Prices of sums over the whole plan, by what all windows together use of them."""
        for sum_, used in zip(self._sums, self._used.tolist(), strict=True):
            sum_.learn(used)
        self._set_sums()

    def _set_sums(self) -> None:
        *market, coverage, hubs = (sum_.price for sum_ in self._sums)
        self.prices = replace(self.prices, market=np.array(market), coverage=coverage, hubs=hubs)

    def window(self, inside: IntArray) -> tuple[Window, list[Column]]:
        """On these practices, and hubs that its master begins with."""
        window = window_on(self.problem, self.prices, inside, self.apart, self.params.climb.near_sites)
        return window, window.columns(list(self.columns), self.problem.n_practices, self.problem.n_sites)

    def take(self, window: Window, raised: Raised) -> None:
        if raised.used is not None:
            self._used += raised.used
        if raised.gain > 0.0:
            found = window.put_back(self.prices, raised.prices)
            self.prices = replace(found, practice=np.clip(found.practice, -self._dearest, self._dearest))
            self.is_raised = True
        for column in window.columns_of_whole(raised.columns):
            self.columns[column] = None

    def evaluate(self, is_over: Callable[[], bool]) -> bool:
        """Price every site; whether it proves more than before."""
        pricer = Pricer(self.node, self.prices.clusters, self.threads, self.params.columns.pricing)
        evaluation = pricer.evaluate(self.prices, self.params.columns.ascent.first_nodes, is_over)
        if evaluation is None:
            return False
        self.is_raised = False
        value = evaluation.least(self.node.slots)
        if value <= self.value:
            return False
        self.best, self.value, self._best_apart = evaluation, value, self.apart
        return True

    def tell_apart(self, regions: list[IntArray]) -> None:
        """Make clusters of the leads that only sites of one region can join; those told apart already stay."""
        own = self._regions_of_leads(regions)
        slot, leads, apart = [], [], []
        known = zip(self.prices.clusters.slot.tolist(), self.prices.clusters.leads, self.apart.tolist(), strict=True)
        for s, of, is_apart in known:
            parts = [(True, of)] if is_apart else self._split(s, np.array(of, dtype=np.int64), own)
            slot += [s] * len(parts)
            leads += [some for _, some in parts]
            apart += [each for each, _ in parts]
        self.prices = self.prices.over(Clusters(np.array(slot, dtype=np.int64), tuple(leads)))
        self.apart = np.array(apart, dtype=bool)

    def _split(self, s: int, leads: IntArray, own: IntArray) -> list[tuple[bool, tuple[int, ...]]]:
        """(whether told apart, leads) of the clusters that leads of a slot fall into."""
        others = leads[own[leads] < 0]
        parts = [(False, tuple(others.tolist()))] if len(others) else []
        for k in np.unique(own[leads][own[leads] >= 0]).tolist():
            slot = replace(self.node.slots[s], leads=tuple(leads[own[leads] == k].tolist()))
            parts += [(True, some) for some in near_each_other(self.problem, slot, self.params.climb.clusters)]
        return parts

    def _regions_of_leads(self, regions: list[IntArray]) -> IntArray:
        """[candidates] the region whose windows have all sites that can join the lead; NONE = of none."""
        p = self.problem
        region = np.full(p.n_practices, NONE)
        for k, practices in enumerate(regions):
            region[practices] = k
        order = np.lexsort((p.reach.km, p.reach.row))
        near = first_of_each(p.reach.row, order, self.params.climb.near_sites)
        seen: BoolArray = np.zeros((len(regions), p.n_sites), dtype=bool)
        seen[region[p.reach.row[near]], p.reach.column[near]] = True
        linked = np.bincount(p.links.column, minlength=p.n_candidates)
        own = np.full(p.n_candidates, NONE)
        for k in range(len(regions)):
            outside = np.bincount(p.links.column, weights=~seen[k][p.links.row], minlength=p.n_candidates)
            own[(own < 0) & (linked > 0) & (outside == 0)] = k
        return own


def _dearest(p: Problem) -> FloatArray:
    """[n] pounds a year: prices of practices beyond it tell nothing.

    Of one that can be in one hub alone any price is as good as another, so that window by window it may rise for ever;
    whole numbers, in which certificates are rechecked, have an end. Three hubs of its own are more than it can cost.
    """
    alone = float(p.sites.cost.max()) + p.hub.price * p.hub.target_min
    lacking = p.practices.patients[:, None] * p.roles.hub_ratio @ p.roles.hire_cost
    return np.asarray(TIMES_ALONE * (alone + lacking))


def _sum_prices(p: Problem) -> list[SumPrice]:
    """Hires of each role, patients in networks, hubs."""
    market = [
        SumPrice(-np.inf, most, 0.25 * cost)
        for most, cost in zip(p.roles.market.tolist(), p.roles.hire_cost.tolist(), strict=True)
    ]
    dear = float(p.sites.cost.mean())
    coverage = SumPrice(p.network.patients_min, p.network.patients_max, 0.25 * dear / max(1, p.hub.target_min))
    return [*market, coverage, SumPrice(p.hub.count_min, p.hub.count_max, 0.1 * dear)]

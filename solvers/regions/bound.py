"""The bound of the whole: prices over clusters of leads, raised window by window, told once priced at every site.

Without clusters of its own a network is paid for by the patient: what its lead and running cost come to with as many
patients as it may have. Then leads are told apart, a few to a cluster, and networks are paid for whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.columns import Column
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import least_network_cost
from solvers.columns.ascent import first_prices
from solvers.columns.clusters import Clusters, one_a_slot
from solvers.columns.lagrangian import PriceEvaluation, Pricer
from solvers.columns.node import root_node
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import NodePrices, no_prices
from solvers.regions.climb import Raised
from solvers.regions.leads import regions_of_candidates, within_km
from solvers.regions.optimum import WholeOptimum
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
    sketch: Solution | None = None  # what masters use is near to it

    def __post_init__(self) -> None:
        self.node = root_node(self.problem)
        self.prices = no_prices(self.problem, np.zeros(self.problem.n_practices), one_a_slot(self.node))
        self.apart = np.zeros(len(self.prices.clusters), dtype=bool)  # [clusters] whose networks are paid for whole
        self._best_apart = self.apart
        self._dearest = _dearest(self.problem)
        self._sums = _sum_prices(self.problem)
        self._used = np.zeros(len(self._sums))
        self._optimum: WholeOptimum | None = None  # of the sweep under way

    def begin(self, columns: list[Column]) -> None:
        """From the hubs of a plan: what they cost is shared out over their patients."""
        pool = ColumnPool(self.problem)
        for column in columns:
            pool.add(column)
        self.learn(columns)
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
        self._optimum = WholeOptimum(self.problem, self.prices.clusters)

    def end_sweep(self) -> None:
        """Prices of sums over the whole plan, by what all windows together use of them."""
        for sum_, used in zip(self._sums, self._used.tolist(), strict=True):
            sum_.learn(used)
        self._set_sums()

    def make_sketch(self) -> None:
        """Of what masters used in the last sweep, if all of its windows told."""
        if self._optimum is not None:
            self.sketch = self._optimum.sketch() or self.sketch

    def _set_sums(self) -> None:
        *market, coverage, hubs = (sum_.price for sum_ in self._sums)
        priced = replace(self.prices, market=np.array(market), coverage=coverage, hubs=hubs)
        self.prices = priced.with_binding_cuts()

    def owned(self, regions: list[IntArray]) -> list[BoolArray]:
        """[clusters] each: the clusters told apart whose prices the window on each region sets."""
        where = self._regions_of_clusters(regions)
        return [self.apart & (where == k) for k in range(len(regions))]

    def window(self, inside: IntArray, own: BoolArray) -> tuple[Window, list[Column]]:
        """On these practices and clusters, and hubs that its master begins with."""
        window = window_on(self.problem, self.prices, inside, own, self.params.climb.near_sites)
        return window, window.columns(list(self.columns), self.problem.n_practices, self.problem.n_sites)

    def take(self, window: Window, raised: Raised) -> None:
        if raised.used is not None:
            self._used += raised.used
        if raised.optimum is not None and self._optimum is not None:
            self._optimum.add(window, raised.optimum)
        if raised.gain > 0.0:
            found = window.put_back(self.prices, raised.prices)
            self.prices = replace(found, practice=np.clip(found.practice, -self._dearest, self._dearest))
            self.is_raised = True
        self.learn(window.columns_of_whole(raised.columns))

    def learn(self, columns: Iterable[Column]) -> None:
        """Hubs that masters begin with from now on."""
        self.columns.update(dict.fromkeys(columns))

    def evaluate(self, is_over: Callable[[], bool]) -> bool:
        """Price every site; whether it proves more than before."""
        pricer = Pricer(self.node, self.prices.clusters, self.threads, self.params.auto.columns.pricing)
        evaluation = pricer.evaluate(self.prices, self.params.auto.columns.ascent.first_nodes, is_over)
        if evaluation is None:
            return False
        self.is_raised = False
        value = evaluation.least(self.node.slots)
        if value <= self.value:
            return False
        self.best, self.value, self._best_apart = evaluation, value, self.apart
        return True

    def tell_apart(self, regions: list[IntArray], most_km: float) -> None:
        """Make clusters of leads no further than that from each other, which pay for networks whole.

        Region by region at first; later those that there are fall into smaller ones, with the same prices.
        """
        where = regions_of_candidates(self.problem, regions)
        slot, apart = list[int](), list[bool]()
        leads = list[tuple[int, ...]]()
        for s, of, is_apart in zip(
            self.prices.clusters.slot.tolist(), self.prices.clusters.leads, self.apart.tolist(), strict=True
        ):
            mine = np.array(of, dtype=np.int64)
            parts = [(True, mine)] if is_apart else _by_region(mine, where)
            for told, some in parts:
                near = within_km(self.problem, some, most_km) if told else [tuple(some.tolist())]
                slot += [s] * len(near)
                leads += near
                apart += [told] * len(near)
        self._optimum = None
        self.prices = self.prices.over(Clusters(np.array(slot, dtype=np.int64), tuple(leads)))
        self.apart = np.array(apart, dtype=bool)

    def _regions_of_clusters(self, regions: list[IntArray]) -> IntArray:
        """[clusters] the region that the first lead of each is in; NONE = of none."""
        where = np.append(regions_of_candidates(self.problem, regions), NONE)
        return where[[next(iter(leads), NONE) for leads in self.prices.clusters.leads]]


def _by_region(leads: IntArray, where: IntArray) -> list[tuple[bool, IntArray]]:
    """(whether told apart, leads) by region; those in none stay together."""
    regions = where[leads]
    idle = leads[regions < 0]
    parts = [(False, idle)] if len(idle) or not len(leads) else []
    return parts + [(True, leads[regions == k]) for k in np.unique(regions[regions >= 0]).tolist()]


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

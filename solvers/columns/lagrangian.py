"""The Lagrangian bound of given duals, for every number of networks at once (docs/columns.md).

For fixed duals the bound is a constant plus a price per network of each model, so that one pricing bounds every choice
of integer network counts; `Leaves` keeps the best bound of each choice.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np

from optimizer.pairs import FloatArray
from optimizer.problem import Problem
from solvers.columns.layout import Layout, make_layout
from solvers.columns.master import Prices
from solvers.columns.pool import Column
from solvers.columns.pricing import KEPT, Duals, Priced, price_sites

MOST_LEAVES = 20_000
CHUNK = 8  # sites between two looks at the clock
EVERY_LEAF = 1 << 30  # searches of a site: as many as its bounds ask for


@dataclass(frozen=True)
class Evaluation:
    """A bound: `constant + slope @ counts`, pounds a year; whether every site was priced exactly."""

    constant: float
    slope: FloatArray  # [K] per network
    columns: list[Column]


class Pricer:
    """Prices all sites on several threads."""

    def __init__(self, problem: Problem, threads: int) -> None:
        self.problem = problem
        self.layout: Layout = make_layout(problem)
        self._threads = threads
        m = problem.n_sites
        most = int(np.diff(self.layout.item_start).max(initial=0)) + 2

        def integers(*shape: int) -> np.ndarray:
            return np.zeros(shape, dtype=np.int64)

        self.found = Priced(
            bound=np.zeros(m),
            found=integers(m),
            reduced=np.zeros((m, KEPT)),
            model=integers(m, KEPT),
            group=integers(m, KEPT),
            size=integers(m, KEPT),
            members=integers(m, KEPT, most),
        )
        self._share = np.zeros((m, problem.n_models + 1))

    def evaluate(self, prices: Prices, most_nodes: int, is_over: Callable[[], bool]) -> Evaluation | None:
        """The bound of these duals, and hubs of negative reduced cost; None if `is_over()` before the end."""
        p = self.problem
        duals = _duals(p, prices)
        chunks = [np.arange(first, min(first + CHUNK, p.n_sites)) for first in range(0, p.n_sites, CHUNK)]

        def price(sites: np.ndarray) -> bool:
            if is_over():
                return False
            price_sites(self.layout, duals, self._share, sites, EVERY_LEAF, most_nodes, self.found)
            return True

        with ThreadPoolExecutor(self._threads) as threads:
            if not all(threads.map(price, chunks)):
                return None
        return Evaluation(self._constant(prices), _slope(p, prices), self.columns())

    def _constant(self, prices: Prices) -> float:
        p = self.problem
        alone = p.practices.independent_cost + p.practices.move_cost - prices.practice
        independents = np.where(p.practices.may_be_independent, np.minimum(0.0, alone), 0.0)
        coverage = p.network.patients_min if prices.coverage > 0 else p.network.patients_max
        hubs = p.hub.count_min if prices.hubs > 0 else p.hub.count_max
        parts = [
            p.network.dividend * p.total_patients,
            float(prices.practice.sum()),
            float(prices.group.sum()),
            float(independents.sum()),
            float(self.found.bound.sum()),
            prices.coverage * coverage,
            prices.hubs * hubs if prices.hubs else 0.0,
            float((prices.market * p.roles.market).sum()),
        ]
        return float(np.sum(parts))

    def columns(self) -> list[Column]:
        """The hubs that the last pricing found."""
        found = self.found
        columns = []
        for j in np.flatnonzero(found.found):
            for k in range(min(int(found.found[j]), KEPT)):
                members = tuple(sorted(found.members[j, k, : found.size[j, k]].tolist()))
                columns.append(Column(int(j), int(found.model[j, k]), int(found.group[j, k]), members))
        return columns


def _duals(p: Problem, prices: Prices) -> Duals:
    """As pricing sees them: a networked patient earns the dividend and pays the network rows."""
    networked = -p.network.dividend - prices.network_min - prices.network_max - prices.coverage
    return Duals(
        practice=prices.practice,
        group=prices.group,
        patient=np.append(networked, 0.0),
        hire=p.roles.hire_cost - prices.market,
        hub=-prices.hubs,
    )


def _slope(p: Problem, prices: Prices) -> FloatArray:
    minimum, maximum = p.models.minimum, p.models.maximum
    return np.asarray(p.models.cost + prices.network_min * minimum + prices.network_max * maximum, dtype=np.float64)


class Leaves:
    """Every choice of network counts that rules allow, with its best bound so far."""

    def __init__(self, problem: Problem) -> None:
        m = problem.models
        most = np.minimum(m.count_max, problem.total_patients // np.maximum(1, m.minimum))
        most = np.minimum(most, np.bincount(problem.candidates.model, minlength=problem.n_models))
        ranges = [range(int(a), int(b) + 1) for a, b in zip(m.count_min, most, strict=True)]
        sizes = [len(r) for r in ranges]
        self.enumerated = float(np.prod([float(s) for s in sizes])) <= MOST_LEAVES
        if self.enumerated:
            counts = np.array(list(product(*ranges)), dtype=np.float64).reshape(-1, problem.n_models)
            room = counts @ m.maximum.astype(np.float64)
            self.counts = counts[room >= problem.network.patients_min]
        else:  # the corners of the box: the bound is linear in the counts
            corners = [sorted({r.start, r.stop - 1}) for r in ranges]
            self.counts = np.array(list(product(*corners)), dtype=np.float64)
        self.bounds = np.full(len(self.counts), -np.inf)
        self.closed = np.zeros(len(self.counts), dtype=bool)

    def update(self, evaluation: Evaluation) -> None:
        values = evaluation.constant + self.counts @ evaluation.slope
        if self.enumerated:
            self.bounds = np.maximum(self.bounds, values)
        elif values.min() > self.bounds.min(initial=np.inf):
            self.bounds = np.full(len(values), values.min())

    @property
    def bound(self) -> float:
        """Proven for the problem: no choice of counts is cheaper."""
        return float(self.bounds.min(initial=np.inf))

    @property
    def weakest(self) -> int:
        return int(self.bounds.argmin())

"""Certificates for tests: small ones by hand, and prices from the dual ascent of `columns`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from solvers.columns.boxstep import Boxstep

import instances
from instances import Instance
from optimizer.build import build_problem
from optimizer.certificate import Certificate, Leaf, Prices, SlotPrices
from optimizer.json_document import instance_mark
from optimizer.problem import Problem
from optimizer.verify.bound.cases import Cases
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.pricing import Pricing
from optimizer.verify.bound.sites import sites
from optimizer.verify.prepared import Prepared
from solvers.columns.lagrangian import Evaluation
from solvers.columns.master import Prices as Duals

DATA = Path(instances.__file__).parent / "data"


class Rechecker:
    """The parts of a recheck, to look at cases one by one."""

    def __init__(self, instance: Instance, prices: list[Prices]) -> None:
        prepared = Prepared(instance)
        places = sites(prepared)
        self.cases = Cases(prepared, places, "bound.json")
        self.lagrangian = Lagrangian(prepared, tuple(prices), Pricing(prepared, places, tuple(prices)))


def certificate(
    instance: Instance, prices: list[Prices], tree: Any, bound: float, root: tuple[int, ...] = (0,)
) -> Certificate:
    return Certificate(
        schema_version=1,
        instance=instance_mark(instance),
        bound=bound,
        root_bound=bound,
        root=root,
        prices=tuple(prices),
        tree=tree,
    )


class Ascent:
    """Prices that the dual ascent of `columns` comes by, and the bounds that it gives them."""

    def __init__(self, problem: Problem, steps: int) -> None:
        self.problem = problem
        self._steps = Boxstep(problem, None, threads=1)
        self.evaluated: list[tuple[Duals, Evaluation]] = []
        evaluate = self._steps.pricer.evaluate

        def recorded(duals: Duals, most_nodes: int, is_over: Any) -> Evaluation | None:
            evaluation = evaluate(duals, most_nodes, is_over)
            if evaluation is not None:
                self.evaluated.append((duals, evaluation))
            return evaluation

        self._steps.pricer.evaluate = recorded  # type: ignore[method-assign]
        told: list[float] = []
        self._steps.run(lambda: len(self.evaluated) >= steps, told.append)
        counts = self._steps.leaves.counts
        self.values = np.array([e.constant + counts @ e.slope for _, e in self.evaluated])

    @property
    def bound(self) -> float:
        """Over all numbers of networks the least of the best."""
        return float(self.values.max(axis=0).min())

    def prices(self) -> list[Prices]:
        """Those that are best for some number of networks."""
        return [self.of(int(k)) for k in sorted(set(self.values.argmax(axis=0).tolist()))]

    def of(self, step: int) -> Prices:
        p, duals = self.problem, self.evaluated[step][0]
        limits = zip(duals.network_min.tolist(), duals.network_max.tolist(), strict=True)
        return Prices(
            practice=dict(zip(p.practices.ids, duals.practice.tolist(), strict=True)),
            group=dict(zip(p.group_ids, duals.group.tolist(), strict=True)),
            market=dict(zip(p.roles.ids, duals.market.tolist(), strict=True)),
            coverage=duals.coverage,
            hubs=duals.hubs,
            slots=tuple(SlotPrices(low=low, high=high) for low, high in limits),
        )


@cache
def hamlet() -> Instance:
    return Instance.read(DATA / "hamlet")


@cache
def hamlet_ascent() -> Ascent:
    return Ascent(build_problem(hamlet()), steps=1_000)


@cache
def hamlet_certificate() -> Certificate:
    """As good a bound as prices give without a tree."""
    ascent = hamlet_ascent()
    prices = ascent.prices()
    every = tuple(range(len(prices)))
    return certificate(hamlet(), prices, Leaf(prices=every, bound=ascent.bound), ascent.bound, root=every)

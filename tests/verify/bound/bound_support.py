"""Certificates for tests: small ones by hand, and prices from the dual ascent of `columns`."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import instances
from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.certificate import Certificate, Leaf, Prices
from optimizer.model.json_document import instance_mark
from optimizer.model.problem import Problem
from optimizer.verify.bound.cases import Cases
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.pricing import Pricing
from optimizer.verify.bound.sites import Sites
from optimizer.verify.prepared import Prepared
from solvers.columns.ascent import Ascent as SolverAscent
from solvers.columns.certificate import written
from solvers.columns.clusters import clustered
from solvers.columns.node import root_node
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import no_prices

DATA = Path(instances.__file__).parent / "data"
SHARED = Path(__file__).parents[4] / "shared"
PER_PATIENT = 20.0  # pounds: about what hubs of these instances cost, where the ascent begins


class Rechecker:
    """The parts of a recheck, to look at cases one by one."""

    def __init__(self, instance: Instance, prices: list[Prices]) -> None:
        self.prepared = Prepared(instance)
        self.places = Sites(self.prepared)
        self.cases = Cases(self.prepared, self.places, "bound.json")
        self.pricing = Pricing(self.prepared, self.places, tuple(prices))
        self.lagrangian = Lagrangian(self.prepared, tuple(prices), self.pricing)


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
    """Prices that the dual ascent of `columns` comes by at the root, and the bounds that it gives them."""

    def __init__(self, problem: Problem, steps: int, clusters: int = 1) -> None:
        self.problem = problem
        node = root_node(problem)
        start = no_prices(problem, PER_PATIENT * problem.practices.patients, clustered(node, clusters))
        ascent = SolverAscent(node, ColumnPool(problem), [start], threads=1)
        for _ in range(steps):
            elsewhere = ascent.focus is not None and ascent.counts.weakest != ascent.focus
            if (ascent.finished or elsewhere) and not ascent.focus_on_weakest():
                break
            ascent.advance(lambda: False)
        self.evaluated = ascent.counts.evaluations
        self.values = np.array([e.values(ascent.counts.counts) for e in self.evaluated])

    @property
    def bound(self) -> float:
        """Over all numbers of networks the least of the best."""
        return float(self.values.max(axis=0).min())

    def prices(self) -> list[Prices]:
        """Those that are best for some number of networks."""
        return [self.of(int(k)) for k in sorted(set(self.values.argmax(axis=0).tolist()))]

    def of(self, step: int) -> Prices:
        return written(self.problem, self.evaluated[step].prices)


def real_area(area: str, folder: Path) -> Instance:
    tool = SHARED / "tools" / "make_instance.py"
    if not tool.exists():
        pytest.skip("../shared is not there: no real area to try")
    subprocess.run([sys.executable, str(tool), area, str(folder)], check=True, capture_output=True)
    return Instance.read(folder)


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

"""HiGHS beside branch and price where the compact model is small: what it proves holds, with or without a plan."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from compact_optimum import optimum

import instances
from benchmarks.sources import hub_tier
from instances import Instance
from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.auto.params import DEFAULT, AutoParams
from solvers.auto.run import run
from solvers.auto.sides import Sides
from solvers.columns import run as columns
from solvers.columns.params import ColumnsParams, FirstParams
from solvers.process.incumbent import Incumbent
from solvers.process.job import Bound, Certified, Found, StructuredJob

DATA = Path(instances.__file__).parent / "data"


LIMIT_S = 600.0  # what is tested ends long before it, by a proof


@cache
def without_networks(name: str) -> tuple[Problem, float]:
    """A bundled problem without networks, and what its best plan costs."""
    problem = build_problem(hub_tier(lambda: Instance.read(DATA / name)))
    found = optimum(problem)
    assert found is not None
    return problem, found[0]


def job_of(problem: Problem, start: Solution | None = None, params: AutoParams = DEFAULT) -> StructuredJob[AutoParams]:
    return StructuredJob(problem, LIMIT_S, 2, 0, params, start=start)


@pytest.mark.parametrize("begins", ["from a plan", "from nothing"])
def test_the_small_model_ends_in_the_best_plan_and_its_bound(begins: str) -> None:
    problem, best = without_networks("hamlet")
    start = construct(problem, seed=1, time_limit=60.0) if begins == "from a plan" else None
    events: list[object] = []
    job = job_of(problem, start)
    sides = Sides(job, Incumbent.of(job, events.append))
    assert sides.has_small_model
    sides.compact()
    assert sides.incumbent.objective == pytest.approx(best, rel=1e-6)
    bounds = [event.value for event in events if isinstance(event, Bound)]
    assert bounds == sorted(bounds)
    assert bounds[-1] == pytest.approx(best, rel=1e-6)
    assert max(bounds) <= best * (1 + 1e-9)


def test_no_bound_is_told_where_there_is_no_plan() -> None:
    problem, _ = without_networks("hamlet")
    nowhere = replace(
        problem,
        reach=problem.reach.where(np.zeros(len(problem.reach), dtype=bool)),
        practices=replace(problem.practices, may_be_independent=np.zeros(problem.n_practices, dtype=bool)),
    )
    events: list[object] = []
    job = job_of(nowhere)
    Sides(job, Incumbent.of(job, events.append)).compact()
    assert events == []


@pytest.mark.parametrize("claimed", [np.inf, 2.0])
def test_a_bound_that_a_plan_refutes_is_not_told(claimed: float, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _ = without_networks("hamlet")
    events: list[object] = []
    job = job_of(problem, construct(problem, seed=1, time_limit=60.0))
    sides = Sides(job, Incumbent.of(job, events.append))
    monkeypatch.setattr(
        "solvers.columns.compact_end.solve_compact", lambda *_, **__: claimed * sides.incumbent.objective
    )
    sides.compact()
    assert not [event for event in events if isinstance(event, Bound)]


@pytest.mark.parametrize(("name", "pairs"), [("hamlet", 0), ("market_town", 100_000)])
def test_auto_proves_the_same_with_and_without_the_small_model(name: str, pairs: int) -> None:
    problem, best = without_networks(name)
    events: list[object] = []
    run(job_of(problem, params=AutoParams(compact_pairs=pairs)), events.append)
    plans = [event.objective for event in events if isinstance(event, Found)]
    bounds = [event.value for event in events if isinstance(event, Bound)]
    assert plans[-1] == pytest.approx(best, rel=1e-6)
    assert bounds[-1] == pytest.approx(best, rel=1e-6)
    assert max(bounds) <= best * (1 + 1e-9)


def test_columns_certifies_its_bound_where_the_small_model_found_the_plan() -> None:
    problem = build_problem(Instance.read(DATA / "hamlet").with_settings({"hub.max_km": 5.5}))
    params = ColumnsParams(first=FirstParams(most_s=0.0))  # the search comes upon none
    events: list[object] = []
    columns.run(StructuredJob(problem, LIMIT_S, 1, 0, params, rel_gap=0.02), events.append)
    plan = [event.objective for event in events if isinstance(event, Found)][-1]
    certificates = [event.bound for event in events if isinstance(event, Certified)]
    bounds = [event.value for event in events if isinstance(event, Bound)]
    assert 0.98 * plan <= bounds[-1] <= plan
    assert certificates[-1] == pytest.approx(bounds[-1], rel=1e-6)

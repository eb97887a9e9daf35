"""The whole of `columns` against set partitioning written from docs/model.md alone, over all kinds of rules."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from partitioning import best_plan
from random_instances import random_instance

from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.verify import verify
from solvers.columns.params import ColumnsParams
from solvers.columns.run import run
from solvers.process.job import Bound, Found, StructuredJob

SEEDS = range(4, 28)
PROOF_LIMIT_S = 8.0  # enough for nearly all that can be planned
FUTILE_S = 1.5  # where there is no plan to be found, which the bound alone seldom proves


@cache
def outcome(seed: int) -> tuple[float | None, float, float]:
    """(optimum or none, verified cost of the plan found or inf, bound)"""
    instance = random_instance(seed, 8)
    problem = build_problem(instance)
    best = best_plan(instance)
    limit = FUTILE_S if best is None else PROOF_LIMIT_S
    events: list[object] = []
    run(StructuredJob(problem, time_limit=limit, threads=1, seed=1, params=ColumnsParams()), events.append)
    found = [event for event in events if isinstance(event, Found)]
    bounds = [event.value for event in events if isinstance(event, Bound)]
    cost = np.inf
    if found:
        evaluation = verify(instance, to_plan(problem, found[-1].solution))
        assert evaluation.ok, [violation.message for violation in evaluation.violations]
        cost = float(evaluation.objective)
        assert cost == pytest.approx(found[-1].objective)
    return None if best is None else best[0], cost, max(bounds, default=-np.inf)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_holds_and_the_plan_keeps_the_rules(seed: int) -> None:
    best, cost, bound = outcome(seed)
    if best is None:
        assert cost == np.inf
        return
    assert bound <= best * (1 + 1e-6)
    assert cost >= best * (1 - 1e-6)


def test_most_of_them_are_proven() -> None:
    outcomes = [outcome(seed) for seed in SEEDS]
    plannable = [(best, bound) for best, _, bound in outcomes if best is not None]
    proven = [bound >= best * (1 - 1e-6) for best, bound in plannable]
    assert np.mean(proven) > 0.7

"""Whole areas, bids and waves in programs and proofs, against an optimum found choice by choice without them."""

from __future__ import annotations

import pytest
from compact_optimum import optimum, through
from random_kinds import with_kinds
from unrolled import best_objective

from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.verify import verify

SEEDS = (8, 13, 28, 38, 40, 46, 51, 69, 76, 78)  # without shares, which the reference leaves out


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_brute_force(seed: int) -> None:
    instance = with_kinds(seed, 6)
    problem, best = build_problem(instance), best_objective(instance)
    found = optimum(problem)
    assert (best is None) == (found is None)
    if best is None or found is None:
        return
    assert found[0] == pytest.approx(best, rel=1e-7)
    plan = to_plan(problem, found[1])
    evaluation = verify(instance, plan)
    assert evaluation.ok
    assert float(evaluation.objective) == pytest.approx(best, rel=1e-7)
    again = from_plan(problem, plan)
    assert (again.network_of == found[1].network_of).all()


@pytest.mark.parametrize("seed", [8, 46, 69, 76])
def test_columns_against_brute_force(seed: int) -> None:
    instance = with_kinds(seed, 6)
    outcome = through("columns", build_problem(instance), time_limit=20.0)
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.bound == pytest.approx(best_objective(instance), rel=1e-5)

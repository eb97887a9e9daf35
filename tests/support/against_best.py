"""What is asked of the compact model and of `columns` on a small instance: the plan of set partitioning, no other."""

from __future__ import annotations

import pytest
from compact_optimum import optimum, through
from partitioning import best_plan

from instances import Instance
from optimizer.model.backend import Outcome, Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.objective import objective
from optimizer.verify import verify

REL_TOLERANCE, ROW_TOLERANCE = 1e-6, 1e-5


def compact_finds_the_best(instance: Instance) -> None:
    """Its optimum is the best plan, and the point of that plan keeps its rows and costs as much."""
    problem, best = build_problem(instance), best_plan(instance)
    found = optimum(problem)
    assert (best is None) == (found is None)
    if best is None or found is None:
        return
    assert found[0] == pytest.approx(best[0], rel=REL_TOLERANCE)
    assert objective(problem, found[1]) == pytest.approx(best[0], rel=REL_TOLERANCE)
    assert verify(instance, to_plan(problem, found[1])).ok
    point = problem.mip.encode(from_plan(problem, best[1]))
    assert problem.mip.model.violation(point) <= ROW_TOLERANCE
    assert problem.mip.model.objective(point) == pytest.approx(best[0], rel=REL_TOLERANCE)


def columns_finds_the_best(instance: Instance, time_limit: float) -> Outcome:
    """It ends with the best plan, proven, or without one where there is none."""
    problem, best = build_problem(instance), best_plan(instance)
    outcome = through("columns", problem, time_limit=time_limit)
    if best is None:
        assert outcome.solution is None
        return outcome
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.solution is not None
    assert outcome.bound is not None
    assert outcome.bound <= best[0] * (1 + 1e-9)
    evaluation = verify(instance, to_plan(problem, outcome.solution))
    assert evaluation.ok
    assert float(evaluation.objective) == pytest.approx(best[0], rel=REL_TOLERANCE)
    return outcome

"""The compact model and backends held against the best plan of set partitioning."""

from __future__ import annotations

import pytest
from compact_optimum import optimum, through

from instances import Instance
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.plan import Plan
from optimizer.verify import verify

TOLERANCE = 1e-5  # of a row


def assert_compact_model_finds(instance: Instance, best: tuple[float, Plan] | None) -> None:
    """Its optimum costs what `best` does, and has the point of it at that cost; None: there is no plan."""
    problem = build_problem(instance)
    found = optimum(problem)
    assert (best is None) == (found is None)
    if best is None or found is None:
        return
    assert found[0] == pytest.approx(best[0], rel=1e-6)
    assert verify(instance, to_plan(problem, found[1])).ok
    point = problem.mip.encode(from_plan(problem, best[1]))
    assert problem.mip.model.violation(point) <= TOLERANCE
    assert problem.mip.model.objective(point) == pytest.approx(best[0], rel=1e-6)


def assert_backend_finds(solver: str, instance: Instance, best: tuple[float, Plan] | None) -> None:
    """An exact backend ends with a plan of that cost and calls it optimal; None: it ends without one."""
    problem = build_problem(instance)
    outcome = through(solver, problem, time_limit=20.0)
    if best is None:
        assert outcome.solution is None
        return
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.solution is not None
    evaluation = verify(instance, to_plan(problem, outcome.solution))
    assert evaluation.ok
    assert float(evaluation.objective) == pytest.approx(best[0], rel=1e-6)

"""All MIP backends on random instances of 12 to 20 practices, and set partitioning beside them on the smallest."""

from __future__ import annotations

import pytest
from compact_optimum import through
from partitioning import best_plan
from random_instances import random_instance

from instances.schema import Instance
from optimizer.backend import Reason, Solution
from optimizer.build import build_problem
from optimizer.problem import Problem
from optimizer.registry import availability, load, solver_ids
from optimizer.solution import to_plan
from optimizer.verify import verify
from solvers.mip_solver import MipSolver

REL_TOLERANCE = 1e-6
TIME_LIMIT_S = 3.0
CASES = [(seed, 12 + seed % 9) for seed in range(1000, 1030)]
MIP_BACKENDS = [solver_id for solver_id in solver_ids() if isinstance(load(solver_id), MipSolver)]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "n"), CASES)
def test_all_backends_agree(seed: int, n: int) -> None:
    """Where they finish: one optimum, no bound above any plan, no plan where one says that there is none."""
    instance = random_instance(seed, n)
    problem = build_problem(instance)
    backends = [backend for backend in MIP_BACKENDS if installed(backend)]
    outcomes = {backend: through(backend, problem, time_limit=TIME_LIMIT_S) for backend in backends}
    assert outcomes
    plans = {
        backend: cost(instance, problem, outcome.solution)
        for backend, outcome in outcomes.items()
        if outcome.solution is not None
    }
    reasons = {backend: outcome.reason for backend, outcome in outcomes.items()}
    assert Reason.ERROR not in reasons.values(), reasons
    assert not (plans and Reason.INFEASIBLE in reasons.values()), reasons
    for backend, outcome in outcomes.items():
        if outcome.reason is Reason.OPTIMAL:
            assert plans[backend] <= min(plans.values()) * (1 + REL_TOLERANCE), (backend, plans)
        if outcome.bound is not None and plans:
            assert outcome.bound <= min(plans.values()) * (1 + REL_TOLERANCE), (backend, outcome.bound, plans)
    if n == 12:
        best = best_plan(instance)
        assert (best is None) <= (not plans)
        if best is not None and Reason.OPTIMAL in reasons.values():
            assert min(plans.values()) == pytest.approx(best[0], rel=REL_TOLERANCE)


def installed(backend: str) -> bool:
    return availability(load(backend).info) is None


def cost(instance: Instance, problem: Problem, solution: Solution) -> float:
    """Pounds a year of a solution that keeps every rule."""
    evaluation = verify(instance, to_plan(problem, solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    return float(evaluation.objective)

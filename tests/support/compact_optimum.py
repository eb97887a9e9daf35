"""The optimum of the compact model, in this process or through the backend `highs`."""

from __future__ import annotations

from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.model.backend import Outcome, SolveOptions, Unheard
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving.registry import load


def through(solver: str, problem: Problem, time_limit: float = 60.0, threads: int = 1) -> Outcome:
    return load(solver).solve(problem, SolveOptions(time_limit=time_limit, threads=threads), Unheard())


def optimum(problem: Problem) -> tuple[float, Solution] | None:
    """(objective of the point, solution) of the compact model; None where it is infeasible."""
    model = problem.mip.model
    result = milp(
        model.cost,
        integrality=model.integer.astype(int),
        bounds=Bounds(model.lower, model.upper),
        constraints=LinearConstraint(model.matrix, model.row_lower, model.row_upper),
        options={"mip_rel_gap": 1e-9},
    )
    assert result.status in (0, 2), result.message
    return None if result.x is None else (result.fun + model.offset, problem.mip.decode(result.x))

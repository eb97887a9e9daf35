"""Every MIP backend on a real problem: the smallest bundled instance, from its file to a solution."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from instances import Instance
from optimizer.model.backend import Capability, Reason, SolveOptions, Unheard
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving.registry import availability, load, solver_ids
from solvers.mip.solver import MipSolver

_INSTANCE = Path(__file__).parents[2] / "instances" / "data" / "hamlet" / "instance.toml"


class Recorder(Unheard):
    def __init__(self) -> None:
        self.incumbents: list[tuple[Solution, float]] = []
        self.bounds: list[float] = []

    def incumbent(self, solution: Solution, objective: float) -> None:
        self.incumbents.append((solution, objective))

    def bound(self, value: float) -> None:
        self.bounds.append(value)


@cache
def problem() -> Problem:
    return build_problem(Instance.read(_INSTANCE))


@cache
def best() -> tuple[Solution, float]:
    outcome = load("highs").solve(problem(), SolveOptions(time_limit=60), Recorder())
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.solution is not None
    assert outcome.objective is not None
    return outcome.solution, outcome.objective


@pytest.mark.parametrize("solver_id", solver_ids())
def test_all_find_the_same_optimum(solver_id: str) -> None:
    solver = load(solver_id)
    if not isinstance(solver, MipSolver) or availability(solver.info) is not None:
        pytest.skip("not a MIP backend, or not installed")
    recorder = Recorder()
    outcome = solver.solve(problem(), SolveOptions(time_limit=60, threads=1), recorder)
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.objective == pytest.approx(best()[1], rel=1e-6)
    assert outcome.bound == pytest.approx(outcome.objective, rel=1e-6)
    assert outcome.solution is not None
    assert (outcome.solution.site_of >= -1).all()
    if Capability.INCUMBENTS in solver.info.capabilities:
        assert recorder.incumbents[-1][1] == outcome.objective


@pytest.mark.parametrize("solver_id", solver_ids())
def test_all_take_up_a_start(solver_id: str) -> None:
    solver = load(solver_id)
    if not isinstance(solver, MipSolver) or availability(solver.info) is not None:
        pytest.skip("not a MIP backend, or not installed")
    start, objective = best()
    outcome = solver.solve(problem(), SolveOptions(time_limit=1.5, threads=1), Recorder(), start)
    assert outcome.start_used is True
    assert outcome.objective == pytest.approx(objective, rel=1e-6)

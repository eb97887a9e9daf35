"""Solving through the backend, with everything that it streams."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import instances
from instances import Instance
from optimizer.construct import SearchState
from optimizer.model.backend import Outcome, SolveOptions, Unheard
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.process.incumbent import Incumbent
from solvers.process.job import Found
from solvers.search import solver
from solvers.search.explore import Explorer
from solvers.search.params import SearchParams
from solvers.search.regions import Regions
from solvers.search.runs import Runs
from solvers.search.shared import Shared

DEFAULT = SearchParams()
BUNDLED = Path(instances.__file__).parent / "data"


@dataclass
class Recorder(Unheard):
    incumbents: list[tuple[Solution, float]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def incumbent(self, solution: Solution, objective: float) -> None:
        self.incumbents.append((solution, objective))

    def bound(self, value: float) -> None:
        raise AssertionError(f"a heuristic has no bound, least of all {value}")

    def message(self, text: str) -> None:
        self.lines.append(text)


def bundled(name: str) -> Instance:
    return Instance.read(BUNDLED / name / "instance.toml")


def search(
    problem: Problem, start: Solution | None = None, recorder: Recorder | None = None, **options: Any
) -> Outcome:
    options = {"threads": 1, **options}
    return solver.solve(problem, SolveOptions(**options), recorder or Recorder(), start)


def explored(problem: Problem, seed: int, rounds: int, params: SearchParams = DEFAULT) -> list[Found]:
    """What one thread streams in that many rounds, without a clock."""
    found: list[Found] = []
    shared = Shared(Incumbent(problem, lambda event: found.append(event)), np.inf, params)
    explorer_of(shared, seed).run(rounds)
    return found


def explorer_of(shared: Shared, seed: int) -> Explorer:
    """One thread's."""
    empty = SearchState.empty(shared.problem, params=shared.params.world)
    regions, random = Regions(shared.problem, empty.travel, shared.params.regions), np.random.default_rng([seed, 0])
    return Explorer(Runs(shared, empty, []), shared, regions, random, threading.Lock())


def search_verified(instance: Instance, start: Solution | None = None, **options: Any) -> Outcome:
    """The outcome; its plan keeps every rule and costs what is claimed."""
    problem = build_problem(instance)
    outcome = search(problem, start, **options)
    if outcome.solution is not None:
        evaluation = verify(instance, to_plan(problem, outcome.solution))
        assert evaluation.ok, [v.message for v in evaluation.violations]
        assert outcome.objective is not None
        assert abs(float(evaluation.objective) - outcome.objective) <= 1e-7 * max(1.0, outcome.objective)
    return outcome

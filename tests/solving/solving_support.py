"""A village, its optimum, and a backend that answers as a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from partitioning import best_plan
from village import village

from optimizer.model.backend import Capability, Outcome, Report, SolveOptions, SolverInfo
from optimizer.model.consequences import from_plan
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

Answer = Callable[[Problem, SolveOptions, Report, Solution | None], Outcome]
VILLAGE = village()


@cache
def optimum() -> tuple[float, Plan]:
    best = best_plan(VILLAGE)
    assert best is not None
    return best


@dataclass(frozen=True)
class Stub:
    """A backend that answers as a test says."""

    answer: Answer
    info: ClassVar[SolverInfo] = SolverInfo("stub", "Stub", (), frozenset(Capability) - {Capability.RESUME})

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        return self.answer(problem, options, report, start)


def good(problem: Problem) -> Solution:
    return from_plan(problem, optimum()[1])


def broken(problem: Problem) -> Solution:
    """Everybody independent, whether or not they may be."""
    nothing = np.full(problem.n_sites, -1, dtype=np.int64)
    return Solution(np.full(problem.n_practices, -1, dtype=np.int64), nothing, np.zeros(problem.n_sites, dtype=bool))

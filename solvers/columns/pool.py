"""The pool of columns met so far, and those that a plan is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.model.arrays import NONE, IntArray
from optimizer.model.columns import Column, Columns
from optimizer.model.consequences import continued_group
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


@dataclass
class ColumnPool:
    """Distinct columns of a problem."""

    problem: Problem
    known: dict[Column, None] = field(default_factory=dict)  # in the order of their coming
    _arrays: Columns | None = None

    def add(self, column: Column) -> bool:
        """Whether it is new."""
        if not column.members or column in self.known:
            return False
        self.known[column] = None
        return True

    @property
    def columns(self) -> Columns:
        if self._arrays is None or len(self._arrays) < len(self.known):
            self._arrays = Columns.of(self.problem, list(self.known))
        return self._arrays


def columns_of(problem: Problem, solution: Solution) -> list[Column]:
    """The hubs of a plan as columns."""
    continued: IntArray = continued_group(problem, solution)
    columns = []
    for j in np.flatnonzero(solution.is_open):
        members = np.flatnonzero(solution.site_of == j)
        if len(members):
            network = solution.network_of[j]
            model = int(problem.candidates.model[network]) if network >= 0 else NONE
            columns.append(Column(int(j), model, int(continued[j]), tuple(members.tolist())))
    return columns

"""The best continuous columns for given integer ones: a linear program, solved by GLOP.

CP-SAT's solutions have their continuous columns on a grid, in rows that were loosened for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.mip import MipModel
from solvers.mip.mathopt_model import MathOptModel


class ContinuousRepair:
    """Built once for a model; only row bounds change from one call to the next."""

    def __init__(self, model: MipModel) -> None:
        from ortools.math_opt.python import mathopt

        self._model = model
        self._continuous = np.flatnonzero(~model.integer)
        self._integer = np.flatnonzero(model.integer)
        by_column = model.matrix.tocsc()
        part = by_column[:, self._continuous].tocsr()
        self._rows = np.flatnonzero(np.diff(part.indptr))
        self._integer_part = by_column[:, self._integer].tocsr()[self._rows]
        reduced = MipModel(
            cost=model.cost[self._continuous],
            matrix=part[self._rows],
            row_lower=model.row_lower[self._rows],
            row_upper=model.row_upper[self._rows],
            lower=model.lower[self._continuous],
            upper=model.upper[self._continuous],
            integer=np.zeros(len(self._continuous), dtype=np.bool_),
            maximise=model.maximise,
        )
        self._built = MathOptModel(reduced)
        self._constraints: list[Any] = sorted(self._built.model.linear_constraints(), key=lambda row: row.id)
        self._lp: Any = mathopt.IncrementalSolver(self._built.model, mathopt.SolverType.GLOP)

    def repair(self, x: FloatArray) -> FloatArray | None:
        """`x` with the best continuous columns for its integer ones; None if there are none that fit."""
        from ortools.math_opt.python import mathopt

        integers = np.round(x[self._integer])
        taken = self._integer_part @ integers
        lower, upper = self._model.row_lower[self._rows] - taken, self._model.row_upper[self._rows] - taken
        for row, low, high in zip(self._constraints, lower.tolist(), upper.tolist(), strict=True):
            row.lower_bound, row.upper_bound = low, high
        result = self._lp.solve()
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        repaired = np.empty_like(x)
        repaired[self._integer] = integers
        repaired[self._continuous] = self._built.values(result.solutions[0].primal_solution.variable_values)
        return repaired

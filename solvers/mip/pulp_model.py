"""A `MipModel` as a PuLP problem."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.mip import MipModel
from solvers.mip.backend import BackendError


class PulpModel:
    """The problem and its columns in order.

    PuLP sorts columns by name, so names sort in order. It cannot say a column that appears nowhere: those are left out
    here, at a value within their bounds. It has no ranged rows (a second row stands for the other side), and some of
    its solvers drop the objective's constant: a column fixed to 1 carries it.
    """

    def __init__(self, model: MipModel) -> None:
        import pulp
        from pulp.v4_migration import set_v4_migration_warnings

        set_v4_migration_warnings(False)
        appears = (model.cost != 0) | (np.bincount(model.matrix.indices, minlength=model.n_columns) > 0)
        self._appearing = np.flatnonzero(appears)
        self._default = np.clip(0.0, model.lower, model.upper)
        self.problem: Any = pulp.LpProblem("caregroup", pulp.LpMaximize if model.maximise else pulp.LpMinimize)
        self.columns: list[Any] = [
            pulp.LpVariable(
                f"x{column:09d}",
                float(model.lower[column]) if np.isfinite(model.lower[column]) else None,
                float(model.upper[column]) if np.isfinite(model.upper[column]) else None,
                pulp.LpInteger if model.integer[column] else pulp.LpContinuous,
            )
            for column in self._appearing.tolist()
        ]
        by_column = dict(zip(self._appearing.tolist(), self.columns, strict=True))
        terms = [(by_column[column], float(model.cost[column])) for column in np.flatnonzero(model.cost).tolist()]
        if model.offset:
            one = pulp.LpVariable("x_one", 1, 1, pulp.LpContinuous)  # sorts after the others
            terms.append((one, model.offset))
            self.columns.append(one)
        self.problem.addVariables(self.columns)
        self.problem.setObjective(pulp.LpAffineExpression(terms))
        self._add_rows(model, by_column)

    def _add_rows(self, model: MipModel, by_column: dict[int, Any]) -> None:
        import pulp

        indptr, indices, data = model.matrix.indptr.tolist(), model.matrix.indices.tolist(), model.matrix.data.tolist()
        for row, (low, high) in enumerate(zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)):
            span = range(indptr[row], indptr[row + 1])
            terms = [(by_column[indices[entry]], data[entry]) for entry in span if data[entry]]
            if not terms:
                if low > 0 or high < 0:  # PuLP's files cannot say an empty row
                    self._add_contradiction(row)
            elif low == high:
                self._add_row(terms, pulp.LpConstraintEQ, low, f"e{row:09d}")
            else:
                if np.isfinite(low):
                    self._add_row(terms, pulp.LpConstraintGE, low, f"g{row:09d}")
                if np.isfinite(high):
                    self._add_row(terms, pulp.LpConstraintLE, high, f"l{row:09d}")

    def _add_contradiction(self, row: int) -> None:
        import pulp

        column = self.columns[0]
        self._add_row([(column, 1.0)], pulp.LpConstraintGE, 1.0, f"g{row:09d}")
        self._add_row([(column, 1.0)], pulp.LpConstraintLE, 0.0, f"l{row:09d}")

    def _add_row(self, terms: list[tuple[Any, float]], sense: int, side: float, name: str) -> None:
        import pulp

        self.problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=side), name)

    def start(self, x: FloatArray) -> FloatArray:
        """A start for the problem's own columns."""
        appearing = x[self._appearing]
        return np.append(appearing, np.ones(len(self.columns) - len(appearing)))

    def set_start(self, x: FloatArray) -> None:
        for column, value in zip(self.columns, self.start(x).tolist(), strict=True):
            column.setInitialValue(value, check=False)

    def expand(self, values: FloatArray) -> FloatArray:
        """Values of the problem's own columns as values of the model's."""
        x: FloatArray = self._default.copy()
        x[self._appearing] = values[: len(self._appearing)]
        return x

    def values(self) -> FloatArray | None:
        """What PuLP has in the columns: maybe a fractional relaxation, so check before believing."""
        values = [column.varValue for column in self.columns]
        return None if any(value is None for value in values) else self.expand(np.array(values, dtype=np.float64))

    def solve(self, pulp_solver: Any) -> None:
        import pulp

        try:
            self.problem.solve(pulp_solver)
        except pulp.PulpSolverError as error:
            raise BackendError(f"PuLP: {error}") from error


def pulp_version() -> dict[str, str]:
    return {"PuLP": version("pulp")}

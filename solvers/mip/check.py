"""Whether to believe a vector that a solver claims is a solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.mip import MipModel

_INTEGRALITY = 1e-5
_FEASIBILITY = 1e-6


@dataclass(frozen=True)
class Checked:
    """A vector with its integer columns rounded, its objective, and what is wrong with it ("" = nothing)."""

    x: FloatArray
    objective: float
    fault: str


class Checker:
    """Checks vectors against one model.

    Rows are allowed 1e-6 of their largest coefficient or side: with a big M of 50,000 patients, what a solver's own
    1e-7 on a binary comes to. Plans are verified exactly after this; here the point is that no relaxation, default or
    uninitialised memory passes for a solution.
    """

    def __init__(self, model: MipModel) -> None:
        self._model = model
        self._row_scale = np.maximum(1.0, abs(model.matrix).max(axis=1).toarray().ravel() if model.n_rows else 1.0)
        for side in (model.row_lower, model.row_upper):
            self._row_scale = np.maximum(self._row_scale, np.where(np.isfinite(side), np.abs(side), 0.0))

    def check(self, x: FloatArray) -> Checked:
        model = self._model
        x = np.array(x, dtype=np.float64)
        if x.shape != (model.n_columns,):
            return Checked(x, np.nan, f"{x.size} values for {model.n_columns} columns")
        if not np.isfinite(x).all():
            return Checked(x, np.nan, "values that are not numbers")
        rounded = np.where(model.integer, np.round(x), x)
        integrality = float(np.abs(x - rounded).max(initial=0.0))
        if integrality > _INTEGRALITY:
            return Checked(x, np.nan, f"an integer column off by {integrality:.2g}")
        bound_scale = np.maximum(1.0, np.abs(rounded))
        beyond = np.maximum(model.lower - rounded, rounded - model.upper) / bound_scale
        if float(beyond.max(initial=0.0)) > _FEASIBILITY:
            return Checked(x, np.nan, f"a column {float(beyond.max()):.2g} beyond its bounds")
        rounded = np.clip(rounded, model.lower, model.upper)
        rows = model.matrix @ rounded
        over = np.maximum(model.row_lower - rows, rows - model.row_upper) / self._row_scale
        if float(over.max(initial=0.0)) > _FEASIBILITY:
            return Checked(x, np.nan, f"row {int(over.argmax())} violated by {float(over.max()):.2g} of its scale")
        return Checked(rounded, model.objective(rounded), "")

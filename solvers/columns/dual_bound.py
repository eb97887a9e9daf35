"""What given duals prove of a linear program, whatever solver proposed them: computed anew from its rows and columns.

For any row prices y of the right signs, no point costs less than y b + sum_j min(0, c_j - y A_j) u_j with u_j the
largest value of column j (weak duality; Neumaier, Shcherbina, Mathematical Programming 99, 2004). A solver's optimum
may be wrong by its tolerances, or by far; this cannot, but for rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from solvers.columns.rounding import lost, total

LEAST_RAY = 1e-6  # of the amounts in a proof that no point exists: what has to be left of them


@dataclass(frozen=True)
class LinearProgram:
    """min cost x over lower <= matrix x <= upper: first binaries in 0..1, then payers >= 0, free above.

    A payer makes up at a price for what one row lacks: `own_row` with coefficient `own`; NONE where any row prices of
    the right signs leave it a reduced cost of 0 or more.
    """

    matrix: sparse.csc_array  # [rows, columns]
    cost: FloatArray  # [columns] 0 or more for payers
    lower: FloatArray  # [rows]
    upper: FloatArray  # [rows]
    own_row: IntArray  # [payers]
    own: FloatArray  # [payers]

    @property
    def n_binaries(self) -> int:
        return len(self.cost) - len(self.own_row)

    def bound(self, dual: FloatArray, left_out: BoolArray) -> tuple[float, FloatArray]:
        """(least cost without the binaries left out, [binaries] reduced costs) by row prices that a solver proposes."""
        y = self._signed(dual, self.cost)
        gain, reduced = self._sides(y), self.cost[: self.n_binaries] - (self.matrix.T @ y)[: self.n_binaries]
        below = np.where(left_out, 0.0, np.minimum(reduced, 0.0))
        return float(gain.sum() + below.sum()) - lost(total(gain, below)), reduced

    def has_no_point(self, ray: FloatArray, left_out: BoolArray) -> bool:
        """Whether a dual ray proves that the rows cannot hold together (Farkas): its bound at no cost is above 0."""
        y = self._signed(ray, np.zeros(len(self.cost)))
        gain, reduced = self._sides(y), -(self.matrix.T @ y)[: self.n_binaries]
        below = np.where(left_out, 0.0, np.minimum(reduced, 0.0))
        return float(gain.sum() + below.sum()) > LEAST_RAY * total(gain, below)

    def _signed(self, dual: FloatArray, cost: FloatArray) -> FloatArray:
        """Prices without the signs that rows forbid, and with those at which no payer gains."""
        y = np.where(np.isinf(self.lower), np.minimum(dual, 0.0), dual)
        y = np.where(np.isinf(self.upper), np.maximum(y, 0.0), y)
        gains = np.minimum(cost[self.n_binaries :] - (self.matrix.T @ y)[self.n_binaries :], 0.0)
        paid = np.flatnonzero(self.own_row >= 0)
        y[self.own_row[paid]] += gains[paid] / self.own[paid]
        return y

    def _sides(self, y: FloatArray) -> FloatArray:
        """[rows] what the prices earn at the limits."""
        side = np.where(y > 0, self.lower, self.upper)
        return np.asarray(y * np.where(y == 0, 0.0, side), dtype=np.float64)

    def with_rows(self, rows: sparse.csr_array, upper: FloatArray) -> LinearProgram:
        """More rows over the binaries, each at most its `upper`."""
        count = rows.shape[0]
        wide = sparse.hstack([rows, sparse.csr_array((count, len(self.own_row)))])
        return replace(
            self,
            matrix=sparse.csc_array(sparse.vstack([self.matrix, wide])),
            lower=np.append(self.lower, np.full(count, -np.inf)),
            upper=np.append(self.upper, upper),
        )

    def without(self, gone: BoolArray) -> LinearProgram:
        """Fewer binaries."""
        keep = np.append(~gone, np.ones(len(self.own_row), dtype=bool))
        return replace(self, matrix=self.matrix[:, keep], cost=self.cost[keep])

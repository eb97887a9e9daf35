"""A mixed-integer program as arrays: what the compact formulation produces and every MIP backend consumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class MipModel:
    """`min` (or `max`) of `cost @ x + offset` over `row_lower <= matrix @ x <= row_upper`, `lower <= x <= upper`.

    Infinite bounds are +-inf. `integer[c]` marks integer columns (binaries: bounds 0 and 1).
    """

    cost: FloatArray  # [n_columns]
    matrix: sparse.csr_array  # [n_rows, n_columns]
    row_lower: FloatArray  # [n_rows]
    row_upper: FloatArray  # [n_rows]
    lower: FloatArray  # [n_columns]
    upper: FloatArray  # [n_columns]
    integer: NDArray[np.bool_]  # [n_columns]
    offset: float = 0.0
    maximise: bool = False

    @property
    def n_columns(self) -> int:
        return len(self.cost)

    @property
    def n_rows(self) -> int:
        return len(self.row_lower)

    def objective(self, x: FloatArray) -> float:
        return float(self.cost @ x) + self.offset

    def violation(self, x: FloatArray) -> float:
        """Largest absolute violation of rows, bounds and integrality by the point `x`."""
        rows = self.matrix @ x
        parts = [self.row_lower - rows, rows - self.row_upper, self.lower - x, x - self.upper]
        parts.append(np.abs(x - np.round(x))[self.integer])
        return max((float(p.max()) for p in parts if p.size), default=0.0)

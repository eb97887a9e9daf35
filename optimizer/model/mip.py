"""A mixed-integer program as arrays, and what makes a program of a problem: what every MIP backend consumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.solution import Solution


@dataclass(frozen=True)
class MipModel:
    """`min` (or `max`) of `cost @ x + offset` over `row_lower <= matrix @ x <= row_upper`, `lower <= x <= upper`.

    Infinite bounds are +-inf. `integer[c]` marks integer columns (binaries: bounds 0 and 1).
    """

    cost: FloatArray  # [n_columns], pounds a year for a unit of the column
    matrix: sparse.csr_array  # [n_rows, n_columns]
    row_lower: FloatArray  # [n_rows], -inf = none
    row_upper: FloatArray  # [n_rows], inf = none; an equation has both the same
    lower: FloatArray  # [n_columns], -inf = none
    upper: FloatArray  # [n_columns], inf = none
    integer: BoolArray  # [n_columns]
    offset: float = 0.0  # pounds a year, part of every objective and of every bound
    maximise: bool = False  # models of plans are minimised; those of the contract suite are not all

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


class Formulation(Protocol):
    """A problem as a program, and the way between the points of the one and the solutions of the other."""

    @property
    def model(self) -> MipModel: ...

    def names(self) -> tuple[str, ...]:
        """[n_columns] for those who read an exported model."""
        ...

    def decode(self, x: FloatArray) -> Solution:
        """The choices in a point of the program; everything else follows from them."""
        ...

    def encode(self, solution: Solution) -> FloatArray:
        """The point that a solution stands for. Raises `ValueError` where it has none."""
        ...

"""An integer program whose variables have names, solved by another copy of HiGHS (SciPy's)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Key = tuple[object, ...]


@dataclass
class Program:
    """Variables and rows by name."""

    index: dict[Key, int] = field(default_factory=dict)
    cost: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def variable(self, key: Key, cost: float = 0.0, *, binary: bool = True) -> None:
        self.index[key] = len(self.cost)
        self.cost.append(cost)
        self.integer.append(int(binary))
        self.upper.append(1.0 if binary else math.inf)

    def make_whole(self, key: Key) -> None:
        self.integer[self.index[key]] = 1

    def row(self, terms: Iterator[tuple[Key, float]], low: float = -math.inf, high: float = math.inf) -> None:
        entries: dict[int, float] = {}
        for key, value in terms:
            entries[self.index[key]] = entries.get(self.index[key], 0.0) + value
        self.rows.append((entries, low, high))

    def solve(self) -> dict[Key, float] | None:
        if any(low > high or (not entries and not low <= 0 <= high) for entries, low, high in self.rows):
            return None
        matrix = sparse.lil_array((len(self.rows), len(self.cost)))
        for r, (entries, _, _) in enumerate(self.rows):
            for c, value in entries.items():
                matrix[r, c] = value
        result = milp(
            self.cost,
            integrality=self.integer,
            bounds=Bounds(np.zeros(len(self.cost)), np.array(self.upper)),
            constraints=LinearConstraint(matrix.tocsr(), [r[1] for r in self.rows], [r[2] for r in self.rows]),
            options={"mip_rel_gap": 1e-9},
        )
        assert result.status in (0, 2), result.message
        return None if result.x is None else {key: float(result.x[c]) for key, c in self.index.items()}

"""Small models with known answers, for every backend alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from optimizer.model.arrays import FloatArray
from optimizer.model.mip import MipModel


def model(
    cost: Sequence[float] | FloatArray,
    rows: Sequence[Sequence[float]] | FloatArray,
    row_lower: Sequence[float] | FloatArray,
    row_upper: Sequence[float] | FloatArray,
    lower: Sequence[float] | FloatArray,
    upper: Sequence[float] | FloatArray,
    integer: Sequence[bool] | None = None,
    *,
    offset: float = 0.0,
    maximise: bool = False,
) -> MipModel:
    n_columns = len(cost)
    return MipModel(
        cost=np.asarray(cost, dtype=np.float64),
        matrix=sparse.csr_array(np.asarray(rows, dtype=np.float64).reshape(len(row_lower), n_columns)),
        row_lower=np.asarray(row_lower, dtype=np.float64),
        row_upper=np.asarray(row_upper, dtype=np.float64),
        lower=np.asarray(lower, dtype=np.float64),
        upper=np.asarray(upper, dtype=np.float64),
        integer=np.ones(n_columns, dtype=np.bool_) if integer is None else np.asarray(integer, dtype=np.bool_),
        offset=offset,
        maximise=maximise,
    )


def knapsacks(n_rows: int, n_columns: int, *, maximise: bool = True, offset: float = 0.0) -> MipModel:
    """A multi-dimensional knapsack: a first solution at once, a gap that closes slowly (30 x 250: never)."""
    random = np.random.default_rng(1)
    weights = random.integers(1, 1000, (n_rows, n_columns)).astype(np.float64)
    values = np.round(weights.sum(axis=0) / n_rows + 500 * random.random(n_columns), 2)
    return model(
        values if maximise else -values,
        weights,
        np.full(n_rows, -np.inf),
        weights.sum(axis=1) // 2,
        np.zeros(n_columns),
        np.ones(n_columns),
        offset=offset,
        maximise=maximise,
    )


def by_enumeration(binary: MipModel) -> float:
    """The optimum over all 0/1 vectors."""
    n_columns = binary.n_columns
    points = (np.arange(2**n_columns)[:, None] >> np.arange(n_columns)) & 1
    rows = points @ binary.matrix.toarray().T
    fits = ((rows >= binary.row_lower) & (rows <= binary.row_upper)).all(axis=1)
    objectives = points[fits] @ binary.cost + binary.offset
    return float(objectives.max() if binary.maximise else objectives.min())


def market_split(n_rows: int = 6, n_columns: int = 50) -> tuple[MipModel, FloatArray]:
    """Equations that no solver settles in seconds, and the solution planted in them."""
    random = np.random.default_rng(5)
    coefficients = random.integers(1, 100, (n_rows, n_columns)).astype(np.float64)
    planted = random.integers(0, 2, n_columns).astype(np.float64)
    sides = coefficients @ planted
    costs = random.integers(1, 10, n_columns).astype(np.float64)
    return model(costs, coefficients, sides, sides, np.zeros(n_columns), np.ones(n_columns)), planted


def mixed() -> tuple[MipModel, float]:
    """Integer and continuous columns, one of them without an upper bound, one that appears nowhere; and the optimum.

    Two sites, one client of 2.5 units at most 2 from the first; a fixed cost a site, shortfall at 10 a unit.
    """
    cost = [3.0, 2.0, 1.0, 1.5, 10.0, 0.0]  # open_1, open_2, flow_1, flow_2, shortfall, nowhere
    rows = [[0, 0, 1, 1, 1, 0], [-2, 0, 1, 0, 0, 0], [0, -0.75, 0, 1, 0, 0]]
    lower, upper = [2.5, -np.inf, -np.inf], [np.inf, 0.0, 0.0]
    built = model(
        cost, rows, lower, upper, [0] * 6, [1, 1, np.inf, np.inf, np.inf, 7], [True, True] + [False] * 4, offset=100.0
    )
    # Both open: 3 + 2 + 2 x 1 + 0.5 x 1.5; only the first: 3 + 2 + 0.5 x 10 = 10.
    return built, 107.75


def lp_infeasible() -> MipModel:
    return model([1, 1], [[1, 1]], [3], [np.inf], [0, 0], [1, 1])


def integer_infeasible() -> MipModel:
    """2 x (a sum of binaries) = an odd number; its relaxation is feasible."""
    return model([1] * 6, [[2] * 6], [5], [5], [0] * 6, [1] * 6)


def unbounded() -> MipModel:
    return model([-1, -1], [[1, -1]], [-np.inf], [3], [0, 0], [np.inf, np.inf], [True, False])


def empty() -> MipModel:
    return model([], np.zeros((0, 0)), [], [], [], [], [], offset=4.0)

"""A mixed-integer program as one over integers only, for CP-SAT, with every error accounted for.

Continuous columns go on a grid, rows and objective are multiplied up to integers. Numbers that are decimals at heart
(0.1, 2.35) are scaled exactly as such. Whatever cannot be exact loosens rows, never tightens them: each solution of
the program, its continuous columns rounded to the grid, is one of the scaled program, at an objective that differs by
`objective_error` at most. So a bound less that error, and a claim of infeasibility, hold for the program itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.model.arrays import FloatArray
from optimizer.model.mip import MipModel

IntArray = NDArray[np.int64]

_EXACT_INT = 2.0**53  # a row's sums stay exact in a float, and far from CP-SAT's overflow at 2**62
_OBJECTIVE_INT = 2.0**57  # the objective needs more digits
_MAX_DIGITS = 12
_INEXACT = 99
_NOISE = 2e-15  # relative: a number so near to a decimal is one at heart
_FINE_DIGITS = 6  # grid of continuous columns that have no natural one
_FINE_STEPS = 1e11
_ALIGNED_STEPS = 1e12
_NO_LIMIT = 2**63 - 1


class UnboundedColumnsError(Exception):
    """Columns without finite bounds, given or implied: CP-SAT has none."""


@dataclass(frozen=True)
class ScaledModel:
    """`x = y * step`; objective = `(coefficients @ y) / objective_scale + offset`, in the sense of the model."""

    lower: IntArray  # [n_columns]
    upper: IntArray
    step: FloatArray
    matrix: sparse.csr_array  # integer values, [n_rows, n_columns]
    row_lower: list[int]
    row_upper: list[int]
    cost: IntArray  # negated for a maximisation: always to be minimised
    objective_scale: float
    objective_error: float
    coarse: NDArray[np.bool_]  # continuous columns that lose something on their grid

    @property
    def exact(self) -> bool:
        return not bool(self.coarse.any())

    def to_scaled(self, x: FloatArray) -> IntArray:
        y = np.rint(x / self.step).astype(np.int64)
        return np.clip(y, self.lower, self.upper)

    def from_scaled(self, y: IntArray) -> FloatArray:
        return y * self.step


def decimal_digits(values: FloatArray) -> IntArray:
    """Digits after the point of each value, or 99 if it is no decimal of up to 12 digits (within float noise)."""
    digits = np.full(values.shape, _INEXACT, dtype=np.int64)
    finite = np.isfinite(values)
    for count in range(_MAX_DIGITS, -1, -1):
        scaled = np.where(finite, values, 0.0) * 10.0**count
        near = np.abs(scaled - np.rint(scaled)) <= _NOISE * np.abs(scaled)
        digits[near & finite & (np.abs(scaled) < 1e13)] = count
    digits[~finite] = 0
    return digits


def scale(model: MipModel) -> ScaledModel:
    matrix = sparse.csr_array(model.matrix)
    matrix.eliminate_zeros()
    lower, upper = finite_bounds(model, matrix)
    step, aligned = _grid(model, matrix, lower, upper)
    y_lower = np.floor(lower / step + 1e-9)
    y_upper = np.ceil(upper / step - 1e-9)
    y_lower[model.integer] = np.ceil(lower[model.integer] - 1e-6)
    y_upper[model.integer] = np.floor(upper[model.integer] + 1e-6)
    reach = np.maximum(np.abs(y_lower), np.abs(y_upper))
    coarse = ~model.integer & ~aligned  # rounded to the nearest grid point: half a step of error
    rows, row_lower, row_upper = _scale_rows(model, matrix, step, reach, coarse)
    cost, objective_scale, objective_error = _scale_objective(model, step, reach, coarse)
    return ScaledModel(
        lower=y_lower.astype(np.int64),
        upper=y_upper.astype(np.int64),
        step=step,
        matrix=rows,
        row_lower=row_lower,
        row_upper=row_upper,
        cost=cost,
        objective_scale=objective_scale,
        objective_error=objective_error,
        coarse=coarse,
    )


def _grid(
    model: MipModel, matrix: sparse.csr_array, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Grid step per column, and which continuous columns lose nothing on theirs.

    A column that is the only continuous one in each of its rows, with coefficient 1 or -1 there, and whose rows and
    bounds are decimals, can be rounded to those decimals in the direction that its cost likes: every limit on it is a
    grid point itself.
    """
    step = np.ones(model.n_columns)
    continuous = np.flatnonzero(~model.integer)
    aligned = np.zeros(model.n_columns, dtype=np.bool_)
    if not continuous.size:
        return step, aligned
    is_continuous = (~model.integer).astype(np.int64)
    row_of = np.repeat(np.arange(model.n_rows), np.diff(matrix.indptr))
    in_row = np.bincount(row_of, weights=is_continuous[matrix.indices], minlength=model.n_rows)
    row_digits = np.maximum(decimal_digits(model.row_lower), decimal_digits(model.row_upper))
    np.maximum.at(row_digits, row_of, decimal_digits(matrix.data))
    entry_fits = (in_row[row_of] <= 1) & (np.abs(matrix.data) == 1) & (row_digits[row_of] <= _FINE_DIGITS)
    fits = np.ones(model.n_columns, dtype=np.bool_)
    np.logical_and.at(fits, matrix.indices, entry_fits)
    digits = np.maximum(decimal_digits(model.lower), decimal_digits(model.upper))
    np.maximum.at(digits, matrix.indices, row_digits[row_of])
    reach = np.maximum(np.abs(lower), np.abs(upper))
    for column in continuous.tolist():
        if fits[column] and digits[column] <= _FINE_DIGITS:
            natural = 10.0 ** -int(digits[column])
            if reach[column] <= natural * _ALIGNED_STEPS:
                step[column], aligned[column] = natural, True
                continue
        room = int(np.floor(np.log10(_FINE_STEPS / max(reach[column], 1e-6))))
        step[column] = 10.0 ** -min(_FINE_DIGITS, room)
    return step, aligned


def _scale_rows(
    model: MipModel, matrix: sparse.csr_array, step: FloatArray, reach: FloatArray, coarse: NDArray[np.bool_]
) -> tuple[sparse.csr_array, list[int], list[int]]:
    row_of = np.repeat(np.arange(model.n_rows), np.diff(matrix.indptr))
    column_of = matrix.indices
    in_steps = matrix.data * step[column_of]
    exact_digits = np.zeros(model.n_rows, dtype=np.int64)
    np.maximum.at(exact_digits, row_of, decimal_digits(in_steps))
    size = np.bincount(row_of, weights=np.abs(in_steps) * reach[column_of], minlength=model.n_rows)
    for side in (model.row_lower, model.row_upper):
        size = np.maximum(size, np.where(np.isfinite(side), np.abs(side), 0.0))
    room = np.floor(np.log10(_EXACT_INT / np.maximum(size, 1e-6))).astype(np.int64)
    digits = np.minimum(np.minimum(exact_digits, room), 15)
    exact = digits == exact_digits
    factor = 10.0 ** digits.astype(np.float64)
    scaled = in_steps * factor[row_of]
    rounded = np.rint(scaled)
    # Where the row itself is inexact, an aligned column is off its limits by up to a step.
    slack = np.where(exact[row_of], 0.0, np.abs(scaled - rounded) * reach[column_of])
    slack += np.where(coarse[column_of], 0.5, np.where(exact[row_of] | model.integer[column_of], 0.0, 1.0)) * np.where(
        model.integer[column_of], 0.0, np.abs(scaled)
    )
    error = np.bincount(row_of, weights=slack, minlength=model.n_rows).astype(np.float64)
    error += 1e-6 + 2.0 * _NOISE * size * factor  # entries and sides may each be off the decimals that they stand for
    row_lower = [_side(low * by, -err, np.ceil) for low, by, err in zip(model.row_lower, factor, error, strict=True)]
    row_upper = [_side(high * by, err, np.floor) for high, by, err in zip(model.row_upper, factor, error, strict=True)]
    integers = sparse.csr_array((rounded, matrix.indices, matrix.indptr), shape=matrix.shape)
    return integers, row_lower, row_upper


def _side(value: float, error: float, rounding: np.ufunc) -> int:
    """A side of a row, scaled, moved by `error` and rounded outwards."""
    if not np.isfinite(value):
        return _NO_LIMIT if value > 0 else -_NO_LIMIT - 1
    return int(rounding(value + error))


def _scale_objective(
    model: MipModel, step: FloatArray, reach: FloatArray, coarse: NDArray[np.bool_]
) -> tuple[IntArray, float, float]:
    cost = (-model.cost if model.maximise else model.cost) * step
    size = float(np.abs(cost) @ reach)
    room = int(np.floor(np.log10(_OBJECTIVE_INT / max(size, 1e-6))))
    exact_digits = int(decimal_digits(cost).max(initial=0))
    factor = 10.0 ** min(exact_digits, room, 15)
    rounded = np.rint(cost * factor)
    error = 0.0 if exact_digits <= min(room, 15) else float(np.abs(cost - rounded / factor) @ reach)
    error += 0.5 * float(np.abs(cost[coarse]).sum())
    return rounded.astype(np.int64), factor, error


def finite_bounds(model: MipModel, matrix: sparse.csr_array) -> tuple[FloatArray, FloatArray]:
    """Bounds made finite: by what rows imply, or by what some optimal solution never exceeds.

    The latter: a column that costs something (or nothing) and that rows only ask to be large enough can be lowered to
    what they can ask at most, whatever the other columns are; nothing else gets worse.
    """
    lower, upper = model.lower.copy(), model.upper.copy()
    open_columns = set(np.flatnonzero(~np.isfinite(lower) | ~np.isfinite(upper)).tolist())
    if not open_columns:
        return lower, upper
    by_column = sparse.csc_array(matrix)
    sign = -1.0 if model.maximise else 1.0
    progress = True
    while open_columns and progress:
        progress = False
        activity = _Activity(matrix, lower, upper)
        for column in sorted(open_columns):
            span = slice(by_column.indptr[column], by_column.indptr[column + 1])
            rows, coefficients = by_column.indices[span].astype(np.int64), by_column.data[span]
            found = activity.implied(model, column, rows, coefficients, sign * float(model.cost[column]))
            if found[0] > lower[column] and not np.isfinite(lower[column]):
                lower[column], progress = found[0], True
            if found[1] < upper[column] and not np.isfinite(upper[column]):
                upper[column], progress = found[1], True
        open_columns = {c for c in open_columns if not (np.isfinite(lower[c]) and np.isfinite(upper[c]))}
    if open_columns:
        some = [f"column {column}" for column in sorted(open_columns)[:5]]
        raise UnboundedColumnsError(", ".join(some) + (", ..." if len(open_columns) > 5 else ""))
    return lower, upper


class _Activity:
    """Smallest and largest activity of each row, infinite contributions counted apart."""

    def __init__(self, matrix: sparse.csr_array, lower: FloatArray, upper: FloatArray) -> None:
        self._lower, self._upper = lower.copy(), upper.copy()
        row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        positive = matrix.data > 0
        low, high = lower[matrix.indices], upper[matrix.indices]
        self._minimum = self._sums(row_of, matrix.data * np.where(positive, low, high), matrix.shape[0])
        self._maximum = self._sums(row_of, matrix.data * np.where(positive, high, low), matrix.shape[0])

    @staticmethod
    def _sums(rows: IntArray, parts: FloatArray, n_rows: int) -> tuple[FloatArray, FloatArray]:
        finite = np.isfinite(parts)
        totals: FloatArray = np.bincount(rows, weights=np.where(finite, parts, 0.0), minlength=n_rows).astype(
            np.float64
        )
        infinite: FloatArray = np.bincount(rows, weights=~finite, minlength=n_rows).astype(np.float64)
        return totals, infinite

    def _others(self, sums: tuple[FloatArray, FloatArray], row: int, own: float, unknown: float) -> float:
        """Activity of the row without one column's own part."""
        total, infinite = sums[0][row], sums[1][row]
        if np.isfinite(own):
            return unknown if infinite else float(total - own)
        return unknown if infinite > 1 else float(total)

    def implied(
        self, model: MipModel, column: int, rows: IntArray, coefficients: FloatArray, cost: float
    ) -> tuple[float, float]:
        """Bounds of a column implied by its rows, or enough for some optimal solution."""
        lowest, highest = -np.inf, np.inf
        asked_up, asked_down = -np.inf, np.inf  # how large, how small rows can ask the column to be
        low, high = self._lower[column], self._upper[column]
        for row, a in zip(rows.tolist(), coefficients.tolist(), strict=True):
            own_min, own_max = (a * low, a * high) if a > 0 else (a * high, a * low)
            least = self._others(self._minimum, row, own_min, -np.inf)
            most = self._others(self._maximum, row, own_max, np.inf)
            from_upper = (model.row_upper[row] - least) / a  # a x <= row_upper - least
            from_lower = (model.row_lower[row] - most) / a
            highest = min(highest, from_upper if a > 0 else from_lower)
            lowest = max(lowest, from_lower if a > 0 else from_upper)
            need_lower = (model.row_lower[row] - least) / a  # a x >= row_lower - least is enough
            need_upper = (model.row_upper[row] - most) / a
            asked_up = max(asked_up, need_lower if a > 0 else need_upper)
            asked_down = min(asked_down, need_upper if a > 0 else need_lower)
        if cost >= 0 and np.isfinite(max(asked_up, low)):
            highest = min(highest, max(asked_up, low))
        if cost <= 0 and np.isfinite(min(asked_down, high)):
            lowest = max(lowest, min(asked_down, high))
        return self._widened(lowest, -1.0, integer=bool(model.integer[column])), self._widened(
            highest, 1.0, integer=bool(model.integer[column])
        )

    @staticmethod
    def _widened(value: float, direction: float, *, integer: bool) -> float:
        """Away from rounding errors, to a whole number where that costs nothing."""
        if not np.isfinite(value):
            return value
        outward = np.ceil(value - 1e-9) if direction > 0 else np.floor(value + 1e-9)
        return float(outward + (0.0 if integer else direction))

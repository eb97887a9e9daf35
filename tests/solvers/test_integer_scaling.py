"""Scaling to integers: exact where it can be, a relaxation where not, bounds made finite only where that is right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimizer.model.mip import MipModel
from solvers.mip.integer_scaling import UnboundedColumnsError, decimal_digits, finite_bounds, scale


def model(
    cost: list[float],
    rows: list[list[float]],
    row_lower: list[float],
    row_upper: list[float],
    upper: list[float],
    integer: list[bool],
) -> MipModel:
    return MipModel(
        cost=np.array(cost, dtype=np.float64),
        matrix=sparse.csr_array(np.array(rows, dtype=np.float64).reshape(len(rows), len(cost))),
        row_lower=np.array(row_lower, dtype=np.float64),
        row_upper=np.array(row_upper, dtype=np.float64),
        lower=np.zeros(len(cost)),
        upper=np.array(upper, dtype=np.float64),
        integer=np.array(integer, dtype=np.bool_),
    )


def test_decimals_are_recovered() -> None:
    values = np.array([3.0, 0.1 + 0.2, -2.35, 1e-6, np.inf, np.pi, 1 / 3])
    assert decimal_digits(values).tolist() == [0, 1, 2, 6, 0, 99, 99]


def test_decimal_data_scale_exactly() -> None:
    scaled = scale(model([1.25, 3.0, 2.0], [[0.5, 0.25, 1]], [1.75], [np.inf], [1, 1, np.inf], [True, True, False]))
    assert scaled.objective_error == 0
    assert scaled.exact
    assert scaled.step.tolist() == [1, 1, 0.01]
    assert scaled.matrix.toarray().tolist() == [[50, 25, 1]]
    assert scaled.row_lower == [175]


def test_irrational_data_have_an_error_that_is_told() -> None:
    scaled = scale(model([np.pi, 1e6 / 3], [[1, 1]], [1], [np.inf], [1, 1], [True, True]))
    assert 0 < scaled.objective_error < 1e-4


def test_hires_are_bounded_by_what_can_be_asked() -> None:
    """A column that costs money and is only ever asked to be large: bounded by the most that a row can ask."""
    built = model([5.0, 1.0], [[1, 2]], [3], [np.inf], [np.inf, 1], [False, True])
    _, upper = finite_bounds(built, sparse.csr_array(built.matrix))
    assert 3 <= upper[0] <= 4.1


def test_row_implies_a_bound() -> None:
    built = model([-5.0, 1.0], [[2, -1]], [-np.inf], [3], [np.inf, 1], [False, True])
    _, upper = finite_bounds(built, sparse.csr_array(built.matrix))
    assert 2 <= upper[0] <= 3.1


def test_no_bound_is_made_up() -> None:
    with pytest.raises(UnboundedColumnsError, match="column 0"):
        scale(model([-1.0], [[1]], [0], [np.inf], [np.inf], [False]))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_limit_is_read_as_the_entry_is_that_stands_at_it(sign: float) -> None:
    """3662.838462864993 counts as a decimal of nine digits, which it is not quite."""
    value = sign * 3662.838462864993
    scaled = scale(model([0.0], [[value]], [value], [value], [9], [True]))
    (entry,) = scaled.matrix.data
    assert scaled.row_lower[0] <= entry <= scaled.row_upper[0]


@given(st.data())
def test_scaled_program_is_a_relaxation(data: st.DataObject) -> None:
    """Every point of the program, rounded to the grid, is one of the scaled program, at the objective it should."""
    n_columns, n_rows = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    number = st.one_of(
        st.floats(-1e4, 1e4, allow_subnormal=False), st.decimals(-100, 100, places=2).map(float), st.just(0.0)
    )
    rows = [[data.draw(number) for _ in range(n_columns)] for _ in range(n_rows)]
    integer = [data.draw(st.booleans()) for _ in range(n_columns)]
    cost = [data.draw(number) for _ in range(n_columns)]
    draw_x = [data.draw(st.integers(0, 9).map(float) if whole else st.floats(0, 9)) for whole in integer]
    x = np.array(draw_x)
    activity = np.array(rows) @ x
    slack = [data.draw(st.floats(0, 1)) for _ in range(n_rows)]
    built = model(cost, rows, (activity - slack).tolist(), activity.tolist(), [9] * n_columns, integer)
    scaled = scale(built)
    y_float = x / scaled.step
    cheap = np.where(built.cost >= 0, np.floor(y_float + 1e-9), np.ceil(y_float - 1e-9)).astype(np.int64)
    y = np.where(scaled.coarse, scaled.to_scaled(x), cheap)
    inside = scaled.matrix.astype(np.float64) @ y
    assert np.all(inside >= np.array(scaled.row_lower, dtype=np.float64))
    assert np.all(inside <= np.array(scaled.row_upper, dtype=np.float64))
    objective = float(scaled.cost @ y) / scaled.objective_scale
    assert objective <= built.objective(x) + scaled.objective_error + 1e-6

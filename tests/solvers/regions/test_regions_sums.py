"""Prices of sums over the plan, on uses that fall on a line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.regions.sums import SumPrice


def test_a_sum_within_its_limits_has_no_price() -> None:
    sum_ = SumPrice(low=10.0, high=20.0, usual=5.0)
    sum_.learn(15.0)
    assert sum_.price == 0.0


@given(st.floats(0.2, 5.0), st.floats(11.0, 100.0))
def test_too_much_is_made_dearer_until_it_fits(slope: float, at_nothing: float) -> None:
    """`at_nothing` is used without a price, less in proportion to it."""
    sum_ = SumPrice(low=-np.inf, high=10.0, usual=5.0)
    for _ in range(60):
        sum_.learn(at_nothing + slope * sum_.price)
    assert sum_.price == pytest.approx((10.0 - at_nothing) / slope, rel=0.01)


@given(st.floats(0.2, 5.0), st.floats(0.0, 9.0))
def test_too_little_is_paid_for_until_it_suffices(slope: float, at_nothing: float) -> None:
    sum_ = SumPrice(low=10.0, high=np.inf, usual=5.0)
    for _ in range(60):
        sum_.learn(at_nothing + slope * sum_.price)
    assert sum_.price == pytest.approx((10.0 - at_nothing) / slope, rel=0.01)

"""When a bound is near enough."""

from __future__ import annotations

import math

import pytest

from optimizer.model.gap import PROVEN_GAP, is_reached, relative_gap


@pytest.mark.parametrize(
    ("objective", "bound", "options", "reached"),
    [
        (100.0, 100.0, {}, True),
        (100.0, 100.0 - 0.9e-4, {}, True),
        (100.0, 100.0 - 1.1e-4, {}, False),
        (0.0, -0.9e-6, {}, True),  # pounds, where there is nothing to be relative to
        (100.0, 99.0, {"rel_gap": 0.01}, True),
        (100.0, 98.9, {"rel_gap": 0.01}, False),
        (100.0, 98.0, {"abs_gap": 2.0}, True),
        (100.0, 97.9, {"abs_gap": 2.0}, False),
        (100.0, 99.0, {"rel_gap": 0.0, "abs_gap": 0.0}, False),
        (100.0, 101.0, {}, True),
        (-100.0, -101.0, {"rel_gap": 0.01}, True),  # negated, of a maximisation
        (math.inf, 5.0, {"rel_gap": 1.0}, False),
        (5.0, -math.inf, {"abs_gap": 10.0}, False),
    ],
)
def test_reached(objective: float, bound: float, options: dict[str, float], reached: bool) -> None:
    assert is_reached(objective, bound, **options) is reached


def test_nothing_is_relative_to_nothing() -> None:
    assert relative_gap(0.0, 0.0) == 0.0
    assert relative_gap(0.0, -1e-9) == 1.0 > PROVEN_GAP

"""A large mixed sample has England's figures, each within its stated tolerance."""

from __future__ import annotations

import pytest

from instances.generate.figures import TARGETS, Target


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.figure)
def test_figure_is_within_its_tolerance(target: Target, measured: list[dict[str, float]]) -> None:
    values = [figures[target.figure] for figures in measured]
    print(f"{target.figure}: target {target.value:,g} ± {target.tolerance:,g}, measured {values}")
    assert all(abs(value - target.value) <= target.tolerance for value in values), values


def test_every_measured_figure_has_a_target(measured: list[dict[str, float]]) -> None:
    assert set(measured[0]) == {target.figure for target in TARGETS}

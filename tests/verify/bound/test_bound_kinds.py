"""Certificates of instances with whole areas, bids and waves: rechecked by kinds of network of verification's own."""

from __future__ import annotations

import pytest
from random_kinds import with_kinds
from unrolled import best_objective

from optimizer import solve
from optimizer.verify.bound import recheck


@pytest.mark.parametrize("seed", [8, 46, 69, 76])
def test_bounds_hold_and_are_no_dearer_than_the_best_plan(seed: int) -> None:
    instance = with_kinds(seed, 6)
    result, best = solve(instance, solver="columns", time_limit=20.0), best_objective(instance)
    assert best is not None
    assert result.certificate is not None
    check = recheck(instance, result.certificate)
    assert check.holds
    assert check.certified is not None
    assert float(check.certified) <= best * (1 + 1e-9)
    assert float(check.certified) == pytest.approx(result.certificate.bound, rel=1e-6)


def test_a_bound_above_the_best_plan_is_refuted() -> None:
    instance = with_kinds(69, 6)
    result, best = solve(instance, solver="columns", time_limit=20.0), best_objective(instance)
    assert best is not None
    assert result.certificate is not None
    claimed = result.certificate.model_copy(update={"bound": best * 1.01})
    assert not recheck(instance, claimed).holds

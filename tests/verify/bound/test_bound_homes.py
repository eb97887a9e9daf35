"""Certificates of instances with homes: what prices and enumerations prove holds, limits on fifths among the rows."""

from __future__ import annotations

import random

import pytest
from partitioning import best_plan
from random_homes import with_homes
from random_instances import random_instance

from optimizer.model.backend import Reason, SolveOptions
from optimizer.solving.solve import solve
from optimizer.verify.bound.recheck import recheck


@pytest.mark.parametrize("seed", [42, 46, 76, 22])
def test_bounds_hold(seed: int) -> None:
    """42, 46 and 76 pay for limits on fifths, and enumerate hubs to prove it."""
    instance = with_homes(random_instance(seed, 7), random.Random(seed))
    best = best_plan(instance)
    assert best is not None
    result = solve(instance, "columns", options=SolveOptions(time_limit=60, threads=1))
    assert result.reason is Reason.OPTIMAL
    assert result.objective == pytest.approx(best[0], rel=1e-6)
    assert result.certificate is not None
    check = recheck(instance, result.certificate)
    assert check.holds
    assert check.enumerations_hold
    assert all(redone.holds for redone in check.enumerations)
    assert check.best is not None
    assert float(check.best) <= best[0] * (1 + 1e-9)
    assert float(check.best) >= best[0] * (1 - 1e-5)

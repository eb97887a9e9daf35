"""Alternatives: cheap enough, different, each a plan."""

from __future__ import annotations

import pytest
from village import village

from optimizer.analysis.alternatives import find_alternatives
from optimizer.model.backend import SolveOptions
from optimizer.model.plan_distance import pair_difference
from optimizer.verify import verify


def test_plans_are_cheap_enough_and_different() -> None:
    instance = village()
    found = find_alternatives(instance, within=0.25, most=2, options=SolveOptions(time_limit=10, threads=1, seed=1))
    assert found is not None
    assert len(found.results) == 2
    base = found.results[0].objective
    assert base is not None
    plans = []
    for result in found.results:
        assert result.plan is not None
        assert result.instance is instance
        evaluation = verify(instance, result.plan.plan)
        assert evaluation.ok
        assert float(evaluation.objective) == pytest.approx(result.objective)
        assert float(evaluation.objective) <= 1.25 * base
        assert result.bound is None or result.bound <= float(evaluation.objective)
        plans.append(result.plan.plan)
    assert found.nearest[0] == 0
    for k in range(1, len(plans)):
        assert found.nearest[k] == min(pair_difference(plans[k], other) for other in plans[:k]) > 0


def test_no_plan_has_no_alternatives() -> None:
    instance = village({"hub.count_min": 5})
    assert find_alternatives(instance, within=0.1, most=3, options=SolveOptions(time_limit=5, threads=1)) is None

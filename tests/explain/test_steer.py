"""Smaller exemptions from a plan that needs larger ones; locks that are in the way of any plan."""

from __future__ import annotations

from compact_optimum import optimum
from village import village

from optimizer.explain.no_plan import why_no_plan
from optimizer.explain.params import NoPlanParams
from optimizer.explain.relaxed import relaxed
from optimizer.explain.steer import is_steerable, steered
from optimizer.model.backend import SolveOptions
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.verify import verify


def test_what_a_fund_misses_becomes_less() -> None:
    """The best plan with four hubs, where three do."""
    problem = build_problem(village({"hub.count_min": 4}))
    found = optimum(problem)
    assert found is not None
    plan = to_plan(problem, found[1])
    instance = village({"policy.transformation_fund": 60_000})
    wasteful = relaxed(instance, plan)
    assert wasteful is not None
    assert is_steerable(wasteful)
    options = SolveOptions(time_limit=120, threads=1, seed=1)
    better = steered(instance, wasteful, options=options, solver="highs")  # to the end, whatever else the machine does
    assert better.price < wasteful.price
    assert [exemption.rule for exemption in better.exemptions] == ["fund"]
    assert verify(better.instance, better.plan).ok


def test_without_the_elastic_model_a_lock_that_is_in_the_way_is_found() -> None:
    params = NoPlanParams(most_for_elastic=0)
    found = why_no_plan(village({"policy.keep_together": [["a", "h"]]}), time_limit=60, threads=1, params=params)
    assert any("no hub site is within reach of all of them" in reason for reason in found.reasons)
    assert found.found is not None
    assert [exemption.rule for exemption in found.found.exemptions] == ["keep-together"]
    assert found.is_least
    assert found.needed is not None
    assert [needed.proven for needed in found.needed] == [True]

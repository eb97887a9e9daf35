"""`columns` and `auto` as a user meets them: valid bounds, verified plans, gaps that stop them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from compact_optimum import optimum
from partitioning import best_plan
from random_instances import random_instance

import instances
from instances import Instance
from instances.generate import GenerateSpec, generate
from optimizer import Result, solve
from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan
from optimizer.model.objective import objective
from solvers.columns.exchange import as_plan

DATA = Path(instances.__file__).parent / "data"
HAMLET_OPTIMUM = 1_022_998.5213


def checked(result: Result) -> Result:
    assert result.plan is not None
    assert result.plan.evaluation.ok
    assert result.bound is not None
    assert result.bound <= result.objective * (1 + 1e-9)
    bounds = [p.bound for p in result.trajectory if p.bound is not None]
    assert bounds == sorted(bounds)
    return result


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["hub.host_is_member=false"],
        ["policy.coverage_min=0.9"],
        ["policy.allow_independent=false"],
        ["role.gp.market_fte_share=0.02"],
        ["hub.count_min=5"],
        ["weights.disruption=5"],
    ],
    ids=lambda s: ",".join(s) or "as it is",
)
def test_the_bound_of_columns_is_below_the_optimum_and_not_far(settings: list[str]) -> None:
    instance = Instance.read(DATA / "hamlet").with_settings(settings)
    best = optimum(build_problem(instance))
    assert best is not None
    result = checked(solve(instance, "columns", time_limit=20))
    assert 0.8 * best[0] <= result.bound <= best[0] * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_of_columns_holds_on_generated_instances(seed: int) -> None:
    instance = generate(GenerateSpec(kind="rural-county", practices=14), seed)
    best = optimum(build_problem(instance))
    assert best is not None
    result = checked(solve(instance, "columns", time_limit=20))
    assert result.bound <= best[0] * (1 + 1e-9)


def test_columns_finds_a_plan_where_there_is_hardly_one() -> None:
    """Of seven practices, which neither construction nor search comes upon."""
    instance = random_instance(59, n=7)
    best = optimum(build_problem(instance))
    assert best is not None
    result = checked(solve(instance, "columns", time_limit=20, gap=1e-3))
    assert result.objective == pytest.approx(best[0], rel=1e-3)


def test_auto_proves_small_instances() -> None:
    result = checked(solve(Instance.read(DATA / "hamlet"), "auto", time_limit=60))
    assert result.status == "optimal"
    assert result.objective == pytest.approx(HAMLET_OPTIMUM)


@pytest.mark.parametrize("threads", [1, 2])
def test_auto_has_a_plan_and_a_bound_on_a_market_town(threads: int) -> None:
    result = checked(solve(Instance.read(DATA / "market_town"), "auto", time_limit=60, threads=threads, gap=0.2))
    assert result.gap <= 0.2
    assert (result.status, result.limit) == ("optimal", "gap")


def test_columns_stops_at_the_asked_gap() -> None:
    result = checked(solve(Instance.read(DATA / "market_town"), "columns", time_limit=30, gap=0.5))
    assert (result.status, result.limit) == ("optimal", "gap")


def test_a_relaxed_choice_of_leads_is_no_plan() -> None:
    """Leads are chosen anew; what no lead can reach is refused."""
    problem = build_problem(Instance.read(DATA / "market_town"))
    plan = construct(problem, seed=1, time_limit=30.0)
    assert plan is not None
    kept = as_plan(problem, plan)
    assert kept is not None
    assert (kept.site_of == plan.site_of).all()
    everywhere = replace(plan, network_of=np.where(plan.is_open, plan.network_of.max(), -1))
    assert as_plan(problem, everywhere) is None


def test_a_lead_further_away_that_brings_staff_is_kept() -> None:
    """Of the best plan; a nearer lead, that has no nurses, would have 16,005 pounds of them hired."""
    instance = random_instance(40_129, 11).with_settings(["hub.contiguous=true"])
    problem, best = build_problem(instance), best_plan(instance)
    assert best is not None
    kept = as_plan(problem, from_plan(problem, best[1]))
    assert kept is not None
    assert objective(problem, kept) == pytest.approx(best[0], abs=0.01)

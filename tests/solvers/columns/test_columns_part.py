"""Parts of a plan without networks: they cost what the whole does, and branch and price deals them out at best."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from compact_optimum import optimum

import instances
from benchmarks.sources import hub_tier
from instances import Instance
from optimizer.construct import construct
from optimizer.model.arrays import BoolArray
from optimizer.model.build import build_problem
from optimizer.model.consequences import hub_populations, moving_once, to_plan
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.auto.part import part_of
from solvers.auto.solve_part import solve_part

DATA = Path(instances.__file__).parent / "data"


@cache
def town() -> Instance:
    return hub_tier(lambda: Instance.read(DATA / "market_town"))


def planned(instance: Instance) -> tuple[Problem, Solution]:
    problem = build_problem(instance)
    plan = construct(problem, seed=1, time_limit=60.0)
    assert plan is not None
    return problem, plan


def poor(problem: Problem) -> Solution:
    """A plan that is good for other travel costs."""
    cost = np.random.default_rng(1).uniform(0.0, 1e5, len(problem.reach))
    plan = construct(replace(problem, reach=replace(problem.reach, cost=cost)), seed=1, time_limit=60.0)
    assert plan is not None
    return plan


def half(plan: Solution, seed: int) -> BoolArray:
    """[n] the practices of half of the hubs, and those in none."""
    hubs = np.flatnonzero(plan.is_open)
    chosen = np.random.default_rng(seed).choice(hubs, (len(hubs) + 1) // 2, replace=False)
    return np.asarray((plan.site_of < 0) | np.isin(plan.site_of, chosen), dtype=bool)


def best_of(problem: Problem, plan: Solution, region: BoolArray) -> Solution:
    found = solve_part(problem, plan, region, [], time.monotonic() + 60.0, lambda: False)
    assert found.proven
    return plan if found.solution is None else found.solution


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_a_part_costs_what_the_whole_does_less_a_constant(grouped: bool, seed: int) -> None:
    practices = town().practices if grouped else tuple(p.model_copy(update={"group": None}) for p in town().practices)
    instance = town().model_copy(update={"practices": practices})
    problem, plan = planned(instance)
    part = part_of(problem, plan, half(plan, seed))
    constant = objective(problem, plan) - objective(part.problem, part.solution)
    np.testing.assert_array_equal(part.put_back(part.solution).site_of, plan.site_of)
    for other in range(3):
        found = construct(part.problem, seed=other, time_limit=60.0)
        assert found is not None
        whole = part.put_back(found)
        told = objective(part.problem, found) + constant
        assert verify(instance, to_plan(problem, whole)).ok
        assert objective(problem, whole) <= told + 1e-6  # less where the rest could continue other groups
        if not grouped:
            assert objective(problem, whole) == pytest.approx(told, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_branch_and_price_deals_out_a_part_at_best(seed: int) -> None:
    problem = build_problem(town())
    plan = poor(problem)
    region = half(plan, seed)
    best = best_of(problem, plan, region)
    assert objective(problem, best) < objective(problem, plan) - 1.0
    part = part_of(problem, plan, region)
    least = optimum(part.problem)
    assert least is not None
    constant = objective(problem, plan) - objective(part.problem, part.solution)
    assert objective(problem, best) <= least[0] + constant + 1e-6 * least[0]
    np.testing.assert_array_equal(best.site_of[~region], plan.site_of[~region])
    assert verify(town(), to_plan(problem, best)).ok


@pytest.mark.parametrize("seed", range(3))
def test_what_the_rest_uses_of_a_limit_is_not_there_for_a_part(seed: int) -> None:
    problem, plan = planned(town())
    hubs, moved = int(plan.is_open.sum()), moving_once(problem, plan)
    instance = town().model_copy(
        update={
            "hub": town().hub.model_copy(update={"count_min": hubs, "count_max": hubs}),
            "policy": town().policy.model_copy(update={"max_disruption": moved}),
        }
    )
    limited = build_problem(instance)
    best = best_of(limited, plan, half(plan, seed))
    assert (hub_populations(limited, best) > 0).sum() == hubs
    assert moving_once(limited, best) <= moved + 1e-6
    assert verify(instance, to_plan(limited, best)).ok


@pytest.mark.filterwarnings("error")
def test_a_practice_in_no_hub_with_no_site_left_stays_as_it_is() -> None:
    problem, plan = planned(town())
    alone = int(np.flatnonzero(np.bincount(problem.reach.row) > 1)[0])
    reach = problem.reach.where(
        (problem.reach.row != alone) | (plan.site_of[problem.reach.row] == problem.reach.column)
    )
    site_of = plan.site_of.copy()
    site_of[alone] = -1
    region = np.arange(problem.n_practices) == alone
    found = solve_part(
        replace(problem, reach=reach),
        replace(plan, site_of=site_of),
        region,
        [],
        time.monotonic() + 60.0,
        lambda: False,
    )
    assert found.proven
    assert found.solution is None

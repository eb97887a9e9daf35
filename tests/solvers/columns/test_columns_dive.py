"""Nodes without networks: what each pair costs at least, and dives for plans."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from columns_support import converged
from compact_optimum import optimum

import instances
from benchmarks.sources import hub_tier
from instances import Instance
from optimizer.construct import construct
from optimizer.model.arrays import BoolArray
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.columns.ascent import Ascent
from solvers.columns.compact_end import solve_compact
from solvers.columns.dive import dive, least_of_each
from solvers.columns.node import Node, root_node
from solvers.columns.node_plans import NodePlans
from solvers.columns.params import DEFAULT
from solvers.columns.surroundings import Surroundings

EVERY = 5  # pair is tried
DATA = Path(instances.__file__).parent / "data"


@cache
def hubs_alone(name: str) -> Instance:
    return hub_tier(lambda: Instance.read(DATA / name))


@cache
def at_root(name: str) -> Ascent:
    return converged(root_node(build_problem(hubs_alone(name))))


def least(problem: Problem, alone: BoolArray, pairs: BoolArray) -> float:
    """Pounds a year of the best plan over some pairs, inf if there is none. `alone`: [n] may be independent."""
    practices = replace(problem.practices, may_be_independent=alone)
    found = optimum(replace(problem, practices=practices, reach=problem.reach.where(pairs)))
    return np.inf if found is None else found[0]


def listening(plans: list[Solution]) -> Surroundings:
    """Those of a proof that knows no plan."""

    def keep(solution: Solution) -> bool:
        plans.append(solution)
        return True

    return Surroundings(
        incumbent=lambda: np.inf,
        is_over=lambda: False,
        on_bound=lambda _: None,
        on_solution=keep,
        on_columns=lambda _: None,
        on_guide=lambda _: None,
        deadline=time.monotonic() + 60.0,
        plan=lambda: plans[-1] if plans else None,
    )


def best_of_compact(node: Node, pairs: BoolArray) -> Solution:
    plans: list[Solution] = []
    solve_compact(node, pairs, np.inf, listening(plans), 60.0)
    return min(plans, key=lambda plan: objective(node.problem, plan))


def test_no_plan_with_a_pair_costs_less_than_its_bound() -> None:
    ascent = at_root("hamlet")
    problem = ascent.node.problem
    reach, may = problem.reach, problem.practices.may_be_independent
    with_pair = ascent.pricer.least_with_pair(ascent.counts.point)
    best = least(problem, may, np.ones(len(reach), dtype=bool))
    for pair in range(0, len(reach), EVERY):
        i = reach.row[pair]
        elsewhere = (reach.row == i) & (reach.column != reach.column[pair])
        others = may & (np.arange(problem.n_practices) != i)
        assert with_pair[pair] <= least(problem, others, ~elsewhere) * (1 + 1e-9)
    assert (with_pair > best).any()


@pytest.mark.parametrize("name", ["hamlet", "market_town"])
def test_a_dive_decides_every_site_and_ends_in_a_plan(name: str) -> None:
    ascent = at_root(name)
    problem = ascent.node.problem
    dived = dive(ascent, ascent.counts.evaluations[-1].prices, 1, lambda: np.inf, lambda: False)
    assert dived is not None
    np.testing.assert_array_equal(dived.node.closed, ~dived.node.required)
    each = np.bincount(problem.reach.row[dived.pairs], minlength=problem.n_practices)
    assert problem.practices.may_be_independent[each == 0].all()
    assert each.max() <= DEFAULT.dive.sites_each
    found = best_of_compact(dived.node, dived.pairs)
    np.testing.assert_array_equal(found.is_open, dived.node.required)
    evaluation = verify(hubs_alone(name), to_plan(problem, found))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    assert ascent.bound - 1.0 <= float(evaluation.objective) <= 1.05 * ascent.bound


def test_a_dive_ends_where_no_plan_can_be_good_enough() -> None:
    ascent = at_root("market_town")
    assert dive(ascent, ascent.counts.evaluations[-1].prices, 1, lambda: ascent.bound, lambda: False) is None


def test_a_dive_ends_when_told_to() -> None:
    ascent = at_root("market_town")
    assert dive(ascent, ascent.counts.evaluations[-1].prices, 1, lambda: np.inf, lambda: True) is None


@pytest.mark.parametrize("name", ["hamlet", "market_town"])
def test_a_look_at_a_node_ends_in_a_plan_within_its_kernels(name: str) -> None:
    ascent = at_root(name)
    problem = ascent.node.problem
    plans: list[Solution] = []
    with_pair = ascent.pricer.least_with_pair(ascent.counts.point)
    node_plans = NodePlans(listening(plans), lambda: np.inf, 1, DEFAULT)
    node_plans.look(ascent, ascent.counts.evaluations[-1].prices, with_pair)
    assert plans
    costs = [float(objective(problem, plan)) for plan in plans]
    assert all(verify(hubs_alone(name), to_plan(problem, plan)).ok for plan in plans)
    assert ascent.bound - 1.0 <= min(costs) <= 1.02 * ascent.bound
    told = len(plans)
    node_plans.look(ascent, ascent.counts.evaluations[-1].prices, with_pair)
    assert len(plans) == told  # it waits


def test_of_each_practice_the_pairs_of_least_bound() -> None:
    reach = build_problem(hubs_alone("hamlet")).reach
    with_pair = np.random.default_rng(5).random(len(reach))
    with_pair[::3] = np.inf
    kept = least_of_each(reach, with_pair, 2)
    assert np.isfinite(with_pair[kept]).all()
    for i in range(reach.n_rows):
        mine = with_pair[reach.row == i]
        np.testing.assert_array_equal(np.sort(with_pair[kept & (reach.row == i)]), np.sort(mine[np.isfinite(mine)])[:2])


@pytest.mark.parametrize("start", ["none", "warm"])
def test_compact_bound_holds_with_and_without_a_start(start: str) -> None:
    """The bound of the whole node is the optimum, whatever it begins from."""
    problem = at_root("hamlet").node.problem
    node, every = root_node(problem), np.ones(len(problem.reach), dtype=bool)
    best = least(problem, problem.practices.may_be_independent, every)
    first = construct(problem, seed=1, time_limit=60.0)
    plans: list[Solution] = []
    bound = solve_compact(node, every, np.inf, listening(plans), 60.0, first if start == "warm" else None)
    assert bound == pytest.approx(best, rel=1e-6)
    assert bound <= best
    assert min(float(objective(problem, plan)) for plan in plans) == pytest.approx(best, rel=1e-6)

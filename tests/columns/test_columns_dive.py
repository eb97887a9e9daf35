"""Nodes without networks: what each pair costs at least, and dives for plans."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import highspy
import numpy as np
import pytest

import instances
from instances import Instance
from optimizer.build import build_problem
from optimizer.compact import CompactModel
from optimizer.construct import construct
from optimizer.problem import BoolArray, Problem
from optimizer.solution import to_plan
from optimizer.verify import verify
from solvers.columns.ascent import Ascent, first_prices
from solvers.columns.compact_end import solve_compact
from solvers.columns.dive import PAIRS_EACH, dive
from solvers.columns.node import root_node
from solvers.columns.pool import Pool, columns_of
from solvers.columns.prices import no_prices
from solvers.highs_model import pass_model
from solvers.search.cost import objective

EVERY = 5  # pair is tried
DATA = Path(instances.__file__).parent / "data"


@cache
def hub_tier(name: str) -> Instance:
    """A bundled instance without care models."""
    instance = Instance.read(DATA / name)
    practices = tuple(practice.model_copy(update={"refuses": ()}) for practice in instance.practices)
    policy = instance.policy.model_copy(update={"coverage_min": 0.0})
    return instance.model_copy(update={"practices": practices, "care_model": (), "misfit": (), "policy": policy})


@cache
def converged(name: str) -> Ascent:
    problem = build_problem(hub_tier(name))
    plan = construct(problem, seed=1, time_limit=60.0)
    assert plan is not None
    pool = Pool(problem)
    for column in columns_of(problem, plan):
        pool.add(column)
    starts = [no_prices(problem, practice) for practice in first_prices(pool)]
    ascent = Ascent(root_node(problem), pool, starts, threads=1)
    while not ascent.finished:
        assert ascent.advance(lambda: False)
    return ascent


def optimum(problem: Problem, alone: BoolArray, pairs: BoolArray) -> float:
    """Pounds a year of the best plan over some pairs, by the compact model; inf if there is none. `alone`: [n]."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    practices = replace(problem.practices, may_be_independent=alone)
    compact = CompactModel.build(replace(problem, practices=practices, reach=problem.reach.where(pairs)))
    pass_model(highs, compact.model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return np.inf
    return objective(problem, compact.decode(np.array(highs.getSolution().col_value)))


def test_no_plan_with_a_pair_costs_less_than_its_bound() -> None:
    ascent = converged("hamlet")
    problem = ascent.node.problem
    reach, may = problem.reach, problem.practices.may_be_independent
    with_pair = ascent.bound + ascent.pricer.dearer(ascent.counts.evaluations[-1])
    best = optimum(problem, may, np.ones(len(reach), dtype=bool))
    for pair in range(0, len(reach), EVERY):
        i = reach.row[pair]
        elsewhere = (reach.row == i) & (reach.column != reach.column[pair])
        others = may & (np.arange(problem.n_practices) != i)
        assert with_pair[pair] <= optimum(problem, others, ~elsewhere) * (1 + 1e-9)
    assert (with_pair > best).any()


@pytest.mark.parametrize("name", ["hamlet", "market_town"])
def test_a_dive_decides_every_site_and_ends_in_a_plan(name: str) -> None:
    ascent = converged(name)
    problem = ascent.node.problem
    dived = dive(ascent, ascent.counts.evaluations[-1].prices, 1, np.inf, lambda: False)
    assert dived is not None
    np.testing.assert_array_equal(dived.node.closed, ~dived.node.required)
    each = np.bincount(problem.reach.row[dived.pairs], minlength=problem.n_practices)
    assert problem.practices.may_be_independent[each == 0].all()
    assert each.max() <= PAIRS_EACH
    found = solve_compact(dived.node, dived.pairs, np.inf, time.monotonic() + 60.0, lambda: False).solution
    assert found is not None
    np.testing.assert_array_equal(found.is_open, dived.node.required)
    evaluation = verify(hub_tier(name), to_plan(problem, found))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    assert ascent.bound - 1.0 <= float(evaluation.objective) <= 1.05 * ascent.bound


def test_a_dive_ends_where_no_plan_can_be_good_enough() -> None:
    ascent = converged("market_town")
    assert dive(ascent, ascent.counts.evaluations[-1].prices, 1, ascent.bound, lambda: False) is None


def test_a_dive_ends_when_told_to() -> None:
    ascent = converged("market_town")
    assert dive(ascent, ascent.counts.evaluations[-1].prices, 1, np.inf, lambda: True) is None

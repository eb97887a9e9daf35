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
from optimizer.model.arrays import BoolArray
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.problem import Problem
from optimizer.verify import verify
from solvers.columns.ascent import Ascent
from solvers.columns.compact_end import solve_compact
from solvers.columns.dive import dive
from solvers.columns.node import root_node
from solvers.columns.params import DEFAULT

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
    found = solve_compact(dived.node, dived.pairs, np.inf, time.monotonic() + 60.0, lambda: False).solution
    assert found is not None
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

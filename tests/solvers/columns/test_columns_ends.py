"""Where the tree has nothing left to divide and rules that it does not know leave a gap, HiGHS goes on from there."""

from __future__ import annotations

from functools import cache

import pytest
from random_rules import with_any_rules

from instances import Instance
from optimizer import solve
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from solvers.auto.params import DEFAULT
from solvers.auto.run import run
from solvers.process.job import StructuredJob

LIMIT_S = 600.0  # what is tested ends long before it, by a proof
HIRES_WHOLE_POSTS, NEAREST_LEADS_BREAK_RULES, HAS_NO_PLAN = 3, 81, 8  # seeds


@cache
def instance_of(seed: int) -> Instance:
    return with_any_rules(seed, 8)


@pytest.mark.parametrize("seed", [HIRES_WHOLE_POSTS, NEAREST_LEADS_BREAK_RULES])
def test_columns_proves_what_the_tree_leaves_open(seed: int) -> None:
    instance = instance_of(seed)
    known = solve(instance, "highs", threads=1, time_limit=LIMIT_S)
    found = solve(instance, "columns", threads=1, time_limit=LIMIT_S)
    assert known.reason is found.reason is Reason.OPTIMAL
    assert found.objective == pytest.approx(known.objective, rel=1e-6)


def test_columns_proves_that_there_is_no_plan() -> None:
    found = solve(instance_of(HAS_NO_PLAN), "columns", threads=1, time_limit=LIMIT_S)
    assert found.reason is Reason.INFEASIBLE
    assert found.proof == "proven"


@pytest.mark.parametrize("threads", [1, 2])
def test_auto_stops_once_it_is_proven_that_there_is_no_plan(threads: int) -> None:
    problem = build_problem(instance_of(HAS_NO_PLAN))
    ended = run(StructuredJob(problem, LIMIT_S, threads, 0, DEFAULT), lambda _: None)
    assert ended.no_plan
    assert ended.limit is None

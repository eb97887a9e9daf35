"""Solutions as points of the compact model and back: nothing broken, nothing lost, the same pounds."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from kernel_state import searched
from random_instances import random_instance
from solutions import scattered
from village import village

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import verify

SEEDS = range(60)
FEASIBILITY = 1e-6
REL_TOLERANCE = 1e-9


@cache
def solved(seed: int) -> tuple[Instance, Problem, Solution | None]:
    """A random instance and what a short search found for it."""
    instance = random_instance(seed, 12)
    problem = build_problem(instance)
    *_, (state, _) = searched(problem, seed)
    return instance, problem, state.best()


def with_solution() -> list[tuple[Instance, Problem, Solution]]:
    return [(instance, problem, found) for instance, problem, found in map(solved, SEEDS) if found is not None]


def assert_same(one: Solution, other: Solution) -> None:
    for name in ("site_of", "network_of", "is_open"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_enough_solutions() -> None:
    assert len(with_solution()) > len(SEEDS) / 4


def test_a_point_keeps_every_row() -> None:
    for _, problem, solution in with_solution():
        assert problem.mip.model.violation(problem.mip.encode(solution)) <= FEASIBILITY


def test_a_point_costs_what_its_plan_costs() -> None:
    for instance, problem, solution in with_solution():
        point = problem.mip.encode(solution)
        exact = float(verify(instance, to_plan(problem, solution)).objective)
        assert problem.mip.model.objective(point) == pytest.approx(exact, rel=REL_TOLERANCE)


def test_decoding_undoes_encoding() -> None:
    for _, problem, solution in with_solution():
        assert_same(problem.mip.decode(problem.mip.encode(solution)), solution)


def test_plans_become_solutions_again() -> None:
    for _, problem, solution in with_solution():
        assert_same(from_plan(problem, to_plan(problem, solution)), solution)


def test_what_breaks_a_rule_breaks_a_row() -> None:
    """States on the way, most of them no plans: whatever can be written as a point keeps all rows or is no plan."""
    broken, kept = 0, 0
    for seed in range(30):
        instance = random_instance(seed, 10)
        problem = build_problem(instance)
        rng = np.random.default_rng(seed)
        for _ in range(30):
            solution = scattered(problem, rng)
            ok = verify(instance, to_plan(problem, solution)).ok
            assert (problem.mip.model.violation(problem.mip.encode(solution)) <= FEASIBILITY) == ok
            broken, kept = broken + (not ok), kept + ok
    assert broken > 100
    assert kept > 5


def test_a_point_is_only_for_pairs_in_reach() -> None:
    problem = build_problem(village())
    a, g = problem.practices.ids.index("a"), problem.sites.ids.index("g")
    site_of = np.full(problem.n_practices, -1, dtype=np.int64)
    site_of[a] = g
    is_open = np.arange(problem.n_sites) == g
    with pytest.raises(ValueError, match="cannot join"):
        problem.mip.encode(Solution(site_of, np.full(problem.n_sites, -1, dtype=np.int64), is_open))

"""The steps of the search: the same for a seed, and exact neighbourhoods better than or as good as what they were."""

from __future__ import annotations

import numpy as np
import pytest
from random_instances import random_instance
from search_support import DEFAULT, bundled, explored, explorer_of
from village import village

from instances import Instance
from optimizer.construct import SearchState, construct
from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.objective import objective
from optimizer.model.solution import Solution
from optimizer.verify import verify
from solvers.process.incumbent import Incumbent
from solvers.search.params import FreshParams, RegionsParams, RunsParams, SearchParams
from solvers.search.regions import Regions
from solvers.search.reoptimise import reoptimise
from solvers.search.shared import Shared
from solvers.search.structure import numbers_of_networks


@pytest.mark.parametrize("instance", [village(), random_instance(2, 12)], ids=["village", "random"])
def test_one_seed_one_thread_one_plan(instance: Instance) -> None:
    problem = build_problem(instance)
    first, again = (explored(problem, seed=5, rounds=12) for _ in range(2))
    assert first
    assert [found.objective for found in first] == [found.objective for found in again]
    for name in ("site_of", "network_of", "is_open"):
        np.testing.assert_array_equal(getattr(first[-1].solution, name), getattr(again[-1].solution, name))


@pytest.mark.parametrize("guided", [False, True])
@pytest.mark.parametrize("name", ["hamlet", "market_town"])
def test_an_exact_neighbourhood_is_no_worse_and_leaves_the_rest_alone(name: str, guided: bool) -> None:
    instance = bundled(name)
    problem = build_problem(instance)
    plan = construct(problem, seed=1, time_limit=60.0)
    assert plan is not None
    regions, random = Regions(problem, SearchState.empty(problem).travel, RegionsParams()), np.random.default_rng(1)
    for _ in range(3):
        if guided:
            near = regions.guided(plan, random, count=3, most_pairs=60, with_pair=random.random(len(problem.reach)))
        else:
            near = regions.hubs(plan, random, count=3, most_pairs=60)
        assert near.practices.any()
        found = reoptimise(problem, plan, near, 60.0, most_nodes=20, rel_gap=1e-6).solution
        assert found is not None
        outside = ~near.practices
        np.testing.assert_array_equal(found.site_of[outside], plan.site_of[outside])
        assert objective(problem, found) <= objective(problem, plan) + 1e-6
        assert verify(instance, to_plan(problem, found)).ok


def test_a_run_from_a_sketch_keeps_its_numbers_of_networks() -> None:
    """Of a plan with a practice in no hub: a plan with as many networks comes of it, and the sketch is used up."""
    instance = bundled("market_town")
    problem = build_problem(instance)
    plan = construct(problem, seed=1, time_limit=60.0)
    assert plan is not None
    site_of = plan.site_of.copy()
    site_of[np.flatnonzero(site_of >= 0)[0]] = NONE
    shared = Shared(Incumbent(problem, lambda _: None), np.inf, DEFAULT)
    shared.sketches.append(Solution(site_of, plan.network_of, plan.is_open))
    explorer = explorer_of(shared, seed=1)
    explorer._sketch()
    assert shared.take_sketch() is None
    explorer._sketch()  # as where another thread took the last one
    assert shared.plan is not None
    found = shared.plan.solution
    assert verify(instance, to_plan(problem, found)).ok
    assert objective(problem, found) == pytest.approx(shared.plan.objective)
    np.testing.assert_array_equal(numbers_of_networks(problem, found), numbers_of_networks(problem, plan))


def test_params_are_heeded() -> None:
    """Each takes what it holds for from one place: a search of few short runs is another one, and the same again."""
    problem = build_problem(bundled("hamlet"))
    short = SearchParams(fresh=FreshParams(runs=1, proposals=(5_000, 5_000)), runs=RunsParams(slices=20))
    plans = [[found.objective for found in explored(problem, 1, 3, params)] for params in (DEFAULT, short, short)]
    assert plans[0] != plans[1]
    assert plans[1] == plans[2]

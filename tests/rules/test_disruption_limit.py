"""The limit on disruption, kept by every backend that works here, and by continuation where disruption is free."""

from __future__ import annotations

import numpy as np
import pytest
from compact_optimum import through
from partitioning import best_plan
from village import village

from optimizer.construct import SearchState, adopted
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import moving_once, to_plan
from optimizer.model.solution import Solution
from optimizer.solving.registry import availability, load, solver_ids
from optimizer.verify import verify

TIME_LIMIT_S, UNPROVEN_S = 60.0, 2.0  # with a proof, which ends at once; without
LIMIT = 13_249  # the best plan without it disrupts by 13,250
WEIGHTS = {"slight": 0.1, "none": 0.0}


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS.keys())
@pytest.mark.parametrize("solver", solver_ids())
def test_every_backend_keeps_it(solver: str, weight: float) -> None:
    missing = availability(load(solver).info)
    if missing is not None:
        pytest.skip(str(missing))
    free = village({"weights.disruption": weight})
    instance = village({"weights.disruption": weight, "policy.max_disruption": LIMIT})
    best, loose = best_plan(instance), best_plan(free)
    assert best is not None
    assert loose is not None
    assert loose[0] < best[0]
    problem = build_problem(instance)
    limit = TIME_LIMIT_S if load(solver).info.exact else UNPROVEN_S
    outcome = through(solver, problem, time_limit=limit)
    assert outcome.reason in (Reason.OPTIMAL, Reason.FEASIBLE), outcome
    assert outcome.solution is not None
    evaluation = verify(instance, to_plan(problem, outcome.solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    if outcome.reason is Reason.OPTIMAL:
        assert float(evaluation.objective) == pytest.approx(best[0], rel=1e-6)
    if outcome.bound is not None:
        assert outcome.bound <= best[0] * (1 + 1e-6)


def test_groups_are_continued_where_that_costs_nothing() -> None:
    """Two hubs at a and g: without a price on disruption a plan still continues what it can."""
    problem = build_problem(village({"weights.disruption": 0}))
    at = {name: k for k, name in enumerate(problem.sites.ids)}
    west = np.isin(problem.practices.ids, list("abcd"))
    site_of = np.where(west, at["a"], at["g"]).astype(np.int64)
    is_open = np.isin(np.arange(problem.n_sites), [at["a"], at["g"]])
    solution = Solution(site_of, np.full(problem.n_sites, -1, dtype=np.int64), is_open)
    plan = to_plan(problem, solution)
    assert all(hub.continues is not None for hub in plan.hubs)
    terms, years = verify(village(), plan).terms, 4
    caused = float(terms["moved_practices"] + terms["moved_patients"])
    assert moving_once(problem, solution) == pytest.approx(years * caused)


def test_a_plan_at_the_limit_is_taken_up() -> None:
    """The search gives groups to hubs one after the other; a plan is judged by the best way to give them."""
    groups = {"a": "G1", "b": "G2", "c": "G1", "d": "G1", **dict.fromkeys("efgh", "G9")}
    changes = {
        **{f"practices.{practice}.current_group": group for practice, group in groups.items()},
        **{"policy.coverage_min": 0, "hub.min": 0, "hub.max_km": 20, "hub.max": 60_000, "hub.target_max": 60_000},
    }
    free = build_problem(village(changes))
    at = {name: k for k, name in enumerate(free.sites.ids)}
    home = {"a": "a", "b": "a", "c": "a", "d": "d"}  # G1 in both: more of it at a, which could continue G2
    site_of = np.array([at[home.get(name, "g")] for name in free.practices.ids], dtype=np.int64)
    is_open = np.isin(np.arange(free.n_sites), [at["a"], at["d"], at["g"]])
    solution = Solution(site_of, np.full(free.n_sites, -1, dtype=np.int64), is_open)
    best = moving_once(free, solution)
    state = SearchState.empty(free)
    assert state.adopt(solution)
    assert float(state.world.record.moving) > best
    limit = best / 4
    exact = build_problem(village({**changes, "policy.max_disruption": limit}))
    assert adopted(exact, solution) is not None
    short = build_problem(village({**changes, "policy.max_disruption": limit - 1}))
    assert adopted(short, solution) is None

"""How far deprivation fifths live from their hubs: the optimum against brute force, explanations, the search's sums."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from compact_optimum import optimum, through
from partitioning import best_plan
from pydantic import ValidationError
from random_homes import with_homes
from random_instances import random_instance
from solutions import hubs_of
from village import village

from instances import Instance
from optimizer.construct import SearchState
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.exemptions import exemptions, price
from optimizer.explain.loosenings import loosenings
from optimizer.model.arrays import NONE
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.columns import Columns
from optimizer.model.consequences import to_plan
from optimizer.model.equity import UNLIMITED
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules import Rest, equity, restricted
from optimizer.solving.today import today_plan
from optimizer.verify import verify
from optimizer.verify.equity import mm_by_fifth
from optimizer.verify.prepared import Prepared

BINDING = [13, 33, 41, 42, 67, 73, 91, 97, 144]  # a plan exists, and costs more for the rule
NO_PLAN = [5, 7, 12, 26]
EQUAL = {"policy.no_fifth_worse": False, "policy.deprived_km_max": None}


@cache
def homely(seed: int, n: int = 7) -> Instance:
    return with_homes(random_instance(seed, n), random.Random(seed))


@cache
def best_cost(seed: int) -> float | None:
    best = best_plan(homely(seed))
    return None if best is None else best[0]


def hamlet(**policy: object) -> Instance:
    """The village, a quarter of whose people in the west live at a place near d, the most deprived there is."""
    west = [{"id": "W", "x_km": 2.0, "y_km": 2.0, "deprivation": 70}]
    practices = ("a", "b", "c", "d")
    rows = [(p, "W", 1) for p in practices] + [(p, p, 3) for p in practices]
    homes = dict(zip(("practice", "place", "patients"), map(list, zip(*rows, strict=True)), strict=True))
    return village({"places": west, "homes": homes, **{f"policy.{key}": value for key, value in policy.items()}})


# --- the optimum ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [*BINDING, *NO_PLAN, 21, 36, 46, 98])
def test_the_compact_optimum_is_that_of_brute_force(seed: int) -> None:
    instance, problem = homely(seed), build_problem(homely(seed))
    best, found = best_cost(seed), optimum(problem)
    assert (found is None) == (best is None)
    if found is not None:
        evaluation = verify(instance, to_plan(problem, found[1]))
        assert evaluation.ok, [violation.message for violation in evaluation.violations]
        assert float(evaluation.objective) == pytest.approx(best, rel=1e-6)
        assert found[0] == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("seed", [41, 73, 144])
def test_it_costs_something_here(seed: int) -> None:
    free, best = best_plan(homely(seed).with_settings(EQUAL)), best_cost(seed)
    assert free is not None
    assert best is not None
    assert free[0] < best - 1


@pytest.mark.parametrize("seed", [41, 73, 144])
@pytest.mark.parametrize("solver", ["highs", "columns", "search"])
def test_backends_keep_it(solver: str, seed: int) -> None:
    problem, best = build_problem(homely(seed)), best_cost(seed)
    assert best is not None
    outcome = through(solver, problem, time_limit=60.0 if solver == "highs" else 10.0)
    assert outcome.reason in (Reason.OPTIMAL, Reason.FEASIBLE), outcome
    assert outcome.solution is not None
    evaluation = verify(homely(seed), to_plan(problem, outcome.solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    if outcome.reason is Reason.OPTIMAL:
        assert float(evaluation.objective) == pytest.approx(best, rel=1e-6)
    if outcome.bound is not None:
        assert outcome.bound <= best * (1 + 1e-6)


# --- sums -------------------------------------------------------------------------------------------------------------


def deal(problem: Problem, rng: np.random.Generator) -> Solution:
    """Practices at random sites in reach, some in no hub."""
    site_of = np.full(problem.n_practices, NONE)
    for i in range(problem.n_practices):
        sites = problem.reach.column[problem.reach.row == i]
        if len(sites) and rng.random() < 0.8:
            site_of[i] = rng.choice(sites)
    is_open = np.isin(np.arange(problem.n_sites), site_of)
    return Solution(site_of, np.full(problem.n_sites, NONE), is_open)


@pytest.mark.parametrize("seed", range(10))
def test_whoever_sums_comes_to_the_same(seed: int) -> None:
    """Whole hubs, the state of a search, and verification, of plans that may break any rule."""
    instance = homely(seed, 9).with_settings({"policy.deprived_km_max": 3})
    problem = build_problem(instance)
    solution = deal(problem, np.random.default_rng(seed))
    hubs, outside = hubs_of(problem, solution), solution.site_of < 0
    limits = list(equity.RULE.totals(problem))
    by_hub = [t.sum.of_columns(hubs).sum() + t.sum.of_independents[outside].sum() for t in limits]
    state = SearchState.empty(problem)
    state.adopt(solution)
    evaluation = verify(instance, to_plan(problem, solution))
    mm = mm_by_fifth(Prepared(instance), evaluation.practices)
    exact = [mm[0] if t.subject == "deprived" else mm[int(t.subject[-1]) - 1] for t in limits]
    assert state.world["distances"]["mm"].tolist() == exact
    assert np.array(by_hub) * 1e6 == pytest.approx(np.array(exact), abs=0.01)
    broken = {violation.subject for violation in evaluation.violations if violation.rule == "equity"}
    assert broken == {t.subject for t, found in zip(limits, exact, strict=True) if found > round(t.high * 1e6)}


def test_the_search_undoes_and_counts_on() -> None:
    """After many changes, kept and taken back, the sums are those of the state."""
    problem = build_problem(homely(13))
    state = SearchState.empty(problem, seed=3)
    state.fill()
    state.anneal(3_000, 0.2 * state.scale, 0.01 * state.scale, 0.2)
    now = state.current()
    limits = list(equity.RULE.totals(problem))
    hubs, outside = hubs_of(problem, now), now.site_of < 0
    summed = [t.sum.of_columns(hubs).sum() + t.sum.of_independents[outside].sum() for t in limits]
    homeless = (state.world["hubs"]["size"] > 0) & (state.world["hubs"]["site"] < 0)
    assert not homeless.any()
    assert state.world["distances"]["mm"] == pytest.approx(np.array(summed) * 1e6, abs=1)


def test_the_rest_of_a_plan_uses_up_limits() -> None:
    problem = build_problem(homely(13))
    solution = deal(problem, np.random.default_rng(1))
    hubs, alone = hubs_of(problem, solution), solution.site_of < 0
    nobody = np.zeros(problem.n_practices, dtype=bool)
    less = restricted(problem, Rest(hubs, np.full(problem.n_practices, NONE), nobody, alone))
    for k, total in enumerate(equity.RULE.totals(problem)):
        used = total.sum.of_columns(hubs).sum() + total.sum.of_independents[alone].sum()
        assert problem.distances.most[k] - less.distances.most[k] == pytest.approx(used * 1e6, abs=1)
    none = restricted(problem, Rest(Columns.of(problem, []), np.full(problem.n_practices, NONE), nobody, nobody))
    assert (none.distances.most == problem.distances.most).all()


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_the_fifth_and_its_limit_by_hand() -> None:
    """4,500 patients of the west live at W, which scores 70; h, which scores 60, has 2,500: the first fifth."""
    instance = hamlet(deprived_km_max=1.1)
    prepared = Prepared(instance)
    assert float(prepared.homes.patients_by_fifth[0]) == 7_000
    alone = Plan(hubs=(), independents=tuple("abcdefgh"))
    found = [v for v in verify(instance, alone).violations if v.rule == "equity"]
    km_of_west = {"a": 8**0.5, "b": (1 + 1.5**2) ** 0.5, "c": 1.5, "d": 0.5}
    quarter = {"a": 1_250, "b": 1_000, "c": 750, "d": 1_500}
    mean = sum(quarter[p] * km for p, km in km_of_west.items()) / 7_000
    assert not found
    assert 1.0 < mean < 1.1
    tight = hamlet(deprived_km_max=round(mean - 0.001, 3))
    [violation] = [v for v in verify(tight, alone).violations if v.rule == "equity"]
    assert violation.subject == "deprived"
    assert "patients of the most deprived fifth live" in violation.message
    assert float(violation.excess) == pytest.approx(mean - round(mean - 0.001, 3), abs=1e-6)
    [needed] = [each for each in exemptions(tight, alone) if each.rule == "equity"]
    assert str(needed.change).startswith("--set policy.deprived_km_max=1.")
    assert verify(tight.with_settings({needed.change.key: needed.change.value}), alone).violations == tuple(
        v for v in verify(tight, alone).violations if v.rule != "equity"
    )


def test_today_keeps_no_fifth_worse() -> None:
    instance = hamlet(no_fifth_worse=True)
    today = today_plan(instance)
    assert today is not None
    assert not [v for v in verify(instance, today).violations if v.rule == "equity"]
    everywhere = today.model_copy(
        update={"hubs": tuple(hub.model_copy(update={"site": "h"}) for hub in today.hubs[:1]) + today.hubs[1:]}
    )
    broken = [v for v in verify(instance, everywhere).violations if v.rule == "equity"]
    assert broken
    assert all("km with today's groups" in v.message for v in broken)
    assert {str(e.change) for e in exemptions(instance, everywhere) if e.rule == "equity"} == {
        "--set policy.no_fifth_worse=false"
    }


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [("deprived_km_max", 3.0, "homes.csv"), ("no_fifth_worse", True, "homes.csv")],
)
def test_it_takes_homes(setting: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        village({f"policy.{setting}": value})


def test_it_takes_scores_and_groups() -> None:
    blank = {f"practices.{p}.deprivation": None for p in "abcdefgh"}
    homes = {"practice": ["a"], "place": ["a"], "patients": [1]}
    with pytest.raises(ValidationError, match="deprivation score"):
        village({**blank, "homes": homes, "policy.deprived_km_max": 3})
    ungrouped = {f"practices.{p}.current_group": None for p in "abcdefgh"}
    with pytest.raises(ValidationError, match="current_group"):
        village({**ungrouped, "homes": homes, "policy.no_fifth_worse": True})


# --- explanations -----------------------------------------------------------------------------------------------------


def test_impossible_at_a_glance_is_impossible() -> None:
    instance = hamlet(deprived_km_max=0.01)
    [said] = equity.RULE.impossible(build_problem(instance))
    assert said.startswith("patients of the most deprived fifth live 0.")
    assert said.endswith("and the limit is 0.010 km")
    assert optimum(build_problem(instance)) is None


@pytest.mark.parametrize("seed", range(40))
def test_no_more_is_called_impossible_than_is(seed: int) -> None:
    if list(equity.RULE.impossible(build_problem(homely(seed)))):
        assert best_cost(seed) is None


@pytest.mark.parametrize("seed", [7, 8, 17, 26])
def test_the_elastic_model_counts_as_exemptions_do(seed: int) -> None:
    """Limits on ways from home, single practices' and fifths', among all others."""
    instance = homely(seed)
    problem = elastic_problem(instance)
    found = optimum(problem)
    assert found is not None
    plan = to_plan(problem, found[1])
    assert price(exemptions(instance, plan)) == pytest.approx(found[0], abs=1e-4)


def test_loosenings_and_widening() -> None:
    instance = hamlet(deprived_km_max=2.0, no_fifth_worse=True).with_settings({"hub.max_home_km": 4.0})
    settings = [dict(each.settings) for each in loosenings(instance)]
    assert {"policy.deprived_km_max": 2.1} in settings
    assert {"policy.no_fifth_worse": False} in settings
    assert {"hub.max_home_km": 5.0} in settings
    lifted = equity.RULE.lifted(build_problem(instance))
    assert (lifted.distances.most == UNLIMITED).all()


def test_room_of_a_plan() -> None:
    instance = hamlet(deprived_km_max=2.0).with_settings({"hub.max_home_km": 9.0})
    today = today_plan(instance)
    assert today is not None
    evaluation = verify(instance, today)
    [room] = equity.RULE.room(instance, evaluation)
    assert room.rule == "most deprived fifth from home"
    assert (room.limit, room.unit, room.at_least) == (2.0, "km", False)
    mm = mm_by_fifth(Prepared(instance), evaluation.practices)[0]
    assert room.value == pytest.approx(mm / 1e6 / 7_000)

"""Departures from an earlier plan: priced exactly, by every backend, and apart from the cost."""

from __future__ import annotations

import itertools

import pytest
from partitioning import best_plan
from pydantic import ValidationError
from roads import Roads
from village import village

from instances import Instance
from optimizer import solve
from optimizer.construct import repair
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.departures import Departures
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import verify

EARLIER = Plan(
    hubs=(
        Hub(site="a", members=("a", "b", "c"), network="M:a", continues=None),
        Hub(site="d", members=("d", "e"), network="M:a", continues=None),
        Hub(site="g", members=("f", "g"), network=None, continues=None),
    ),
    networks=(Network(care_model="M", lead="a"),),
    independents=("h",),
)
AT = {"a": "a", "b": "a", "c": "a", "d": "d", "e": "d", "f": "g", "g": "g", "h": None}
FREE = village()
OPEN = village({"policy.allow_independent": False})


def as_travel(instance: Instance, price: float) -> Instance:
    """The same prices, departures written into a travel table: what is minimised needs no departures then."""
    roads, practices = Roads(instance), instance.practices
    places = [place.id for place in (*practices, *instance.hospitals)]
    patients = {practice.id: practice.patients for practice in practices}
    pairs = list(itertools.product(places, places))
    km = [roads.km(a, b) for a, b in pairs]
    per_km = instance.travel.cost_per_patient_km
    cost = [
        patients.get(a, 0) * per_km * of + price * (AT.get(a) != b) * (a in AT)
        for (a, b), of in zip(pairs, km, strict=True)
    ]
    table = {"origin": [a for a, _ in pairs], "destination": [b for _, b in pairs], "km": km, "cost": cost}
    data = instance.model_dump(exclude_unset=True)
    return Instance.model_validate({**data, "travel": {**data["travel"], "table": table}})


def test_priced_by_hand() -> None:
    moved = Plan(
        hubs=(
            Hub(site="a", members=("a", "b", "e"), network=None, continues=None),
            Hub(site="f", members=("c", "f", "g", "h"), network=None, continues=None),
        ),
        independents=("d",),
    )
    alone, priced = verify(FREE, moved), verify(FREE, moved, Departures.of(EARLIER, 1_000.5))
    assert priced.departed == ("c", "d", "e", "f", "g", "h")
    assert float(priced.departures) == 6_003
    assert (priced.objective, priced.terms) == (alone.objective, alone.terms)
    assert priced.priced == alone.objective + priced.departures
    assert (alone.departed, alone.departures, alone.priced) == ((), 0, alone.objective)


def test_a_practice_that_is_new_cannot_depart() -> None:
    shrunk = EARLIER.model_copy(update={"independents": ()})
    assert verify(FREE, EARLIER, Departures.of(shrunk, 100.0)).departed == ()
    problem, priced = build_problem(FREE), build_problem(FREE, Departures.of(shrunk, 100.0))
    h = problem.practices.ids.index("h")
    assert priced.practices.independent_cost[h] == problem.practices.independent_cost[h]
    own = problem.reach.row == h
    assert (priced.reach.cost[own] == problem.reach.cost[own]).all()


@pytest.mark.parametrize(
    ("backend", "price"), [("highs", 0.0), ("auto", 4_000.0), ("highs", 100_000.0), ("columns", 100_000.0)]
)
def test_the_optimum_is_that_of_trying_everything(backend: str, price: float) -> None:
    """Against set partitioning on a table that has the price as travel."""
    best = best_plan(as_travel(OPEN, price))
    assert best is not None
    result = solve(OPEN, backend, start=EARLIER, stay_close=price, time_limit=60, threads=1, seed=1)
    assert result.plan is not None
    assert result.priced == pytest.approx(best[0], rel=1e-9)
    assert result.objective == pytest.approx(best[0] - price * len(result.plan.evaluation.departed), rel=1e-9)
    assert result.objective == float(verify(OPEN, result.plan.plan).objective)
    if result.limit is None:
        assert result.reason is Reason.OPTIMAL
        assert result.gap == pytest.approx(0, abs=1e-6)


def test_fewer_depart_the_dearer_it_is() -> None:
    results = [
        solve(FREE, "columns", start=EARLIER, stay_close=price, time_limit=60, threads=1) for price in (0.0, 1e6)
    ]
    plans = [result.plan for result in results if result.plan is not None]
    departed = [len(plan.evaluation.departed) for plan in plans]
    assert departed == sorted(departed, reverse=True)
    assert departed[0] > departed[-1] == 0
    assert plans[0].evaluation.objective == min(plan.evaluation.objective for plan in plans)
    assert plans[0].evaluation.objective == pytest.approx(best_plan(FREE)[0])  # type: ignore[index]


def test_independence_has_the_price_too() -> None:
    """h, independent today, joins a hub; with a price on that it stays alone, and the other way round."""
    best = best_plan(OPEN)
    assert best is not None
    joined = best[1]
    assert not joined.independents
    near = build_problem(FREE, Departures.of(joined, 777.0))
    far = build_problem(FREE, Departures.of(EARLIER, 777.0))
    h = near.practices.ids.index("h")
    assert near.practices.independent_cost[h] - far.practices.independent_cost[h] == 777.0
    apart = verify(FREE, EARLIER, Departures.of(joined, 777.0))
    assert "h" in apart.departed


def test_a_price_without_a_plan_to_depart_from() -> None:
    with pytest.raises(ValueError, match="stay_close"):
        solve(FREE, "highs", stay_close=100.0)
    for price in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValidationError):
            solve(FREE, "highs", start=EARLIER, stay_close=price)


@pytest.mark.parametrize(
    "settings",
    [
        {"hub.max": 10_000},
        {"policy.must_not_open": ["g"]},
        {"policy.keep_together": [["b", "c"]]},
        {"policy.barred_hub": {"e": ["g"]}},
        {"policy.fixed_hub": {"f": "f"}},
        {"policy.keep_apart": [["e", "f"]], "hub.min": 4_000},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_a_plan_near_one_that_breaks_rules(settings: dict[str, object]) -> None:
    instance = village().with_settings(settings)
    found = repair(build_problem(instance), EARLIER, seed=1, time_limit=20)
    assert found is not None
    plan = to_plan(build_problem(instance), found)
    assert verify(instance, plan).ok


def test_no_plan_near_where_there_is_none() -> None:
    impossible = village().with_settings(
        {"policy.coverage_min": 1.0, "policy.fixed_network": {"h": "P"}, "hub.max": 7_001}
    )
    assert repair(build_problem(impossible), EARLIER, seed=1, time_limit=1) is None


def test_a_start_that_breaks_rules_is_told_and_repaired() -> None:
    changed = FREE.with_settings({"policy.must_not_open": ["g"]})
    result = solve(changed, "columns", start=EARLIER, stay_close=100.0, time_limit=60, threads=1)
    (told,) = [warning for warning in result.warnings if "start plan" in warning]
    assert "g is no hub site of village" in told
    assert "began from a plan near it that does" in told
    assert result.plan is not None
    assert {"f", "g"} <= set(result.plan.evaluation.departed)

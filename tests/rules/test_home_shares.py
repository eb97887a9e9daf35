"""Shares of patients who live far from their hub or outside its zone, against brute force and by hand on a road."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from against_best import columns_finds_the_best, compact_finds_the_best
from far import Far
from hypothesis import given
from hypothesis import strategies as st
from random_far import with_far
from random_instances import random_instance
from roads import straight_km

from instances import InputError, Instance
from optimizer.construct import SearchState
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.exemptions import exemptions, price
from optimizer.explain.loosenings import loosenings
from optimizer.model.arrays import NO_LIMIT, NONE
from optimizer.model.build import build_problem
from optimizer.model.columns import Column, Columns
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.decimals import largest_below
from optimizer.model.plan import Hub, Plan
from optimizer.rules import RULES, Rest, keeps_member_rules, restricted
from optimizer.rules.changes import apply, merge
from optimizer.solving.check import remarks
from optimizer.verify import verify
from optimizer.verify.homes import Homes

SEEDS = (1, 2, 3, 7, 11, 13, 22, 24, 27, 28, 31, 34, 37, 54, 57)  # without a plan, and with one that costs more


def far(seed: int) -> Instance:
    return with_far(random_instance(seed, 6 + seed % 4), random.Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_brute_force(seed: int) -> None:
    compact_finds_the_best(far(seed))


@pytest.mark.parametrize("seed", [24, 28, 37, 57])
def test_columns_against_brute_force(seed: int) -> None:
    columns_finds_the_best(far(seed), time_limit=60.0)


@pytest.mark.parametrize("seed", [24, 28, 31, 37, 54, 57])
def test_a_search_prices_what_verification_does(seed: int) -> None:
    """A state without a fault costs what its plan does, moving being free, and breaks no rule."""
    instance = far(seed).with_settings({"weights.disruption": 0})
    problem = build_problem(instance)
    state = SearchState.empty(problem, seed)
    state.fill()
    state.anneal(40_000, 0.2 * state.scale, 0.01 * state.scale, 0.3)
    best = state.best()
    assert best is not None
    evaluation = verify(instance, to_plan(problem, best))
    assert evaluation.ok, evaluation.violations
    constant = problem.network.dividend * problem.total_patients
    assert state.best_cost + constant == pytest.approx(float(evaluation.objective), rel=1e-9)


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_patients_are_counted_by_three_alike(seed: int) -> None:
    instance = far(seed)
    problem, homes, reference = build_problem(instance), Homes(instance), Far(instance, straight_km)
    reach, ids, sites = problem.reach, problem.practices.ids, problem.sites.ids
    pairs = [(ids[i], sites[j]) for i, j in zip(reach.row, reach.column, strict=True)]
    kind = instance.hub.zone or ""
    if problem.far.is_limited or problem.far_max < NO_LIMIT:
        counted = problem.far.of(reach.row, reach.column).tolist()
        assert counted == [homes.far(*pair) for pair in pairs] == [reference.far(*pair) for pair in pairs]
    if problem.outside_zone.is_limited:
        counted = problem.outside_zone.of(reach.row, reach.column).tolist()
        assert counted == [homes.outside(*pair, kind) for pair in pairs]
        assert counted == [reference.outside(*pair) for pair in pairs]
    if problem.far_max < NO_LIMIT:
        assert problem.practices.far_alone.tolist() == [reference.far(id_, id_) for id_ in ids]


# --- by hand ----------------------------------------------------------------------------------------------------------


def road(table: dict[str, Any] | None = None, **settings: Any) -> Instance:
    """Four practices at 0, 4, 8 and 12 km, sites at 0 and 12; nobody lives at a practice but those of p3."""
    practices = [
        {"id": f"p{k}", "patients": patients, "x_km": 4.0 * k, "y_km": 0.0, "can_host_hub": k in (0, 3)}
        for k, patients in enumerate((1_000, 1_001, 2_000, 1_000))
    ]
    places = [
        {"id": name, "x_km": x, "y_km": 0.0, "zones": {"msoa": zone} if zone else {}}
        for name, x, zone in (("A", 1.0, "West"), ("B", 5.0, "West"), ("C", 9.0, "East"), ("D", 13.0, ""))
    ]
    homes = [("p0", "A", 3), ("p0", "C", 1), ("p1", "B", 1), ("p1", "C", 1), ("p2", "C", 4), ("p2", "D", 1)]
    return Instance.model_validate(
        {
            "name": "road",
            "practices": practices,
            "places": places,
            "homes": dict(zip(("practice", "place", "patients"), map(list, zip(*homes, strict=True)), strict=True)),
            "travel": {"circuity": 1, "table": table},
            "hub": {"min": 1_000, "target_min": 1_000, "max_km": 20, "hospital_sites": []},
            "policy": {"coverage_min": 0},
        }
    ).with_settings(settings)


FAR = {"hub.far_km": 5}
PLAN = Plan(hubs=(Hub(site="p0", members=("p0", "p1")), Hub(site="p3", members=("p2",))), independents=("p3",))


def broken(instance: Instance, plan: Plan = PLAN) -> dict[str, str]:
    found = verify(instance, plan).violations
    return {violation.subject: violation.message for violation in found if violation.rule.endswith("-share")}


def test_who_is_far_from_a_site() -> None:
    """5 km and no millimetre more; half of 1,001 patients are 501."""
    homes = Homes(road(**FAR, **{"hub.far_share_max": 0.5}))
    assert [homes.far(p, "p0") for p in ("p0", "p1", "p2", "p3")] == [250, 501, 2_000, 1_000]
    assert [homes.far(p, "p3") for p in ("p0", "p1", "p2", "p3")] == [750, 501, 0, 0]
    assert Homes(road(**{"hub.far_km": 4.999999, "hub.far_share_max": 0.5})).far("p1", "p0") == 1_001


def test_a_hub_at_its_limit_and_one_patient_beyond() -> None:
    """751 of 2,001 patients of the hub at p0 are far."""
    at, short = float(751 / Fraction(2_000)), 0.3753
    assert 0.3753 * 2_001 < 751 < at * 2_001
    assert not broken(road(**FAR, **{"hub.far_share_max": at}))
    assert broken(road(**FAR, **{"hub.far_share_max": short})) == {
        "p0": "751 of the 2,001 patients of hub p0, 37.531 %, live far from it; more than the 37.53 % allowed"
    }


def test_a_share_is_the_decimal_that_is_written() -> None:
    """A quarter of p0's 1,000 patients, with less than a patient in a thousand million between the two limits."""
    alone = Plan(hubs=(Hub(site="p0", members=("p0",)),), independents=("p1", "p2", "p3"))
    assert not broken(road(**FAR, **{"hub.far_share_max": 0.25}), alone)
    assert "p0" in broken(road(**FAR, **{"hub.far_share_max": 0.249999999999}), alone)
    for share, kept in ((0.25, True), (0.249999999999, False)):
        problem = build_problem(road(**FAR, **{"hub.far_share_max": share}))
        hub = Columns.of(problem, [Column(0, NONE, NONE, (0,))])
        assert keeps_member_rules(problem, hub).tolist() == [kept]


def test_the_whole_plan() -> None:
    """751 at p0, none at p3 and none of p3's own: 751 of 5,001."""
    assert not broken(road(**FAR, **{"policy.far_share_max": 0.1502}))
    assert broken(road(**FAR, **{"policy.far_share_max": 0.15})) == {
        "plan": "751 of 5,001 patients, 15.02 %, live far from their hub, or from their practice where it is in none; "
        "more than the 15 % allowed"
    }
    nobody = Plan(hubs=(), independents=("p0", "p1", "p2", "p3"))
    assert build_problem(road(**FAR, **{"policy.far_share_max": 0.1})).practices.far_alone.tolist() == [250, 0, 0, 0]
    assert not broken(road(**FAR, **{"policy.far_share_max": 0.05}), nobody)
    assert "250 of 5,001" in broken(road(**FAR, **{"policy.far_share_max": 0.0499}), nobody)["plan"]


def test_outside_the_zone() -> None:
    """The places nearest to p0 and p3 are A, in the West, and D, in no zone."""
    zone = {"hub.zone": "msoa", "hub.zone_share_max": 0.37}
    assert broken(road(**zone)) == {
        "p0": "751 of the 2,001 patients of hub p0, 37.5 %, live outside the zone of its site; "
        "more than the 37 % allowed"
    }
    assert not broken(road(**{**zone, "hub.zone_share_max": 0.38}))


def test_minutes_that_nobody_measured_are_far() -> None:
    """A takes 9 minutes to p0, B 11, and C's are not known; who lives at a practice is there."""
    table = {
        "origin": ["p0", "p1", "p2", "p3", "p2", "A", "B"],
        "destination": ["p0", "p0", "p0", "p3", "p3", "p0", "p0"],
        "km": [0.0, 4.0, 8.0, 0.0, 4.0, 1.0, 5.0],
        "minutes": [0.0, 8.0, 16.0, 0.0, 8.0, 9.0, 11.0],
    }
    instance = road(table, **{"hub.far_minutes": 10, "hub.far_share_max": 0.5})
    homes, problem = Homes(instance), build_problem(instance)
    assert [homes.far(p, "p0") for p in ("p0", "p1")] == [250, 1_001]
    assert homes.far("p3", "p3") == 0
    assert problem.far.of(np.array([0, 1, 3]), np.array([0, 0, 1])).tolist() == [250, 1_001, 0]
    later = instance.with_settings({"hub.far_minutes": 11})
    assert Homes(later).far("p1", "p0") == 501
    both = instance.with_settings({"hub.far_minutes": 20, "hub.far_km": 4.5})
    assert Homes(both).far("p1", "p0") == 1_001


def test_the_rest_of_a_plan_uses_up_the_limit() -> None:
    """The hub at p0 stays, and p3 is independent for good: 751 of 1,250 are used."""
    problem = build_problem(road(**FAR, **{"policy.far_share_max": 0.25}))
    hub = Columns.of(problem, [Column(0, NONE, NONE, (0, 1))])
    nobody, outside = np.full(4, NONE), np.array([False, False, False, True])
    assert problem.far_max == 1_250
    assert restricted(problem, Rest(hub, nobody, outside, outside)).far_max == 499
    alone = np.array([True, False, False, False])
    nothing = Columns.of(problem, [])
    assert restricted(problem, Rest(nothing, nobody, alone, alone)).far_max == 1_000


# --- explanations -----------------------------------------------------------------------------------------------------

ALL = {**FAR, "hub.far_share_max": 0.2, "policy.far_share_max": 0.1, "hub.zone": "msoa", "hub.zone_share_max": 0.3}


def test_exemptions_allow_what_a_plan_does() -> None:
    instance = road(**ALL)
    found = [each for each in exemptions(instance, PLAN) if each.rule.endswith("-share")]
    assert {(each.subject, each.change.key, each.change.value) for each in found} == {
        ("p0", "hub.far_share_max", 0.3754),
        ("plan", "policy.far_share_max", 0.1502),
        ("p0", "hub.zone_share_max", 0.3754),
    }
    assert not broken(apply(instance, merge(each.change for each in found)))
    assert "37.5% of the patients of the hub at p0 (1,000 patients) live far from it, 20.0%" in found[0].words


@pytest.mark.parametrize("seed", [3, 5, 10, 16, 17, 25, 28, 29])
def test_the_fewest_exemptions_are_found(seed: int) -> None:
    """The elastic model's optimum costs what the exemptions of its plan do, and they are enough."""
    instance = far(seed)
    elastic = elastic_problem(instance)
    point = elastic.mip.encode(from_plan(elastic, everybody_alone(instance)))
    assert elastic.mip.model.violation(point) < 1e-5
    plan = everybody_alone(instance)
    assert elastic.mip.model.objective(point) == pytest.approx(price(exemptions(instance, plan)), abs=1e-5)


def everybody_alone(instance: Instance) -> Plan:
    return Plan(hubs=(), independents=tuple(practice.id for practice in instance.practices))


def test_one_more_of_each_limit() -> None:
    found = {each.words: each.settings for each in loosenings(road(**ALL))}
    assert found["21% of a hub's patients live far from it"] == {"hub.far_share_max": 0.21}
    assert found["11% of all patients far from their hub"] == {"policy.far_share_max": 0.11}
    assert found["31% of a hub's patients live outside the zone of its site"] == {"hub.zone_share_max": 0.31}
    assert found["patients far from 6 km on"] == {"hub.far_km": 6.0}


def test_room_of_hubs_and_plan() -> None:
    instance = road(**ALL)
    rooms = [
        room for rule in RULES if rule.name.endswith("-share") for room in rule.room(instance, verify(instance, PLAN))
    ]
    told = {(room.subject, room.rule): (round(room.value, 2), room.limit, room.kept) for room in rooms}
    assert told == {
        ("p0", "patients who live far from it"): (37.53, 20.0, False),
        ("p3", "patients who live far from it"): (0.0, 20.0, True),
        ("plan", "patients who live far from their hub"): (15.02, 10.0, False),
        ("p0", "patients who live outside the zone of its site"): (37.53, 30.0, False),
        ("p3", "patients who live outside the zone of its site"): (0.0, 30.0, True),
    }


def test_practices_without_a_hub_are_named() -> None:
    """At p0, 500 of p1's 1,001 patients are far beside 250 of the host's 1,000; at p3 as many beside none of 3,000."""
    settings = {**FAR, "hub.far_share_max": 0.16, "policy.barred_hub": {"p1": ["p3"]}}
    [said] = [remark for remark in remarks(build_problem(road(**settings))) if remark.startswith("p1")]
    assert said.startswith(
        "p1 can only be independent: at every hub site in reach more patients would live far from it"
    )
    near = build_problem(road(**{**settings, "policy.barred_hub": {}}))
    assert not [remark for remark in remarks(near) if remark.startswith("p1")]


# --- arithmetic -------------------------------------------------------------------------------------------------------


@given(st.fractions(0, 1, max_denominator=10**6), st.integers(1, 60))
def test_the_largest_fraction_below(value: Fraction, denominator: int) -> None:
    assert largest_below(value, denominator) == max(
        Fraction(int(value * below), below) for below in range(1, denominator + 1)
    )


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hub.far_share_max": 0.2}, "hub.far_share_max: found '0.2': no limit, or what is far in hub.far_km or"),
        ({"policy.far_share_max": 0.2}, "policy.far_share_max: found '0.2': no limit, or what is far in hub.far_km"),
        ({"hub.far_km": 5}, "hub.far_km: found '5': none, or how many may be as far in hub.far_share_max or policy"),
        ({"hub.far_minutes": 5, "hub.far_share_max": 0.2}, "hub.far_minutes: found '5': none, or a travel table"),
        ({"hub.zone_share_max": 0.2}, "hub.zone_share_max: found '0.2': no limit, or a kind of zone in hub.zone"),
        ({**FAR, "hub.far_share_max": 1.2}, "hub.far_share_max: found '1.2'"),
        ({**FAR, "hub.far_share_max": "some"}, "hub.far_share_max: found 'some'"),
        ({"hub.far_km": -1, "hub.far_share_max": 0.2}, "hub.far_km: found '-1'"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        road(**settings)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({**FAR, "hub.far_share_max": 0.2}, "hub.far_share_max"),
        ({**FAR, "policy.far_share_max": 0.2}, "policy.far_share_max"),
        ({"hub.zone": "msoa", "hub.zone_share_max": 0.2}, "hub.zone_share_max"),
    ],
)
def test_without_homes_they_are_refused(settings: dict[str, Any], key: str) -> None:
    homeless = road().model_copy(update={"homes": None})
    with pytest.raises(InputError) as refused:
        homeless.with_settings(settings)
    assert f"{key}: found '0.2': no limit, or homes.csv, which says who lives where" in str(refused.value)

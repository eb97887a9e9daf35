"""Practices run by trusts in programs, checks and explanations: against brute force where room decides, and by hand."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from compact_optimum import optimum
from random_instances import random_instance
from random_trust_run import with_trust_run

from instances import Instance
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.exemptions import exemptions, price
from optimizer.explain.loosenings import loosened, loosenings
from optimizer.explain.relaxed import relaxed
from optimizer.model.arrays import NO_LIMIT, NONE
from optimizer.model.build import build_problem
from optimizer.model.columns import Columns
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.departures import Departures
from optimizer.model.plan import Hub, Plan, TrustRun
from optimizer.rules import Rest, restricted
from optimizer.solving.check import impossibilities, remarks
from optimizer.verify import verify

TOLERANCE = 1e-5  # of a row
SEEDS = (100, 112, 133, 137)  # where a trust has less room than would be used


def asked(seed: int) -> Instance:
    return with_trust_run(random_instance(seed, 8), random.Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_compact_model_finds_is_verified(seed: int) -> None:
    instance = asked(seed)
    problem = build_problem(instance)
    found = optimum(problem)
    assert found is not None
    plan = to_plan(problem, found[1])
    evaluation = verify(instance, plan)
    assert evaluation.ok
    assert float(evaluation.objective) == pytest.approx(found[0], rel=1e-6)
    again = from_plan(problem, plan)  # trusts worked out anew
    assert verify(instance, to_plan(problem, again)).objective == pytest.approx(found[0], rel=1e-6)
    point = problem.mip.encode(again)
    assert problem.mip.model.violation(point) <= TOLERANCE
    assert problem.mip.model.objective(point) == pytest.approx(found[0], rel=1e-6)


# --- brute force ------------------------------------------------------------------------------------------------------


def road(**settings: Any) -> Instance:
    """Practices on a road, of which e alone may be independent; hub sites at a and d, hospitals of two trusts."""
    patients = {"a": 5_000, "b": 4_000, "d": 6_000, "e": 2_000}
    practices = [
        {"id": id_, "patients": n, "x_km": 2.0 * k, "y_km": 0.0, "independent_allowed": id_ == "e", "deprivation": k}
        | {"can_host_hub": id_ in "ad", "current_group": "G" if id_ in "ab" else None}
        for k, (id_, n) in enumerate(patients.items())
    ]
    hospitals = [
        {"id": "x", "kind": "acute", "x_km": 3.0, "y_km": 0.0, "trust": "T", "runs_practices_max": 1},
        {"id": "y", "kind": "acute", "x_km": 6.0, "y_km": 0.0, "trust": "T", "runs_practices_max": 1},
        {"id": "z", "kind": "acute", "x_km": 5.0, "y_km": 0.0, "runs_patients_max": 1_999},
    ]
    hub = {"min": 3_000, "min_rural": 3_000, "target_min": 4_000, "target_max": 9_000, "max": 12_000, "max_km": 20}
    rules = {"cost_per_practice": 1_000, "price_per_patient": 0, "misfit_deprived": 1, "max_km": 3}
    data = {
        "travel": {"circuity": 1, "cost_per_patient_km": 0.5},
        "hub": {**hub, "running_cost": 20_000, "setup_cost": 0, "host_is_member": False},
        "policy": {"independent_price_per_patient": 6, "dividend_per_patient": 0},
        "disruption": {"cost_per_practice": 5_000, "cost_per_patient": 0},
        "trust_run": rules,
        "practices": practices,
        "hospitals": hospitals,
    }
    return Instance.model_validate(data).with_settings(settings)


def all_plans(instance: Instance) -> Iterator[Plan]:
    """Every practice in either hub, on its own, or run by any hospital; every continuity."""
    ids = [practice.id for practice in instance.practices]
    for homes in itertools.product(("a", "d", None, "x", "y", "z"), repeat=len(ids)):
        at = dict(zip(ids, homes, strict=True))
        hubs = [(site, tuple(i for i in ids if at[i] == site)) for site in "ad" if site in homes]
        for continues in (None, *(site for site, _ in hubs)):
            yield Plan(
                hubs=tuple(Hub(site=s, members=m, continues="G" if s == continues else None) for s, m in hubs),
                independents=tuple(i for i in ids if at[i] is None),
                trust_run=tuple(TrustRun(practice=i, hospital=h) for i, h in at.items() if h in ("x", "y", "z")),
            )


@cache
def least() -> tuple[float, Plan]:
    instance = road()
    kept = ((verify(instance, plan), plan) for plan in all_plans(instance))
    return min(((float(found.objective), plan) for found, plan in kept if found.ok), key=lambda pair: pair[0])


def test_against_every_plan() -> None:
    cost, plan = least()
    assert plan.hubs
    assert plan.trust_run
    found = optimum(build_problem(road()))
    assert found is not None
    assert found[0] == pytest.approx(cost, rel=1e-9)
    [more] = [each for each in loosenings(road()) if each.words == "1 more practice run by trust T"]
    roomier = optimum(build_problem(loosened(road(), more)))
    assert roomier is not None
    assert roomier[0] < cost - 1  # room decides


def test_the_rest_of_a_plan_uses_up_room() -> None:
    """a is run by T for good; z has no limit on practices, T none on patients."""
    p = build_problem(road())
    run_by, nobody = np.array([0, NONE, NONE, NONE]), np.zeros(4, dtype=bool)
    less = restricted(p, Rest(Columns.of(p, []), run_by, nobody, run_by >= 0)).trusts
    assert less.practices_max.tolist() == [1, NO_LIMIT]
    assert less.patients_max.tolist() == [NO_LIMIT, 1_999]


# --- checks and explanations ------------------------------------------------------------------------------------------


def everybody(by: str) -> Plan:
    return Plan(hubs=(), trust_run=tuple(TrustRun(practice=i, hospital=by) for i in "abde"))


def test_exemptions_allow_what_a_plan_does() -> None:
    """Trust T has room for two, y is 6 km from a: four practices and 6 km."""
    instance = road()
    found = relaxed(instance, everybody("y"))
    assert found is not None
    said = {(change.key, change.row, change.value) for change in found.changes}
    assert said == {("runs_practices_max", "x", 3), ("trust_run.max_km", "", 6.0)}
    refusing = instance.model_copy(
        update={"practices": tuple(p.model_copy(update={"refuses": ("M", "TRUST_RUN")}) for p in instance.practices)}
    )
    others = {e.change.value for e in exemptions(refusing, everybody("y")) if e.change.key == "refuses"}
    assert others == {("M",)}


def test_one_more_of_each_limit() -> None:
    found = {loosening.words: loosened(road(), loosening) for loosening in loosenings(road())}
    more = found["1 more practice run by trust T"]
    assert [hospital.runs_practices_max for hospital in more.hospitals] == [2, 1, None]
    patients = found["1,000 more patients of practices run by trust z"]
    assert patients.hospitals[2].runs_patients_max == 2_999
    assert found["practices run by trusts within 4 km"].trust_run.max_km == 4


def test_too_little_room_is_seen_before_solving() -> None:
    """No hub is large enough; T takes two of a, b and d, z is too small for all."""
    narrow = road(**{"hub.min": 50_000, "hub.min_rural": 50_000, "hub.target_min": 0, "hub.max": 60_000})
    [said] = impossibilities(build_problem(narrow))
    assert "trusts have room for 2 of them" in said
    assert not impossibilities(build_problem(road()))


def test_a_trust_that_nobody_can_use() -> None:
    [said] = [each for each in remarks(build_problem(road(**{"trust_run.max_km": 0.5}))) if "trust z" in each]
    assert "none within its reach" in said


def test_a_practice_in_no_hub_stays_where_it_was() -> None:
    """Departures count who is in another hub, or in one alone: from independent to run by a trust nothing changes."""
    earlier = Plan(hubs=(Hub(site="a", members=tuple("abd")),), independents=("e",))
    instance, departures = road(), Departures.of(earlier, 100.0)
    problem = build_problem(instance, departures)
    found = optimum(problem)
    assert found is not None
    evaluation = verify(instance, to_plan(problem, found[1]), departures)
    assert float(evaluation.priced) == pytest.approx(found[0], rel=1e-9)
    moved = Plan(hubs=earlier.hubs, trust_run=(TrustRun(practice="e", hospital="z"),))
    assert verify(instance, moved, departures).departed == ()


def test_a_refusal_that_is_overridden_has_its_price() -> None:
    """No hub holds all four, who refuse to be run by a trust: one hub too small costs less than four refusals."""
    small = {"hub.min": 18_000, "hub.min_rural": 18_000, "hub.target_min": 0, "hub.target_max": 30_000}
    instance = road(**small, **{"hub.max": 30_000, "policy.allow_independent": False, "trust_run.max_km": 20})
    practices = tuple(p.model_copy(update={"refuses": ("TRUST_RUN",)}) for p in instance.practices)
    hospitals = tuple(h.model_copy(update={"runs_practices_max": 4}) for h in instance.hospitals)
    refusing = instance.model_copy(update={"practices": practices, "hospitals": hospitals})
    found = optimum(elastic_problem(refusing))
    assert found is not None
    least, solution = found
    made = exemptions(refusing, to_plan(elastic_problem(refusing), solution))
    assert least == pytest.approx(price(made), abs=1e-5)
    assert [exemption.rule for exemption in made] == ["hub-population"]

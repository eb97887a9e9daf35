"""Hospitals in networks in programs, proofs, searches and explanations: against set partitioning, and by hand."""

from __future__ import annotations

import random

import pytest
from compact_optimum import optimum, through
from partitioning_partners import best_plan_with_partners
from random_instances import random_instance
from random_partners import with_partners
from two_hospitals import HOSPITALS, MODEL, instance, plan

from instances import Instance
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.exemptions import exemptions
from optimizer.explain.loosenings import loosened, loosenings
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.objective import objective
from optimizer.solving.check import impossibilities, remarks
from optimizer.verify import verify

TOLERANCE = 1e-5  # of a row
SEEDS = (35, 36, 7, 31, 63, 57)  # that have plans


def drawn(seed: int) -> Instance:
    return with_partners(random_instance(seed, 6), random.Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_set_partitioning(seed: int) -> None:
    of = drawn(seed)
    problem, best, found = build_problem(of), best_plan_with_partners(of), optimum(build_problem(of))
    assert best is not None
    assert found is not None
    made = to_plan(problem, found[1])
    assert verify(of, made).ok
    assert float(verify(of, made).objective) == pytest.approx(best[0], rel=1e-6)
    solution = from_plan(problem, best[1])
    assert objective(problem, solution) == pytest.approx(best[0], rel=1e-6)
    point = problem.mip.encode(solution)
    assert problem.mip.model.violation(point) <= TOLERANCE
    assert problem.mip.model.objective(point) == pytest.approx(best[0], rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_columns_against_set_partitioning(seed: int) -> None:
    """What partners bring in staff is free in its relaxation: it may leave a gap then, and never proves too much."""
    of = drawn(seed)
    problem, best = build_problem(of), best_plan_with_partners(of)
    assert best is not None
    outcome = through("columns", problem, time_limit=20.0)
    assert outcome.bound is not None
    assert outcome.bound <= best[0] + 0.05
    assert outcome.solution is not None
    evaluation = verify(of, to_plan(problem, outcome.solution))
    assert evaluation.ok
    if outcome.reason is Reason.OPTIMAL:
        assert float(evaluation.objective) == pytest.approx(best[0], rel=1e-6)


@pytest.mark.parametrize("solver", ["columns", "search"])
def test_two_networks_that_want_the_same_hospital(solver: str) -> None:
    of = instance()
    problem = build_problem(of)
    outcome = through(solver, problem, time_limit=2.0)
    assert outcome.solution is not None
    made = to_plan(problem, outcome.solution)
    assert {network.lead: network.hospitals for network in made.networks} == {"w1": ("ward",), "e1": ("mid",)}
    assert verify(of, made).objective == verify(of, plan()).objective


def test_a_hospital_for_one_of_two_networks_is_no_plan() -> None:
    problem = build_problem(instance(hospitals={"mid": HOSPITALS["mid"]}))
    assert optimum(problem) is None
    outcome = through("columns", problem, time_limit=20.0)
    assert outcome.solution is None


def test_a_hospital_leads_one_network() -> None:
    """Both models are led by acute hospitals near both hubs, for one of which each has room."""
    led = {"lead": "acute", "partner_kinds": [], "partners_min": 0, "max_km": 12, "max": 20_000, "target_max": 20_000}
    models = [MODEL | led | {"id": id_, "count_max": 1} for id_ in ("M", "N")]
    assert optimum(build_problem(instance(hospitals={"mid": HOSPITALS["mid"]}, care_model=models))) is None
    of = instance(care_model=models)
    problem = build_problem(of)
    outcome, found = through("columns", problem, time_limit=20.0), optimum(problem)
    assert outcome.solution is not None
    assert found is not None
    for solution in (outcome.solution, found[1]):
        made = to_plan(problem, solution)
        assert verify(of, made).ok
        assert sorted(network.lead for network in made.networks) == ["mid", "ward"]


# --- explanations -----------------------------------------------------------------------------------------------------


def fewest_exemptions(of: Instance) -> tuple[float, Relaxed]:
    """(least price by the elastic model, the plan that needs them), everybody being in a network."""
    problem = elastic_problem(of, {"policy.coverage_min": 1.0})
    found = optimum(problem)
    assert found is not None
    loose = relaxed(of, to_plan(problem, found[1]))
    assert loose is not None
    assert loose.evaluation.ok
    return found[0], loose


def test_why_there_is_no_plan() -> None:
    least, found = fewest_exemptions(instance(hospitals={"mid": HOSPITALS["mid"]}))
    (exemption,) = found.exemptions
    assert exemption.rule == "partners"
    assert str(exemption.change) == "--set care_model.M.partners_min=0"
    assert least == pytest.approx(found.price) == pytest.approx(2.0)


def test_exemptions_of_what_a_lead_takes_on() -> None:
    model = {"lead": "acute", "partner_kinds": [], "partners_min": 0, "max_km": 20, "max": 50_000}
    small = {**HOSPITALS["mid"], "lead_patients_max": 30_000, "lead_practices_max": 3}
    least, found = fewest_exemptions(instance(model, {"mid": small}))
    assert {str(change) for change in found.changes} == {
        "hospitals.csv, row mid: lead_patients_max = 40000",
        "hospitals.csv, row mid: lead_practices_max = 4",
    }
    assert least == pytest.approx(found.price) == pytest.approx(2 * (1 + 1 / 3))


def test_a_partner_too_few_is_one_exemption() -> None:
    (exemption,) = exemptions(instance(), plan(east=()))
    assert (exemption.rule, exemption.subject) == ("partners", "M:e1")
    assert exemption.words == "network M:e1 has 0 hospitals as partners, its minimum is 1: allow one with 0"


def test_loosenings() -> None:
    words = [loosening.words for loosening in loosenings(instance())]
    assert "a M with 0 hospitals as partners" in words
    assert "13 km from a partner to the lead of a M" in words


def test_what_check_says() -> None:
    nobody = build_problem(instance(hospitals={"far": {"kind": "acute", "x_km": 200.0}}))
    (remark,) = remarks(nobody)
    assert remark == (
        "there can be no network of M: no place that could lead one is within partner_max_km of 1 hospitals of its "
        "partner_kinds"
    )
    (reason,) = impossibilities(build_problem(instance({"count_min": 2}, {"mid": HOSPITALS["mid"]})))
    assert reason == (
        "2 networks of M take 2 hospitals as partners, 1 each, and 1 are near enough to a place that can lead one"
    )


def test_what_a_lead_takes_on_can_be_more() -> None:
    limited = instance(hospitals={"mid": {**HOSPITALS["mid"], "lead_patients_max": 9_000, "lead_practices_max": 2}})
    found = {of.words: loosened(limited, of).hospitals[0] for of in loosenings(limited) if of.cell is not None}
    assert {(h.lead_patients_max, h.lead_practices_max) for h in found.values()} == {(10_000, 2), (9_000, 3)}

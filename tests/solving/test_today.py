"""Today's groups as a plan, by hand on the village."""

from __future__ import annotations

import pytest
from village import village

from optimizer.solving.today import judged_today, today_plan
from optimizer.verify import verify


def test_groups_become_hubs_where_travel_is_cheapest() -> None:
    plan = today_plan(village())
    assert plan is not None
    hubs = {hub.site: (hub.members, hub.continues, hub.network) for hub in plan.hubs}
    assert hubs == {
        "a": (("a", "b"), "G1", None),  # the only premises of G1 that can host a hub
        "d": (("c", "d", "e"), "G2", None),
        "g": (("f", "g"), "G3", None),  # 4,000 patients of f travel, not 4,500 of g
    }
    assert plan.independents == ("h",)


def test_dear_premises_are_left() -> None:
    plan = today_plan(village({"practices.g.hub_setup_cost": 500_000}))
    assert plan is not None
    assert {hub.site for hub in plan.hubs} == {"a", "d", "f"}


def test_a_site_in_reach_of_all_goes_before_a_cheap_one() -> None:
    """From d, e is 4.7 km away; a hospital between them is in reach of all."""
    changes = {"hub.max_km": 4, "hospitals.C.x_km": 3.0, "hub.hospital_sites": ["community"]}
    plan = today_plan(village(changes))
    assert plan is not None
    assert plan.hubs[1].site == "C"
    assert plan.hubs[1].continues == "G2"


def test_premises_that_cannot_host_are_taken_and_reported() -> None:
    instance = village({"practices.a.can_host_hub": False})
    today = judged_today(instance)
    assert today is not None
    assert today.broken["site"] == 1


def test_nobody_moves_and_hires_are_there() -> None:
    instance = village({"hub.min": 9_500})
    today = judged_today(instance)
    assert today is not None
    evaluation = today.evaluation
    assert not any(facts.moved for facts in evaluation.practices)
    assert evaluation.terms["moved_patients"] == 0
    assert today.broken == {"hub-population": 3, "coverage": 1}  # 9,000, 14,000 and 8,500 patients; no network
    assert float(evaluation.terms["forgone_dividend"]) == pytest.approx(8 * 34_000)
    assert verify(instance, today.plan).objective == evaluation.objective


def test_without_groups_there_is_no_plan() -> None:
    groupless = {f"practices.{practice}.current_group": None for practice in "abcdefgh"}
    assert today_plan(village(groupless)) is None

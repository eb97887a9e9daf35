"""Boundaries by hand: both tiers, hard and at a price, with exceptions and without, one kind of area beside another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from verify_toy import A, D, broken, hub, instance, only, plan

from instances import Instance
from optimizer.verify import verify

COUNCIL = {"a": "North", "b": "South", "c": "South", "d": "South", "e": "South", "h": "North"}


def bounded(*boundaries: dict[str, Any]) -> Instance:
    """West and East by commissioner: hub a is in the West, hub d in the East. By council, a alone is in the North."""
    return instance(
        practices={i: {"areas": {"council": of}} for i, of in COUNCIL.items() if i != "h"},
        hospitals={"h": {"area": "East", "areas": {"council": COUNCIL["h"]}}},
        boundary=boundaries,
    )


@pytest.mark.parametrize(
    ("exceptions", "found"),
    [
        ([], [("a", "hub a has members in 2 areas of council (North, South); 1 of 3 stray", 1)]),
        (["d"], [("a", "hub a has members in 2 areas of council (North, South); 1 of 3 stray", 1)]),
        (["c"], [("a", "hub a has members in 2 areas of council (North, South); 1 of 2 stray", 1)]),
        (["a"], []),
        (["b", "c"], []),
    ],
)
def test_hubs_that_are_not_to_cross(exceptions: list[str], found: list[Any]) -> None:
    of = bounded({"area": "council", "tier": "hubs", "exceptions": exceptions})
    assert only("boundaries", of, plan()) == found
    assert "across" not in verify(of, plan()).terms


@pytest.mark.parametrize(
    ("exceptions", "found"),
    [
        ([], [("M:a", "network M:a has hubs in 2 areas (East, West); 1 of 2 stray", 1)]),
        (["b"], [("M:a", "network M:a has hubs in 2 areas (East, West); 1 of 2 stray", 1)]),
        (["d"], []),
        (["a"], []),
    ],
)
def test_networks_that_are_not_to_cross(exceptions: list[str], found: list[Any]) -> None:
    of = bounded({"tier": "networks", "exceptions": exceptions})
    assert only("boundaries", of, plan()) == found


@pytest.mark.parametrize(
    ("exceptions", "patients"), [([], 9_000 + 6_000), (["b"], 6_000), (["a"], 0), (["b", "c", "d"], 0)]
)
def test_hubs_that_cross_at_a_price(exceptions: list[str], patients: int) -> None:
    """Members pay whose hub's site is in another area than they."""
    of = bounded({"area": "council", "tier": "hubs", "price_per_patient": 0.7, "exceptions": exceptions})
    evaluation = verify(of, plan())
    assert (evaluation.ok, evaluation.across) == (True, (patients,))
    assert evaluation.terms["across"] == Fraction("0.7") * patients
    assert evaluation.objective == verify(bounded(), plan()).objective + Fraction("0.7") * patients


@pytest.mark.parametrize(("exceptions", "patients"), [([], 25_000), (["e"], 25_000), (["d"], 0), (["a"], 0)])
def test_networks_that_cross_at_a_price(exceptions: list[str], patients: int) -> None:
    """All patients of a hub pay whose site is in another area than the lead."""
    of = bounded({"tier": "networks", "price_per_patient": 0.7, "exceptions": exceptions})
    assert verify(of, plan()).terms["across"] == Fraction("0.7") * patients


def test_a_hospital_that_leads_has_an_area_too() -> None:
    by_hospital = plan(hub("a", "abc", "P:h", "G1"), hub("d", "de", "P:h", "G2"), networks=("P:h",))
    evaluation = verify(bounded({"tier": "networks", "price_per_patient": 2}), by_hospital)
    assert evaluation.across == (27_000,)
    hard = bounded({"tier": "networks", "exceptions": ["d"]})
    assert not only("boundaries", hard, by_hospital)  # hubs share an area with each other, not with a lead elsewhere


def test_several_boundaries_are_counted_one_by_one() -> None:
    of = bounded(
        {"area": "council", "tier": "hubs", "price_per_patient": 1},
        {"area": "council", "tier": "networks", "price_per_patient": 10},
        {"tier": "networks", "price_per_patient": 100},
    )
    evaluation = verify(of, plan())
    assert evaluation.across == (15_000, 25_000, 25_000)
    assert evaluation.terms["across"] == 15_000 + 110 * 25_000


def test_who_is_in_no_network_crosses_no_boundary_of_networks() -> None:
    of = bounded({"tier": "networks", "price_per_patient": 2}, {"tier": "networks", "area": "council"})
    alone = plan(hub("a", "abc", None, "G1"), hub("d", "de", None, "G2"), networks=())
    assert verify(of, alone).across == (0, 0)
    assert not only("boundaries", of, alone)


def test_the_short_setting_is_two_boundaries_without_exceptions() -> None:
    short = bounded().with_settings({"policy.respect_areas": True, "policy.coverage_min": 0})
    long = bounded({"tier": "hubs"}, {"tier": "networks"}).with_settings({"policy.coverage_min": 0})
    crossing = plan(hub("a", "abd", continues="G1"), hub("e", "ce"))
    for by in (plan(), plan(A, D), crossing):
        assert broken(short, by) == broken(long, by)
        assert broken(short, by)

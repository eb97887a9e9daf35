"""Hospitals in networks: plans that keep the rules, and that just break them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from two_hospitals import HOSPITALS, instance, plan

from instances import Instance
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import verify

THIRD = {**HOSPITALS, "third": {"kind": "community", "x_km": 2.0}}


def messages(of: Instance, by: Plan) -> list[tuple[str, str, Fraction]]:
    return [(violation.rule, violation.message, violation.excess) for violation in verify(of, by).violations]


def test_a_partner_each_is_right_and_paid_for() -> None:
    evaluation = verify(instance(), plan())
    assert evaluation.ok
    assert [network.partners for network in evaluation.networks] == [("ward",), ("mid",)]
    assert evaluation.terms["partners_running"] == 2 * 70
    assert evaluation.terms["partners_setup"] == Fraction(2 * 50, 5)
    assert evaluation.objective == sum(evaluation.terms.values())


def test_without_partners_there_are_no_terms_of_them() -> None:
    bare = instance({"partner_kinds": [], "partners_min": 0})
    evaluation = verify(bare, plan((), ()))
    assert evaluation.ok
    assert not {"partners_running", "partners_setup"} & evaluation.terms.keys()


@pytest.mark.parametrize(
    ("west", "east", "message", "excess"),
    [
        ((), ("mid",), "network M:w1 has 0 partners, fewer than the minimum of 1", 1),
        (("ward", "ward"), ("mid",), "network M:w1 lists ward 2 times", 1),
        (("e2",), ("mid",), "network M:w1: its partner e2 is no hospital of the instance", 1),
        (("third",), ("mid",), "network M:w1: its partner third is community; the kinds allowed are acute", 1),
        (
            ("mid",),
            ("ward",),
            "network M:e1: its partner ward is 30 km from its lead, more than the 12 km allowed",
            18,
        ),
    ],
)
def test_partners_that_cannot_be(west: tuple[str, ...], east: tuple[str, ...], message: str, excess: int) -> None:
    assert messages(instance(hospitals=THIRD), plan(west, east)) == [("partners", message, excess)]


def test_too_many_partners() -> None:
    of = instance({"partners_max": 1, "partner_max_km": 40})
    three = instance({"partners_max": 1, "partner_max_km": 40}, {**HOSPITALS, "more": {"kind": "acute", "x_km": 3.0}})
    assert messages(of, plan()) == []
    assert messages(three, plan(("ward", "more"))) == [
        ("partners", "network M:w1 has 2 partners, more than the maximum of 1", 1)
    ]


def test_a_hospital_is_in_one_network() -> None:
    message = "hospital mid is in 2 networks: M:w1, M:e1"
    assert messages(instance(), plan(("mid",), ("mid",))) == [("one-network-each", message, 1)]


def test_partners_bring_staff() -> None:
    """8 FTE in each network, 9 called for: ward brings 3, mid 1."""
    role = [{"id": "gp", "network_min_per_10k": 4.75, "market_fte_share": 0.5}]
    of = instance(role=role)
    west, east = verify(of, plan()).networks
    assert (west.hires_needed["gp"], east.hires_needed["gp"]) == (0, Fraction("0.5"))


def led_by(**cells: Any) -> tuple[Instance, Plan]:
    """One network of both hubs, led by the hospital in the middle."""
    model = {"lead": "acute", "partner_kinds": [], "partners_min": 0, "max_km": 20, "max": 50_000}
    of = instance(model, {**HOSPITALS, "mid": {**HOSPITALS["mid"], **cells}})
    hubs = (
        Hub(site="w1", members=("w1", "w2"), network="M:mid"),
        Hub(site="e1", members=("e1", "e2"), network="M:mid"),
    )
    return of, Plan(hubs=hubs, networks=(Network(care_model="M", lead="mid"),))


@pytest.mark.parametrize(
    ("cells", "broken"),
    [
        ({"lead_patients_max": 40_000, "lead_practices_max": 4}, []),
        (
            {"lead_patients_max": 39_000},
            [("lead-capacity", "network M:mid has 40,000 patients, more than the 39,000 that mid can take on", 1_000)],
        ),
        (
            {"lead_practices_max": 3},
            [("lead-capacity", "network M:mid has 4 practices, more than the 3 that mid can take on", 1)],
        ),
        ({"can_lead": False}, [("lead", "network M:mid: mid cannot lead a network of M", 1)]),
    ],
)
def test_what_a_hospital_can_lead(cells: dict[str, Any], broken: list[tuple[str, str, int]]) -> None:
    assert messages(*led_by(**cells)) == broken


def test_a_lead_is_no_partner_of_its_own() -> None:
    of, by = led_by()
    networks = (by.networks[0].model_copy(update={"hospitals": ("mid",)}),)
    found = messages(of, by.model_copy(update={"networks": networks}))
    assert found == [("partners", "network M:mid: its partner mid is its lead already", 1)]

"""Staff hired whole, and staff that networks share and nobody has today: figures worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError
from verify_toy import HIRED_A, HIRED_D, broken, hub, instance, only, plan

from optimizer.model.plan import Plan
from optimizer.verify import verify
from optimizer.verify.hires import with_hires

THERAPIST: dict[str, Any] = {"network_min_per_10k": 1, "cost_per_fte": 10, "market_fte": 6, "whole_fte": True}


def hired(of_hub_a: float, of_hub_d: float, of_network: float, **roles: dict[str, Any]) -> Plan:
    """The plan with what it hires worked out: GPs of hubs a and d, therapists or GPs of the network."""
    found = with_hires(instance(roles=roles), plan())
    role = "therapist" if "therapist" in roles else "gp"
    assert [of.hires.get("gp", 0) for of in found.hubs] == pytest.approx([of_hub_a, of_hub_d])
    assert found.networks[0].hires.get(role, 0) == pytest.approx(of_network)
    return found


def test_hubs_round_up_what_they_lack() -> None:
    """0.08 and 1.5 FTE are lacking."""
    found = hired(1, 2, 0, gp={"whole_fte": True})
    evaluation = verify(instance(roles={"gp": {"whole_fte": True}}), found)
    assert evaluation.ok
    assert evaluation.terms["hires"] == 100 * 3


def test_what_hubs_hire_too_much_helps_their_network() -> None:
    """5 per 10,000 of 52,000 are 26; there are 8.5 + 2.217 + 8.5, and 1 + 2 are hired: 3.78 are lacking, else 5.2."""
    ratio = {"network_min_per_10k": 5, "market_fte": 9}
    lacking = Fraction(26) - Fraction("10.8") - 10
    hired(float(HIRED_A), float(HIRED_D), float(lacking), gp=ratio)
    hired(1, 2, 4, gp={**ratio, "whole_fte": True})


def test_networks_share_what_nobody_has() -> None:
    """1 per 10,000 of 52,000 are 5.2: 6 are hired where the market has them, 5 beside a lead that has 0.2."""
    roles = {"therapist": THERAPIST}
    found = hired(float(HIRED_A), float(HIRED_D), 6, **roles)
    assert verify(instance(roles=roles), found).ok
    few = {"therapist": {**THERAPIST, "market_fte": 5.9}}
    assert only("labour-market", instance(roles=few), found) == [
        ("therapist", "the plan hires 6 FTE of therapist, more than the 5 that the labour market offers", 1)
    ]
    led = plan(hub("a", "abc", "P:h", "G1"), hub("d", "de", "P:h", "G2"), networks=("P:h",))
    at_lead = instance(roles=roles, hospitals={"h": {"fte": {"gp": 2, "therapist": 0.2}}})
    assert with_hires(at_lead, led).networks[0].hires == {"therapist": 5}


@pytest.mark.parametrize(("has", "hires"), [(3.999999, 0), (3.999998, 1)])
def test_a_millionth_is_nothing(has: float, hires: int) -> None:
    """Hub d needs 10 and has 6 of them at d."""
    of = instance(practices={"e": {"fte": {"gp": has}}}, roles={"gp": {"whole_fte": True}})
    found = with_hires(of, plan())
    assert found.hubs[1].hires.get("gp", 0) == hires
    assert verify(of, found).ok


def test_parts_of_people_are_no_hires() -> None:
    of = instance(roles={"gp": {"whole_fte": True}})
    assert broken(of, plan(hub("a", "abc", continues="G1", gp=1.5), hub("d", "de", continues="G2"))) == [
        ("hires", "a", "a hires 1.5 FTE of gp, who are hired whole", 1)
    ]


def test_a_stated_market_goes_before_the_share() -> None:
    of = instance(roles={"gp": {"market_fte": 1.25}, "nurse": {"market_fte": 2.5, "whole_fte": True}})
    assert verify(of, plan()).market == {"gp": Fraction("1.25"), "nurse": 2}


def test_nobody_has_any_and_no_market_is_stated() -> None:
    with pytest.raises(ValidationError, match="a market_fte, as where nobody has any yet"):
        instance(roles={"therapist": {"network_min_per_10k": 1}})

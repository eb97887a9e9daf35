"""Bids, waves and shares of areas in verification, on the toy plan: what keeps a rule, and what just breaks it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from verify_toy import broken, instance, plan

from instances import Instance
from optimizer.model.plan import Plan
from optimizer.verify import verify

EVERYBODY = ["a", "b", "c", "d", "e"]
BID = {"id": "b1", "care_model": "M", "members": EVERYBODY}
WAVES = [{"id": "first", "start_year": 0}, {"id": "later", "start_year": 2}]


def of(bids: Any = (), waves: Any = (), **policy: Any) -> Instance:
    """The toy, with its horizon of five years."""
    data = instance().model_dump(mode="json", exclude_unset=True)
    given = {"bids": list(bids), "wave": list(waves), "policy": data["policy"] | policy}
    return Instance.model_validate(data | given)


def with_network(**fields: Any) -> Plan:
    """The toy plan, its one network changed."""
    usual = plan()
    return usual.model_copy(update={"networks": (usual.networks[0].model_copy(update=fields),)})


def rules(found: list[tuple[str, str, str, float]]) -> list[str]:
    return [rule for rule, *_ in found]


def test_a_bid_is_funded_whole_with_its_lead_and_ready_enough() -> None:
    assert not broken(of([BID]), with_network(bid="b1"))
    assert not broken(of([BID]), plan())
    some = of([{**BID, "members": ["a", "b", "c", "d"]}])
    assert broken(some, with_network(bid="b1"))[0][2].endswith("0 practices of it left out, 1 added")
    led = of([{**BID, "lead": "d"}])
    assert broken(led, with_network(bid="b1"))[0][2] == "bid b1 asks for M:d, its network is M:a"
    unready = of([{**BID, "readiness": 0.25}], bid_readiness_min=0.5)
    assert broken(unready, with_network(bid="b1"))[0][2] == "bid b1 is 25% ready, less than the 50% asked for"
    assert "unknown" in broken(of([BID]), with_network(bid="b2"))[0][2]


def test_where_only_bids_are_funded_no_other_network_is() -> None:
    only = of([BID], bids_only=True)
    assert not broken(only, with_network(bid="b1"))
    assert broken(only, plan()) == [("bids", "M:a", "network M:a is no bid", 1)]


def test_what_a_bid_asks_for_goes_before_the_set_up_of_its_model_and_readiness_has_a_price() -> None:
    asked = of([{**BID, "cost": 400, "readiness": 0.75}], unready_bid_price_per_patient=2)
    terms = verify(asked, with_network(bid="b1")).terms
    assert terms["network_setup"] == Fraction(400, 5)
    assert terms["unready_bids"] == Fraction(1, 4) * 2 * 52_000


def test_every_network_starts_in_a_wave_where_there_are_any() -> None:
    assert not broken(of(waves=WAVES), with_network(wave="later"))
    assert rules(broken(of(waves=WAVES), plan())) == ["waves"]
    assert rules(broken(of(), with_network(wave="first"))) == ["waves"]


def test_a_wave_has_a_cap_and_a_fund() -> None:
    capped = of(waves=[{**WAVES[0], "networks_max": 0}, WAVES[1]])
    assert rules(broken(capped, with_network(wave="first"))) == ["wave-networks"]
    assert not broken(capped, with_network(wave="later"))
    poor = of(waves=[{**WAVES[0], "fund": 999.5}, WAVES[1]])
    assert broken(poor, with_network(wave="first"))[0][0::3] == ("wave-fund", 0.5)
    assert not broken(of(waves=[{**WAVES[0], "fund": 1_000}]), with_network(wave="first"))


@pytest.mark.parametrize("rate", [0.0, 0.25])
def test_dividend_and_running_cost_count_from_the_wave_on_discounted(rate: float) -> None:
    now, later = (
        verify(of(waves=WAVES, discount_rate=rate), with_network(wave=wave)).terms for wave in ("first", "later")
    )
    years = [1 / (1 + Fraction(rate)) ** year for year in range(5)]
    left = sum(years[2:]) / sum(years)
    assert now["forgone_dividend"] == 0
    assert later["forgone_dividend"] == (1 - left) * 3 * 52_000
    assert (now["network_running"], later["network_running"]) == (3_000, 3_000 * left)


def test_delay_under_strain_has_a_price_a_year() -> None:
    given = of(waves=WAVES, delay_price_per_patient=1.5)
    strains = zip(given.practices, (0, 0.5, 0, 1, 0), strict=True)
    practices = tuple(practice.model_copy(update={"strain": strain}) for practice, strain in strains)
    waiting = given.model_copy(update={"practices": practices})
    assert verify(waiting, with_network(wave="first")).terms["delay"] == 0
    assert verify(waiting, with_network(wave="later")).terms["delay"] == Fraction(3, 2) * 2 * (9_000 // 2 + 15_000)
    assert "delay" not in verify(of(waves=WAVES), with_network(wave="later")).terms


def test_whole_areas_are_counted_in_areas() -> None:
    models = {"M": {"whole_area": True, "min": 0, "area_share_max": 0.5}}
    grouped = instance(models=models, policy={"area_groups": {"All": ["West", "East"]}})
    message = "networks of M have 2 of 2 areas, more than the maximum of 50 %"
    assert broken(grouped, plan()) == [("area-shares", "M", message, 1)]

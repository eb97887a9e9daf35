"""The labour market: what is impossible at a glance, what would allow a plan, what one more person would bring."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from village import village

from instances import Instance
from optimizer.analysis.check_data import data_warnings
from optimizer.explain.exemptions import exemptions
from optimizer.model.build import build_problem
from optimizer.model.plan import Hub, Network, Plan
from optimizer.rules import labour_market
from optimizer.verify.hires import with_hires

THERAPIST: dict[str, Any] = {"id": "therapist", "network_min_per_10k": 0.5, "whole_fte": True, "market_fte": 2}
WEST = Hub(site="a", members=("a", "b", "c"), network="M:a")
EAST = Hub(site="g", members=("f", "g", "h"), network="M:g")


def with_therapists(changes: dict[str, Any] | None = None, **own: Any) -> Instance:
    """The village, half of whose 34,000 patients are to be in networks of 14,000 to 24,000, hospital A being empty."""
    roles = [{**THERAPIST, **own}]
    return village(copy.deepcopy({"role": roles, "hospitals.A.fte": {}, **(changes or {})}))


@pytest.mark.parametrize(
    ("instance", "said"),
    [
        (
            with_therapists(market_fte=0.8, whole_fte=False),
            ["networks need 0.85 FTE more than there are", "offers 0.80"],
        ),
        (with_therapists(market_fte=0.8), ["networks need 1.00 FTE more than there are", "offers 0.00"]),
        (with_therapists({"care_model.M.count_min": 2}, market_fte=1.9), ["networks need 2.00 FTE", "offers 1.00"]),
    ],
)
def test_too_few_for_any_networks(instance: Instance, said: list[str]) -> None:
    [words] = labour_market.RULE.impossible(build_problem(instance))
    assert all(part in words for part in said)


@pytest.mark.parametrize("brought", [{}, {"therapist": 0.1}])
def test_no_more_is_called_impossible_than_is(brought: dict[str, float]) -> None:
    """0.85 FTE are one therapist; of two networks one may have the lead that brings some."""
    count = 1 if not brought else 2
    instance = with_therapists({"care_model.M.count_min": count, "hospitals.A.fte": brought}, market_fte=1)
    assert not list(labour_market.RULE.impossible(build_problem(instance)))


def test_a_plan_that_hires_too_many_takes_a_larger_market() -> None:
    instance = with_therapists(market_fte=1)
    networks = tuple(Network(care_model="M", lead=lead) for lead in "ag")
    plan = with_hires(instance, Plan(hubs=(WEST, EAST), networks=networks))
    [needed] = [found for found in exemptions(instance, plan) if found.rule == "labour-market"]
    assert str(needed.change) == "--set role.therapist.market_fte=2"
    assert needed.words == (
        "hubs and networks need to hire 2.0 FTE of therapist, the labour market offers 1.0: find 1.0 more"
    )


def test_one_more_person_and_parts_of_people() -> None:
    more, parts = labour_market.RULE.loosenings(with_therapists())
    assert (more.settings, more.tighter) == ({"role.therapist.market_fte": 3.0}, {"role.therapist.market_fte": 1.0})
    assert parts.settings == {"role.therapist.whole_fte": False}


def test_who_nobody_reports_is_said_to_count_as_none() -> None:
    said = "no practice reports therapist: counted as 0 everywhere, all are hired or hospitals' own"
    assert said in list(data_warnings(with_therapists()))
    assert not any("average per patient" in warning for warning in data_warnings(with_therapists()))

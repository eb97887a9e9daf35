"""The money of networks and commissioners, by hand and against the terms of the objective."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hamlet_plan import BEST, hamlet
from village import Record, village

from optimizer.analysis.network_money import PlanMoney, figures, money_of, states_money
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import Evaluation, verify

MONEY: Record = {
    "horizon_years": 4,
    "care_model.P.capitated_budget_per_patient": 100,
    "policy.guarantee_per_patient": 95,
    "policy.dividend_reinvested_share": 0.25,
    "practices.a.core_funding_per_patient": 90,
    "practices.d.core_funding_per_patient": 94.9,
    "practices.e.core_funding_per_patient": 101,
    "practices.c.weighted_patients": 3_600.5,
    "practices.d.hub_setup_cost": 50_000,
    "commissioners": [
        {"area": "West", "delegated": True, "management_cost": 1_000_000},
        {"area": "East", "delegated": False},
    ],
}
PLAN = Plan(
    hubs=(
        Hub(site="a", members=("a", "b")),
        Hub(site="d", members=("c", "d"), network="P:A"),
        Hub(site="f", members=("e", "f"), network="P:A"),
    ),
    networks=(Network(care_model="P", lead="A"),),
    independents=("g", "h"),
)


@pytest.fixture(scope="module")
def judged() -> tuple[Evaluation, PlanMoney]:
    instance = village(MONEY)
    evaluation = verify(instance, PLAN)
    return evaluation, money_of(instance, evaluation)


def test_a_network_by_hand(judged: tuple[Evaluation, PlanMoney]) -> None:
    """Hubs d (3,000 and 6,000 patients) and f (5,000 and 4,000); d alone is below the guarantee, by 10 pence."""
    network = judged[1].networks[0]
    assert (network.network, network.care_model, network.patients) == ("P:A", "P", 18_000)
    assert network.weighted_patients == Fraction("18600.5")
    assert network.budget_a_year == Fraction("1860050")
    assert network.setup_once == 40_000 + 50_000 + 20_000
    assert network.running_a_year == 24_000 + 2 * 30_000
    assert network.top_ups_a_year == 600
    assert (network.dividend_a_year, network.reinvested_a_year) == (8 * 18_000, 2 * 18_000)
    assert (network.dividend_over_horizon, network.reinvested_over_horizon) == (32 * 18_000, 8 * 18_000)


def test_hubs_in_no_network_have_costs_alone(judged: tuple[Evaluation, PlanMoney]) -> None:
    """Practice a is below the guarantee, too, which is for practices in networks."""
    alone = judged[1].networks[1]
    assert (alone.network, alone.patients, alone.budget_a_year) == (None, 9_000, None)
    assert (alone.setup_once, alone.running_a_year) == (20_000, 30_000)
    assert alone.top_ups_a_year == alone.dividend_a_year == alone.reinvested_over_horizon == 0


def test_commissioners_by_hand(judged: tuple[Evaluation, PlanMoney]) -> None:
    west, east = judged[1].commissioners
    assert (west.area, west.delegated, west.management_cost_a_year, west.top_ups_a_year) == ("West", True, 10**6, 600)
    assert (west.practices, west.patients, west.practices_in_networks, west.patients_in_networks) == (
        4,
        18_000,
        2,
        9_000,
    )
    assert (east.management_cost_a_year, east.delegated, east.top_ups_a_year) == (None, False, 0)
    assert (judged[1].unweighted, judged[1].unfunded) == (7, 5)


@pytest.mark.parametrize("of", ["village", "hamlet"])
def test_sums_are_terms_of_the_objective(of: str) -> None:
    instance, plan = (village(MONEY), PLAN) if of == "village" else (hamlet(), BEST)
    evaluation = verify(instance, plan)
    total, terms = money_of(instance, evaluation).total, evaluation.terms
    years = Fraction(instance.horizon_years)
    assert total.setup_once == years * (terms["hub_setup"] + terms["network_setup"])
    assert total.running_a_year == terms["hub_running"] + terms["network_running"]
    assert total.hires_a_year == terms["hires"]
    assert total.hires_a_year > 0
    assert total.top_ups_a_year == terms.get("guarantee", 0)
    everybody = sum(practice.patients for practice in instance.practices)
    forgone = Fraction(instance.policy.dividend_per_patient) * everybody - total.dividend_a_year
    assert forgone == terms["forgone_dividend"]


def test_figures_are_plain_values(judged: tuple[Evaluation, PlanMoney]) -> None:
    plain = figures(judged[1].networks[0])
    assert plain["weighted_patients"] == 18_600.5
    assert {type(value) for value in plain.values()} <= {str, int, float}


def test_which_instances_state_such_money() -> None:
    assert not states_money(village({"care_model.P.capitated_budget_per_patient": 100}))
    for key in ("practices.c.weighted_patients", "practices.a.core_funding_per_patient"):
        assert states_money(village({key: 90}))
    assert states_money(village({"commissioners": MONEY["commissioners"]}))
    assert states_money(village({"policy.dividend_reinvested_share": 0.1}))

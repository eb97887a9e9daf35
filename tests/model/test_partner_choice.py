"""Partners given the networks: the cheapest choice, where the nearest hospital for each is not one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from two_hospitals import HOSPITALS, instance, plan

from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.objective import objective
from optimizer.model.partners import Wanted, chosen_partners
from optimizer.verify import verify

INF = np.inf


def wanted(km: list[list[float]], fte: float = 0.0, lacking: float = 0.0) -> Wanted:
    """Each network wants one partner, of whom each costs 100; the last hospital has the staff."""
    n, hospitals = len(km), len(km[0])
    return Wanted(
        km=np.array(km),
        least=np.ones(n, dtype=np.int64),
        most=np.full(n, 2),
        cost=np.full(n, 100.0),
        setup=np.full(n, 10.0),
        lacking=np.full((n, 1), lacking),
        whole=np.array([False]),
        fte=np.array([[0.0]] * (hospitals - 1) + [[fte]]),
        hire_cost=np.array([1_000.0]),
        market=np.array([100.0]),
        fund=INF,
    )


def test_the_nearest_is_left_to_who_has_no_other() -> None:
    assert chosen_partners(wanted([[9.0, 10.0], [11.0, INF]])).tolist() == [1, 0]


def test_of_partners_alike_the_nearest() -> None:
    assert chosen_partners(wanted([[5.0, 4.0, 6.0]])).tolist() == [NONE, 0, NONE]


def test_as_many_find_a_partner_as_can() -> None:
    assert sorted(chosen_partners(wanted([[1.0], [2.0]])).tolist()) == [0]


def test_one_with_staff_goes_before_the_nearest() -> None:
    one = replace(wanted([[1.0, 30.0]], fte=0.05, lacking=1.0), most=np.array([1]))
    assert chosen_partners(one).tolist() == [NONE, 0]


@pytest.mark.parametrize(("fte", "expected"), [(0.05, [0, NONE]), (0.2, [0, 0])])
def test_a_further_one_where_its_staff_is_worth_it(fte: float, expected: list[int]) -> None:
    """A partner costs 100, as a tenth of an FTE does."""
    both = replace(wanted([[1.0, 30.0]], lacking=1.0), fte=np.array([[0.3], [fte]]))
    assert chosen_partners(both).tolist() == expected


def test_limits_on_hires_and_money() -> None:
    scarce = replace(wanted([[1.0, 30.0]], fte=0.05, lacking=1.0), market=np.array([0.95]))
    assert chosen_partners(replace(scarce, most=np.array([2]))).tolist() == [NONE, 0]
    rich = replace(wanted([[1.0, 2.0]], fte=1.0, lacking=5.0), fte=np.array([[1.0], [1.0]]))
    assert chosen_partners(rich).tolist() == [0, 0]
    assert (chosen_partners(replace(rich, fund=15.0)) >= 0).sum() == 1


def test_a_plan_has_them_and_the_objective_counts_them() -> None:
    of = instance(role=[{"id": "gp", "network_min_per_10k": 4.75, "market_fte_share": 0.5}])
    problem = build_problem(of)
    solution = from_plan(problem, plan((), ()))
    made = to_plan(problem, solution)
    assert {network.lead: network.hospitals for network in made.networks} == {"w1": ("ward",), "e1": ("mid",)}
    assert objective(problem, solution) == pytest.approx(float(verify(of, made).objective))


def test_leads_that_cannot_have_their_partners_are_no_candidates() -> None:
    assert build_problem(instance(hospitals={"ward": HOSPITALS["ward"]})).candidates.ids == ("M:w1",)
    assert build_problem(instance({"partners_min": 2})).candidates.ids == ("M:w1",)

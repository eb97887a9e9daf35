"""Claims of solvers against the verified truth."""

from __future__ import annotations

import math

import pytest
from verify_toy import hub, instance, plan

from optimizer.verify import check_claim, verify

EVALUATION = verify(instance(), plan())
TRUE = float(EVALUATION.objective)


@pytest.mark.parametrize(
    ("objective", "bound"),
    [
        (None, None),
        (TRUE, TRUE),
        (TRUE * (1 + 9e-7), TRUE * (1 + 9e-7)),
        (TRUE, -math.inf),
        (TRUE, 0.0),
    ],
)
def test_claims_that_hold(objective: float | None, bound: float | None) -> None:
    assert check_claim(EVALUATION, objective, bound) == []


def test_objective_off() -> None:
    (words,) = check_claim(EVALUATION, TRUE + 1_000, None)
    assert words == "claimed objective £148,450 a year is above the verified £147,450 by 0.0068 of it"
    assert "below" in check_claim(EVALUATION, TRUE * (1 - 2e-6), None)[0]
    assert check_claim(EVALUATION, TRUE + 1_000, None, rel_tol=0.5) == []


def test_bound_above_the_plan() -> None:
    (words,) = check_claim(EVALUATION, None, TRUE * 1.01)
    assert words == (
        "claimed bound £148,924.5 a year is above the verified £147,450 by 0.01 of it, "
        "which is a plan that keeps every rule"
    )


def test_a_bound_says_nothing_about_a_plan_that_breaks_rules() -> None:
    cheap = verify(instance(), plan(hub("a", "abc"), networks=()))
    assert not cheap.ok
    assert check_claim(cheap, None, float(cheap.objective) * 2) == []


@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_claims_that_are_no_figures(odd: float) -> None:
    assert len(check_claim(EVALUATION, odd, odd)) == 2

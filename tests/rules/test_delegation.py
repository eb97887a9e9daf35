"""Delegation and guarantee in programs, proofs and explanations, against brute force and by hand."""

from __future__ import annotations

import random
from functools import cache

import pytest
from against_best import columns_finds_the_best, compact_finds_the_best
from compact_optimum import optimum
from partitioning import best_plan
from random_instances import random_instance
from random_money import with_money
from village import Record, village

from instances import Instance
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.exemptions import exemptions
from optimizer.explain.loosenings import loosened, loosenings
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.plan import Hub, Network, Plan
from optimizer.rules.changes import apply
from optimizer.solving.check import remarks
from optimizer.verify import verify

SEEDS = (10, 16, 21, 22, 29, 43, 44, 59)  # that have plans
WEST: Record = {
    "commissioners": [{"area": "West", "delegated": False}, {"area": "East", "delegated": True}],
    "care_model.P.needs_delegated": True,
}
SPLIT = Plan(
    hubs=(
        Hub(site="d", members=("c", "d"), network="P:A"),
        Hub(site="e", members=("e", "h"), network="P:A"),
        Hub(site="a", members=("a", "b")),
    ),
    networks=(Network(care_model="P", lead="A"),),
)


@cache
def asked(seed: int) -> tuple[Instance, tuple[float, Plan] | None]:
    instance = with_money(random_instance(seed, 6 + seed % 3), random.Random(seed))
    return instance, best_plan(instance)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_brute_force(seed: int) -> None:
    compact_finds_the_best(asked(seed)[0])


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_columns_against_brute_force(seed: int) -> None:
    columns_finds_the_best(asked(seed)[0], time_limit=20.0)


def test_random_instances_put_them_to_the_test() -> None:
    """In some the best plan pays the guarantee, in some it would be another without the rule."""
    paid = barred = 0
    for seed in SEEDS:
        instance, best = asked(seed)
        if best is not None:
            paid += verify(instance, best[1]).terms["guarantee"] > 0
            free = {f"care_model.{model.id}.needs_delegated": False for model in instance.care_model}
            without = best_plan(instance.with_settings(free))
            barred += without is not None and without[0] < best[0] - 1
    assert paid >= 6
    assert barred >= 5


def test_what_a_plan_breaks_and_what_would_allow_it() -> None:
    instance = village(WEST)
    broken = [v for v in verify(instance, SPLIT).violations if v.rule == "delegation"]
    assert [v.subject for v in broken] == ["c", "d"]
    assert broken[0].message == (
        "practice c is in network P:A, and P needs a delegated commissioner: that of West is not"
    )
    (found,) = [exemption for exemption in exemptions(instance, SPLIT) if exemption.rule == "delegation"]
    assert found.words == "P needs a delegated commissioner, for 9,000 patients of West: delegate that of West"
    assert str(found.change) == "commissioners.csv, row West: delegated = true"
    assert "delegation" not in {v.rule for v in verify(apply(instance, [found.change]), SPLIT).violations}


def test_consent_does_not_lift_it() -> None:
    instance = village({**WEST, "policy.consent": False})
    assert "delegation" in {v.rule for v in verify(instance, SPLIT).violations}
    assert build_problem(instance).practices.barred.any()


def test_it_is_loosened_by_the_commissioner() -> None:
    instance = village(WEST)
    (loosening,) = [each for each in loosenings(instance) if "commissioner" in each.words]
    assert loosening.words == "the commissioner of West delegated"
    assert all(row.delegated for row in loosened(instance, loosening).commissioners)
    assert not [each for each in loosenings(village()) if "commissioner" in each.words]


def test_check_tells_whom_it_keeps_out() -> None:
    said = "4 practices with 18,000 patients cannot be in networks of P: their commissioner is not delegated"
    assert said in list(remarks(build_problem(village(WEST))))


def test_no_plan_for_want_of_a_commissioner() -> None:
    """More than the East is to be in networks of P: one exemption, however many practices of the West are in them."""
    instance = village({**WEST, "policy.coverage_min": 0.6, "care_model.M.count_max": 0})
    assert optimum(build_problem(instance)) is None
    found = optimum(elastic_problem(instance))
    assert found is not None
    assert found[0] == pytest.approx(1.0)
    needed = exemptions(instance, to_plan(elastic_problem(instance), found[1]))
    assert [str(exemption.change) for exemption in needed] == ["commissioners.csv, row West: delegated = true"]

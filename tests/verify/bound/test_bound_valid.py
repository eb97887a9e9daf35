"""Certificates as they come: bounds that agree with the solver's, and are never above the cheapest plan."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bound_support import DATA, Ascent, Rechecker, certificate, hamlet, hamlet_certificate, real_area
from random_tree import RandomTree

from instances import Instance
from optimizer import solve
from optimizer.model.build import build_problem
from optimizer.model.certificate import (
    Certificate,
    Leaf,
    Prices,
)
from optimizer.verify.bound import Known, recheck, root_bound

SETTINGS = ("hub.host_is_member=false", "policy.coverage_min=0.9", "hub.count_max=5")


def test_the_bound_of_the_dual_ascent_is_certified() -> None:
    written = hamlet_certificate()
    check = recheck(hamlet(), written)
    assert check.tree_was_checked
    assert check.holds
    assert float(check.certified or 0) == pytest.approx(written.bound, rel=1e-9)
    assert check.certified == check.root_certified


@pytest.mark.parametrize("share", [0.9, 1.1])
def test_a_price_that_was_tampered_with_gives_the_lie_to_the_claim(share: float) -> None:
    content = json.loads(hamlet_certificate().to_json())
    for prices in content["prices"]:
        prices["practice"] = {i: price * share for i, price in prices["practice"].items()}
    check = recheck(hamlet(), Certificate.model_validate(content))
    assert not check.holds


@pytest.mark.parametrize("area", ["market_town", "Shropshire"])
def test_the_recheck_agrees_with_the_solver(area: str, tmp_path: Path) -> None:
    instance = Instance.read(DATA / area) if (DATA / area).exists() else real_area(area, tmp_path)
    ascent = Ascent(build_problem(instance), steps=25)
    last = [len(ascent.values) - 2, len(ascent.values) - 1]
    values = ascent.values[last].max(axis=0).min()
    prices = [ascent.of(step) for step in last]
    check = recheck(instance, certificate(instance, prices, Leaf(prices=(0, 1), bound=values), values, root=(0, 1)))
    assert float(check.certified or 0) == pytest.approx(values, rel=1e-6)


@cache
def cheap_plan(setting: str) -> tuple[Instance, float, list[Prices]]:
    """Hamlet with a setting changed, the verified cost of a plan near the optimum, good prices."""
    instance = hamlet().with_settings([setting])
    result = solve(instance, "highs", time_limit=150, gap=1e-3)
    assert result.status == "optimal"
    return instance, result.objective, Ascent(build_problem(instance), steps=200).prices()


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_no_tree_certifies_more_than_the_cheapest_plan_costs(setting: str, seed: int) -> None:
    instance, least, prices = cheap_plan(setting)
    made = RandomTree(instance, prices, np.random.default_rng(seed))
    tree = made.tree(Rechecker(instance, []).cases.first(), depth=5)
    check = recheck(instance, certificate(instance, made.prices, tree, bound=least, root=(0,)))
    assert check.certified is not None
    assert float(check.certified) <= least * (1 + 1e-9)
    assert check.root_certified is not None
    assert float(check.certified) >= 0.9 * least  # close enough for a case left out to show


def test_prices_bound_looser_rules_too() -> None:
    """Exactly what they prove of the instance itself; less of a looser one, and never more than a plan for it costs."""
    of_itself = root_bound(hamlet(), hamlet_certificate(), deadline=np.inf)
    assert of_itself == recheck(hamlet(), hamlet_certificate()).root_certified
    looser = hamlet().with_settings({"hub.min": hamlet().hub.min - 2_000, "policy.consent": False})
    of_looser = root_bound(looser, hamlet_certificate(), deadline=np.inf)
    assert of_itself is not None
    assert of_looser is not None
    assert of_looser < of_itself
    cheapest = solve(looser, time_limit=20, threads=1).objective
    assert cheapest is not None
    assert of_looser <= cheapest


def test_a_deadline_ends_the_pricing() -> None:
    with pytest.raises(TimeoutError):
        root_bound(hamlet(), hamlet_certificate(), deadline=0.0)


def test_what_is_known_of_the_sites_bounds_other_rules_at_once_and_the_same() -> None:
    known: Known = {}
    root_bound(hamlet(), hamlet_certificate(), deadline=np.inf, known=known)
    other_networks = hamlet().with_settings({"care_model.MCP.max": 400_000, "policy.coverage_min": 0.4})
    at_once = root_bound(other_networks, hamlet_certificate(), deadline=0.0, known=known)
    assert at_once == root_bound(other_networks, hamlet_certificate(), deadline=np.inf)
    other_hubs = hamlet().with_settings({"hub.price_per_patient": 10.0})
    with pytest.raises(TimeoutError):
        root_bound(other_hubs, hamlet_certificate(), deadline=0.0, known=known)
    alone = root_bound(other_hubs, hamlet_certificate(), deadline=np.inf)
    assert root_bound(other_hubs, hamlet_certificate(), deadline=np.inf, known=known) == alone

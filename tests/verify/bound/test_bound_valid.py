"""Certificates as they come: bounds that agree with the solver's, and are never above the cheapest plan."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from bound_support import DATA, Ascent, Rechecker, certificate, hamlet, hamlet_certificate, real_area

from instances import Instance
from optimizer import solve
from optimizer.model.build import build_problem
from optimizer.model.certificate import (
    AssignBranch,
    Branch,
    Certificate,
    CountBranch,
    HubsBranch,
    LeadsBranch,
    Leaf,
    NetworkBranch,
    Prices,
    SiteBranch,
    Split,
)
from optimizer.verify.bound import Known, recheck, root_bound
from optimizer.verify.bound.cases import Case

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


def test_the_first_case_alone_is_checked_where_the_tree_takes_too_long() -> None:
    written = hamlet_certificate()
    tree = Split(branch=CountBranch(kind="count", slot=0, at=0), children=(written.tree, written.tree))
    check = recheck(hamlet(), written.model_copy(update={"tree": tree, "bound": 2e6}), time_limit_s=0)
    assert not check.tree_was_checked
    assert check.leaves == 2
    assert check.holds
    assert float(check.claimed) == pytest.approx(written.root_bound)
    assert check.certified == check.root_certified


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


class RandomTree:
    """Random branches; leaves with the given prices, slightly changed."""

    def __init__(self, instance: Instance, prices: list[Prices], rng: np.random.Generator) -> None:
        self._problem = build_problem(instance)
        self._cases = Rechecker(instance, []).cases
        self._good, self._rng = prices, rng
        self.prices = list(prices)

    def tree(self, case: Case, depth: int) -> Leaf | Split:
        if depth == 0:
            return self._leaf(case)
        branch = self._branch(case)
        parts = self._cases.parts("tree", case, branch)
        return Split(branch=branch, children=tuple(self.tree(part, depth - 1) for part in parts))

    def _leaf(self, case: Case) -> Leaf:
        used = []
        for good in self._good:
            slots = list(good.slots)
            models = self._problem.models.ids
            slots += [good.slots[models.index(slot.model)] for slot in case.slots[len(slots) :]]
            changed = {i: price * float(self._rng.normal(1.0, 1e-3)) for i, price in good.practice.items()}
            used.append(len(self.prices))
            limits = tuple(self._rng.normal(0.0, 1_000.0, len(case.limits)).tolist())
            self.prices.append(good.model_copy(update={"slots": tuple(slots), "practice": changed, "limits": limits}))
        return Leaf(prices=tuple(used), bound=None)

    def _branch(self, case: Case) -> Branch:
        p, rng = self._problem, self._rng
        settled = [k for k, slot in enumerate(case.slots) if slot.low == slot.high > 0 and len(slot.leads) > 1]
        kind = rng.integers(6)
        if kind == 0 and settled:
            slot = int(rng.choice(settled))
            return LeadsBranch(kind="leads", slot=slot, split=(min(case.slots[slot].leads),))
        if kind <= 1:
            slot = int(rng.integers(len(case.slots)))
            middle = max(0, (case.slots[slot].low + case.slots[slot].high - 1) // 2)
            return CountBranch(kind="count", slot=slot, at=middle)
        site = p.sites.ids[int(rng.integers(p.n_sites))]
        if kind == 2:
            return SiteBranch(kind="site", site=site)
        if kind == 4:
            chosen = tuple(s for s in (None, *range(len(case.slots))) if rng.random() < 0.5)
            return HubsBranch(kind="hubs", slots=chosen, at=int(rng.integers(p.n_sites)))
        if kind == 3:
            slots: list[int | None] = [None, *range(len(case.slots))]
            return NetworkBranch(kind="network", site=site, slot=slots[int(rng.integers(len(slots)))])
        return AssignBranch(kind="assign", practice=p.practices.ids[int(rng.integers(p.n_practices))], sites=(site,))


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

"""Boundaries in programs, proofs and explanations, against brute force and by hand."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from against_best import columns_finds_the_best, compact_finds_the_best
from random_borders import with_borders
from random_instances import random_instance
from village import village

from instances import Instance
from optimizer.construct import SearchState
from optimizer.explain.exemptions import exemptions
from optimizer.explain.loosenings import loosenings
from optimizer.model.build import build_problem
from optimizer.model.columns import Column, Columns, Networks
from optimizer.model.consequences import to_plan
from optimizer.model.plan import Hub, Plan
from optimizer.rules import keeps_member_rules, keeps_network_rules
from optimizer.rules.boundaries import stranded
from optimizer.rules.changes import apply, merge
from optimizer.solving.check import remarks
from optimizer.verify import verify

SEEDS = (7, 11, 17, 20, 25, 34, 35, 36, 0)  # plans with networks, plans that cross at a price; the last has no plan
CHEAP = [
    {"tier": "hubs", "area": "council", "price_per_patient": 0.3},
    {"tier": "networks", "price_per_patient": 0.1, "exceptions": ["p3"]},
    {"tier": "networks", "area": "council", "price_per_patient": 0.05},
]


def bordered(seed: int, n: int) -> Instance:
    return with_borders(random_instance(seed, n), random.Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_brute_force(seed: int) -> None:
    compact_finds_the_best(bordered(seed, 6 + seed % 4))


@pytest.mark.parametrize("seed", [17, 20, 34])
def test_columns_against_brute_force(seed: int) -> None:
    columns_finds_the_best(bordered(seed, 6 + seed % 4), time_limit=60.0)


def test_a_search_prices_what_verification_does() -> None:
    """A state without a fault costs what its plan does, moving being free, and breaks no rule."""
    across = np.zeros(len(CHEAP), dtype=np.int64)
    for seed in (0, 2, 15, 17, 59):
        instance = bordered(seed, 20).with_settings({"weights.disruption": 0, "boundary": CHEAP})
        problem = build_problem(instance)
        state = SearchState.empty(problem, seed)
        state.fill()
        state.anneal(60_000, 0.2 * state.scale, 0.01 * state.scale, 0.3)
        best = state.best()
        assert best is not None
        evaluation = verify(instance, to_plan(problem, best))
        assert evaluation.ok
        constant = problem.network.dividend * problem.total_patients
        assert state.best_cost + constant == pytest.approx(float(evaluation.objective), rel=1e-9)
        across += evaluation.across
    assert (across > 0).all()


AREAS = {f"practices.{p}.areas": {"council": "North" if p in "abeh" else "South"} for p in "abcdefgh"}
HARD: dict[str, Any] = {"area": "council", "tier": "hubs"}


def test_whole_hubs_and_networks_are_judged_boundary_by_boundary() -> None:
    """By commissioner a to d are in the West; by council a, b, e and h in the North. h is in every area."""
    rules = [{"tier": "hubs"}, {**HARD, "exceptions": ["h"]}, {"tier": "networks", "exceptions": ["d"]}]
    problem = build_problem(village({**AREAS, "boundary": rules}))
    at = {site: j for j, site in enumerate(problem.sites.ids)}
    index = {practice: i for i, practice in enumerate(problem.practices.ids)}

    def hub(members: str, model: int = -1) -> Column:
        return Column(at[members[0]], model, -1, tuple(sorted(index[m] for m in members)))

    hubs = Columns.of(problem, [hub("ab"), hub("abe"), hub("dc"), hub("gfh"), hub("fe"), hub("a")])
    assert keeps_member_rules(problem, hubs).tolist() == [True, False, True, True, False, True]
    networks = Columns.of(problem, [hub(m, 0) for m in ("a", "dc", "a", "fg", "dc", "g", "f")])
    of = Networks(np.zeros(3, dtype=np.int64), networks, np.array([0, 0, 1, 1, 2, 2, 2]))
    assert keeps_network_rules(problem, of).tolist() == [True, False, True]


def test_strays_become_exceptions() -> None:
    """Each hub names its own; together they allow the plan. The short setting has no exceptions to offer."""
    instance = village({**AREAS, "boundary": [{**HARD, "exceptions": ["a"]}]})
    plan = Plan(
        hubs=(Hub(site="d", members=("b", "c", "d")), Hub(site="g", members=("e", "f", "g"))), independents=("a", "h")
    )
    found = [each for each in exemptions(instance, plan) if each.rule == "boundaries"]
    assert [(each.subject, each.price) for each in found] == [("d", 1.0), ("g", 1.0)]
    assert "let b (4,000 patients) count as being in every one" in found[0].words
    assert str(found[0].change) == """--set 'boundary.hubs.council.exceptions=["a", "b"]'"""
    (change,) = merge(each.change for each in found)
    assert change.value == ("a", "b", "e")
    assert not [v for v in verify(apply(instance, [change]), plan).violations if v.rule == "boundaries"]
    short = exemptions(village({"policy.respect_areas": True}), plan)
    assert {str(each.change) for each in short if each.rule == "boundaries"} <= {"--set policy.respect_areas=false"}


def test_hard_boundaries_can_be_given_up_for_a_price() -> None:
    instance = village({**AREAS, "boundary": [HARD, {"tier": "hubs", "price_per_patient": 2}]})
    offered = [each for each in loosenings(instance) if "boundaries" in each.words]
    assert [each.settings for each in offered] == [{"boundary.hubs.council.price_per_patient": 0.0}]
    looser = instance.with_settings(offered[0].settings)
    assert not build_problem(looser).practices.areas.size


def test_practices_that_boundaries_strand_are_named() -> None:
    alone = {"practices.a.area": "North", "policy.respect_areas": "hubs", "hub.host_is_member": False}
    problem = build_problem(village({**alone, "policy.independent_max_patients": 5_000}))
    assert [problem.practices.ids[i] for i in stranded(problem)] == ["a"]
    assert [remark for remark in remarks(problem) if remark.startswith("a")] == [
        "a can only be independent: boundaries strand it at every hub site in reach"
    ]
    assert not len(stranded(build_problem(village({**alone, "policy.respect_areas": False}))))

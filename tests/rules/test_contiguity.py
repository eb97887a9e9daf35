"""Contiguity in programs, proofs and explanations, against brute force and by hand on a road of practices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from exactness import check_columns, check_compact_model
from random_instances import random_instance

from instances import Instance
from optimizer.explain.exemptions import exemptions
from optimizer.explain.loosenings import loosenings
from optimizer.model.build import build_problem
from optimizer.model.columns import Column, Columns, Networks
from optimizer.model.plan import Hub, Plan
from optimizer.rules import keeps_member_rules, keeps_network_rules
from optimizer.rules.contiguity import stranded
from optimizer.solving.check import impossibilities, remarks

SEEDS = (1, 5, 8, 10, 11, 13, 17, 19, 21, 22)  # that have plans without the rule


def asked(seed: int, tier: str) -> Instance:
    instance = random_instance(seed, 6 + seed % 4)
    models = {f"care_model.{model.id}.contiguous": True for model in instance.care_model}
    return instance.with_settings({"hub": {"hub.contiguous": True}, "network": models}[tier])


@pytest.mark.parametrize("tier", ["hub", "network"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_brute_force(seed: int, tier: str) -> None:
    check_compact_model(asked(seed, tier))


@pytest.mark.parametrize("tier", ["hub", "network"])
@pytest.mark.parametrize("seed", SEEDS[:5])
def test_columns_against_brute_force(seed: int, tier: str) -> None:
    check_columns(asked(seed, tier), time_limit=20.0)


def road(n: int = 6, models: Sequence[dict[str, Any]] = (), **settings: Any) -> Instance:
    """Practices p0 to p5, a kilometre apart; p0 and p5 alone can host."""
    practices = [
        {"id": f"p{k}", "patients": 5_000, "x_km": float(k), "y_km": 0.0, "can_host_hub": k in (0, n - 1)}
        for k in range(n)
    ]
    return Instance.model_validate(
        {
            "practices": practices,
            "hub": {"min": 10_000, "target_min": 10_000, "max_km": 20, "contiguous": True, "hospital_sites": []},
            "care_model": list(models),
            "policy": {"coverage_min": 0, "allow_independent": False},
        }
    ).with_settings(settings)


def test_hubs_and_networks_in_pieces() -> None:
    """A network is judged by all its members, and where its model asks for it."""
    problem = build_problem(road(models=[{"id": "M", "lead": "hub", "contiguous": True}, {"id": "N", "lead": "hub"}]))
    columns = Columns.of(problem, [Column(0, -1, -1, (0, 1, 2)), Column(0, -1, -1, (0, 2)), Column(1, -1, -1, (5,))])
    assert keeps_member_rules(problem, columns).tolist() == [True, False, True]
    hubs = Columns.of(problem, [Column(0, 0, -1, (0, 2)), Column(1, 0, -1, (1,)), *[Column(0, 0, -1, (0, 2))] * 2])
    networks = Networks(np.array([0, 0, 1]), hubs, np.array([0, 0, 1, 2]))
    assert keeps_network_rules(problem, networks).tolist() == [True, False, True]


def test_a_hub_in_pieces_is_one_exemption_and_the_rule_has_its_price() -> None:
    instance = road()
    plan = Plan(hubs=(Hub(site="p0", members=("p0", "p2", "p4")), Hub(site="p5", members=("p1", "p3", "p5"))))
    found = [exemption for exemption in exemptions(instance, plan) if exemption.rule == "contiguity"]
    assert [(e.subject, str(e.change), e.price) for e in found] == [
        ("p0", "--set hub.contiguous=false", 1.0),
        ("p5", "--set hub.contiguous=false", 1.0),
    ]
    assert {"hub.contiguous": False} in [loosening.settings for loosening in loosenings(instance)]


def test_practices_that_contiguity_strands_are_named() -> None:
    """p2 may join p0 alone and p1 may not, which lies between them; nor is there a way for p1 but by p2."""
    barred = {"p1": ["p0"], "p3": ["p0"], "p2": ["p5"]}
    instance = road(**{"policy.barred_hub": barred})
    problem = build_problem(instance)
    assert [problem.practices.ids[i] for i in stranded(problem)] == ["p1", "p2"]
    reasons = [reason for reason in impossibilities(problem) if "contiguity" in reason]
    assert [reason[:2] for reason in reasons] == ["p1", "p2"]
    alone = build_problem(instance.with_settings({"policy.allow_independent": True}))
    assert [remark[:2] for remark in remarks(alone)] == ["p1", "p2"]
    assert not [reason for reason in impossibilities(alone) if "contiguity" in reason]
    assert not len(stranded(build_problem(instance.with_settings({"hub.contiguous": False}))))

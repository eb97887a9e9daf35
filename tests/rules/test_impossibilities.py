"""Cheap reasons why no plan exists: each is true where it is given, and none is given where there is a plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from binding_rules import HOMES, Changes
from compact_optimum import optimum
from kernel_state import searched
from random_instances import random_instance
from village import village

from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.rules import RULES, Rule
from optimizer.solving.check import impossibilities
from optimizer.solving.solve import solve

_FROM_AFAR: Changes = {  # all patients of d, and of nobody else
    "places": [
        {"id": "F", "x_km": 50, "y_km": 0, "zones": {"council": "Far"}},
        {"id": "N", "x_km": 3, "y_km": 0, "zones": {"council": "Near"}},
    ],
    "homes": {"practice": ["d"], "place": ["F"], "patients": [90]},
}

IMPOSSIBLE: dict[str, tuple[Changes, str]] = {
    "far from every hub": (
        {**_FROM_AFAR, "hub.far_km": 20, "hub.far_share_max": 0.2},
        "d may not be independent, and at every hub site in reach more patients would live far from it than "
        "hub.far_share_max allows, whoever joins it",
    ),
    "far in the whole plan": (
        {**_FROM_AFAR, "hub.far_km": 20, "policy.far_share_max": 0.17},
        "at least 6,000 patients live far from wherever their practices can go, and policy.far_share_max allows 5,780",
    ),
    "outside every zone": (
        {**_FROM_AFAR, "hub.zone": "council", "hub.zone_share_max": 0.2},
        "d may not be independent, and at every hub site in reach more patients would live outside the zone of its",
    ),
    "no site in reach": (
        {"policy.fixed_hub": {"a": "g"}},
        "a (5,000 patients) is to be in the hub at g, 6.9 km away where 5 km are allowed: it has no hub site within "
        "reach and may not be independent",
    ),
    "barred from every site in reach": (
        {"policy.barred_hub": {"a": ["a", "d"]}},
        "a (5,000 patients) is barred from the hubs at a, d: it has no hub site within reach",
    ),
    "fixed to a model that its commissioner does not allow": (
        {
            "policy.fixed_network": {"b": "P"},
            "care_model.P.needs_delegated": True,
            "commissioners": [{"area": "West", "delegated": False}, {"area": "East", "delegated": True}],
        },
        "b is to be in a network of P, which needs a delegated commissioner: its own is not",
    ),
    "fixed to a place that can have no hub": (
        {"policy.fixed_hub": {"a": "b"}},
        "a (5,000 patients) is to be in the hub at b, which cannot have a hub: it has no hub site within reach",
    ),
    "no way to the hub that it is fixed to": (
        {
            "policy.fixed_hub": {"a": "d", "e": "f"},
            "travel.table": {"origin": ["e"], "destination": ["f"], "km": [1.5]},
        },
        "a (5,000 patients) is to be in the hub at d, to which the travel table has no way: it has no hub site within",
    ),
    "too long a way to the hub that it is fixed to": (
        {
            "policy.fixed_hub": {"e": "f"},
            "hub.max_minutes": 9,
            "travel.table": {"origin": ["e"], "destination": ["f"], "km": [1.5], "minutes": [9.5]},
        },
        "e (5,000 patients) is to be in the hub at f, further away than the 9 minutes that are allowed: it has no hub",
    ),
    "fixed to a hub that is too small": (
        {"policy.fixed_hub": {"e": "f"}, "policy.barred_hub": {"g": ["f"], "h": ["f"]}, "hub.min": 9_100},
        "e (5,000 patients) is to be in the hub at f: it may not be independent, and no hub within its reach can",
    ),
    "no hub large enough": (
        {"hub.min": 11_900, "hub.max_km": 2.0},
        "no hub within its reach can have 11,900 patients",
    ),
    "host cannot join": ({"policy.must_open": ["f"], "policy.barred_hub": {"f": ["f"]}}, "a hub must open at f"),
    "too many hubs asked for": ({"hub.count_min": 5}, "at least 5 hubs are asked for, but only 4 sites can have one"),
    "more hubs must open": (
        {"hub.count_max": 1, "policy.must_open": ["a", "g"]},
        "at most 1 hubs are allowed, but 2 must open",
    ),
    "too few hubs": ({"hub.count_max": 2}, "2 hubs hold 24,000 patients at most, but 28,500 must be in one"),
    "too few staff": ({"role.gp.min_per_10k": 6}, "role gp: hubs need"),
    "too little coverage": (
        {"care_model.M.lead_min_patients": 6_001, "care_model.P.max_km": 0.1},
        "networks are to have 17,000 patients, but only",
    ),
    "too small a share": ({"care_model.P.share_min": 0.5, "care_model.P.max_km": 0.1}, "model P is to have"),
    "no whole number": (
        {"policy.coverage_min": 0.70001, "policy.coverage_max": 0.70001},
        "networks are to have 23,801 patients at least and 23,800 at most",
    ),
    "too far to be together": (
        {"policy.keep_together": [["a", "h"]]},
        "but no hub site is within reach of all of them",
    ),
    "too small a fund": ({"policy.transformation_fund": 1_000}, "setting up 3 hubs and"),
    "nobody next to it in reach": (
        {
            "hub.contiguous": True,
            "policy.allow_independent": False,
            "neighbours": [{"a": one, "b": other} for one, other in pairwise("ahgfedcb")],
        },
        "a may not be independent, and contiguity strands it",
    ),
    "more networks than leads": (
        {"care_model.P.count_min": 9},
        "9 networks of P are asked for, and 1 are possible at most",
    ),
    "too few in its area": (
        {
            **{"hub.host_is_member": False, "policy.allow_independent": False, "practices.a.area": "North"},
            "policy.respect_areas": "hubs",
        },
        "a may not be independent, and boundaries strand it",
    ),
    "too few hospitals": (
        {
            "care_model.M.count_min": 2,
            "care_model.M.partner_kinds": ["acute"],
            "care_model.M.partners_min": 1,
        },
        "2 networks of M take 2 hospitals as partners, 1 each, and 1 are near enough",
    ),
    "too little room of trusts": (
        {
            "policy.barred_hub": {"a": ["a", "d"], "b": ["a", "d"]},
            "trust_run.max_km": 100,
            "hospitals.A.runs_practices_max": 1,
        },
        "2 practices may not be independent and find no hub, and trusts have room for 1 of them; without a place:",
    ),
    "too far from home": (
        {**HOMES, "policy.deprived_km_max": 0.01},
        "patients of the most deprived fifth live 0.354 km at least from any hubs on average, and the limit is 0.010",
    ),
    "nobody can lead": ({"policy.fixed_network": {"a": "M:f"}}, "a is to be in a network that nobody can lead"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_reasons_are_true(name: str) -> None:
    changes, words = IMPOSSIBLE[name]
    problem = build_problem(village(changes))
    assert any(words in reason for reason in impossibilities(problem)), impossibilities(problem)
    assert optimum(problem) is None


def test_places_are_called_by_name() -> None:
    named = {"practices.a.name": "Hugh Town Surgery", "policy.fixed_hub": {"a": "g"}, "policy.must_open": ["a"]}
    reasons = impossibilities(build_problem(village(named)))
    begins = "Hugh Town Surgery [a] (5,000 patients) is to be in the hub at g"
    assert any(reason.startswith(begins) for reason in reasons)
    assert any(reason.startswith("a hub must open at Hugh Town Surgery [a], but") for reason in reasons)


def test_kept_together_and_apart() -> None:
    """Files that say so are refused; arrays may."""
    problem = build_problem(village({"policy.keep_together": [["c", "d"]]}))
    pair = np.array([[problem.practices.ids.index("c"), problem.practices.ids.index("d")]])
    both = replace(problem, practices=replace(problem.practices, apart=pair))
    assert impossibilities(both) == ["c and d are to be kept together and apart"]
    assert optimum(both) is None


def test_every_condition_is_tried() -> None:
    problems = [build_problem(village(changes)) for changes, _ in IMPOSSIBLE.values()]
    able = {rule.name for rule in RULES if rule.impossible is not Rule("none").impossible}
    assert able == {rule.name for rule in RULES if any(any(rule.impossible(problem)) for problem in problems)}


def test_no_reason_where_there_is_a_plan() -> None:
    feasible = 0
    for seed in range(150):
        problem = build_problem(random_instance(seed, 9))
        *_, (state, _) = searched(problem, seed)
        if state.best() is not None:
            feasible += 1
            assert impossibilities(problem) == []
    assert feasible > 40


def test_a_solve_ends_with_the_reasons() -> None:
    result = solve(village({"hub.count_max": 2}), solver="highs")
    assert (result.reason, result.plan) == (Reason.INFEASIBLE, None)
    assert "2 hubs hold 24,000 patients at most" in result.message

"""The compact model's optimum is the best plan: against set partitioning written from docs/model.md alone."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from binding_rules import RULES, TERMS, Changes
from compact_optimum import optimum, through
from partitioning import best_plan
from random_instances import random_instance
from village import village

from instances import Instance
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify import Evaluation, verify
from optimizer.verify.costs import COST, DISRUPTION

# terms of bids, waves, partners and trusts, which set partitioning does not know; they have a brute force of their own
TRIED_ELSEWHERE = {"unready_bids", "delay", "partners_running", "partners_setup", "trust_run", "trust_run_fit"} | {
    "outside_zone",
    "neighbourhood",
}
REL_TOLERANCE = 1e-6
SEEDS = range(4, 28)


def verified(instance: Instance, problem: Problem, solution: Solution) -> Evaluation:
    evaluation = verify(instance, to_plan(problem, solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    return evaluation


def least(changes: Changes) -> float:
    """Cost of the village with these changes, by set partitioning."""
    return _least(json.dumps(changes))


@cache
def _least(changes: str) -> float:
    best = best_plan(village(json.loads(changes)))
    assert best is not None, "no plan"
    return best[0]


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_decides(rule: str) -> None:
    without, with_it = RULES[rule]
    assert least(without) != pytest.approx(least(with_it), rel=REL_TOLERANCE)
    instance = village(with_it)
    problem = build_problem(instance)
    found = optimum(problem)
    assert found is not None
    assert found[0] == pytest.approx(least(with_it), rel=REL_TOLERANCE)
    assert float(verified(instance, problem, found[1]).objective) == pytest.approx(found[0], rel=REL_TOLERANCE)


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_paid(term: str) -> None:
    instance = village(TERMS[term])
    problem = build_problem(instance)
    found = optimum(problem)
    assert found is not None
    evaluation = verified(instance, problem, found[1])
    assert evaluation.terms[term] > 0
    assert found[0] == pytest.approx(float(evaluation.objective), rel=REL_TOLERANCE)
    assert found[0] == pytest.approx(least(TERMS[term]), rel=REL_TOLERANCE)


def test_every_term_is_tried() -> None:
    assert list(TERMS) == [term.__name__ for term in (*COST, *DISRUPTION) if term.__name__ not in TRIED_ELSEWHERE]


# --- edges ------------------------------------------------------------------------------------------------------------


def assert_best(instance: Instance) -> None:
    best, found = best_plan(instance), optimum(build_problem(instance))
    assert best is not None
    assert found is not None
    assert found[0] == pytest.approx(best[0], rel=REL_TOLERANCE)


def test_network_targets_above_all_patients() -> None:
    assert_best(
        village({"care_model.P.target_min": 90_000, "care_model.P.target_max": 90_000, "care_model.P.max": 90_000})
    )


def test_practice_without_patients_beside_an_oversize_one() -> None:
    changes = {"practices.d.patients": 12_050, "practices.d.fte": {"gp": 5, "nurse": 3}, "practices.c.patients": 0}
    together = village({**changes, "policy.keep_together": [["c", "d"]]})
    assert best_plan(together) is None
    assert optimum(build_problem(together)) is None
    assert_best(village(changes))


def test_no_site_at_all() -> None:
    nowhere: Changes = {f"practices.{id_}.can_host_hub": False for id_ in "adfg"}
    alone = {"policy.independent_max_patients": 10_000, "policy.coverage_min": 0}
    assert_best(village({**nowhere, **alone}))


def test_neither_models_nor_roles() -> None:
    assert_best(village({"care_model": [], "role": [], "policy.coverage_min": 0}))


@pytest.mark.parametrize(
    "changes",
    [
        {"care_model.M.count_min": 9},
        {"policy.coverage_min": 0.70001, "policy.coverage_max": 0.70001},
        {"care_model.P.share_min": 0.70001, "care_model.P.share_max": 0.70001},
    ],
)
def test_bounds_upside_down_are_infeasible(changes: Changes) -> None:
    """More networks than leads; shares between which there is no whole number of patients. All solvers take them."""
    problem = build_problem(village(changes))
    assert (problem.mip.model.row_lower <= problem.mip.model.row_upper).all()
    assert optimum(problem) is None
    assert through("highs", problem).reason is Reason.INFEASIBLE


# --- random instances -------------------------------------------------------------------------------------------------


@cache
def random_best(seed: int, n: int) -> float | None:
    best = best_plan(random_instance(seed, n))
    return None if best is None else best[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_instances(seed: int) -> None:
    instance = random_instance(seed, 8)
    problem = build_problem(instance)
    best, outcome = random_best(seed, 8), through("highs", problem)
    if best is None:
        assert outcome.reason is Reason.INFEASIBLE
        return
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.solution is not None
    assert outcome.objective == pytest.approx(best, rel=REL_TOLERANCE)
    assert float(verified(instance, problem, outcome.solution).objective) == pytest.approx(best, rel=REL_TOLERANCE)


@pytest.mark.parametrize(("seed", "n"), [(20_363, 9), (20_368, 9), (20_732, 8)])
def test_a_number_of_hubs_without_limit(seed: int, n: int) -> None:
    """A row's side of 2^40 in place of none made presolve of HiGHS up to 1.15 lose the optimum of these."""
    instance = random_instance(seed, n)
    problem = build_problem(instance)
    sides = problem.mip.model.row_upper
    assert instance.hub.count_max is None
    assert sides[np.isfinite(sides)].max() < 1e6
    found = optimum(problem)
    assert found is not None
    assert found[0] == pytest.approx(random_best(seed, n), rel=REL_TOLERANCE)


def test_random_instances_are_of_both_kinds() -> None:
    feasible = sum(random_best(seed, 8) is not None for seed in SEEDS)
    assert len(SEEDS) / 3 < feasible < len(SEEDS)

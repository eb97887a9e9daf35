"""Every rule: the search finds a plan wherever there is one, and on small instances a good one."""

from __future__ import annotations

import pytest
from binding_rules import RULES, Changes
from compact_optimum import optimum
from random_instances import random_instance
from search_support import explored
from village import village

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.verify import verify

ROUNDS = 30
CLOSE = 1.05  # after so few rounds
ROUNDING = 1e-6  # relative


def searched(instance: Instance) -> tuple[float, float] | None:
    """(objective found, least possible), both None where there is no plan; what is found keeps every rule."""
    problem = build_problem(instance)
    least = optimum(problem)
    found = explored(problem, seed=1, rounds=ROUNDS)
    assert (least is None) == (not found)
    if least is None:
        return None
    evaluation = verify(instance, to_plan(problem, found[-1].solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    return float(evaluation.objective), least[0]


@pytest.mark.parametrize("changes", [with_it for _, with_it in RULES.values()], ids=list(RULES))
def test_finds_a_good_plan_under_each_rule(changes: Changes) -> None:
    result = searched(village(changes))
    if result is not None:
        assert result[1] * (1 - ROUNDING) <= result[0] <= result[1] * CLOSE


@pytest.mark.parametrize("seed", range(16))
def test_finds_a_plan_under_rules_by_chance(seed: int) -> None:
    searched(random_instance(seed, 10))

"""The elastic model against the strict one and against verification, on instances with every rule."""

from __future__ import annotations

import random

import numpy as np
import pytest
from binding_rules import RULES
from compact_optimum import optimum
from random_instances import random_instance
from random_staff import with_staff
from village import village

from instances import Instance
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.exemptions import exemptions, price
from optimizer.explain.relaxed import relaxed
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.verify import verify
from optimizer.verify.hires import with_hires


def check(instance: Instance) -> float:
    """The least price of exemptions, after everything that can be said of it was checked."""
    elastic = elastic_problem(instance)
    found = optimum(elastic)
    assert found is not None
    least, solution = found
    plan = with_hires(instance, to_plan(elastic, solution))
    assert price(exemptions(instance, plan)) == pytest.approx(least, abs=1e-5)
    assert bool(exemptions(instance, plan)) is not verify(instance, plan).ok
    allowed = relaxed(instance, plan)
    assert allowed is not None
    assert verify(allowed.instance, allowed.plan).ok
    assert allowed.instance.practices[0].id == instance.practices[0].id
    return least


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_needed_exactly_where_there_is_a_plan(seed: int) -> None:
    instance = random_instance(seed, n=7)
    assert (check(instance) < 0.5) is (optimum(build_problem(instance)) is not None)


@pytest.mark.parametrize("seed", [9, 14, 15, 28, 35])
def test_staff_that_is_hired_whole_and_shared(seed: int) -> None:
    """More is needed than the labour market has, in most of them beside other rules."""
    instance = with_staff(random_instance(seed, n=7), random.Random(seed))
    assert check(instance) > 1
    assert optimum(build_problem(instance)) is None


@pytest.mark.parametrize("rule", RULES)
def test_every_rule(rule: str) -> None:
    for changes in RULES[rule]:
        assert check(village(changes)) == 0


@pytest.mark.parametrize("seed", range(10))
def test_starts_are_points_of_the_program(seed: int) -> None:
    """Whatever rules a plan breaks, its point keeps the rows and costs what its exemptions do."""
    instance = random_instance(seed, n=7)
    elastic = elastic_problem(instance)
    rng = np.random.default_rng(seed)
    strict_optimum = optimum(elastic)
    assert strict_optimum is not None
    solution = strict_optimum[1]
    for i in rng.choice(elastic.n_practices, 2, replace=False):  # some more become independent
        if not (elastic.host == i)[np.flatnonzero(solution.is_open)].any():
            solution.site_of[i] = -1
    plan = with_hires(instance, to_plan(elastic, solution))
    x = elastic.mip.encode(from_plan(elastic, plan))
    assert elastic.mip.model.violation(x) < 1e-5
    assert elastic.mip.model.objective(x) >= price(exemptions(instance, plan)) - 1e-5

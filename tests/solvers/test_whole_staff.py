"""Staff hired whole and shared by networks: backends against set partitioning written from docs/model.md alone."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from compact_optimum import optimum
from partitioning import best_plan
from random_instances import random_instance
from random_staff import with_staff

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.consequences import hub_populations, required_hires, to_plan
from optimizer.model.terms import least_network_hires
from optimizer.verify import verify
from solvers.columns.params import ColumnsParams
from solvers.columns.run import run
from solvers.process.job import Bound, Found, StructuredJob

SEEDS = (1, 2, 3, 5, 8, 10, 13, 17, 20, 26)
LIMIT_S = 3.0


@cache
def case(seed: int) -> tuple[Instance, float]:
    """An instance with its optimum, inf where it has no plan."""
    instance = with_staff(random_instance(seed, 7), random.Random(seed))
    best = best_plan(instance)
    return instance, np.inf if best is None else best[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_has_the_same_optimum(seed: int) -> None:
    instance, best = case(seed)
    problem = build_problem(instance)
    found = optimum(problem)
    if found is None:
        assert best == np.inf
        return
    evaluation = verify(instance, to_plan(problem, found[1]))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    assert float(evaluation.objective) == pytest.approx(best)
    assert found[0] == pytest.approx(best)
    hires, (least, per_patient) = required_hires(problem, found[1])[1], least_network_hires(problem)
    populations = hub_populations(problem, found[1])
    for n in np.unique(found[1].network_of[found[1].network_of >= 0]):
        model, patients = problem.candidates.model[n], populations[found[1].network_of == n].sum()
        assert (hires[n] >= np.maximum(least[model], per_patient[model] * patients) - 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_bound_it(seed: int) -> None:
    instance, best = case(seed)
    problem, events = build_problem(instance), list[object]()
    limit = LIMIT_S if best < np.inf else 0.5
    run(StructuredJob(problem, time_limit=limit, threads=1, seed=1, params=ColumnsParams()), events.append)
    assert max((event.value for event in events if isinstance(event, Bound)), default=-np.inf) <= best * (1 + 1e-6)
    for event in (event for event in events if isinstance(event, Found)):
        evaluation = verify(instance, to_plan(problem, event.solution))
        assert evaluation.ok, [violation.message for violation in evaluation.violations]
        assert event.objective == pytest.approx(float(evaluation.objective))
        assert event.objective >= best * (1 - 1e-6)


def test_they_are_of_all_kinds() -> None:
    roles = [role for seed in SEEDS for role in case(seed)[0].role if case(seed)[1] < np.inf]
    for tier in ("min_per_10k", "network_min_per_10k"):
        assert {role.whole_fte for role in roles if getattr(role, tier)} == {True, False}
    assert any(case(seed)[1] == np.inf for seed in SEEDS)

"""Trusts with too little room in the proof: no step of it loses the best plan, and it ends at what that costs."""

from __future__ import annotations

import random

import pytest
from compact_optimum import optimum
from random_instances import random_instance
from random_trust_run import with_trust_run
from witness_support import Start, prove

from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.objective import objective


@pytest.mark.parametrize("seed", [112, 115, 133, 137])
def test_a_proof_ends_at_the_best_plan(seed: int) -> None:
    problem = build_problem(with_trust_run(random_instance(seed, 8), random.Random(seed)))
    found = optimum(problem)
    assert found is not None
    best, plan = found
    told, tree = prove(problem, plan, Start(0.01))
    assert told.incumbent == pytest.approx(best, rel=1e-6)
    assert tree.bound == pytest.approx(best, rel=1e-6)
    first = construct(problem, seed=seed, time_limit=20.0, most_runs=1)
    assert first is not None
    assert objective(problem, first) >= best * (1 - 1e-9)

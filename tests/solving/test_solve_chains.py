"""Chains that a solve finds: the best of all partitions, proven, beside a plan that has no part in them."""

from __future__ import annotations

import numpy as np
import pytest
from random_chains import LONE, cheapest, with_chains

from optimizer import solve
from optimizer.model.backend import Reason
from optimizer.model.chains import first_plan, stand_in
from optimizer.solving.check import chain_impossibilities
from optimizer.verify import verify


@pytest.mark.parametrize(("seed", "alone"), [(3, True), (8, True), (13, False)])
def test_the_best_of_all_partitions(seed: int, alone: bool) -> None:
    instance = with_chains(LONE, np.random.default_rng(seed)).with_settings({"chain.alone_allowed": alone})
    result = solve(instance, "columns", time_limit=20, threads=1)
    assert result.plan is not None
    found = verify(instance, result.plan.plan)
    assert found.ok
    assert found.chains is not None
    assert float(found.chains.objective) == pytest.approx(cheapest(instance), abs=0.5)  # z-scores are rounded
    assert result.chains_gap is not None
    assert result.chains_gap <= 1e-6


@pytest.mark.parametrize("seed", [11, 12, 15])
def test_another_backend_agrees(seed: int) -> None:
    instance = with_chains(LONE, np.random.default_rng(seed))
    result = solve(stand_in(instance), "highs", time_limit=20, threads=1, start=first_plan(instance))
    assert result.reason is Reason.OPTIMAL
    assert result.objective == pytest.approx(cheapest(instance), abs=0.5)


def test_no_chains_no_plan() -> None:
    instance = with_chains(LONE, np.random.default_rng(0), number=7)
    instance = instance.with_settings(["chain.members_min=4", "chain.members_max=5", "chain.alone_allowed=false"])
    assert cheapest(instance) is None
    assert len(chain_impossibilities(instance)) == 1
    result = solve(instance, time_limit=5)
    assert (result.reason, result.plan) == (Reason.INFEASIBLE, None)
    assert "chain.members_min" in result.message

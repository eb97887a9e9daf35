"""Chains as an instance of their own: its hubs cost what verification says of the chains."""

from __future__ import annotations

import numpy as np
import pytest
from random_chains import LONE, cheapest, with_chains

from instances.rows import Hospital
from instances.schema import ChainRules
from optimizer.model.chains import chain_counts, chains_of, first_plan, stand_in, unlikeness
from optimizer.model.plan import Plan
from optimizer.verify import verify
from optimizer.verify.chains import Chains


@pytest.mark.parametrize("seed", range(20))
def test_a_first_plan_exists_where_numbers_allow_it_and_costs_what_its_chains_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    instance = with_chains(LONE, rng).with_settings({"chain.alone_allowed": seed % 2 == 0})
    assert (bool(chain_counts(instance)) or seed % 2 == 0) == (cheapest(instance) is not None)
    if cheapest(instance) is None:
        return
    plan, chains = first_plan(instance), Chains(instance)
    judged = verify(stand_in(instance), plan)
    assert judged.ok
    grouped = Plan(hubs=(), chains=chains_of(plan))
    found = chains.evaluate(grouped)
    assert found is not None
    assert list(chains.broken(grouped)) == []
    assert float(judged.objective) == pytest.approx(float(found.objective), rel=1e-9)


def test_a_large_mean_swallows_no_differences_and_a_constant_has_none() -> None:
    chain = ChainRules(features={"budget": 1.0, "same": 1.0})
    hospitals = [
        Hospital(id=str(k), kind="acute", features={"budget": 999_999_000 + k / 1024, "same": 0.1}, x_km=0, y_km=0)
        for k in range(3)
    ]
    assert unlikeness(chain, hospitals)[0].tolist() == [0.0, 1.224745, 2.44949]

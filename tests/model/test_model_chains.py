"""Chains as an instance of their own: its hubs cost what verification says of the chains."""

from __future__ import annotations

import numpy as np
import pytest
from random_chains import LONE, cheapest, with_chains

from optimizer.model.chains import chain_counts, chains_of, first_plan, stand_in
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

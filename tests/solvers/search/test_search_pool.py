"""A pooled hub costs what it costs as a column, in every network and whatever group it continues."""

from __future__ import annotations

import numpy as np
import pytest
from random_instances import random_instance
from solutions import hubs_of, scattered

from optimizer.model.build import build_problem
from optimizer.model.columns import Column, Columns
from solvers.search.pool import price


@pytest.mark.parametrize("seed", range(12))
def test_a_pooled_hub_costs_what_its_columns_cost(seed: int) -> None:
    p = build_problem(random_instance(seed, 10))
    drawn = hubs_of(p, scattered(p, np.random.default_rng(seed)))
    assert len(drawn)
    for c in range(len(drawn)):
        site, members = int(drawn.site[c]), drawn.members_of(c)
        hub = price(p, site, members)
        for group, saved in [(-1, 0.0), *hub.groups]:
            for model, networked in [(-1, 0.0), *enumerate(hub.networked.tolist())]:
                cost = float(Columns.of(p, [Column(site, model, group, tuple(members.tolist()))]).cost[0])
                if np.isfinite(networked):
                    assert hub.cost + networked + p.moving_price * (hub.moving - saved) == pytest.approx(cost)
                else:
                    assert p.practices.refuses[members, model].any()

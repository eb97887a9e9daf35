"""The widened instance: nothing is left of its limits, nor of its prices, but what was said to be hard."""

from __future__ import annotations

import numpy as np
import pytest
from binding_rules import RULES
from random_instances import random_instance
from village import village

from optimizer.explain.widen import widen
from optimizer.rules import RULES as RECORDS


@pytest.mark.parametrize("seed", range(20))
def test_no_limit_on_a_whole_plan_is_left(seed: int) -> None:
    """Sums are within their limits whatever they come to, and sizes within limits and targets."""
    wide = widen(random_instance(seed, n=7))
    for rule in RECORDS:
        if rule.name != "labour-market":  # which has as much as anybody could need
            assert all(total.low <= 0 and total.high >= total.most for total in rule.totals(wide)), rule.name
    everybody = wide.total_patients
    assert not wide.sites.minimum.any()
    assert (wide.hub.maximum, wide.hub.target_min, wide.hub.target_max) == (everybody, 0, everybody)
    for low in (wide.models.minimum, wide.models.target_min):
        assert not low.any()
    for high in (wide.models.maximum, wide.models.target_max):
        assert (high == everybody).all()


@pytest.mark.parametrize("rule", RULES)
def test_it_costs_nothing(rule: str) -> None:
    wide = widen(village(RULES[rule][1]))
    assert not wide.mip.model.cost.any()
    assert wide.mip.model.offset == 0
    assert wide.practices.may_be_independent.all()


def test_what_is_hard_stays() -> None:
    wide = widen(village(), {"policy.must_open": ["a"], "hub.count_min": 2})
    assert np.flatnonzero(wide.sites.must_open).tolist() == [wide.sites.ids.index("a")]
    assert wide.hub.count_min == 2

"""Sums over a plan come to the same whoever reads them: hub by hub, or off the compact formulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compact_optimum import optimum
from random_instances import random_instance
from solutions import hubs_of
from village import village

from optimizer.compact.program import CompactModel
from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.columns import Column, Columns
from optimizer.rules import RULES, Rest, keeps_member_rules, restricted


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6, 7, 10, 11])  # there is a plan
def test_hubs_and_the_compact_formulation_agree(seed: int) -> None:
    p = build_problem(random_instance(seed, n=7))
    found = optimum(p)
    assert found is not None
    s, compact = found[1], CompactModel.build(p)
    x, hubs = compact.encode(s), hubs_of(p, s)
    alone, networks = s.site_of < 0, p.candidates.model[np.unique(s.network_of[s.network_of >= 0])]
    network_hires = x[compact.columns["network_hires"]].reshape(p.n_candidates, p.n_roles).sum(axis=0)
    totals = [total for rule in RULES for total in rule.totals(p)]
    assert totals
    for total in totals:
        by_block = total.sum.in_compact()
        off_the_point = sum(float(value @ x[compact.columns[block][at]]) for block, (at, value) in by_block.items())
        summed = total.sum.of_columns(hubs).sum() + total.sum.of_independents[alone].sum()
        summed += total.sum.of_networks[networks].sum()
        summed += 0.0 if total.sum.hires is None else float(total.sum.hires @ network_hires)
        assert summed == pytest.approx(off_the_point, abs=1e-6)
        assert total.low - 1e-6 <= summed <= min(total.high, total.most) + 1e-6


def test_the_rest_of_a_plan_uses_up_limits() -> None:
    """One hub at a of a, b and c stays, which continues G1; h is independent for good."""
    changes = {"hub.count_min": 2, "hub.count_max": 4, "policy.transformation_fund": 1_000_000, "care_model": []}
    p = build_problem(village({**changes, "policy.coverage_min": 0, "policy.max_disruption": 100_000}))
    at = {practice: k for k, practice in enumerate(p.practices.ids)}
    site, group = p.sites.ids.index("a"), p.group_ids.index("G1")
    hub = Column(site, -1, group, tuple(sorted(at[practice] for practice in "abc")))
    moved = np.array(p.practices.ids) == "d"
    less = restricted(p, Rest(Columns.of(p, [hub]), np.full(p.n_practices, NONE), moved, moved))
    assert (less.hub.count_min, less.hub.count_max) == (1, 3)
    assert less.network.fund == p.network.fund - p.sites.setup[site]
    assert p.moving_limit - less.moving_limit == pytest.approx(p.practices.moving[[at["c"], at["d"]]].sum())
    lacking = p.roles.hub_ratio * p.practices.patients[list(hub.members)].sum()
    lacking -= p.practices.fte[list(hub.members)].sum(axis=0)
    hired = np.where(p.roles.hub_ratio > 0, np.maximum(lacking, 0), 0)
    assert less.roles.market == pytest.approx(np.maximum(p.roles.market - hired, 0))
    assert replace(less, hub=p.hub, network=p.network, roles=p.roles, moving_limit=p.moving_limit) == p


def test_rules_on_members() -> None:
    areas = {f"practices.{practice}.area": "East" if practice in "fgh" else "West" for practice in "abcdefgh"}
    locks = {"policy.keep_together": [["a", "b"]], "policy.keep_apart": [["c", "d"]], "policy.respect_areas": "hubs"}
    p = build_problem(village({**areas, **locks}))
    kept = {"abc": True, "ab": True, "a": False, "bc": False, "cd": False, "abcd": False, "ef": False, "fgh": True}
    hubs = [Column(0, -1, -1, tuple(p.practices.ids.index(practice) for practice in members)) for members in kept]
    assert keeps_member_rules(p, Columns.of(p, hubs)).tolist() == list(kept.values())

"""Chains explained: changes that make some possible, and what a looser rule saves, held against all partitions."""

from __future__ import annotations

import numpy as np
import pytest
from random_chains import LONE, cheapest, with_chains

from optimizer.explain.chains import explain_chains
from optimizer.model.backend import SolveOptions

SIX = with_chains(LONE, np.random.default_rng(12), number=6)


def test_each_change_makes_chains_possible() -> None:
    none = SIX.with_settings(
        ["chain.members_min=4", "chain.members_max=5", "chain.alone_allowed=false", "chain.lead_min={}"]
    )
    assert cheapest(none) is None
    explained = explain_chains(none, SolveOptions())
    settings = [change.setting for change in explained.changes]
    assert settings == ["chain.members_max=6", "chain.members_min=3", "chain.alone_allowed=true"]
    for setting in settings:
        assert cheapest(none.with_settings([setting])) is not None
    nearly = none.with_settings(["chain.members_min=5"])
    assert "chain.members_min=4" not in [change.setting for change in explain_chains(nearly, SolveOptions()).changes]


def test_leads_that_are_too_few() -> None:
    weak = SIX.with_settings(
        ["chain.members_min=2", "chain.members_max=3", "chain.alone_allowed=false", "chain.lead_min={beds = 1000}"]
    )
    explained = explain_chains(weak, SolveOptions())
    second = sorted(hospital.features["beds"] for hospital in SIX.hospitals)[-2]
    assert [change.setting for change in explained.changes] == [
        f"chain.lead_min.beds={second!r}",
        "chain.alone_allowed=true",
    ]


def test_what_a_looser_rule_saves() -> None:
    pair = SIX.with_settings(["chain.members_min=2", "chain.members_max=2", "chain.lead_min={}"])
    explained = explain_chains(pair, SolveOptions(time_limit=60, threads=1))
    best, looser = cheapest(pair), cheapest(pair.with_settings(["chain.members_max=3"]))
    assert best is not None
    assert looser is not None
    assert explained.objective == pytest.approx(best, abs=0.5)
    assert explained.proven
    assert [(change.setting, change.proven) for change in explained.changes] == [("chain.members_max=3", True)]
    assert explained.changes[0].saving == pytest.approx(best - looser, abs=0.5)

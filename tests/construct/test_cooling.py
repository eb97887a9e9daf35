"""One loop cools everything: temperatures, prices that harden, and the clock."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from village import village

from optimizer.construct import SearchState
from optimizer.construct.cooling import Cooling, cool, slices
from optimizer.model.build import build_problem

COOLING = Cooling(hot=0.2, cold=0.002, slices=10, proposals=100, network_share=0.2)


@pytest.fixture
def state() -> SearchState:
    state = SearchState.empty(build_problem(village()))
    state.fill()
    return state


def test_temperatures_fall_geometrically(state: SearchState) -> None:
    began = list(slices(state, COOLING))
    assert began[0] == pytest.approx(0.2 * state.scale)
    ratios = [after / before for before, after in pairwise(began)]
    np.testing.assert_allclose(ratios, 0.01 ** (1 / COOLING.slices))
    assert len(began) == COOLING.slices


def test_regions_take_their_turns_at_every_temperature(state: SearchState, monkeypatch: pytest.MonkeyPatch) -> None:
    n = state.current().site_of.size
    regions = [np.arange(n // 3), np.arange(n // 3, n)]
    annealed: list[tuple[int, int, float]] = []

    def anneal(_: SearchState, proposals: int, hot: float, *__: float) -> None:
        first = int(state.world["focus"][0]), int(state.world.record.n_focus)
        assert first in {(0, len(regions[0])), (n // 3, len(regions[1]))}
        annealed.append((first[1], proposals, hot))

    monkeypatch.setattr(SearchState, "anneal", anneal)
    began = list(slices(state, COOLING, regions))
    shares = [(len(region), COOLING.proposals * len(region) // n) for region in regions]
    assert annealed == [(*share, hot) for hot in began for share in shares]


def test_consent_hardens_on_the_way(state: SearchState) -> None:
    w = state.world.record
    cooling = Cooling(0.2, 0.002, slices=10, proposals=100, network_share=0.2, soft=0.1, hard_from=0.5)
    shares = [float(w.consent / w.step) for _ in slices(state, cooling)]
    np.testing.assert_allclose(shares, [0.1 ** max(0.0, 1 - k / 5) for k in range(10)])


def test_severity_ends_at_the_usual_prices(state: SearchState) -> None:
    w, usual = state.world.record, state.scale
    cooling = Cooling(0.2, 0.002, slices=10, proposals=100, network_share=0.2, severity=0.1, severe_from=0.8)
    steps = [float(w.step) for _ in slices(state, cooling)]
    np.testing.assert_allclose(steps, [usual * 0.1 ** max(0.0, 1 - k / 8) for k in range(10)])


def test_prices_stay_where_nothing_is_said(state: SearchState) -> None:
    state.soften_consent(0.3)
    cool(state, COOLING)
    assert state.world.record.consent == pytest.approx(0.3 * state.world.record.step)


def test_a_deadline_ends_it_after_a_slice(state: SearchState, monkeypatch: pytest.MonkeyPatch) -> None:
    annealed: list[int] = []
    monkeypatch.setattr(SearchState, "anneal", lambda _, proposals, *__: annealed.append(proposals))
    cool(state, COOLING, deadline=time.monotonic() - 1.0)
    assert annealed == [COOLING.proposals]


def test_a_stopped_state_anneals_no_more(state: SearchState) -> None:
    before = state.current()
    state.stop()
    cool(state, COOLING)
    np.testing.assert_array_equal(state.current().site_of, before.site_of)

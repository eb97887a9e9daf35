"""What solvers tell a state holds from then on, and what they read of it is what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import instances
from instances import Instance
from optimizer.construct import SearchState, adopted, construct
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem


@pytest.fixture(scope="module")
def problem() -> Problem:
    return build_problem(Instance.read(Path(instances.__file__).parent / "data" / "hamlet" / "instance.toml"))


@pytest.fixture
def state(problem: Problem) -> SearchState:
    state = SearchState.empty(problem)
    state.fill()
    return state


def annealed(state: SearchState) -> None:
    state.anneal(20_000, 0.1 * state.scale, 0.003 * state.scale, 0.2)


def test_an_imposed_number_of_hubs_is_kept(problem: Problem, state: SearchState) -> None:
    annealed(state)
    best = state.best()
    assert best is not None
    wanted = int(best.is_open.sum()) + 1
    told = SearchState.empty(problem)
    told.impose_hubs(wanted)
    told.fill()
    annealed(told)
    found = told.best()
    assert found is not None
    assert found.is_open.sum() == wanted


def test_imposed_networks_are_all_that_breaks_no_rule(problem: Problem, state: SearchState) -> None:
    annealed(state)
    assert state.keeps_every_rule
    used = np.unique(state.current().network_of[state.current().network_of >= 0])
    counts = np.bincount(problem.candidates.model[used], minlength=problem.n_models)
    state.impose_networks(np.ones(problem.n_models, dtype=bool), counts)
    assert state.keeps_every_rule
    state.impose_networks(np.ones(problem.n_models, dtype=bool), counts + 1)
    assert not state.keeps_every_rule


def test_a_twin_goes_its_own_way(state: SearchState) -> None:
    before = state.current()
    twin = state.twin(seed=7)
    annealed(twin)
    assert (twin.current().site_of != before.site_of).any()
    np.testing.assert_array_equal(state.current().site_of, before.site_of)
    assert np.shares_memory(twin.travel, state.travel)


def test_moves_stay_near_their_focus(state: SearchState) -> None:
    hub_of = state.world["practices"]["hub"].copy()
    state.focus(np.array([0]))
    state.anneal(1, 1e-9, 1e-9, 0.0)
    touched = set(hub_of[hub_of != state.world["practices"]["hub"]].tolist())
    assert len(touched) <= 2


def test_hubs_that_break_no_rule(state: SearchState) -> None:
    annealed(state)
    site_of, network_of = state.sound_hubs()
    np.testing.assert_array_equal(site_of, state.current().site_of)
    np.testing.assert_array_equal(network_of, state.current().network_of)
    hub = state.world["practices"]["hub"][np.flatnonzero(site_of >= 0)[0]]
    state.world["hubs"]["faults"][hub] = 1
    broken = state.world["practices"]["hub"] == hub
    assert (state.sound_hubs()[0][broken] < 0).all()
    assert (state.sound_hubs()[0][~broken] == site_of[~broken]).all()


def test_a_plan_is_adopted_as_it_stands(problem: Problem) -> None:
    plan = construct(problem, seed=0, time_limit=60.0, most_runs=1)
    assert plan is not None
    state = adopted(problem, plan)
    assert state is not None
    np.testing.assert_array_equal(state.current().site_of, plan.site_of)
    assert state.keeps_every_rule
    state.forget_best()
    assert state.best() is None

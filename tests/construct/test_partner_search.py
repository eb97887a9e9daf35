"""Partners in a search: found by augmenting paths, and never taken for cheaper than they are."""

from __future__ import annotations

import random

import numpy as np
import pytest
from random_instances import random_instance
from random_partners import with_partners
from two_hospitals import HOSPITALS, instance, plan

from instances import Instance
from optimizer.construct import SearchState
from optimizer.construct.change import begin, settle, state_cost, undo
from optimizer.construct.moves import propose
from optimizer.construct.partners import missing_partners
from optimizer.construct.world import entry
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.partner_pairs import hospitals_suffice
from optimizer.model.plan import Network, Plan
from optimizer.model.terms import forgone_dividend
from optimizer.verify import verify


@entry
def missing(w):
    return missing_partners(w)


@entry
def cost_of(w):
    return state_cost(w)


@entry
def try_and_undo(w):
    begin(w)
    propose(w, 0.5)
    settle(w)
    undo(w)


def drawn(seed: int) -> Instance:
    return with_partners(random_instance(seed, 12), random.Random(seed))


def open_candidates(state: SearchState) -> np.ndarray:
    networks = state.world["networks"]
    return networks["lead"][(networks["size"] > 0) & (networks["lead"] >= 0)]


@pytest.mark.parametrize(("hospitals", "lacking"), [(HOSPITALS, 0), ({"mid": HOSPITALS["mid"]}, 1)])
def test_the_nearest_is_given_up_to_who_has_no_other(hospitals: dict[str, dict[str, object]], lacking: int) -> None:
    problem = build_problem(instance(hospitals=hospitals))
    state = SearchState.empty(problem)
    assert state.adopt(from_plan(problem, plan())) == (lacking == 0)
    assert missing(state.world.record) == lacking


@pytest.mark.parametrize("seed", range(8))
def test_changes_leave_no_trace_and_plans_are_what_they_cost(seed: int) -> None:
    """Of the states that a search walks through. A plan costs no more than its state: partners are chosen better."""
    of = drawn(seed)
    problem = build_problem(of)
    state = SearchState.empty(problem, seed)
    state.fill()
    for _ in range(4):
        state.anneal(500, 0.2 * state.scale, 0.1 * state.scale, 0.4)
        assert (missing(state.world.record) == 0) == hospitals_suffice(problem, open_candidates(state))
        before = cost_of(state.world.record)
        for _ in range(50):
            try_and_undo(state.world.record)
        assert cost_of(state.world.record) == pytest.approx(before, abs=1e-4)
    best = state.best()
    if best is not None:
        evaluation = verify(of, to_plan(problem, best))
        assert evaluation.ok, [violation.message for violation in evaluation.violations]
        assert float(evaluation.objective) <= state.best_cost + forgone_dividend(problem) + 0.01


def test_a_lead_that_takes_on_too_little_is_passed_over() -> None:
    """`mid` is nearer to both hubs, and takes on 30,000 patients; `away` takes on all 40,000."""
    model = {"lead": "acute", "partner_kinds": [], "partners_min": 0, "max_km": 60, "max": 50_000}
    hospitals = {"mid": {**HOSPITALS["mid"], "lead_patients_max": 30_000}, "away": {"kind": "acute", "x_km": 50.0}}
    problem = build_problem(instance(model, hospitals))
    hubs = tuple(hub.model_copy(update={"network": "M:mid"}) for hub in plan().hubs)
    state = SearchState.empty(problem)
    assert state.adopt(from_plan(problem, Plan(hubs=hubs, networks=(Network(care_model="M", lead="mid"),))))
    assert [problem.candidates.ids[n] for n in open_candidates(state)] == ["M:away"]

"""Contiguous hubs: steps over borders leave them in one piece, and plans are found where few are left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from instances import Instance
from optimizer.construct import DEFAULTS, SearchState, construct
from optimizer.construct.borders import cut_off_follow, hub_over_a_border, member_beside
from optimizer.construct.change import begin, move_practice, new_hub
from optimizer.construct.deal import deal
from optimizer.construct.pieces import strays_of_hub
from optimizer.construct.world import entry, integers
from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.problem import Problem
from optimizer.verify import verify

NEARLY_FEWEST = {0: 0.0564, 3: 0.0338, 8: 0.0438}  # labour markets, 1 % above the fewest hires, which HiGHS proved
ATTEMPTS = 6


@entry
def deal_all(w: Any, target: Any) -> Any:
    """Every practice to so many new hubs."""
    begin(w)
    pool, chosen = integers(w.pool, w.n_pool), integers(w.chosen, w.n_chosen)
    for i in range(w.n_practices):
        pool[i] = i
    for t in range(target):
        chosen[t] = new_hub(w)
    deal(w, target, w.n_practices)


@entry
def put(w: Any, sides: Any, hubs: Any) -> Any:
    """Two new hubs, their slots into `hubs`; `sides[i]`: the one of practice i."""
    begin(w)
    hubs[0], hubs[1] = new_hub(w), new_hub(w)
    for i in range(w.n_practices):
        if sides[i] >= 0:
            move_practice(w, i, hubs[sides[i]])


@entry
def over_a_border(w: Any, i: Any) -> Any:
    return hub_over_a_border(w, i)


@entry
def beside(w: Any, hub: Any, other: Any) -> Any:
    return member_beside(w, hub, other)


@entry
def lead_away(w: Any, i: Any, own: Any, hub: Any) -> Any:
    move_practice(w, i, hub)
    cut_off_follow(w, i, own, hub)


@entry
def strays(w: Any, hub: Any) -> Any:
    return strays_of_hub(w, hub)


def empty(problem: Problem, seed: int = 0) -> SearchState:
    """Whose moves leave hubs whole."""
    world = replace(DEFAULTS.world, moves=replace(DEFAULTS.world.moves, hubs_whole=1))
    return SearchState.empty(problem, seed, params=world)


def row(n: int) -> SearchState:
    """Practices in a row, each next to the one before."""
    practices = [{"id": f"p{k}", "patients": 3_000, "x_km": float(k), "y_km": 0.0} for k in range(n)]
    hub = {"max_km": 50, "contiguous": True}
    return empty(build_problem(Instance.model_validate({"practices": practices, "hub": hub})))


def scarce(seed: int, market: float) -> Instance:
    """45 practices, well staffed and badly, who must all be in hubs."""
    random, n = np.random.default_rng(seed), 45
    x, y = random.uniform(0, 30, n), random.uniform(0, 30, n)
    thousands, staffed = random.integers(4, 30, n), random.uniform(0.15, 0.75, n)
    practices = [
        {
            "id": f"p{k}",
            "patients": 1_000 * int(thousands[k]),
            "x_km": round(x[k], 1),
            "y_km": round(y[k], 1),
            "fte": {"gp": round(staffed[k] * thousands[k], 1)},
        }
        for k in range(n)
    ]
    sizes = {"min": 20_000, "target_min": 30_000, "target_max": 50_000, "max": 70_000, "price_per_patient": 20.0}
    return Instance.model_validate(
        {
            "practices": practices,
            "role": [{"id": "gp", "min_per_10k": 4.5, "cost_per_fte": 100_000, "market_fte_share": market}],
            "hub": sizes | {"max_km": 15, "contiguous": True, "running_cost": 150_000},
            "policy": {"allow_independent": False},
        }
    )


@pytest.mark.parametrize("target", [2, 3, 5])
def test_practices_are_dealt_out_in_one_piece(target: int) -> None:
    for seed in range(5):
        state = empty(build_problem(scarce(seed, 1.0)), seed)
        deal_all(state.world.record, target)
        hubs = np.unique(state.world["practices"]["hub"])
        assert len(hubs) == target
        assert hubs.min() >= 0
        assert [strays(state.world.record, hub) for hub in hubs] == [0] * target


def test_who_is_cut_off_follows() -> None:
    for seed in range(5):
        state, hubs = row(9).twin(seed), np.zeros(2, dtype=np.int64)
        world = state.world.record
        put(world, np.array([0, 0, 0, 0, 0, 0, 1, 1, 1]), hubs)
        lead_away(world, 3, hubs[0], hubs[1])
        hub_of = state.world["practices"]["hub"].tolist()
        ahead, behind = [hubs[0]] * 3 + [hubs[1]] * 6, [hubs[1]] * 4 + [hubs[0]] * 2 + [hubs[1]] * 3
        assert hub_of in (ahead, behind)


def test_borders_are_with_other_hubs() -> None:
    state, hubs = row(6), np.zeros(2, dtype=np.int64)
    world = state.world.record
    put(world, np.array([0, 0, 0, 1, 1, -1]), hubs)
    one, two = hubs.tolist()
    expected = [NONE, NONE, two, one, NONE, two]
    for _ in range(5):
        assert [over_a_border(world, i) for i in range(6)] == expected
    met = [beside(world, one, two) for _ in range(200)]
    assert met.count(2) > 140  # 1 - (2/3)^4 = 80 % of them


@pytest.mark.parametrize("seed", NEARLY_FEWEST)
def test_a_plan_that_hires_hardly_more_than_the_fewest(seed: int) -> None:
    """Runs at the usual temperatures found none in six attempts, whatever the price of a hire."""
    instance = scarce(seed, NEARLY_FEWEST[seed])
    problem = build_problem(instance)
    params = replace(DEFAULTS, first_plan=replace(DEFAULTS.first_plan, most_attempts=ATTEMPTS))
    solution = construct(problem, seed=0, time_limit=np.inf, params=params)
    assert solution is not None
    evaluation = verify(instance, to_plan(problem, solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]

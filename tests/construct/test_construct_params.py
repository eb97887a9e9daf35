"""Parameters reach the search: kernels see theirs, and other values make other searches."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from random_instances import random_instance
from village import village

from optimizer.construct import DEFAULTS, SearchState, construct
from optimizer.construct.params import CoolingParams, FirstPlanParams, MoveParams, PriceParams, WorldParams
from optimizer.model.build import build_problem


@pytest.mark.parametrize("kind", [PriceParams, MoveParams])
def test_kernels_see_what_is_stated(kind: type) -> None:
    stated = {field.name: (k + 1 if field.type == "int" else (k + 1) / 64) for k, field in enumerate(fields(kind))}
    part = {PriceParams: "price", MoveParams: "moves"}[kind]
    state = SearchState.empty(build_problem(village()), params=replace(WorldParams(), **{part: kind(**stated)}))
    assert {name: getattr(state.world.record, name) for name in stated} == stated
    assert {name: getattr(state.twin(1).world.record, name) for name in stated} == stated


@pytest.mark.parametrize("moves", [(0.6, 0.2, 0.1, 0.02, 0.02), (0.1, 0.1, 0.1, 0.5, 0.1), (0.2, 0.5, 0.1, 0.1, 0.05)])
def test_other_moves_make_another_search(moves: tuple[float, ...]) -> None:
    problem = build_problem(random_instance(3, 30))
    names = ("relocate_share", "swap_share", "recombine_share", "independence_share", "new_hub_share")
    other = replace(DEFAULTS.world, moves=MoveParams(**dict(zip(names, moves, strict=True))))
    costs = []
    for params in (DEFAULTS.world, other):
        state = SearchState.empty(problem, params=params)
        state.fill()
        costs.append(state.anneal(500, 0.1 * state.scale, 0.05 * state.scale, 0.2))
    assert costs[0] != costs[1]


def test_a_construction_proposes_as_much_as_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    proposed: list[int] = []
    anneal = SearchState.anneal

    def counted(state: SearchState, proposals: int, *temperatures: float) -> float:
        proposed.append(proposals)
        return anneal(state, proposals, *temperatures)

    monkeypatch.setattr(SearchState, "anneal", counted)
    first = FirstPlanParams(least_proposals=5_000, most_proposals=5_000)
    params = replace(DEFAULTS, first_plan=first, cooling=CoolingParams(slice=1_000))
    assert construct(build_problem(village()), seed=0, time_limit=60.0, most_runs=2, params=params) is not None
    assert proposed == [1_000] * 10

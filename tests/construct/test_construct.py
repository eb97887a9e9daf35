"""The first plan: found, verified, the same for a seed; and the compiled search counts like verification."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from kernel_state import forgone, searched, state_plan
from random_instances import random_instance
from random_staff import with_staff
from village import village

import instances
from instances import Instance
from optimizer.construct import SearchState, construct
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.objective import objective
from optimizer.verify import Verifier, verify

BUNDLED = Path(instances.__file__).parent / "data"
SHARED = Path(__file__).parents[3] / "shared"
TIME_LIMIT_S = 60.0
HIRES_ROUNDING = 1e-8  # relative; plans state hires to nine decimals
KERNEL_SEEDS = range(48)
WITH_STAFF = 40  # from this seed on


def kernel_instance(seed: int) -> Instance:
    instance = random_instance(seed, 10)
    return instance if seed < WITH_STAFF else with_staff(instance, random.Random(seed))


def assert_a_plan_is_found(instance: Instance, time_limit: float) -> None:
    problem = build_problem(instance)
    solution = construct(problem, seed=0, time_limit=time_limit)
    assert solution is not None
    evaluation = verify(instance, to_plan(problem, solution))
    assert evaluation.ok, [violation.message for violation in evaluation.violations]


@pytest.mark.parametrize("name", ["hamlet", "market_town", "rural_county", "birmingham"])
def test_bundled_instances_get_a_plan(name: str) -> None:
    assert_a_plan_is_found(Instance.read(BUNDLED / name / "instance.toml"), TIME_LIMIT_S)


@pytest.mark.parametrize("area", ["Kent and Medway", "Cornwall", "Black Country"])
def test_real_areas_get_a_plan(area: str, tmp_path: Path) -> None:
    tool = SHARED / "tools" / "make_instance.py"
    if not tool.exists():
        pytest.skip(f"{tool} is not here")
    made = subprocess.run([sys.executable, tool, area, tmp_path / "area"], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert_a_plan_is_found(Instance.read(tmp_path / "area" / "instance.toml"), TIME_LIMIT_S)


def test_one_plan_a_seed() -> None:
    problem = build_problem(village())
    first, again = (construct(problem, seed=5, time_limit=TIME_LIMIT_S) for _ in range(2))
    assert first is not None
    assert again is not None
    for name in ("site_of", "network_of", "is_open"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))


def test_more_runs_make_no_worse_a_plan() -> None:
    problem = build_problem(random_instance(3, 30))
    one, four = (construct(problem, seed=5, time_limit=TIME_LIMIT_S, most_runs=runs) for runs in (1, 4))
    assert one is not None
    assert four is not None
    assert objective(problem, four) <= objective(problem, one)


def test_no_plan_where_there_is_none() -> None:
    apart = village({"policy.allow_independent": False, "hub.max_km": 0.1})
    assert construct(build_problem(apart), seed=0, time_limit=2.0) is None


@pytest.mark.parametrize("seed", KERNEL_SEEDS)
def test_the_search_judges_and_prices_like_verification(seed: int) -> None:
    instance = kernel_instance(seed)
    problem, verifier = build_problem(instance), Verifier(instance)
    for state, cost in searched(problem, seed):
        plan = state_plan(problem, state)
        keeps = state.keeps_every_rule
        if plan is None:
            assert not keeps
            continue
        evaluation = verifier.evaluate(plan)
        assert keeps == evaluation.ok, [violation.message for violation in evaluation.violations]
        if keeps:
            assert cost + forgone(problem) == pytest.approx(float(evaluation.objective), rel=HIRES_ROUNDING)


@pytest.mark.parametrize("seed", KERNEL_SEEDS)
def test_the_best_state_is_a_plan_at_its_price_or_less(seed: int) -> None:
    instance = kernel_instance(seed)
    problem = build_problem(instance)
    *_, (state, _) = searched(problem, seed)
    solution = state.best()
    if solution is None:
        assert state.best_cost == np.inf
        return
    evaluation = verify(instance, to_plan(problem, solution))  # with the best continuation, which the search may miss
    assert evaluation.ok, [violation.message for violation in evaluation.violations]
    stated = state.best_cost + forgone(problem)
    assert float(evaluation.objective) <= stated * (1 + HIRES_ROUNDING)
    if not problem.practices.move_cost.any():
        assert float(evaluation.objective) == pytest.approx(stated, rel=HIRES_ROUNDING)


def test_random_searches_meet_both_kinds_of_states() -> None:
    met = [
        state.keeps_every_rule
        for seed in KERNEL_SEEDS
        for state, _ in searched(build_problem(kernel_instance(seed)), seed)
    ]
    assert 0.1 < sum(met) / len(met) < 0.9


def test_more_networks_than_leads() -> None:
    """Networks begin without a lead; there is room for as many as there are hubs."""
    rng = np.random.default_rng(1)
    practices = [
        {"id": f"p{k}", "patients": 8_000, "x_km": x, "y_km": y}
        for k, (x, y) in enumerate(rng.uniform(0, 30, (150, 2)))
    ]
    model = {"id": "P", "lead": "acute", "min": 50_000, "target_min": 50_000, "target_max": 60_000, "max": 10**7}
    hospital = {"id": "h", "kind": "acute", "x_km": 15, "y_km": 15}
    problem = build_problem(
        Instance.model_validate({"practices": practices, "hospitals": [hospital], "care_model": [model]})
    )
    state = SearchState.empty(problem)
    state.fill()
    world = state.world
    in_use = int((world["networks"]["size"] > 0).sum())
    assert in_use > problem.n_candidates + 4
    assert world.record.n_free_networks + in_use == len(world["networks"])


def test_many_practices_kept_together() -> None:
    """Each of them may be dealt out, all the others with it: far more moves than practices fit into one change."""
    instance = random_instance(0, 14, **{"policy.keep_together": [[f"p{k}" for k in range(1, 12)]], "hub.max": 10**6})
    problem = build_problem(instance)
    state, most = SearchState.empty(problem), 0
    state.fill()
    world = state.world
    for _ in range(5_000):
        state.anneal(1, state.scale, state.scale, 0.0)
        most = max(most, int(world.record.n_moved))
        hubs = world["practices"]["hub"]
        assert len(set(hubs[1:12].tolist())) == 1
    assert 5 * problem.n_practices < most <= len(world["moved"])

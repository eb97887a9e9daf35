"""States of the structure-aware backends: what is told comes back, is proven again, and is not believed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hamlet_plan import hamlet

import instances
from instances import Instance
from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.certificate import Certificate
from optimizer.model.problem import Problem
from optimizer.verify.bound import recheck
from solvers.auto.params import AutoParams
from solvers.auto.run import run as run_auto
from solvers.columns.params import ColumnsParams
from solvers.columns.run import make_tree, surroundings
from solvers.columns.run import run as run_columns
from solvers.columns.saved_tree import restore_tree, saved_tree
from solvers.columns.tree import Tree
from solvers.process.incumbent import Incumbent
from solvers.process.job import Bound, Certified, Ended, Found, State, StructuredJob
from solvers.process.state import Arrays, UnusableState, packed, unpacked
from solvers.search.params import SearchParams
from solvers.search.pool import HubPool
from solvers.search.run import run as run_search
from solvers.search.states import restored, saved

RUNS: dict[str, tuple[Callable[..., Ended], Any]] = {
    "search": (run_search, SearchParams()),
    "columns": (run_columns, ColumnsParams()),
    "auto": (run_auto, AutoParams()),
}


@pytest.fixture(scope="module")
def problem() -> Problem:
    return build_problem(hamlet())


def job(problem: Problem, params: Any, **options: Any) -> StructuredJob[Any]:
    stated = {"time_limit": 3.0, "threads": 1, "seed": 1, "keeps_states": True, "start": None} | options
    return StructuredJob(problem=problem, params=params, **stated)


def latest(events: list[Any], kind: type[Any]) -> Any:
    return next((event for event in reversed(events) if isinstance(event, kind)), None)


@pytest.mark.parametrize("backend", RUNS)
def test_a_state_comes_back(problem: Problem, backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solvers.search.states.wait_s", lambda _: 0.0)
    run, params = RUNS[backend]
    events: list[Any] = []
    run(job(problem, params), events.append)
    state, found = latest(events, State), latest(events, Found)
    assert restored(problem, unpacked(state.content), SearchParams().pool)
    assert ("tree.kind" in unpacked(state.content)) == (state.bound is not None) == (backend != "search")

    again: list[Any] = []
    ended = run(job(problem, params, start=found.solution, state=state.content), again.append)
    assert ended.warnings == ()
    assert latest(again, Found).objective <= found.objective
    if state.bound is not None:
        assert latest(again, Bound).value >= state.bound - 1e-6
        assert latest(again, Certified).bound >= state.bound - 1.0  # less what whole numbers can lose


@pytest.mark.parametrize("backend", RUNS)
@pytest.mark.parametrize("content", [b"", b"no arrays", packed({"pool.site": np.zeros(1)})])
def test_one_that_makes_no_sense_is_told_of(problem: Problem, backend: str, content: bytes) -> None:
    run, params = RUNS[backend]
    events: list[Any] = []
    ended = run(job(problem, params, state=content, time_limit=2.0), events.append)
    assert len(ended.warnings) == 1
    assert ended.warnings[0].startswith("the state of the checkpoint cannot be used (")
    assert latest(events, Found) is not None


def test_arrays_that_would_run_code_are_refused() -> None:
    with pytest.raises(ValueError, match="pickle"):
        packed({"pool.site": np.array([object()])})


def test_every_certificate_on_the_way_holds(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever a killed process has handed over last: it proves the bound that goes with it."""
    monkeypatch.setattr("solvers.columns.recorder.CERTIFY_S", 0.0)
    monkeypatch.setattr("solvers.columns.recorder.COST_SHARE", np.inf)
    events: list[Any] = []
    run_columns(job(problem, ColumnsParams()), events.append)
    certified = [event for event in events if isinstance(event, Certified)]
    assert len(certified) > 1
    assert [event.bound for event in certified] == sorted(event.bound for event in certified)
    for event in certified:
        certificate = Certificate.model_validate_json(event.certificate)
        check = recheck(hamlet(), certificate, time_limit_s=60.0)
        assert check.best is not None
        assert float(check.best) >= event.bound - 1e-6


# --- the tree ---------------------------------------------------------------------------------------------------------


def tree_of(problem: Problem, seconds: float = 3.0) -> tuple[Tree, Incumbent]:
    plan = construct(problem, seed=1, time_limit=20.0)
    assert plan is not None
    incumbent = Incumbent(problem, lambda _: None, time.monotonic() + seconds)
    incumbent.take(incumbent.found(plan), "start")
    return make_tree(problem, plan, [], 1, surroundings(incumbent)), incumbent


@pytest.fixture(scope="module")
def divided() -> tuple[Problem, Arrays, float]:
    """A tree with branches of several kinds, as it was saved, and the bound that it is to prove again."""
    area = Instance.read(Path(instances.__file__).parent / "data" / "rural_county")
    problem = build_problem(area)
    tree, _ = tree_of(problem, 600.0)
    steps = 0

    def is_over() -> bool:
        nonlocal steps
        steps += 1
        return len(tree._open) > 12 and tree._open[0].node.counts_fixed

    object.__setattr__(tree._around, "is_over", is_over)
    tree.run()
    arrays, bound = saved_tree(tree)
    assert len(arrays["tree.kind"]) > 12
    return problem, unpacked(packed(arrays)), bound


def test_leaves_are_proven_again_to_the_same_bound(divided: tuple[Problem, Arrays, float]) -> None:
    problem, arrays, bound = divided
    tree, _ = tree_of(problem)
    restore_tree(tree, arrays, lambda: False)
    assert tree.bound >= bound > 0
    again, proven = saved_tree(tree)
    assert proven >= bound
    assert (again["tree.kind"] == arrays["tree.kind"]).all()


def test_prices_from_a_file_prove_no_more_than_they_do(divided: tuple[Problem, Arrays, float]) -> None:
    """Whoever raises them in the file gets the bound that the raised prices prove, which is below every plan."""
    problem, arrays, bound = divided
    rng = np.random.default_rng(0)
    dear = {name: array * 1.5 if name == "price.practice" else array for name, array in arrays.items()}
    signs = {
        name: rng.normal(size=array.shape) * 1e5 if array.dtype.kind == "f" else array for name, array in arrays.items()
    }
    for forged in (dear, signs):
        tree, incumbent = tree_of(problem)
        restore_tree(tree, forged, lambda: False)
        assert tree.bound <= incumbent.objective
        assert tree.bound < bound


def test_time_that_is_up_leaves_a_bound_that_holds(divided: tuple[Problem, Arrays, float]) -> None:
    problem, arrays, bound = divided
    for allowed in (0, 1, 5):
        left = allowed * 100

        def is_over() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        tree, _ = tree_of(problem)
        restore_tree(tree, arrays, is_over)
        assert tree.root.evaluations == [] or tree.bound <= bound + 1.0


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tree.kind", lambda kind: np.full_like(kind, 99)),
        ("tree.kind", lambda kind: kind[:-1]),
        ("tree.children", lambda children: children + 1),
        ("tree.first", lambda first: np.full_like(first, -1)),
        ("tree.prices", lambda of: of + 10_000),
        ("price.practice", lambda prices: prices[:, 1:]),
        ("price.practice", lambda prices: prices * np.nan),
        ("clusters.leads", lambda leads: np.zeros_like(leads)),
    ],
)
def test_a_tree_that_makes_no_sense_is_refused(
    divided: tuple[Problem, Arrays, float], name: str, change: Callable[[Any], Any]
) -> None:
    problem, arrays, _ = divided
    tree, _ = tree_of(problem)
    with pytest.raises(UnusableState):
        restore_tree(tree, {**arrays, name: change(arrays[name])}, lambda: False)
    assert tree.root.children == []


def test_a_tree_of_another_problem_is_refused(divided: tuple[Problem, Arrays, float], problem: Problem) -> None:
    tree, _ = tree_of(problem)
    with pytest.raises(UnusableState):
        restore_tree(tree, divided[1], lambda: False)


def test_hubs_out_of_reach_are_left_out(problem: Problem) -> None:
    pool = HubPool(problem, SearchParams().pool)
    plan = construct(problem, seed=1, time_limit=20.0)
    assert plan is not None
    pool.add_plan(plan)
    arrays = dict(saved(pool.hubs()))
    known = {(hub.site, tuple(hub.members)) for hub in restored(problem, arrays, SearchParams().pool)}
    assert known == {(hub.site, tuple(hub.members)) for hub in pool.hubs()}
    pairs = set(zip(problem.reach.row.tolist(), problem.reach.column.tolist(), strict=True))
    far = next(j for j in range(problem.n_sites) if any((i, j) not in pairs for i in range(problem.n_practices)))
    arrays["pool.site"] = np.full_like(arrays["pool.site"], far)
    assert all((i, far) in pairs for hub in restored(problem, arrays, SearchParams().pool) for i in hub.members)

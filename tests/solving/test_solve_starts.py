"""Plans to begin from: given, repaired, constructed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from solving_support import VILLAGE, Stub, broken, optimum

from optimizer.model.backend import Limit, Outcome, Reason, Report, SolveOptions
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan
from optimizer.model.plan import Hub, Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving import solve as solving
from optimizer.solving.result import Result


def test_a_good_start_is_handed_on_and_kept(ask: Callable[..., Result]) -> None:
    seen: list[Solution | None] = []

    def answer(_: Problem, __: SolveOptions, ___: Report, start: Solution | None) -> Outcome:
        seen.append(start)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    result = ask(answer, start=optimum()[1])
    assert seen[0] is not None
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert result.objective == pytest.approx(optimum()[0])
    assert not result.warnings


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (Plan(hubs=(), independents=tuple("abcdefgh")), "and 4 more): it was not used"),
        (Plan(hubs=(Hub(site="b", members=("a", "b")),)), "(b is no hub site of village): it was not used"),
        (Plan(hubs=(Hub(site="a", members=("a", "Z")),)), "(Z is no practice of village): it was not used"),
        (
            Plan(hubs=(Hub(site="a", members=("a",), network="X:a"),)),
            "(X:a is no possible network of village): it was not",
        ),
    ],
)
def test_a_bad_start_is_told_and_left(ask: Callable[..., Result], start: Plan, words: str) -> None:
    seen: list[Solution | None] = []

    def answer(_: Problem, __: SolveOptions, ___: Report, first: Solution | None) -> Outcome:
        seen.append(first)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    result = ask(answer, start=start)
    assert seen == [None]
    assert result.plan is None
    assert any(words in warning for warning in result.warnings), result.warnings


def test_a_bad_start_is_repaired(ask: Callable[..., Result]) -> None:
    seen: list[Solution | None] = []

    def answer(_: Problem, __: SolveOptions, ___: Report, first: Solution | None) -> Outcome:
        seen.append(first)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    repaired = from_plan(build_problem(VILLAGE), optimum()[1])
    result = ask(answer, start=Plan(hubs=(Hub(site="b", members=("a", "b")),)), repair=repaired)
    assert seen == [repaired]
    assert result.objective == pytest.approx(optimum()[0])
    assert any("the search began from a plan near it that does" in warning for warning in result.warnings)


def test_a_repair_that_breaks_rules_is_no_start(ask: Callable[..., Result]) -> None:
    result = ask(Outcome(Reason.NO_SOLUTION, Limit.TIME), start=Plan(hubs=()), repair=broken(build_problem(VILLAGE)))
    assert result.plan is None
    assert any("it was not used" in warning for warning in result.warnings)


@pytest.mark.parametrize("anyway", [True, False])
def test_a_good_start_may_be_enough(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, *, anyway: bool
) -> None:
    constructed: list[Problem] = []

    def answer(*_: Any) -> Outcome:
        monkeypatch.setattr(solving, "construct", lambda problem, **__: constructed.append(problem))
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    ask(answer)  # its stubs stay for the solve that follows
    result = solving.solve(VILLAGE, solver="stub", start=optimum()[1], construct_anyway=anyway)
    assert result.objective == pytest.approx(optimum()[0])
    assert len(constructed) == anyway


@pytest.mark.parametrize("searches", [True, False])
def test_a_backend_that_searches_gets_the_first_plan_constructed(
    monkeypatch: pytest.MonkeyPatch, *, searches: bool
) -> None:
    class Other(Stub):
        info = replace(Stub.info, searches=searches)

    runs: list[int | None] = []
    monkeypatch.setattr(solving, "load", lambda _: Other(lambda *_: Outcome(Reason.NO_SOLUTION, Limit.TIME)))
    monkeypatch.setattr(solving, "construct", lambda *_, most_runs, **__: runs.append(most_runs))
    solving.solve(VILLAGE, solver="stub")
    assert runs == [1 if searches else None]


def test_a_constructed_plan_that_breaks_rules_is_no_start(ask: Callable[..., Result]) -> None:
    seen: list[Solution | None] = []

    def answer(_: Problem, __: SolveOptions, ___: Report, first: Solution | None) -> Outcome:
        seen.append(first)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    empty = np.full(4, -1, dtype=np.int64)
    ask(answer, construct=Solution(np.full(8, -1, dtype=np.int64), empty, empty > 0))
    assert seen == [None]

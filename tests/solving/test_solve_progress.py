"""While a solve runs: progress, and Ctrl-C."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from partitioning import best_plan
from solving_support import VILLAGE, broken, good, optimum
from village import village

from optimizer.model.backend import Limit, Outcome, Reason, Report, SolveOptions
from optimizer.model.consequences import from_plan
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving import solve as solving
from optimizer.solving.result import Progress, Result


def test_progress_never_gets_worse(ask: Callable[..., Result]) -> None:
    events: list[Progress] = []
    plans: list[Plan] = []

    def answer(problem: Problem, _: SolveOptions, report: Report, __: Solution | None) -> Outcome:
        for bound in (-math.inf, 500.0, math.nan, 300.0, 700.0):
            report.bound(bound)
        report.incumbent(broken(problem), 1.0)
        report.incumbent(dearer(problem), 1.0)
        report.incumbent(good(problem), 1.0)
        report.incumbent(dearer(problem), 1.0)
        report.message("a line")
        return Outcome(Reason.FEASIBLE, Limit.TIME, solution=dearer(problem))

    result = ask(answer, on_progress=events.append, on_plan=plans.append, proof=None)
    objectives = [event.objective for event in events if event.objective is not None]
    bounds = [event.bound for event in events if event.bound is not None]
    assert objectives == sorted(objectives, reverse=True)
    assert len(set(objectives)) == 2
    assert bounds == sorted(bounds)
    assert set(bounds) == {0.0, 500.0, 700.0}
    assert [event.elapsed_s for event in events] == sorted(event.elapsed_s for event in events)
    assert [event.message for event in events if event.message] == ["a line"]
    assert {event.proof for event in events[1:]} == {"claimed"}
    assert result.trajectory == tuple(event for event in events[1:] if not event.message)
    assert result.objective == pytest.approx(optimum()[0])
    assert len(plans) == 2
    assert result.plan is not None
    assert plans[-1] == result.plan.plan


def dearer(problem: Problem) -> Solution:
    """The best plan of a village where c may not be independent."""
    best = best_plan(village({"practices.c.independent_allowed": False}))
    assert best is not None
    return from_plan(problem, best[1])


class RefusedError(Exception):
    """Of the caller."""


@pytest.mark.parametrize("callback", ["on_progress", "on_plan"])
@pytest.mark.parametrize("swallows", [False, True])
@pytest.mark.parametrize("error", [RefusedError, MemoryError, ValueError])
def test_what_a_callback_raises_is_raised(
    ask: Callable[..., Result], callback: str, swallows: bool, error: type[Exception]
) -> None:
    calls: list[object] = []

    def call(value: object) -> None:
        calls.append(value)
        if len(calls) > 1:
            raise error("enough")

    def answer(problem: Problem, _: SolveOptions, report: Report, __: Solution | None) -> Outcome:
        try:
            report.incumbent(dearer(problem), 0.0)
            report.incumbent(good(problem), 0.0)
        except Exception:
            if not swallows:
                raise
        return Outcome(Reason.FEASIBLE, solution=good(problem))

    with pytest.raises(error, match="enough"):
        ask(answer, **{callback: call})
    assert len(calls) == 2


def test_a_flood_of_messages_is_bounded_and_obeys_no_escapes(ask: Callable[..., Result]) -> None:
    said: list[str] = []

    def answer(_: Problem, __: SolveOptions, report: Report, ___: Solution | None) -> Outcome:
        for k in range(20_000):
            report.message(f"\x1b[2J\x9b31m{k}\r\n\x08" + "long " * 1_000)
        return Outcome(Reason.NO_SOLUTION)

    ask(answer, on_progress=lambda progress: said.append(progress.message))
    assert said[2].startswith("31m1 long long")
    assert "no more are shown" in said[-1]
    assert len(said) < 500
    assert all(line.isprintable() and len(line) <= 500 for line in said)


def test_interrupt_keeps_the_best(ask: Callable[..., Result]) -> None:
    def answer(problem: Problem, _: SolveOptions, report: Report, __: Solution | None) -> Outcome:
        report.incumbent(good(problem), 0.0)
        raise KeyboardInterrupt

    result = ask(answer)
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.INTERRUPT)
    assert result.objective == pytest.approx(optimum()[0])


def test_interrupt_of_the_construction(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(solving, "construct", interrupted)
    result = solving.solve(VILLAGE, solver="highs", start=optimum()[1])
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.INTERRUPT)
    result = solving.solve(VILLAGE, solver="highs")
    assert (result.reason, result.limit) == (Reason.NO_SOLUTION, Limit.INTERRUPT)

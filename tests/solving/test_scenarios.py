"""Solving from programs: in processes and threads of the caller's, quietly, with a log for those who ask."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hamlet_plan import hamlet
from scenarios import most_km
from solving_support import good

from optimizer import Progress, Result, solve
from optimizer.model.backend import Ending, Outcome, Reason, Report, SolveOptions
from optimizer.model.problem import Problem

HUBS = {1.0: 4, 3.0: 2, 8.0: 1}  # by km that are allowed


def check(results: list[Result]) -> None:
    assert [result.status for result in results] == [Reason.OPTIMAL] * len(HUBS)
    assert [result.instance.hub.max_km for result in results] == list(HUBS)
    assert [len(result.plan.hubs) for result in results if result.plan] == list(HUBS.values())
    assert all(result.plan is not None and result.plan.evaluation.ok for result in results)


def test_processes_that_are_spawned() -> None:
    """Those of a pool are daemons, which may have no children of `multiprocessing`."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        check(pool.map(most_km, HUBS))


def test_threads() -> None:
    with ThreadPoolExecutor(3) as pool:
        check(list(pool.map(most_km, HUBS)))


def test_threads_with_backends_of_our_own() -> None:
    with ThreadPoolExecutor(2) as pool:
        solves = [pool.submit(solve, hamlet(), name, time_limit=2, threads=1) for name in ("search", "columns")]
        results = [future.result() for future in solves]
    assert [result.ending for result in results] == [Ending.COMPLETED] * 2
    assert all(result.plan is not None and result.plan.evaluation.ok for result in results)


def test_a_solve_is_silent(ask: Callable[..., Result], capfd: pytest.CaptureFixture[str]) -> None:
    ask(lambda problem, *_: Outcome(Reason.FEASIBLE, solution=good(problem), warnings=("the seed is lucky",)))
    assert capfd.readouterr() == ("", "")


def test_the_log_tells_what_happens(ask: Callable[..., Result], caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Progress] = []

    def answer(problem: Problem, _: SolveOptions, report: Report, *__: object) -> Outcome:
        report.message("half way")
        return Outcome(Reason.FEASIBLE, solution=good(problem), warnings=("the seed is lucky",))

    with caplog.at_level(logging.INFO, logger="caregroup"):
        result = ask(answer, on_progress=heard.append)
    said = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "caregroup"]
    assert [message for _, message in said[1:-2]] == [str(progress) for progress in heard]
    assert said[0] == ("INFO", f"solving {result.instance.name}, 8 practices, with stub")
    assert heard[0].phase == "making a first plan"
    assert "half way" in said[2][1]
    assert said[-2:] == [("WARNING", "the seed is lucky"), ("INFO", repr(result))]

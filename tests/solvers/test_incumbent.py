"""The holder of the best plan: only what is better is streamed and logged, and reasons to stop are told apart."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hamlet_plan import BEST, OPTIMUM, hamlet

from optimizer.model.backend import Limit
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan
from optimizer.model.problem import Problem
from solvers.process.incumbent import Incumbent
from solvers.process.job import Bound, Found, StructuredJob


@pytest.fixture(scope="module")
def problem() -> Problem:
    return build_problem(hamlet())


@pytest.fixture(scope="module")
def best(problem: Problem) -> Found:
    return Incumbent(problem, lambda _: None).found(from_plan(problem, BEST))


def test_only_what_is_better_is_streamed_and_logged(problem: Problem, best: Found, tmp_path: Path) -> None:
    events: list[object] = []
    incumbent = Incumbent(problem, events.append, log_path=tmp_path / "log.txt")
    worse, hardly = Found(best.solution, best.objective + 5), Found(best.solution, best.objective - 1e-7)
    for found in (worse, best, worse, best):
        incumbent.take(found, "a test")
    incumbent.take(hardly, "a test", least=1e-6)
    for bound in (5.0, 3.0, 7.0, 7.0):
        incumbent.take_bound(bound)
    assert events == [worse, best, Bound(5.0), Bound(7.0)]
    assert incumbent.objective == pytest.approx(OPTIMUM)
    assert [line.partition("s  ")[2] for line in (tmp_path / "log.txt").read_text().splitlines()] == [
        "1,023,003.52 by a test",
        "1,022,998.52 by a test",
    ]


def test_a_job_begins_with_its_start(problem: Problem, best: Found) -> None:
    events: list[object] = []
    incumbent = Incumbent.of(StructuredJob(problem, 60.0, 1, 0, params=None, start=best.solution), events.append)
    assert events == [best]
    assert 59 < incumbent.time_left <= 60
    assert not incumbent.is_over()


def test_reasons_to_stop(problem: Problem, best: Found) -> None:
    reached = Incumbent(problem, lambda _: None, rel_gap=0.01, plan=best)
    assert reached.limit is None
    reached.take_bound(0.995 * best.objective)
    assert (reached.limit, reached.is_over()) == (Limit.GAP, True)
    late = Incumbent(problem, lambda _: None, deadline=time.monotonic())
    assert (late.limit, late.is_over()) == (Limit.TIME, True)
    asked, enough = Incumbent(problem, lambda _: None), Incumbent(problem, lambda _: None, is_enough=lambda: True)
    asked.stop.set()
    assert [(each.limit, each.is_over()) for each in (asked, enough)] == [(None, True)] * 2

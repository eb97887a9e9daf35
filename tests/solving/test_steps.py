"""A solve as an iterator: the steps of the callback, an end when the loop ends, errors where they are asked for."""

from __future__ import annotations

import threading
import time
from typing import cast

import pytest
from hamlet_plan import hamlet

from caregroup import Limit, Progress, Result, SolverError, iter_solve
from optimizer.solving.steps import Steps


def test_steps_are_what_the_callback_hears() -> None:
    heard: list[Progress] = []
    with iter_solve(hamlet(), "search", time_limit=1, threads=1, on_progress=heard.append) as steps:
        seen = list(steps)
        assert list(steps) == []
    assert seen == heard
    assert [step for step in seen if step in steps.result.trajectory] == list(steps.result.trajectory)
    assert steps.result.plan is not None


def test_leaving_the_loop_ends_the_solve() -> None:
    began = time.monotonic()
    with iter_solve(hamlet(), "search", time_limit=300, threads=1) as steps:
        for step in steps:
            if step.objective is not None:
                break
    assert time.monotonic() - began < 150
    assert steps.result.limit is Limit.INTERRUPT
    assert steps.result.objective is not None
    assert steps.result.objective <= step.objective


class Deaf:
    """Nothing is raised from where it is taken apart, as from a callback of the garbage collector."""

    def __init__(self, begun: threading.Event) -> None:
        self.begun = begun

    def __del__(self) -> None:
        self.begun.set()
        while True:
            time.sleep(0.01)


def test_an_interrupt_that_is_lost_is_sent_again_and_one_that_was_heard_is_not() -> None:
    begun, heard = threading.Event(), []

    def run(_: object) -> Result:
        Deaf(begun)
        try:
            while True:
                time.sleep(0.01)
        except KeyboardInterrupt:
            heard.append(1)
            time.sleep(1.0)  # what there is to do before the end
            return cast("Result", "what there was")

    steps = Steps(run)
    assert begun.wait(60)
    steps.stop()
    assert heard == [1]
    assert str(steps.result) == "what there was"


def test_errors_are_raised_by_the_loop_and_by_the_result() -> None:
    with iter_solve(hamlet(), "no such backend") as steps:
        for ask in (lambda: next(steps), lambda: steps.result):
            with pytest.raises(SolverError, match="no such backend"):
                ask()

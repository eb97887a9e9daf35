"""What becomes of a backend that lies or crashes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from solving_support import Answer, broken, good, optimum

from optimizer.model.backend import Ending, Outcome, Reason
from optimizer.model.certificate import Certificate, Leaf
from optimizer.solving.result import Result


def crash(*_: Any) -> Outcome:
    raise RuntimeError("segment 7 is gone")


def certificate(bound: float) -> Certificate:
    return Certificate(
        schema_version=1, bound=bound, root_bound=0.0, root=(), prices=(), tree=Leaf(prices=(), bound=bound)
    )


LIES: dict[str, tuple[Answer, str]] = {
    "objective too low": (
        lambda p, *_: Outcome(Reason.OPTIMAL, solution=good(p), objective=0.9 * optimum()[0], bound=1.0),
        "below the verified",
    ),
    "objective no number": (
        lambda p, *_: Outcome(Reason.OPTIMAL, solution=good(p), objective=math.nan),
        "is not a finite number",
    ),
    "bound above the plan": (
        lambda p, *_: Outcome(Reason.OPTIMAL, solution=good(p), bound=1.1 * optimum()[0]),
        "above the verified",
    ),
    "certified bound above the plan": (
        lambda p, *_: Outcome(Reason.FEASIBLE, solution=good(p), certificate=certificate(1.1 * optimum()[0])),
        "its bound.json: claimed bound",
    ),
    "bound no number": (lambda *_: Outcome(Reason.FEASIBLE, bound=math.nan), "is not a lower bound"),
    "infeasible": (lambda *_: Outcome(Reason.INFEASIBLE), "claims that no plan exists, but a verified one does"),
    "unbounded": (lambda *_: Outcome(Reason.UNBOUNDED), "every term is 0 or more"),
    "a plan that breaks rules": (
        lambda p, *_: Outcome(Reason.OPTIMAL, solution=broken(p), objective=5.0, bound=5.0),
        "its plan breaks",
    ),
    "crash": (crash, "RuntimeError: segment 7 is gone"),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_told_and_the_start_is_returned(ask: Callable[..., Result], lie: str) -> None:
    answer, words = LIES[lie]
    result = ask(answer, start=optimum()[1])
    assert result.reason is Reason.ERROR
    assert words in result.message
    assert result.objective == pytest.approx(optimum()[0])
    assert result.plan is not None
    assert result.plan.evaluation.ok
    assert result.bound is None


@pytest.mark.parametrize("lie", ["unbounded", "a plan that breaks rules", "crash", "objective no number"])
def test_lies_without_a_start(ask: Callable[..., Result], lie: str) -> None:
    answer, words = LIES[lie]
    result = ask(answer)
    assert result.reason is Reason.ERROR
    assert words in result.message


@pytest.mark.parametrize("reason", [Reason.OPTIMAL, Reason.FEASIBLE])
def test_success_without_a_plan_is_a_failure(ask: Callable[..., Result], reason: Reason) -> None:
    result = ask(Outcome(reason))
    assert result.reason is Reason.ERROR
    assert "no plan" in result.message


def test_a_crash_is_an_ending(ask: Callable[..., Result]) -> None:
    assert ask(crash).ending is Ending.CRASHED

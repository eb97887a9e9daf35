"""What becomes of a backend that lies or crashes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from solving_support import Answer, broken, good, optimum

from optimizer.model.backend import Ending, Limit, Outcome, Reason
from optimizer.model.certificate import Certificate, Leaf
from optimizer.output.files import write_outputs
from optimizer.output.read_plan import read_plan
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


def returning(**changes: Any) -> Answer:
    """An honest answer but for these fields."""
    return lambda p, *_: replace(Outcome(Reason.FEASIBLE, solution=good(p)), **changes)


def holding(**changes: Any) -> Answer:
    """An answer with a good solution but for these arrays, of which each is made of its own."""

    def answer(problem: Any, *_: Any) -> Outcome:
        solution = good(problem)
        changed = {name: change(getattr(solution, name)) for name, change in changes.items()}
        return Outcome(Reason.FEASIBLE, solution=replace(solution, **changed))

    return answer


MALFORMED: dict[str, tuple[Answer, str]] = {
    "nothing": (lambda *_: None, "its answer is None"),  # type: ignore[arg-type, return-value]
    "a dictionary": (lambda *_: {"reason": "optimal"}, "an Outcome was expected"),  # type: ignore[arg-type, return-value]
    "no solution but a list": (returning(solution=[1, 2]), "a Solution was expected"),
    "a short array": (holding(site_of=lambda a: a[:-1]), "its site_of is an array of int64 of shape"),
    "a table": (holding(network_of=lambda a: a[:, None]), "its network_of is an array of int64 of shape"),
    "fractions": (holding(site_of=lambda a: a.astype(float)), "its site_of is an array of float64"),
    "not numbers": (holding(network_of=lambda a: np.full(len(a), np.nan)), "its network_of is an array of float64"),
    "objects": (holding(is_open=lambda a: a.astype(object)), "its is_open is an array of object"),
    "a list": (holding(is_open=list), "its is_open is a value of type list"),
    "no array": (holding(site_of=lambda _: None), "its site_of is None"),
    "a site that there is not": (holding(site_of=lambda a: a + 10**6), "its site_of holds 999999 to"),
    "a number below -1": (holding(network_of=lambda a: a - 7), "its network_of holds -8"),
    "text as objective": (returning(objective="cheap"), "its objective is 'cheap' (str)"),
    "text as bound": (returning(bound="1.0"), "its bound is '1.0' (str)"),
    "an unknown reason": (returning(reason="great"), "its reason is 'great' (str), where one of optimal"),
    "an unknown limit": (returning(limit=7), "its limit is 7 (int)"),
    "a number as message": (returning(message=12), "its message is 12 (int)"),
    "text as warnings": (returning(warnings="oh"), "its warnings is 'oh' (str)"),
    "half a node": (returning(nodes=0.5), "its nodes is 0.5 (float)"),
    "a certificate of paper": (returning(certificate="yes"), "its certificate is 'yes' (str)"),
    "endless time": (returning(cpu_s=math.inf), "its cpu_s is inf (float)"),
    "a malformed plan on the way": (
        lambda _p, _o, report, _s: report.incumbent("plan", 1.0) or Outcome(Reason.NO_SOLUTION),  # type: ignore[arg-type]
        "of a plan on the way, its plan is 'plan' (str)",
    ),
    "a malformed bound on the way": (
        lambda _p, _o, report, _s: report.bound("high") or Outcome(Reason.NO_SOLUTION),  # type: ignore[arg-type]
        "of a bound on the way, it is 'high' (str)",
    ),
}


@pytest.mark.parametrize("answer", MALFORMED)
def test_a_malformed_answer_costs_no_plan(ask: Callable[..., Result], answer: str) -> None:
    given, words = MALFORMED[answer]
    result = ask(given, start=optimum()[1])
    assert result.reason is Reason.ERROR
    assert words in result.message
    assert result.objective == pytest.approx(optimum()[0])


def test_words_of_a_backend_are_fit_to_print_and_to_write(ask: Callable[..., Result], tmp_path: Any) -> None:
    wild = "\x1b[31mred\x07 \ud800\x00 line\r\nnext \u202e" + 9_999 * "long "
    result = ask(returning(warnings=(wild,), message=wild, native_status=wild), start=optimum()[1])
    write_outputs(result, tmp_path)
    kept, best = read_plan(tmp_path / "plan.xlsx", result.instance), optimum()[1]
    assert [(hub.site, hub.members) for hub in kept.hubs] == [(hub.site, hub.members) for hub in best.hubs]
    assert result.warnings[0].startswith("red line next long long")
    for text in (*result.warnings, *result.message.splitlines(), result.outcome.native_status):
        assert text.isprintable()
        assert len(text) <= 500


@pytest.mark.parametrize("ending", [Ending.KILLED, Ending.CRASHED])
def test_a_backend_that_broke_off_is_an_error(ask: Callable[..., Result], ending: Ending) -> None:
    result = ask(Outcome(Reason.FEASIBLE, ending=ending, message="signal 9"), start=optimum()[1])
    assert (result.reason, result.message) == (Reason.ERROR, "signal 9")
    assert result.plan is not None
    assert ask(Outcome(Reason.NO_SOLUTION, ending=ending)).reason is Reason.ERROR


def test_a_backend_ended_at_its_limit_is_none(ask: Callable[..., Result]) -> None:
    result = ask(Outcome(Reason.FEASIBLE, Limit.TIME, ending=Ending.KILLED), start=optimum()[1])
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.TIME)

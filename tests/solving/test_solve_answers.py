"""What comes back of what an honest backend answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from solving_support import VILLAGE, good, optimum
from village import village

from optimizer.model.backend import Ending, Limit, Outcome, Reason, Report, SolveOptions
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving import solve as solving
from optimizer.solving.result import Result


def test_a_real_backend_proves_the_optimum() -> None:
    result = solving.solve(VILLAGE, solver="highs", time_limit=60, threads=1)
    assert (result.reason, result.limit, result.ending) == (Reason.OPTIMAL, None, Ending.COMPLETED)
    assert result.objective == pytest.approx(optimum()[0], rel=1e-6)
    assert result.gap is not None
    assert result.gap <= 1e-6
    assert sum(result.terms.values()) == pytest.approx(result.objective)  # both weights are 1


def test_objective_and_gap_are_recomputed(ask: Callable[..., Result]) -> None:
    best = optimum()[0]
    result = ask(lambda p, *_: Outcome(Reason.OPTIMAL, solution=good(p), objective=best * 1.5, bound=0.9 * best))
    assert (result.reason, result.limit) == (Reason.FEASIBLE, None)
    assert result.objective == pytest.approx(best)
    assert result.gap == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("options", "bound_share", "expected"),
    [
        ({}, 1.0, (Reason.OPTIMAL, None)),
        ({}, 1 - 5e-7, (Reason.OPTIMAL, None)),
        ({}, 1 - 5e-6, (Reason.FEASIBLE, Limit.TIME)),
        ({"gap": 0.05}, 0.96, (Reason.OPTIMAL, Limit.GAP)),
        ({"gap": 0.05}, 0.94, (Reason.FEASIBLE, Limit.TIME)),
        ({"gap": 0.05}, 1.0, (Reason.OPTIMAL, None)),
        ({"options": SolveOptions(abs_gap=50_000)}, 0.9, (Reason.OPTIMAL, Limit.GAP)),
        ({"options": SolveOptions(abs_gap=10_000)}, 0.9, (Reason.FEASIBLE, Limit.TIME)),
    ],
)
def test_optimal_only_within_tolerance(
    ask: Callable[..., Result], options: dict[str, Any], bound_share: float, expected: tuple[Reason, Limit | None]
) -> None:
    bound = optimum()[0] * bound_share
    outcome = Outcome(Reason.FEASIBLE, Limit.TIME, bound=bound)
    result = ask(lambda p, *_: replace(outcome, solution=good(p)), **options)
    assert (result.reason, result.limit) == expected
    assert (result.proof, result.proven_bound) == ("proven", result.bound)
    claimed = ask(lambda p, *_: replace(outcome, solution=good(p)), proof="claimed", **options)
    assert (claimed.reason, claimed.limit, claimed.proof) == (Reason.FEASIBLE, Limit.TIME, "claimed")
    assert (claimed.bound, claimed.gap, claimed.proven_bound) == (result.bound, result.gap, None)


@pytest.mark.parametrize("limit", [Limit.TIME, Limit.NODE, Limit.MEMORY])
def test_limits_without_a_plan(ask: Callable[..., Result], limit: Limit) -> None:
    result = ask(Outcome(Reason.NO_SOLUTION, limit, bound=5.0, native_status="ran out"))
    assert (result.reason, result.limit, result.plan, result.objective) == (Reason.NO_SOLUTION, limit, None, None)
    assert (result.bound, result.gap) == (5.0, None)
    assert result.outcome.native_status == "ran out"


def test_infeasible(ask: Callable[..., Result]) -> None:
    result = ask(Outcome(Reason.INFEASIBLE))
    assert (result.reason, result.plan, result.bound, result.proof) == (Reason.INFEASIBLE, None, None, "proven")


def test_infeasible_by_a_mere_claim(ask: Callable[..., Result]) -> None:
    result = ask(Outcome(Reason.INFEASIBLE, bound=7.0, message="presolve says so"), proof=None)  # not registered
    assert (result.reason, result.plan, result.bound, result.proof) == (Reason.NO_SOLUTION, None, None, "claimed")
    assert result.message == "stub claims that no plan exists; nothing here has proven it\npresolve says so"


def test_what_a_simple_reason_rules_out_is_proven_whoever_is_asked(ask: Callable[..., Result]) -> None:
    impossible = village({"hub.count_min": 99})
    ask(Outcome(Reason.NO_SOLUTION), proof=None)  # its stub stays for the solve that follows
    result = solving.solve(impossible, solver="stub")
    assert (result.reason, result.proof) == (Reason.INFEASIBLE, "proven")


def test_what_was_streamed_counts(ask: Callable[..., Result]) -> None:
    def answer(problem: Problem, _: SolveOptions, report: Report, __: Solution | None) -> Outcome:
        report.incumbent(good(problem), math.nan)
        report.bound(100.0)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    result = ask(answer)
    assert (result.reason, result.limit, result.bound) == (Reason.FEASIBLE, Limit.TIME, 100.0)
    assert result.objective == pytest.approx(optimum()[0])


def test_weights_are_in_the_objective_and_not_in_the_terms() -> None:
    weighed = village({"weights.cost": 0.5, "weights.disruption": 3})
    result = solving.solve(weighed, solver="highs", time_limit=60, threads=1)
    moved = result.terms["moved_practices"] + result.terms["moved_patients"]
    rest = sum(result.terms.values()) - moved
    assert result.objective == pytest.approx(0.5 * rest + 3 * moved)

"""The one door: starts, limits, options, progress, and what becomes of a backend that lies or crashes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from partitioning import best_plan
from village import village

from optimizer.model.backend import (
    Capability,
    Ending,
    Limit,
    Outcome,
    Proof,
    Reason,
    Report,
    SolveOptions,
    SolverInfo,
    UnsupportedOption,
)
from optimizer.model.build import build_problem
from optimizer.model.certificate import Certificate, Leaf
from optimizer.model.consequences import from_plan
from optimizer.model.plan import Hub, Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving import solve as solving
from optimizer.solving.registry import UnknownSolverError
from optimizer.solving.result import Progress, Result

Answer = Callable[[Problem, SolveOptions, Report, Solution | None], Outcome]
VILLAGE = village()


@cache
def optimum() -> tuple[float, Plan]:
    best = best_plan(VILLAGE)
    assert best is not None
    return best


@dataclass(frozen=True)
class Stub:
    """A backend that answers as a test says."""

    answer: Answer
    info: ClassVar[SolverInfo] = SolverInfo("stub", "Stub", (), frozenset(Capability))

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        return self.answer(problem, options, report, start)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Solve the village through a stub, vouched for unless said otherwise; nothing is constructed or repaired unless
    asked for."""

    def solve(
        answer: Answer | Outcome,
        *,
        construct: Solution | None = None,
        repair: Solution | None = None,
        proof: Proof | None = "proven",
        **options: Any,
    ) -> Result:
        backend = Stub(answer if callable(answer) else lambda *_: answer)
        monkeypatch.setattr(solving, "load", lambda _: backend)
        if proof is not None:
            monkeypatch.setattr(solving, "proof_by", lambda _: proof)
        monkeypatch.setattr(solving, "construct", lambda *_, **__: construct)
        monkeypatch.setattr(solving, "repair", lambda *_, **__: repair)
        return solving.solve(VILLAGE, solver="stub", **options)

    return solve


def good(problem: Problem) -> Solution:
    return from_plan(problem, optimum()[1])


def broken(problem: Problem) -> Solution:
    """Everybody independent, whether or not they may be."""
    nothing = np.full(problem.n_sites, -1, dtype=np.int64)
    return Solution(np.full(problem.n_practices, -1, dtype=np.int64), nothing, np.zeros(problem.n_sites, dtype=bool))


# --- honest backends --------------------------------------------------------------------------------------------------


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


# --- starts -----------------------------------------------------------------------------------------------------------


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


# --- backends that lie or crash ---------------------------------------------------------------------------------------


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


def test_an_option_that_is_not_to_be_had_is_raised(ask: Callable[..., Result]) -> None:
    def answer(*_: Any) -> Outcome:
        raise UnsupportedOption("stub cannot honour node_limit")

    with pytest.raises(UnsupportedOption, match="node_limit"):
        ask(answer)


@pytest.mark.parametrize(
    "options",
    [
        SolveOptions(node_limit=3),
        SolveOptions(rel_gap=0.1),
        SolveOptions(threads=2),
        SolveOptions(native={"stub": {"speed": "high"}}),
    ],
)
def test_an_option_that_a_backend_does_not_claim_is_refused_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, options: SolveOptions
) -> None:
    def called(*_: Any, **__: Any) -> Outcome:
        raise AssertionError("not to be asked")

    @dataclass(frozen=True)
    class Plain(Stub):
        info: ClassVar[SolverInfo] = SolverInfo("stub", "Stub", (), frozenset())

    monkeypatch.setattr(solving, "load", lambda _: Plain(called))
    monkeypatch.setattr(solving, "construct", called)
    with pytest.raises(UnsupportedOption, match="stub"):
        solving.solve(VILLAGE, solver="stub", options=options)


def test_the_log_is_where_it_was_asked_for(ask: Callable[..., Result], tmp_path: Path) -> None:
    log = tmp_path / "new" / "solver.log"
    ask(Outcome(Reason.NO_SOLUTION), options=SolveOptions(log_path=log))
    assert log.is_file()
    with pytest.raises(IsADirectoryError):
        ask(Outcome(Reason.NO_SOLUTION), options=SolveOptions(log_path=tmp_path))


def test_unknown_solver() -> None:
    with pytest.raises(UnknownSolverError, match="highs"):
        solving.solve(VILLAGE, solver="higs")


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


# --- options and progress ---------------------------------------------------------------------------------------------


def test_arguments_go_before_options(ask: Callable[..., Result]) -> None:
    seen: list[SolveOptions] = []

    def answer(_: Problem, options: SolveOptions, *__: Any) -> Outcome:
        seen.append(options)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    base = SolveOptions(rel_gap=0.2, threads=2, seed=3, node_limit=9, native={"stub": {"x": 1}}, on_unsupported="warn")
    result = ask(answer, gap=0.1, seed=0, options=base)
    expected = base.model_copy(update={"rel_gap": 0.1, "seed": 0})
    assert seen == [expected]
    assert result.options == expected


def test_the_time_limit_is_for_everything(ask: Callable[..., Result]) -> None:
    left: list[float | None] = []

    def answer(_: Problem, options: SolveOptions, *__: Any) -> Outcome:
        left.append(options.time_limit)
        return Outcome(Reason.NO_SOLUTION, Limit.TIME)

    result = ask(answer, time_limit=30.0)
    assert left[0] is not None
    assert 29.0 < left[0] < 30.0
    assert result.options.time_limit == 30.0
    ask(answer)
    assert left[1] is None


def test_a_short_limit_is_kept() -> None:
    result = solving.solve(VILLAGE, solver="highs", time_limit=1.0, threads=1)
    assert result.elapsed_s < 10.0
    assert result.reason in (Reason.OPTIMAL, Reason.FEASIBLE)


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
    assert {event.proof for event in events} == {"claimed"}
    assert result.trajectory == tuple(event for event in events if not event.message)
    assert result.objective == pytest.approx(optimum()[0])
    assert len(plans) == 2
    assert result.plan is not None
    assert plans[-1] == result.plan.plan


def dearer(problem: Problem) -> Solution:
    """The best plan of a village where c may not be independent."""
    best = best_plan(village({"practices.c.independent_allowed": False}))
    assert best is not None
    return from_plan(problem, best[1])


def test_weights_are_in_the_objective_and_not_in_the_terms() -> None:
    weighed = village({"weights.cost": 0.5, "weights.disruption": 3})
    result = solving.solve(weighed, solver="highs", time_limit=60, threads=1)
    moved = result.terms["moved_practices"] + result.terms["moved_patients"]
    rest = sum(result.terms.values()) - moved
    assert result.objective == pytest.approx(0.5 * rest + 3 * moved)

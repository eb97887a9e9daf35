"""Solvers, options and limits: which are taken, handed on, refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from solving_support import VILLAGE, Stub

from optimizer.model.backend import Limit, Outcome, Reason, SolveOptions, SolverInfo, UnsupportedOption
from optimizer.model.problem import Problem
from optimizer.solving import solve as solving
from optimizer.solving.registry import UnknownSolverError
from optimizer.solving.result import Result


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


def test_the_log_is_where_it_was_asked_for(ask: Callable[..., Result], tmp_path: Path) -> None:
    log = tmp_path / "new" / "solver.log"
    ask(Outcome(Reason.NO_SOLUTION), options=SolveOptions(log_path=log))
    assert log.is_file()
    with pytest.raises(IsADirectoryError):
        ask(Outcome(Reason.NO_SOLUTION), options=SolveOptions(log_path=tmp_path))


def test_unknown_solver() -> None:
    with pytest.raises(UnknownSolverError, match="highs"):
        solving.solve(VILLAGE, solver="higs")


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

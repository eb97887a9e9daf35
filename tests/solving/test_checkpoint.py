"""Checkpoints: what a run that is killed leaves, what another makes of it, and what is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from solving_support import VILLAGE, Stub, good, optimum

from instances import InputError
from optimizer.model.backend import Capability, Limit, Outcome, Reason, Report, Resumes, SolveOptions, SolverInfo
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving import solve as solving
from optimizer.solving.checkpoint import Checkpoint, Keeper
from optimizer.solving.registry import load, solver_ids
from optimizer.solving.result import Result

STATE, BOUND = b"what only the backend reads", 1000.0


class Resuming(Stub):
    """A stub that goes on from states, and keeps those that it is given."""

    info: ClassVar[SolverInfo] = SolverInfo("stub", "Stub", (), frozenset(Capability))
    given: ClassVar[list[bytes]] = []

    def resume(
        self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None, state: bytes
    ) -> Outcome:
        self.given.append(state)
        return self.answer(problem, options, report, start)


def killed(problem: Problem, _: SolveOptions, report: Report, __: Solution | None) -> Outcome:
    """A plan, a bound and a state, then Ctrl-C."""
    assert report.keeps_states
    report.incumbent(good(problem), 0.0)
    report.bound(BOUND)
    report.state(STATE, BOUND)
    raise KeyboardInterrupt


def limited(_: Problem, __: SolveOptions, report: Report, start: Solution | None) -> Outcome:
    """The start, as the time is up, and the bound of the state."""
    report.bound(BOUND)
    return Outcome(Reason.FEASIBLE, Limit.TIME, solution=start)


@pytest.fixture
def resume(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Result, list[bytes]]]:
    """Solve the village by a backend with states."""

    def solve(answer: Any, **options: Any) -> tuple[Result, list[bytes]]:
        backend = Resuming(answer)
        backend.given.clear()
        monkeypatch.setattr(solving, "load", lambda _: backend)
        monkeypatch.setattr(solving, "proof_by", lambda _: "proven")
        monkeypatch.setattr(solving, "construct", lambda *_, **__: None)
        return solving.solve(VILLAGE, solver="stub", **options), backend.given

    return solve


def test_what_was_told_comes_back(tmp_path: Path, resume: Callable[..., tuple[Result, list[bytes]]]) -> None:
    path = tmp_path / "run" / "checkpoint.zip"
    stopped, _ = resume(killed, checkpoint=path)
    assert stopped.is_unfinished
    kept = Checkpoint.read(path)
    assert (kept.state, kept.document.bound) == (STATE, BOUND)
    assert kept.document.objective == pytest.approx(optimum()[0])
    assert kept.document.elapsed_s > 0
    assert [file.name for file in path.parent.iterdir()] == [path.name]

    result, given = resume(limited, checkpoint=path, resume=path)
    assert given == [STATE]
    assert result.objective == stopped.objective
    assert (result.bound, result.is_unfinished, result.warnings) == (BOUND, False, ())
    again = Checkpoint.read(path)  # nothing new was told: as it was, its state included
    assert again.state == STATE
    assert again.document.elapsed_s > kept.document.elapsed_s


def test_a_bound_that_was_not_proven_again_is_told(
    tmp_path: Path, resume: Callable[..., tuple[Result, list[bytes]]]
) -> None:
    path = tmp_path / "checkpoint.zip"
    resume(killed, checkpoint=path)
    result, _ = resume(
        lambda _, __, ___, start: Outcome(Reason.FEASIBLE, Limit.TIME, solution=start, bound=BOUND / 2),
        checkpoint=path,
        resume=path,
    )
    assert result.is_unfinished
    assert any("did not suffice to prove the checkpoint's bound of 1,000.00 again" in said for said in result.warnings)
    assert Checkpoint.read(path).document.bound == BOUND


def test_a_plan_from_a_file_is_verified_again(
    tmp_path: Path, resume: Callable[..., tuple[Result, list[bytes]]]
) -> None:
    """One that breaks rules counts for nothing, whatever objective the file says it has."""
    path = tmp_path / "checkpoint.zip"
    resume(killed, checkpoint=path)
    kept = Checkpoint.read(path)
    assert kept.document.plan is not None
    nobody = kept.document.plan.model_copy(update={"hubs": ()})
    forged = kept.document.model_copy(update={"plan": nobody, "objective": 1.0})
    path.write_bytes(Checkpoint(forged, kept.state).to_bytes())
    result, _ = resume(limited, resume=path)
    assert any("does not fit the instance" in said for said in result.warnings)
    assert result.objective is None or result.objective >= optimum()[0] - 1e-6


def test_a_backend_without_states_goes_on_from_the_plan(tmp_path: Path, ask: Callable[..., Result]) -> None:
    path = tmp_path / "checkpoint.zip"
    stopped = ask(killed, checkpoint=path)
    result = ask(limited, resume=path)
    assert result.objective == stopped.objective
    assert result.warnings[0] == "stub keeps no state: it went on from the plan of the checkpoint alone"


def test_states_are_not_asked_for_where_nobody_keeps_them(ask: Callable[..., Result]) -> None:
    heard: list[bool] = []

    def answer(problem: Problem, _: SolveOptions, report: Report, __: Solution | None) -> Outcome:
        heard.append(report.keeps_states)
        report.state(STATE)
        return Outcome(Reason.FEASIBLE, solution=good(problem))

    assert ask(answer).plan is not None
    assert heard == [False]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 2}, "seed: found '1': a checkpoint of a run with seed 2"),
        ({"params": {"stub": {"a": {"b": 1}}}}, "params: found '{}'"),
        ({"start": True, "stay_close": 5.0}, "departures: found 'no price': a checkpoint of a run with £5"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(
    tmp_path: Path, ask: Callable[..., Result], changed: dict[str, Any], said: str
) -> None:
    path = tmp_path / "checkpoint.zip"
    stopped = ask(killed, checkpoint=path, seed=1)
    if "start" in changed:
        assert stopped.plan is not None
        changed = {**changed, "start": stopped.plan.plan}
    with pytest.raises(InputError) as refused:
        ask(limited, resume=path, **{"seed": 1, **changed})
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_another_instance_and_another_version_are_refused(tmp_path: Path, ask: Callable[..., Result]) -> None:
    path = tmp_path / "checkpoint.zip"
    ask(killed, checkpoint=path)
    kept = Checkpoint.read(path)
    path.write_bytes(Checkpoint(kept.document.model_copy(update={"caregroup": "0.0.9"})).to_bytes())
    with pytest.raises(InputError, match=r"version: found '0.0.9': a checkpoint of caregroup "):
        ask(limited, resume=path)
    mark = kept.document.instance.model_copy(update={"sha256": "0" * 64})
    path.write_bytes(Checkpoint(kept.document.model_copy(update={"instance": mark})).to_bytes())
    with pytest.raises(InputError, match=r"instance: found .* a checkpoint of the same instance and settings"):
        ask(limited, resume=path)


def test_limits_and_threads_may_be_others(tmp_path: Path, ask: Callable[..., Result]) -> None:
    path = tmp_path / "checkpoint.zip"
    ask(killed, checkpoint=path, time_limit=5, threads=2)
    assert ask(limited, resume=path, time_limit=9, threads=1, gap=0.1).plan is not None


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, ask: Callable[..., Result], content: bytes) -> None:
    path = tmp_path / "checkpoint.zip"
    with pytest.raises(InputError, match="there is none"):
        ask(limited, resume=path)
    path.write_bytes(content)
    with pytest.raises(InputError, match="a checkpoint that caregroup solve has written"):
        ask(limited, resume=path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("checkpoint.json", '{"schema_version": 2}')
    with pytest.raises(InputError, match="a checkpoint of this version"):
        ask(limited, resume=path)


def test_a_full_disk_costs_the_checkpoint_and_not_the_run(
    tmp_path: Path, ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("optimizer.solving.checkpoint.write_together", full)
    result = ask(limited, construct=None, checkpoint=tmp_path / "checkpoint.zip")
    assert result.plan is None
    result = ask(
        lambda problem, *_: Outcome(Reason.FEASIBLE, solution=good(problem)), checkpoint=tmp_path / "checkpoint.zip"
    )
    assert result.plan is not None
    assert result.warnings == ("the last checkpoint was not written (No space left on device)",)


def test_it_is_written_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solving.checkpoint.wait_s", lambda _: 0.01)
    path = tmp_path / "checkpoint.zip"
    first = Checkpoint.of(VILLAGE, "stub", SolveOptions(), None)
    with Keeper(path, first) as keeper:
        keeper.take_state(STATE, None)
        while not path.exists():
            pass
        assert Checkpoint.read(path).state == STATE


def test_capability_and_method_go_together() -> None:
    for solver_id in solver_ids():
        solver = load(solver_id)
        assert (Capability.RESUME in solver.info.capabilities) == isinstance(solver, Resumes), solver_id

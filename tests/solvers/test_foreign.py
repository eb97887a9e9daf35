"""Backends of other packages run apart: whatever they do, the plan is kept and this process is as it was."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
import wild
from hamlet_plan import BEST, hamlet

from optimizer.model.backend import Capability, Ending, Limit, Reason, SolveOptions, SolverError, UnsupportedOption
from optimizer.model.build import build_problem
from optimizer.solving.registry import load, probe
from optimizer.solving.result import Result
from optimizer.solving.solve import solve
from solvers.mip.highs import INFO
from solvers.mip.solver import MipSolver


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(wild.install(tmp_path / "installed")))


def run(name: str, **options: Any) -> Result:
    stated = {"time_limit": 20.0, "threads": 1, **options}
    return solve(hamlet(), f"wild:{name}", start=BEST, construct_anyway=False, **stated)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("leaves", "exit code 0"),
        ("exits", "exit code 0"),
        ("crashes", "signal 11"),
        ("aborts", "signal 6"),
        ("fails", "OwnError: lost the thread"),
        ("gives_up", "given up"),
        ("interrupts", "KeyboardInterrupt"),
        ("nothing", "its answer is None"),
        ("malformed", "its plan is 'plan' (str)"),
    ],
)
def test_what_ends_a_backend_costs_no_plan(name: str, words: str) -> None:
    result = run(name)
    assert result.reason is Reason.ERROR
    assert words in result.message
    assert result.plan is not None


@pytest.mark.parametrize("name", ["sleeps", "deaf", "floods", "prints"])
def test_time_is_kept_from_outside(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said: list[str] = []
    began = time.monotonic()
    result = run(name, time_limit=1.0, on_progress=lambda progress: said.append(progress.message))
    assert time.monotonic() - began < 30  # of the 600 that it would sleep
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.TIME)
    assert len(said) < 300
    assert all(line.isprintable() for line in said)
    assert not list(tmp_path.glob("caregroup-*"))


def test_memory_is_kept_from_outside() -> None:
    result = run("devours", options=SolveOptions(memory_mb=300))
    assert (result.limit, result.ending) == (Limit.MEMORY, Ending.OUT_OF_MEMORY)
    assert result.plan is not None
    assert result.outcome.peak_memory_mb < 2_000  # what it gets hold of between two looks is capped as addresses


def test_without_a_limit_memory_is_what_the_machine_has_free(monkeypatch: pytest.MonkeyPatch) -> None:
    free = type("", (), {"available": 300 * 2**20})
    monkeypatch.setattr("solvers.foreign.psutil.virtual_memory", free)
    assert run("devours").limit is Limit.MEMORY


def test_a_child_that_is_left_behind_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(wild.CHILD, str(tmp_path / "pid"))
    assert run("forks").plan is not None
    pid = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_this_process_is_as_it_was() -> None:
    before = (Path.cwd(), os.environ["HOME"], list(sys.path))
    assert run("moves").reason is Reason.FEASIBLE
    assert (Path.cwd(), os.environ["HOME"], list(sys.path)) == before


def test_what_it_refuses_is_raised_as_a_plain_line() -> None:
    with pytest.raises(UnsupportedOption, match=r"^no seeds here$"):
        run("refuses")


def test_parameters_are_checked_where_they_are_known() -> None:
    assert run("tuned", params={"wild:tuned": {"known": {}}}).reason is Reason.FEASIBLE
    with pytest.raises(UnsupportedOption, match="one parameter: known"):
        run("tuned", params={"wild:tuned": {"unknown": {}}})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone", "No module named 'no_such_module'"),
        ("at_import", "exit code 0"),
        ("not_one", "has no attribute 'info'"),
    ],
)
def test_what_cannot_be_loaded_says_so(name: str, words: str) -> None:
    with pytest.raises(SolverError, match=f'solver "wild:{name}" cannot be loaded from .*: .*{words}'):
        load(f"wild:{name}")
    assert words in probe(f"wild:{name}", build_problem(hamlet())).detail


def test_a_mip_backend_runs_as_ours_do() -> None:
    assert load("wild:mip") == MipSolver(INFO, "solvers.mip.highs:solve")
    result = run("mip", gap=0.9)
    assert (result.reason, result.proof) == (Reason.FEASIBLE, "claimed")


def test_limits_are_among_what_it_can_do() -> None:
    assert {Capability.TIME_LIMIT, Capability.MEMORY} <= load("wild:deaf").info.capabilities

"""What every backend owes, asked of one that proves nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import cache
from pathlib import Path

import numpy as np
import psutil
import pytest
from search_support import Recorder, bundled, search, search_verified

from optimizer.construct import construct
from optimizer.model.backend import Ending, Limit, Reason, UnsupportedOption
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

OPTIMUM = 1_022_998.5213  # of the hamlet


@cache
def town() -> Problem:
    return build_problem(bundled("market_town"))


@cache
def town_plan() -> Solution:
    plan = construct(town(), seed=3, time_limit=60.0)
    assert plan is not None
    return plan


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "solvers.process.worker" in child.cmdline()]


def when_found(recorder: Recorder, action: signal.Signals, process: int | None = None) -> threading.Thread:
    """Sends a signal to the worker, or to a process, once something has been streamed."""

    def run() -> None:
        until = time.monotonic() + 60
        while not recorder.incumbents and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(workers()[0].pid if process is None else process, action)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_finds_the_optimum_of_the_hamlet() -> None:
    outcome = search_verified(bundled("hamlet"), time_limit=5, seed=1)
    assert outcome.objective == pytest.approx(OPTIMUM, abs=1e-3)
    assert (outcome.reason, outcome.bound) == (Reason.FEASIBLE, None)


def test_ends_on_time() -> None:
    search(town(), time_limit=0.5)  # compiles
    outcome = search(town(), time_limit=2.0, threads=2)
    assert (outcome.reason, outcome.limit, outcome.ending) == (Reason.FEASIBLE, Limit.TIME, Ending.COMPLETED)
    assert 1.8 < outcome.build_s + outcome.solve_s < 2.5


def test_streams_get_better() -> None:
    recorder = Recorder()
    outcome = search(town(), None, recorder, time_limit=4.0, threads=2)
    objectives = [objective for _, objective in recorder.incumbents]
    assert objectives
    assert objectives == sorted(set(objectives), reverse=True)
    assert outcome.objective == objectives[-1]


def test_a_start_is_taken_up() -> None:
    recorder = Recorder()
    outcome = search(town(), town_plan(), recorder, time_limit=0.1)
    assert outcome.start_used is True
    assert (recorder.incumbents[0][0].site_of == town_plan().site_of).all()
    assert outcome.objective is not None
    assert outcome.objective <= recorder.incumbents[0][1]


def test_a_start_that_breaks_rules_is_told() -> None:
    nobody = Solution(
        site_of=np.full(town().n_practices, -1),
        network_of=np.full(town().n_sites, -1),
        is_open=np.zeros(town().n_sites, dtype=bool),
    )
    outcome = search(town(), nobody, time_limit=3.0)
    assert outcome.start_used is False
    assert any("start" in warning for warning in outcome.warnings)
    assert outcome.reason is Reason.FEASIBLE


@pytest.mark.parametrize("option", [{"rel_gap": 0.01}, {"node_limit": 5}, {"native": {"search": {"x": 1}}}])
def test_refuses_what_it_cannot_honour(option: dict[str, object]) -> None:
    with pytest.raises(UnsupportedOption, match="search"):
        search(town(), **option)
    outcome = search(town(), time_limit=0.5, on_unsupported="warn", **option)
    assert any("ignored" in warning for warning in outcome.warnings)


def test_writes_its_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "search.log"
    search(town(), town_plan(), time_limit=1.0, log_path=log)
    assert "start" in log.read_text()
    assert capfd.readouterr() == ("", "")


def test_a_killed_search_gives_its_best() -> None:
    recorder = Recorder()
    thread = when_found(recorder, signal.SIGKILL)
    outcome = search(town(), town_plan(), recorder, time_limit=60)
    thread.join()
    assert (outcome.reason, outcome.ending) == (Reason.FEASIBLE, Ending.KILLED)
    assert outcome.objective == recorder.incumbents[-1][1]


def test_an_interrupt_keeps_the_best() -> None:
    recorder = Recorder()
    thread = when_found(recorder, signal.SIGINT, os.getpid())
    outcome = search(town(), town_plan(), recorder, time_limit=60)
    thread.join()
    assert (outcome.reason, outcome.limit) == (Reason.FEASIBLE, Limit.INTERRUPT)


def test_out_of_memory_keeps_the_start() -> None:
    outcome = search(town(), town_plan(), time_limit=20, memory_mb=60)
    assert (outcome.limit, outcome.ending) == (Limit.MEMORY, Ending.OUT_OF_MEMORY)
    assert outcome.reason is Reason.FEASIBLE
    assert outcome.solution is not None


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    search(town(), time_limit=0.5, threads=2)
    assert not list(tmp_path.iterdir())
    assert not workers()

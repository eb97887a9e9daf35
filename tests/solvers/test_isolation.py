"""Jobs in processes of their own: whatever they do, the caller gets an account of it and nothing else is left."""

from __future__ import annotations

import os
import pickle
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from optimizer.model.backend import Ending
from solvers.process.isolation import JobEnd, JobLimits, run_isolated


@pytest.fixture(autouse=True)
def private_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "tmp"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    return directory


def run(target: str, payload: object, events: list[Any] | None = None, **limits: Any) -> JobEnd:
    taken = events if events is not None else []
    return run_isolated(f"isolation_targets:{target}", payload, on_event=taken.append, limits=JobLimits(**limits))


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def has_ended(pid: int) -> bool:
    until = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_running(pid)


def test_result_and_events(capfd: pytest.CaptureFixture[str], private_tmp: Path) -> None:
    events: list[Any] = []
    end = run("double", [1, 2], events)
    assert end.ending is Ending.COMPLETED
    assert end.result == [1, 2, 1, 2]
    assert events == [("got", [1, 2])]
    assert "nobody should see" in end.output_tail
    assert capfd.readouterr() == ("", "")
    assert not list(private_tmp.iterdir())


def test_private_directory(private_tmp: Path) -> None:
    places = run("where", None).result
    assert places["cwd"] == places["tmp"]
    assert Path(places["cwd"]).parent == private_tmp
    assert not list(private_tmp.iterdir())


def test_exception_comes_over() -> None:
    end = run("fail", "no good")
    assert isinstance(end.error, ValueError)
    assert end.ending is Ending.CRASHED
    assert end.message == "ValueError: no good"


def test_crash_is_told_with_its_last_words() -> None:
    end = run("crash", signal.SIGABRT)
    assert end.ending is Ending.CRASHED
    assert "signal 6" in end.message
    assert "famous last words" in end.output_tail


def test_silent_exit_is_a_crash() -> None:
    end = run("leave", 3)
    assert end.ending is Ending.CRASHED
    assert "exit code 3" in end.message


def test_overrun_ends_the_whole_group(private_tmp: Path) -> None:
    events: list[Any] = []
    began = time.monotonic()
    end = run("deaf_sleeper", 60, events, time_s=0.5, grace_s=0.2)
    assert time.monotonic() - began < 50  # of the 60 that it would sleep
    assert end.timed_out
    assert end.ending is Ending.KILLED
    assert "time limit" in end.message
    assert has_ended(events[0])
    assert not list(private_tmp.iterdir())


def test_what_a_job_disowns_is_ended() -> None:
    events: list[Any] = []
    assert run("disown", None, events).ending is Ending.COMPLETED
    assert has_ended(events[0])


@pytest.mark.parametrize(
    "junk", [b"no message at all", bytes(7) + b"\x02no", bytes(7), bytes(6) + b"\x01\x00unfinished"]
)
def test_what_is_no_message_keeps_nobody_waiting(junk: bytes) -> None:
    events: list[Any] = []
    end = run("babble", junk, events, time_s=1.0, grace_s=0.2)
    assert end.wall_s < 50  # of the 60 that it would sleep
    assert events == ["before"]
    assert end.timed_out or (end.ending is Ending.CRASHED and "sent a message" in end.message)


def test_a_job_that_is_stopped_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stops_at_import.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    began = time.monotonic()
    end = run_isolated("stops_at_import:nothing", None, on_event=print, limits=JobLimits(time_s=1.0))
    assert time.monotonic() - began < 60  # of the 120 that a start may take
    assert end.ending is Ending.KILLED
    assert "had not started" in end.message


def test_memory_of_the_group_is_watched() -> None:
    events: list[Any] = []
    end = run("devour", 10, events, memory_mb=200)
    assert end.ending is Ending.OUT_OF_MEMORY
    assert events
    assert len(events) * 10 < 400


def test_memory_jump_is_caught() -> None:
    end = run("devour", 4000, memory_mb=200)
    assert end.ending is Ending.OUT_OF_MEMORY


def test_cpu_seconds_are_counted() -> None:
    assert 0.5 <= run("burn", 0.6).cpu_s < 3  # the interpreter and its imports included


def test_interrupt_in_the_callers_code() -> None:
    def stop(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    end = run_isolated("isolation_targets:deaf_sleeper", 60, on_event=stop)
    assert end.interrupted
    assert end.ending is Ending.KILLED


@pytest.mark.parametrize("kind", [RuntimeError, BrokenPipeError, EOFError, pickle.UnpicklingError, SystemExit])
def test_error_in_the_callers_code_ends_the_job(kind: type[BaseException], private_tmp: Path) -> None:
    def fail(_: object) -> None:
        raise kind("mine")

    began = time.monotonic()
    with pytest.raises(kind, match="mine"):
        run_isolated("isolation_targets:deaf_sleeper", 60, on_event=fail)
    assert time.monotonic() - began < 50  # of the 60 that it would sleep
    assert not list(private_tmp.iterdir())

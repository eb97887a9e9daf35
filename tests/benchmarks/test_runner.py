"""The runner: what is stored when, what a kill leaves behind, and what is made again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

import psutil
import pytest
from bench_rows import a_row
from bench_support import facts, grid, make, write_suite

from benchmarks.grid import is_failed, left_to_do
from benchmarks.reference import Reference, measure
from benchmarks.row import Row
from benchmarks.runner import Task, run_all
from benchmarks.store import Store
from optimizer.executors import Pool

PATIENCE_S = 300.0  # a busy machine is slow to start processes


class Immediate(Executor):
    """Answers at once, with what it is told to."""

    def __init__(self, answer: Callable[[Task], Row]) -> None:
        self.answer = answer
        self.tasks: list[Task] = []

    def submit(self, fn: Callable[..., Row], /, *args: Task, **_: object) -> Future[Row]:  # noqa: ARG002
        future: Future[Row] = Future()
        self.tasks.append(args[0])
        try:
            future.set_result(self.answer(args[0]))
        except Exception as error:
            future.set_exception(error)
        return future


def answer(task: Task) -> Row:
    if isinstance(task, Reference):
        return a_row(f"reference {time.monotonic_ns()}", kind="reference")
    return a_row(task.key)


def test_references_at_the_beginning_and_now_and_then(tmp_path: Path) -> None:
    runs = grid(write_suite(tmp_path / "s.toml", seeds=list(range(1, 8))))
    executor = Immediate(answer)
    with Store(tmp_path) as store:
        run_all(runs, Pool(executor, 2), store, reference_every=3, on_row=lambda _: None)
        kinds = "".join("r" if isinstance(task, Reference) else "." for task in executor.tasks)
        assert kinds == "rr...r...r."
        assert {row.key for row in store.rows() if row.kind == "run"} == {run.key for run in runs}
        assert sum(row.kind == "reference" for row in store.rows()) == 4
        run_all([], Pool(executor, 2), store, reference_every=3, on_row=lambda _: pytest.fail("a row"))


def test_no_run_is_begun_that_may_end_too_late(tmp_path: Path) -> None:
    runs = grid(write_suite(tmp_path / "s.toml", seeds=list(range(1, 8)), time_limit_s=0.2))

    def take_a_while(task: Task) -> Row:
        time.sleep(0.1)
        return answer(task)

    with Store(tmp_path) as store:
        pool = Pool(Immediate(take_a_while), 1)
        made = run_all(runs, pool, store, reference_every=9, on_row=lambda _: None, most_s=0.55)
        assert 1 <= made <= 3  # begun after the reference job, at 0.1 s, and then until 0.35 s
        assert {row.key for row in store.rows() if row.kind == "run"} == {run.key for run in runs[:made]}
        assert run_all(runs[made:], pool, store, reference_every=9, on_row=lambda _: None) == len(runs) - made
        assert sum(row.kind == "run" for row in store.rows()) == len(runs)


def test_a_failing_worker_loses_no_row_of_another(tmp_path: Path) -> None:
    runs = grid(write_suite(tmp_path / "s.toml", seeds=[1, 2, 3, 4]))

    def fail_second(task: Task) -> Row:
        if task == runs[1]:
            raise RuntimeError("the worker is gone")
        return answer(task)

    with Store(tmp_path) as store:
        with pytest.raises(RuntimeError, match="the worker is gone"):
            run_all(runs, Pool(Immediate(fail_second), 4), store, reference_every=9, on_row=lambda _: None)
        stored = {row.key for row in store.rows() if row.kind == "run"}
    assert {runs[0].key} <= stored
    assert runs[1].key not in stored


def test_the_reference_job_is_the_same_each_time() -> None:
    row = measure(Reference("s"))
    assert (row.kind, row.suite, row.outcome) == ("reference", "s", "completed")
    assert row.objective == pytest.approx(417.43335943)
    assert row.cpu_s > 0.1  # long enough to say something


def test_retry_makes_failed_runs_again_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAD_BACKENDS_LOG", str(tmp_path / "log"))
    runs = grid(write_suite(tmp_path / "s.toml", ["bad:first_crash", "bad:time"], time_limit_s=60))
    rows = make(runs, tmp_path / "out")
    assert [row.backend for row in rows if is_failed(row)] == ["bad:first_crash"]
    assert left_to_do(runs, rows, retry_failed=False) == []
    again = left_to_do(runs, rows, retry_failed=True)
    assert [run.backend for run in again] == ["bad:first_crash"]
    mended = make(again, tmp_path / "out")
    assert {row.backend: row.outcome for row in mended} == {"bad:first_crash": "completed", "bad:time": "completed"}
    assert left_to_do(runs, mended, retry_failed=True) == []


# --- the command in a process of its own ----------------------------------------------------------------------------


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from optimizer.cli import main; main()", "bench", "run", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def wait_for_rows(folder: Path, number: int) -> list[psutil.Process]:
    """Waits until so many runs are stored and another is under way; the processes of the latter."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        made = [row for row in Store(folder).rows() if row.kind == "run"]
        workers = [process for process in psutil.Process().children(recursive=True) if _is_run(process)]
        if len(made) >= number and workers:
            return workers
        time.sleep(0.02)
    raise AssertionError("no run was made")


def _is_run(process: psutil.Process) -> bool:
    try:
        return "solvers.process.worker" in process.cmdline()
    except psutil.Error:
        return False


def keys(folder: Path) -> list[str]:
    return sorted(row.key for row in Store(folder).rows() if row.kind == "run")


def test_killed_midway_and_started_again(tmp_path: Path) -> None:
    """The rows of an unbroken run, and none of the runs that had been made is made again."""
    log = tmp_path / "log"
    suite = write_suite(tmp_path / "s.toml", ["bad:log"], seeds=[1, 2, 3, 4, 5], time_limit_s=60)
    out = tmp_path / "broken"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAD_BACKENDS_LOG", str(log))
        process = start(suite, "--out", out)
        try:
            workers = wait_for_rows(out, 1)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        gone, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
        assert gone
        assert not alive  # no run outlives the runner
        before = keys(out)
        assert 1 <= len(before) < 5
        (rows,) = (out / "rows").iterdir()
        with rows.open("a") as file:
            file.write('{"kind":"run","key":"cut')  # as a kill in mid-write leaves it
        log.write_text("")
        done = start(suite, "--out", out)
        text, said = done.communicate(timeout=PATIENCE_S)
        assert done.returncode == 0, said
        assert f"{len(before)} of 5 are there" in said
        assert len(log.read_text().split()) == 5 - len(before)
    assert keys(out) == sorted(run.key for run in grid(suite))
    assert "5 rows in " in text


@pytest.mark.slow
def test_unbroken_and_broken_have_the_same_rows(tmp_path: Path) -> None:
    """With real backends, killed again and again."""
    suite = write_suite(tmp_path / "s.toml", ["highs", "pulp:cbc"], seeds=[1, 2], time_limit_s=60)
    whole = start(suite, "--out", tmp_path / "whole")
    whole.communicate(timeout=600)
    out = tmp_path / "broken"
    for number in (1, 2, 3):
        process = start(suite, "--out", out)
        wait_for_rows(out, number)
        process.kill()
        process.communicate()
    assert start(suite, "--out", out).wait(600) == 0
    assert keys(out) == keys(tmp_path / "whole")
    unbroken = {row.key: facts(row) for row in Store(tmp_path / "whole").rows() if row.kind == "run"}
    assert {row.key: facts(row) for row in Store(out).rows() if row.kind == "run"} == unbroken


def test_ctrl_c_ends_the_runs_and_says_how_to_go_on(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "s.toml", ["bad:time", "bad:hang"], time_limit_s=600)
    process = start(suite, "--out", tmp_path / "out")
    try:
        workers = wait_for_rows(tmp_path / "out", 1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Every row is stored; the same command goes on from here." in said
    assert "Traceback" not in said
    assert not psutil.wait_procs(workers, timeout=PATIENCE_S)[1]
    assert [row.backend for row in Store(tmp_path / "out").rows() if row.kind == "run"] == ["bad:time"]

"""What becomes of a result when something ends before its time; conftest.py sees to it that nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import contract_models as models
import numpy as np
import psutil
from contract_backend import Backend, Recorder
from contract_processes import inside, wait_until, workers_of

from optimizer.model.backend import Capability, Ending, Limit, Reason

_SOLVING_S = 1.0  # into the solve

_SOLVE = """
import sys
sys.path[:0] = [{tests!r}]
import contract_models as models
from optimizer.model.backend import SolveOptions
from optimizer.solving.registry import load
load({solver_id!r}).solve_mip(models.knapsacks(30, 250), SolveOptions(time_limit=60, threads=1))
"""


def during_the_solve(
    backend: Backend, recorder: Recorder, action: Callable[[psutil.Process], None]
) -> threading.Thread:
    """Acts once the solve is under way: once it has streamed, from a backend that does."""

    def run() -> None:
        if wait_until(lambda: workers_of(os.getpid())):
            worker = workers_of(os.getpid())[0]
            if backend.can(Capability.INCUMBENTS):
                wait_until(lambda: recorder.bounds and any(objective > 0 for _, objective in recorder.incumbents))
            else:
                time.sleep(_SOLVING_S)
            action(worker)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_killed_solver_gives_a_result(backend: Backend) -> None:
    model, recorder = models.knapsacks(30, 250), Recorder()
    thread = during_the_solve(backend, recorder, lambda worker: worker.kill())
    result = backend.solve(model, np.zeros(250), recorder, time_limit=30)
    thread.join()
    assert (result.reason, result.ending) == (Reason.FEASIBLE, Ending.KILLED)
    assert result.objective is not None
    assert result.objective >= 0
    if backend.can(Capability.INCUMBENTS):
        assert recorder.incumbents
        assert result.objective == recorder.incumbents[-1][1] > 0
        assert recorder.bounds
        assert result.bound == recorder.bounds[-1]
    assert result.message


def test_crash_gives_a_result(backend: Backend) -> None:
    recorder = Recorder()
    thread = during_the_solve(backend, recorder, lambda worker: worker.send_signal(signal.SIGSEGV))
    result = backend.solve(models.knapsacks(30, 250), np.zeros(250), recorder, time_limit=30)
    thread.join()
    assert (result.reason, result.ending) == (Reason.FEASIBLE, Ending.CRASHED)
    assert "signal 11" in result.message


def test_out_of_memory_gives_a_result(backend: Backend) -> None:
    result = backend.solve(models.knapsacks(30, 250), np.zeros(250), memory_mb=45)
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.MEMORY)
    assert result.ending is Ending.OUT_OF_MEMORY


def test_memory_limit_leaves_room(backend: Backend) -> None:
    result = backend.solve(models.knapsacks(3, 16), memory_mb=800)
    assert result.reason is Reason.OPTIMAL
    assert 20 < result.peak_memory_mb < 800


def test_interrupt_keeps_the_best(backend: Backend) -> None:
    recorder = Recorder()
    thread = during_the_solve(backend, recorder, lambda _: os.kill(os.getpid(), signal.SIGINT))
    result = backend.solve(models.knapsacks(30, 250), np.zeros(250), recorder, time_limit=30)
    thread.join()
    assert (result.reason, result.limit) == (Reason.FEASIBLE, Limit.INTERRUPT)
    assert result.objective is not None
    if backend.can(Capability.INCUMBENTS):
        assert result.objective > 0


def test_killed_parent_leaves_nothing(backend: Backend, private_tmp: Path) -> None:
    code = _SOLVE.format(tests=str(Path(__file__).parent), solver_id=backend.id)
    environment = os.environ | {"TMPDIR": str(private_tmp)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as parent:
        assert wait_until(lambda: workers_of(parent.pid))
        time.sleep(_SOLVING_S)
        assert inside(private_tmp)
        parent.kill()


def test_threads_change_from_solve_to_solve(backend: Backend) -> None:
    backend.needs(Capability.THREADS)
    for count in (1, 2, 1):
        assert backend.solve(models.knapsacks(3, 16), threads=count).reason is Reason.OPTIMAL

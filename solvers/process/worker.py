"""The child's side of an isolated job: `python -m solvers.process.worker EVENTS_FD LIFELINE_FD JOB_FILE`.

Runs `module:attribute` with a pickled payload and sends what it emits, then its result, over an inherited pipe. The
parent's side, and what the two owe each other, is in `isolation.py`.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solvers.process.messages import Outbox

Emit = Callable[[object], None]
Target = Callable[[Any, Emit], object]

# Outlives whatever the solver does with the interpreter lock: ends the whole group once the parent is gone, however
# the parent ended. Solvers' own children (cbc) would otherwise be orphans.
_WATCHDOG = "trap '' INT TERM HUP; read -r _; kill -TERM 0; sleep 0.2; rm -rf -- \"$1\"; kill -KILL 0"
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_KNOWN_TO_PARENT = {"builtins", "instances", "optimizer", "solvers", "benchmarks"}  # packages of errors that go over


@dataclass(frozen=True)
class Job:
    """What the parent writes for the child."""

    target: str  # "module:attribute", called with (payload, emit)
    imports: tuple[str, ...]  # imported before the clock starts
    payload: bytes
    address_space_bytes: int | None


@dataclass(frozen=True)
class Started:
    cpu_s: float


@dataclass(frozen=True)
class Event:
    value: object


@dataclass(frozen=True)
class Finished:
    result: object


@dataclass(frozen=True)
class Failed:
    kind: str
    text: str
    error: BaseException | None  # None where it cannot be pickled
    out_of_memory: bool = False


def resolve(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _die_with_parent(lifeline_fd: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            prctl = ctypes.CDLL(None, use_errno=True).prctl
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            prctl(_PR_SET_CHILD_SUBREAPER, 1)  # children of its children stay in the sight of the parent
    with contextlib.suppress(OSError):
        subprocess.Popen(["/bin/sh", "-c", _WATCHDOG, "watchdog", str(Path.cwd())], stdin=lifeline_fd)
    os.close(lifeline_fd)


def _run(job: Job, outbox: Outbox) -> None:
    try:
        for name in job.imports:
            importlib.import_module(name)
        target: Target = resolve(job.target)
        payload = pickle.loads(job.payload)
        outbox.send(Started(time.process_time()))
        result = target(payload, lambda value: outbox.send(Event(value)))
    except MemoryError as error:
        outbox.send(Failed("MemoryError", str(error), None, out_of_memory=True))
    except Exception as error:
        traceback.print_exc()
        outbox.send(_failure(error))
    else:
        outbox.send(Finished(result))


def _failure(error: Exception) -> Failed:
    """With the error itself where the parent needs no foreign code to take it."""
    message = Failed(type(error).__name__, str(error), error)
    try:
        if type(error).__module__.partition(".")[0] in _KNOWN_TO_PARENT:
            pickle.loads(pickle.dumps(message))
            return message
    except Exception:  # whatever cannot be pickled
        pass
    return Failed(message.kind, message.text, None)


def main() -> None:
    events_fd, lifeline_fd, job_file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    # Ctrl-C is the parent's to handle; solvers that have a handler of their own (CBC, CP-SAT, SCIP) install it later.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.set_inheritable(events_fd, False)
    _die_with_parent(lifeline_fd)
    with job_file.open("rb") as file:
        job: Job = pickle.load(file)
    job_file.unlink()
    if job.address_space_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (job.address_space_bytes, job.address_space_bytes))
    _run(job, Outbox(events_fd))
    sys.stdout.flush()
    sys.stderr.flush()
    # Finalisers of solver libraries have nothing to say any more and sometimes hang or crash.
    os._exit(0)


if __name__ == "__main__":
    # Pickled messages must name the importable module, not __main__.
    from solvers.process import worker

    worker.main()

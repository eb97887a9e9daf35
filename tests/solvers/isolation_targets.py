"""Jobs for the tests of isolation; run in a child process, by name."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def double(payload: Any, emit: Callable[[object], None]) -> Any:
    emit(("got", payload))
    print("to stdout, which nobody should see")
    return payload * 2


def where(payload: Any, emit: Callable[[object], None]) -> dict[str, str]:  # noqa: ARG001
    return {"cwd": str(Path.cwd()), "tmp": os.environ["TMPDIR"]}


def deaf_sleeper(payload: Any, emit: Callable[[object], None]) -> None:
    """Ends on no polite signal, and has a child that does neither."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code])
    emit(child.pid)
    time.sleep(payload)


def fail(payload: Any, emit: Callable[[object], None]) -> None:  # noqa: ARG001
    raise ValueError(payload)


def crash(payload: Any, emit: Callable[[object], None]) -> None:  # noqa: ARG001
    print("famous last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), payload)


def leave(payload: Any, emit: Callable[[object], None]) -> None:  # noqa: ARG001
    os._exit(payload)


def devour(payload: Any, emit: Callable[[object], None]) -> None:
    taken = []
    while True:
        taken.append(bytearray(payload * 1024 * 1024))
        emit(len(taken))
        time.sleep(0.02)


def burn(payload: Any, emit: Callable[[object], None]) -> None:  # noqa: ARG001
    until = time.process_time() + payload
    while time.process_time() < until:
        pass


def disown(payload: Any, emit: Callable[[object], None]) -> None:  # noqa: ARG001
    """Leaves a process with a parent, a session, a folder and an environment of other kinds."""
    code = (
        "import os, subprocess; "
        "child = subprocess.Popen(['/bin/sleep', '60'], env={}, cwd='/', stdout=2, start_new_session=True); "
        "print(child.pid)"
    )
    told = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    emit(int(told.stdout))
    time.sleep(2)


def babble(payload: Any, emit: Callable[[object], None]) -> None:
    """Writes to every file that it has open: into the middle of what it tells."""
    emit("before")
    for number in range(3, 20):
        with contextlib.suppress(OSError):
            os.write(number, payload)
    time.sleep(60)

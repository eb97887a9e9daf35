"""Processes and files of a solve, as seen from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil

PATIENCE_S = 30.0


def workers_of(pid: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(pid).children() if "solvers.process.worker" in child.cmdline()]


def inside(directory: Path) -> list[psutil.Process]:
    """Processes whose working directory is, or was, below this one."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(directory)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def check_nothing_left(directory: Path) -> None:
    """No process and no file below this folder, or soon none."""
    assert wait_until(lambda: not inside(directory)), inside(directory)
    assert wait_until(lambda: not list(directory.iterdir())), list(directory.iterdir())

"""Runs spopt's environment from within an isolated job: what the worker of `solvers.process.isolation` calls."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("spopt_child.py")


@dataclass(frozen=True)
class SpoptTask:
    """The payload; `python` is the interpreter of spopt's environment."""

    python: str
    task: dict[str, Any]


def run(job: SpoptTask, emit: Callable[[object], None]) -> dict[str, Any]:
    """The child's answer. It shares this process's group, directory and limits, and ends with them."""
    del emit
    task, answer = Path("task.json").resolve(), Path("answer.json").resolve()
    task.write_text(json.dumps({**job.task, "log": str(task.with_name("cbc.log"))}))
    # -I: this process's PYTHONPATH and the folder of the script are no part of that environment
    ended = subprocess.run([job.python, "-I", str(CHILD), str(task), str(answer)], stderr=subprocess.PIPE, text=True)
    if ended.returncode != 0:
        last = next((line for line in reversed(ended.stderr.splitlines()) if line.strip()), "")
        raise RuntimeError(f"spopt's process ended with code {ended.returncode}: {last.strip()}")
    result: dict[str, Any] = json.loads(answer.read_text())
    return result

"""Running the command: in this process where that will do, in one of its own where signals and pipes matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

import instances
from optimizer.cli import app

DATA = Path(instances.__file__).parent / "data"
HAMLET = DATA / "hamlet"
OPTIMUM = 1_022_998.5213  # pounds a year, instances/data/README.md


def run(*arguments: object, env: dict[str, str] | None = None) -> Result:
    """In this process, on a terminal of one width."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120", **(env or {})})


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from optimizer.cli import main; main()", *map(str, arguments)]


def start(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    """In a process of its own, with pipes."""
    return subprocess.Popen(
        command(*arguments),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "200"},
    )


def document(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return content

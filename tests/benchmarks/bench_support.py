"""Small suites and rows for the tests of the benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bench_rows import a_row

from benchmarks.grid import Run, runs_of
from benchmarks.read_suite import cases_of, read_suite
from benchmarks.row import Row
from benchmarks.runner import run_all
from benchmarks.store import Store
from optimizer.executors import open_pool
from solvers.process.isolation import WORKER

TIMES = {"started", "build_s", "solve_s", "total_s", "cpu_s", "peak_mb", "trajectory"}  # differ from run to run
CHECKOUT = {"commit", "dirty"}  # may be worked on while the tests run


def write_suite(path: Path, backends: Sequence[str] = ("highs",), *, instances: str = "", **settings: Any) -> Path:
    """A suite's file: the bundled hamlet unless told otherwise."""
    stated = {"name": "test", "time_limit_s": 5, "backends": list(backends), **settings}
    tables = instances or '[[instances]]\nsource = "bundled"\nnames = ["hamlet"]\n'
    path.write_text("".join(f"{key} = {value!r}\n" for key, value in stated.items()) + tables)
    return path


def grid(path: Path) -> list[Run]:
    suite = read_suite(path)
    return runs_of(suite, cases_of(suite, path))


def make(runs: Sequence[Run], folder: Path) -> list[Row]:
    """Rows of these runs, made on this machine; the reference job is left out."""
    with Store(folder) as store, open_pool(module=WORKER) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.runner.measure", lambda _: a_row("reference", kind="reference"))
        run_all(runs, pool, store, reference_every=len(runs), on_row=lambda _: None)
        return [row for row in store.rows() if row.kind == "run"]


def facts(row: Row) -> dict[str, Any]:
    """What the same run has again."""
    return row.model_dump(exclude=TIMES | CHECKOUT)

"""Rows of runs made by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from benchmarks.row import Row
from benchmarks.rows import StoredRows, as_table

MACHINE = {"id": "m1", "cpu": "A processor", "cores": 2, "memory_mb": 8000, "python": "3.11.7", "system": "Linux"}


def row(instance: str = "one", backend: str = "auto", **fields: Any) -> Row:
    """A run of 10 s at most that found 110 after 2 s, 100 after 4 s and proved it after 5 s, but for `fields`."""
    given = {
        "kind": "run",
        "suite": "smoke",
        "instance": instance,
        "family": "toy",
        "instance_hash": hashlib.sha256(instance.encode()).hexdigest(),
        "backend": backend,
        "options": {},
        "seed": 0,
        "threads": 1,
        "time_limit_s": 10.0,
        "memory_limit_mb": 1000,
        "reason": "optimal",
        "limit": None,
        "outcome": "completed",
        "native_status": "done",
        "message": "",
        "objective": 100.0,
        "claimed_objective": 100.0,
        "bound": 100.0,
        "gap": 0.0,
        "build_s": 0.5,
        "solve_s": 4.5,
        "total_s": 5.0,
        "cpu_s": 5.0,
        "peak_mb": 100.0,
        "trajectory": [point(2, 110, 50), point(4, 100, 50)],
        "versions": {"caregroup": "0.1.0"},
        "machine": MACHINE,
        "commit": "0123456789abcdef",
        "dirty": False,
        "started": "2026-11-26T12:00:00Z",
        **fields,
    }
    if "proof" not in given and (given["bound"] is not None or given["reason"] == "infeasible"):
        given["proof"] = "proven"  # whatever the backend is called
    decides = ("instance_hash", "backend", "options", "seed", "threads", "time_limit_s", "started")
    key = "|".join(str(given[name]) for name in decides)
    return Row.model_validate({"key": hashlib.sha256(key.encode()).hexdigest(), **given})


def unsolved(instance: str = "one", backend: str = "auto", **fields: Any) -> Row:
    """Stopped at its limit with a plan of 120 from 6 s on and a bound of 90 from 1 s on."""
    stopped = {
        "reason": "feasible",
        "limit": "time",
        "objective": 120.0,
        "claimed_objective": 120.0,
        "bound": 90.0,
        "gap": 0.25,
        "total_s": 10.2,
        "cpu_s": 10.0,
        "trajectory": [point(1, None, 90), point(6, 120, 90)],
    }
    return row(instance, backend, **{**stopped, **fields})


def without_plan(instance: str = "one", backend: str = "auto", **fields: Any) -> Row:
    """Stopped at its limit with nothing."""
    nothing = {
        "reason": "no_solution",
        "limit": "time",
        "objective": None,
        "claimed_objective": None,
        "bound": None,
        "gap": None,
        "total_s": 10.0,
        "cpu_s": 10.0,
        "trajectory": [],
    }
    return row(instance, backend, **{**nothing, **fields})


def point(seconds: float, objective: float | None, bound: float | None) -> dict[str, float | None]:
    return {"seconds": seconds, "objective": objective, "bound": bound}


def made(*rows: Row) -> StoredRows:
    """As if they had been read from a store called "made"."""
    return StoredRows(as_table(("made", one) for one in rows), 0)


def store(folder: Path, *rows: Row) -> Path:
    """A folder of rows, as the runner leaves it."""
    file = folder / "rows" / "one.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as appended:
        for one in rows:
            appended.write(one.model_dump_json() + "\n")
    return folder

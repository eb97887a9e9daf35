"""Rows by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from benchmarks import provenance
from benchmarks.row import Row

_second = count()


def a_row(key: str, **changes: Any) -> Row:
    """A row of a completed run, each started a second after the one before."""
    number = next(_second)
    facts: dict[str, Any] = {
        "kind": "run", "key": key, "suite": "s", "instance": "i", "family": "f", "instance_hash": "0",
        "backend": "highs", "options": {}, "seed": 1, "threads": 1, "time_limit_s": 5.0, "memory_limit_mb": None,
        "reason": "feasible", "limit": "time", "outcome": "completed", "native_status": "", "message": "",
        "objective": 2.0, "claimed_objective": 2.0, "bound": 1.0, "gap": 0.5,
        "build_s": 0.0, "solve_s": 5.0, "total_s": 5.0, "cpu_s": 5.0, "peak_mb": 100.0,
        "trajectory": ({"seconds": 1.0, "objective": 2.0, "bound": 1.0},),
        "versions": {}, "machine": provenance.machine(), "commit": "c", "dirty": False,
        "started": datetime(2026, 1, 1, number // 60, number % 60, tzinfo=UTC),
    }  # fmt: skip
    return Row.model_validate({**facts, **changes})

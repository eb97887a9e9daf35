"""The suite for every change: all of its runs, held against each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.grid import is_failed
from benchmarks.store import Store
from optimizer.cli import app


@pytest.mark.slow
def test_smoke(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "run", "smoke", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    rows = [row for row in Store(tmp_path).rows() if row.kind == "run"]
    assert len(rows) == 5 * 7
    may_be = {("pulp:cbc", "crashed")} | {(row.backend, "killed") for row in rows}  # a busy machine kills
    assert {(row.backend, row.outcome) for row in rows if is_failed(row)} <= may_be
    for name in {row.instance for row in rows}:
        of_instance = [row for row in rows if row.instance == name]
        best = min(row.objective for row in of_instance if row.objective is not None)
        assert max(row.bound for row in of_instance if row.bound is not None) <= best * (1 + 1e-6)
        for row in of_instance:
            if row.reason == "optimal":
                assert row.objective == pytest.approx(best, rel=2e-6)

"""A Dask cluster of two worker processes on this machine makes the same rows as this machine alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench_support import facts, grid, make, write_suite
from distributed import LocalCluster
from typer.testing import CliRunner

from benchmarks.row import Row
from benchmarks.store import Store
from instances import InputError
from optimizer.cli import app
from optimizer.executors import open_pool


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


@pytest.mark.slow
def test_dask_makes_the_same_rows_as_this_machine(cluster: LocalCluster, tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "s.toml", ["highs", "bad:time", "bad:crash"], time_limit_s=100)
    address = cluster.scheduler_address.replace("tcp://", "dask://")
    done = CliRunner().invoke(app, ["bench", "run", str(suite), "--out", str(tmp_path / "dask"), "--executor", address])
    assert done.exit_code == 0, done.output
    rows = Store(tmp_path / "dask").rows()
    assert sum(row.kind == "reference" for row in rows) == 2  # one for each worker
    local = make(grid(suite), tmp_path / "local")
    assert by_key([row for row in rows if row.kind == "run"]) == by_key(local)
    assert {row.backend: (row.reason, row.outcome) for row in local} == {
        "highs": ("optimal", "completed"),
        "bad:time": ("feasible", "completed"),
        "bad:crash": ("error", "crashed"),
    }


def by_key(rows: list[Row]) -> dict[str, object]:
    return {row.key: facts(row) for row in rows}


@pytest.mark.slow
def test_as_many_at_once_as_the_workers_have_threads(cluster: LocalCluster) -> None:
    with open_pool(cluster.scheduler_address.replace("tcp://", "dask://"), threads=1) as pool:
        assert pool.slots == 2


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.executors.dask_pool.CONNECT_S", 0.5)
    with (
        pytest.raises(InputError, match=r"--executor: found '127\.0\.0\.1:9': the address of a Dask scheduler"),
        open_pool("dask://127.0.0.1:9", threads=1),
    ):
        pass


def test_without_dask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    arguments = ["bench", "run", "smoke", "--instance", "hamlet", "--backend", "highs", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*arguments, "--executor", "dask://127.0.0.1:8786"])
    assert done.exit_code == 5
    assert 'pip install "caregroup[dask]"' in done.output

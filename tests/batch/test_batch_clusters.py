"""Batches on a Dask cluster of processes, one of which is killed, and under MPI: the same table as on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd
import psutil
import pytest
from batch_support import table_of, write_scenarios
from mpi_support import needs_mpi, under_mpi

PATIENCE_S = 300.0  # a busy machine is slow to start processes
SCENARIOS = "".join(f'[[scenario]]\nid = "s{k}"\nset = ["travel.cost_per_patient_km={k}"]\n' for k in (1, 2, 3))
RUNS = 6
APART = "optimizer.executors.apart"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of scenarios beside an `out` made on this machine."""
    file = write_scenarios(tmp_path_factory.mktemp("batch"), SCENARIOS, seeds=[1, 2], time_limit_s=120)
    done = start("batch", file, "--out", file.parent / "out")
    _, said = done.communicate(timeout=PATIENCE_S)
    assert done.returncode == 0, said
    return file


def start(*arguments: object, python: Sequence[str] = (sys.executable,)) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*python, "-m", "caregroup", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{probe.getsockname()[1]}"
        self.folder = folder
        self.scheduler = self._start("scheduler", "--port", self.host.rpartition(":")[2], "--host", "127.0.0.1")
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        self.workers = [self._start("worker", f"tcp://{self.host}", *options) for _ in range(2)]

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        module = f"distributed.cli.dask_{what}"
        with (self.folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, "--no-dashboard", *arguments], stdout=log, stderr=log, cwd=self.folder
            )

    def wait(self) -> None:
        """Until both workers are there."""
        from distributed import Client

        with Client(f"tcp://{self.host}", timeout=PATIENCE_S, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE_S)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="the extra dask")
    running = Cluster(tmp_path)
    try:
        running.wait()
        yield running
    finally:
        running.end()


def runs_under(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [child for child in psutil.Process(worker.pid).children() if APART in " ".join(child.cmdline())]
    return []


def until(condition: object) -> None:
    """Waits for a condition, a function without arguments."""
    assert callable(condition)
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def kept(out: Path) -> int:
    ledger = out / "ledger.jsonl"
    return ledger.read_text().count("\n") if ledger.exists() else 0


@pytest.mark.slow
def test_a_worker_that_dies_midway_loses_nothing(local: Path, cluster: Cluster, tmp_path: Path) -> None:
    out = tmp_path / "dask"
    command = start("batch", local, "--out", out, "--executor", f"dask://{cluster.host}")
    victim = cluster.workers[0]
    until(lambda: kept(out) >= 1 and runs_under(victim))
    lost = runs_under(victim)
    victim.kill()
    _, said = command.communicate(timeout=PATIENCE_S)
    assert command.returncode == 0, said
    assert kept(out) == RUNS
    assert "a worker is gone, 1 left, and what was lost is done again" in said
    assert lost
    assert not psutil.wait_procs(lost, timeout=PATIENCE_S)[1]
    compared(out, local)


@pytest.mark.slow
def test_a_connection_that_is_lost_is_told_and_the_rest_made_later(
    local: Path, cluster: Cluster, tmp_path: Path
) -> None:
    out = tmp_path / "dask"
    command = start("batch", local, "--out", out, "--executor", f"dask://{cluster.host}")
    until(lambda: kept(out) >= 1)
    cluster.scheduler.kill()
    _, said = command.communicate(timeout=PATIENCE_S)
    assert command.returncode == 5
    assert f"The connection to the Dask scheduler at {cluster.host} was lost." in said
    assert "What had ended is kept; the same command goes on from there." in said
    assert "Traceback" not in said
    before = kept(out)
    assert 1 <= before < RUNS
    again = start("batch", local, "--out", out)
    _, said = again.communicate(timeout=PATIENCE_S)
    assert f"runs to make: {RUNS - before}; {before} are there" in said
    compared(out, local)


@pytest.mark.slow
@needs_mpi
def test_under_mpi(local: Path, tmp_path: Path) -> None:
    out = tmp_path / "mpi"
    command = start("batch", local, "--out", out, "--executor", "mpi", python=under_mpi(3))
    shown, said = command.communicate(timeout=PATIENCE_S)
    assert command.returncode == 0, said
    assert shown.count("Written to") == 1
    assert kept(out) == RUNS
    compared(out, local)


def compared(out: Path, local: Path) -> None:
    pd.testing.assert_frame_equal(table_of(out), table_of(local.parent / "out"))

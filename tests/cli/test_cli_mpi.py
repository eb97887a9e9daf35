"""One solve under MPI: its pieces are done by the other processes, though the solver is a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli_support import DATA, run
from mpi_support import needs_mpi, under_mpi

PATIENCE_S = 300.0


@pytest.mark.slow
@needs_mpi
def test_a_solve_under_mpi(tmp_path: Path) -> None:
    city, out = DATA / "birmingham", tmp_path / "out"
    options = ["--solver", "regions", "--time-limit", "15", "--executor", "mpi", "--out", str(out)]
    command = [*under_mpi(3), "-m", "caregroup", "solve", str(city), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Written to") == 1
    assert run("verify", city, out).exit_code == 0

"""Every contract test runs once for every registered MIP backend.

The structure-aware ones (search, columns, auto) take a problem, not a program; their own suites hold them to the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_backend import Backend
from contract_exclusions import EXCLUSIONS
from contract_processes import check_nothing_left

from optimizer.solving.registry import availability, load, solver_ids
from solvers.mip.solver import MipSolver


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        mip = [solver_id for solver_id in solver_ids() if isinstance(load(solver_id), MipSolver)]
        metafunc.parametrize("backend", mip, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    reason = EXCLUSIONS.get((request.param, request.function.__name__))
    if reason is not None:
        pytest.skip(f"excluded: {reason}")
    solver = load(request.param)
    assert isinstance(solver, MipSolver)
    missing = availability(solver.info)
    if missing is not None:
        pytest.skip(missing)
    return Backend(solver)


@pytest.fixture(autouse=True)
def private_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where jobs make their directories and run; nothing is left there afterwards, whatever happened."""
    directory = tmp_path / "tmp"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    yield directory
    check_nothing_left(directory)

"""OR-Tools holds a HiGHS of its own: in one process with highspy, one of the two may not load, or crash when used."""

from __future__ import annotations

from pathlib import Path

import contract_models as models
import pytest
from compact_optimum import through
from contract_backend import Backend
from contract_libraries import Watched

import instances
from instances import Instance
from optimizer.model.backend import Reason
from optimizer.model.build import build_problem
from optimizer.solving.registry import load, solver_ids
from solvers.process.structured import StructuredSolver

STRUCTURED = [solver_id for solver_id in solver_ids() if isinstance(load(solver_id), StructuredSolver)]
HAMLET = Path(instances.__file__).parent / "data" / "hamlet"


def test_highspy_and_ortools_never_meet(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    monkeypatch.setattr("solvers.mip.solver.run_isolated", watched)
    assert backend.solve(models.mixed()[0]).reason is Reason.OPTIMAL
    assert {module.partition(".")[0] for module in backend.solver.info.modules} <= watched.libraries
    assert not {"highspy", "ortools"} <= watched.libraries


@pytest.mark.parametrize("solver_id", STRUCTURED)
def test_structured_backends_have_highspy_alone(solver_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    monkeypatch.setattr("solvers.process.structured.run_isolated", watched)
    assert through(solver_id, build_problem(Instance.read(HAMLET)), time_limit=5).solution is not None
    assert watched.libraries == {"highspy"}

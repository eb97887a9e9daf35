"""SCIP through PuLP (pyscipopt)."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Capability, Limit, Reason, SolverInfo, UnsupportedOption
from optimizer.model.mip import MipModel
from solvers.mip.backend import (
    CAPABILITIES,
    FEASIBILITY_TOLERANCE,
    BackendError,
    MipEmit,
    MipOutcome,
    MipSettings,
    finite_or_none,
)
from solvers.mip.pulp_model import PulpModel, pulp_version
from solvers.mip.solver import MipSolver

INFO = SolverInfo(
    id="pulp:scip",
    title="SCIP through PuLP (pyscipopt)",
    modules=("pulp", "pyscipopt"),
    capabilities=CAPABILITIES - {Capability.THREADS},  # PuLP runs SCIP on one thread only
    packages=("pulp", "pyscipopt"),
    hint='pip install "caregroup[scip]"',
)

_LIMITS = {
    "timelimit": Limit.TIME,
    "nodelimit": Limit.NODE,
    "totalnodelimit": Limit.NODE,
    "memlimit": Limit.MEMORY,
    "gaplimit": Limit.GAP,
    "userinterrupt": Limit.INTERRUPT,
}
_PROOFS = {"optimal": Reason.OPTIMAL, "infeasible": Reason.INFEASIBLE, "unbounded": Reason.UNBOUNDED}


def _parameters(settings: MipSettings) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "limits/gap": settings.rel_gap,
        "limits/absgap": settings.abs_gap,
        "numerics/feastol": FEASIBILITY_TOLERANCE,
    }
    time_left = settings.time_left()
    if time_left is not None:
        parameters["limits/time"] = time_left
    if settings.node_limit is not None:
        parameters["limits/totalnodes"] = settings.node_limit
    if settings.seed is not None:
        parameters["randomization/randomseedshift"] = settings.seed
    return parameters


def _configure(scip: Any, settings: MipSettings) -> None:
    for name, value in _parameters(settings).items():
        scip.setParam(name, value)
    for name, value in settings.native.items():
        try:
            scip.setParam(name, value)
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise UnsupportedOption(f'{INFO.id}: SCIP has no parameter "{name}" that takes {value!r}') from error
    if settings.log_path is not None:
        scip.hideOutput(False)
        scip.setLogfile(str(settings.log_path))


def _stream(scip: Any, built: PulpModel, emit: MipEmit) -> None:
    import pyscipopt

    events = pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND | pyscipopt.SCIP_EVENTTYPE.DUALBOUNDIMPROVED

    class Progress(pyscipopt.Eventhdlr):  # type: ignore[misc]
        def eventinit(self) -> None:
            self.model.catchEvent(events, self)

        def eventexit(self) -> None:
            self.model.dropEvent(events, self)

        def eventexec(self, event: Any) -> None:
            if event.getType() == pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND:
                emit.incumbent(_values(self.model, built))
            emit.bound(self.model.getDualbound())

    scip.includeEventhdlr(Progress(), "progress", "streams incumbents and bounds")


def _values(scip: Any, built: PulpModel) -> FloatArray:
    best = scip.getBestSol()
    return built.expand(np.array([scip.getSolVal(best, column.solverVar) for column in built.columns]))


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    import pulp

    try:
        import pyscipopt  # noqa: F401
    except ImportError as error:
        raise BackendError(f"pyscipopt cannot be imported ({error}); {INFO.hint}") from error
    began = time.monotonic()
    built = PulpModel(model)
    if start is not None:
        built.set_start(start)
    build_s: list[float] = []

    class Scip(pulp.SCIP_PY):  # type: ignore[misc]
        def callSolver(self, lp: Any) -> None:  # noqa: N802
            build_s.append(time.monotonic() - began)
            _configure(lp.solverModel, settings)
            _stream(lp.solverModel, built, emit)
            lp.solverModel.optimize()

        def findSolutionValues(self, lp: Any) -> int:  # noqa: ARG002, N802
            return int(pulp.LpStatusNotSolved)  # PuLP's reading drops solutions at some limits; `_read` has its own

    built.solve(Scip(msg=False, warmStart=start is not None))
    outcome = _read(built.problem.solverModel, built)
    outcome.build_s = build_s[0]
    return outcome


def _read(scip: Any, built: PulpModel) -> MipOutcome:
    status = str(scip.getStatus())
    found = scip.getNSols() > 0
    outcome = MipOutcome(
        _PROOFS.get(status, Reason.FEASIBLE if found else Reason.NO_SOLUTION),
        limit=_LIMITS.get(status),
        native_status=status,
        nodes=int(scip.getNTotalNodes()),
        infeasible_or_unbounded=status == "inforunbd",
        versions={"SCIP": str(scip.version()), "pyscipopt": version("pyscipopt"), **pulp_version()},
    )
    if found and outcome.reason is not Reason.UNBOUNDED:
        outcome.x = _values(scip, built)
    if outcome.reason in (Reason.OPTIMAL, Reason.FEASIBLE, Reason.NO_SOLUTION):
        outcome.bound = finite_or_none(scip.getDualbound())
    return outcome


solver = MipSolver(INFO, "solvers.mip.pulp_scip:solve")

"""CP-SAT (OR-Tools), on the model scaled to integers."""

from __future__ import annotations

import threading
import time
from importlib.metadata import version
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Capability, Limit, Reason, SolverInfo, UnsupportedOption
from optimizer.model.mip import MipModel
from solvers.mip.backend import CAPABILITIES, BackendError, MipEmit, MipOutcome, MipSettings, finite_or_none
from solvers.mip.continuous_repair import ContinuousRepair
from solvers.mip.integer_scaling import ScaledModel, UnboundedColumnsError, scale
from solvers.mip.solver import MipSolver

INFO = SolverInfo(
    id="ortools:cpsat",
    title="CP-SAT (OR-Tools)",
    modules=("ortools.sat.python.cp_model",),
    # It has no nodes to limit, and every column needs finite bounds.
    capabilities=CAPABILITIES - {Capability.NODE_LIMIT, Capability.UNBOUNDED},
    packages=("ortools",),
    hint='pip install "ortools>=9.15,<9.16"',
)


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    from ortools.sat.python import cp_model

    began = time.monotonic()
    try:
        scaled = scale(model)
    except UnboundedColumnsError as error:
        return MipOutcome(
            Reason.ERROR,
            message=f"CP-SAT needs finite bounds, and these columns have none, given or implied: {error}",
        )
    sign = -1.0 if model.maximise else 1.0
    cp: Any = _build(model, scaled, sign)
    if start is not None:
        cp.proto.solution_hint.vars.extend(range(model.n_columns))
        cp.proto.solution_hint.values.extend(scaled.to_scaled(start).tolist())
    solver = cp_model.CpSolver()
    progress = _Progress(model, scaled, emit)
    build_s = time.monotonic() - began
    _configure(solver, settings)
    margin = sign * scaled.objective_error
    solver.best_bound_callback = lambda bound: emit.bound(bound - margin)

    class Solutions(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            progress.take(self.response_proto.solution)

    log = settings.log_path.open("w") if settings.log_path is not None else None
    if log is not None:
        solver.parameters.log_search_progress = True
        solver.parameters.log_to_stdout = False
        solver.log_callback = lambda line: log.write(line + "\n")
    try:
        status = solver.solve(cp, Solutions())
    finally:
        if log is not None:
            log.close()
    outcome = _read(cp_model, solver, status, settings, margin, fault=lambda: str(cp.validate()))
    # Values are memory of no meaning unless there is a solution.
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        outcome.x = progress.repaired(solver.response_proto.solution)
    outcome.build_s = build_s
    outcome.scaling_error = scaled.objective_error
    return outcome


def _build(model: MipModel, scaled: ScaledModel, sign: float) -> Any:
    """The model as a protocol buffer; expression objects would take ten times as long."""
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    proto: Any = cp.proto
    for low, high in zip(scaled.lower.tolist(), scaled.upper.tolist(), strict=True):
        proto.variables.add().domain.extend([low, high])
    indptr, indices = scaled.matrix.indptr.tolist(), scaled.matrix.indices.tolist()
    data = scaled.matrix.data.astype(np.int64).tolist()
    for row, (low, high) in enumerate(zip(scaled.row_lower, scaled.row_upper, strict=True)):
        linear = proto.constraints.add().linear
        linear.vars.extend(indices[indptr[row] : indptr[row + 1]])
        linear.coeffs.extend(data[indptr[row] : indptr[row + 1]])
        linear.domain.extend([low, high] if low <= high else [])
    costs = np.flatnonzero(scaled.cost)
    proto.objective.vars.extend(costs.tolist())
    proto.objective.coeffs.extend(scaled.cost[costs].tolist())
    # CP-SAT minimises the integers and shows (and measures gaps of) scaling_factor x (integers + offset).
    proto.objective.scaling_factor = sign / scaled.objective_scale
    proto.objective.offset = sign * model.offset * scaled.objective_scale
    return cp


def _configure(solver: Any, settings: MipSettings) -> None:
    parameters = solver.parameters
    parameters.num_workers = settings.threads
    # On, 9.15 calls some feasible models with large domains infeasible while loading them (measured on compact models;
    # or-tools #5274 is another of the kind).
    parameters.auto_detect_greater_than_at_least_one_of = False
    parameters.relative_gap_limit = settings.rel_gap
    parameters.absolute_gap_limit = settings.abs_gap
    time_left = settings.time_left()
    if time_left is not None:
        parameters.max_time_in_seconds = time_left
    if settings.seed is not None:
        parameters.random_seed = settings.seed
    for name, value in settings.native.items():
        try:
            if not hasattr(parameters, name):
                raise AttributeError(name)
            setattr(parameters, name, value)
        except (AttributeError, TypeError) as error:
            raise UnsupportedOption(f'{INFO.id}: CP-SAT has no parameter "{name}" that takes {value!r}') from error


class _Progress:
    """Turns CP-SAT's solutions into solutions of the model."""

    def __init__(self, model: MipModel, scaled: ScaledModel, emit: MipEmit) -> None:
        self._model = model
        self._scaled = scaled
        self._emit = emit
        self._repair: ContinuousRepair | None = None
        self._lock = threading.Lock()

    def take(self, solution: Any) -> None:
        self._emit.incumbent(self.repaired(solution))

    def repaired(self, solution: Any) -> FloatArray:
        x = self._scaled.from_scaled(np.array(list(solution), dtype=np.int64))
        x = np.where(self._model.integer, x, np.clip(x, self._model.lower, self._model.upper))
        if bool(self._model.integer.all()) or (self._scaled.exact and self._model.violation(x) <= 1e-9):
            return x
        with self._lock:
            if self._repair is None:
                self._repair = ContinuousRepair(self._model)
            repaired = self._repair.repair(x)
        return x if repaired is None else repaired


def _read(cp_model: Any, solver: Any, status: Any, settings: MipSettings, margin: float, *, fault: Any) -> MipOutcome:
    reasons = {
        cp_model.OPTIMAL: Reason.OPTIMAL,
        cp_model.FEASIBLE: Reason.FEASIBLE,
        cp_model.INFEASIBLE: Reason.INFEASIBLE,
        cp_model.UNKNOWN: Reason.NO_SOLUTION,
    }
    name = str(solver.status_name(status))
    info = solver.solution_info() if callable(solver.solution_info) else solver.solution_info
    if status not in reasons:
        raise BackendError(f"CP-SAT ended with {name}: {fault()}")
    outcome = MipOutcome(
        reasons[status],
        native_status=name + (f" ({info})" if info else ""),
        versions={"OR-Tools": version("ortools")},
    )
    if outcome.reason is not Reason.INFEASIBLE:
        bound = finite_or_none(solver.best_objective_bound)
        outcome.bound = None if bound is None else bound - margin
    if status in (cp_model.FEASIBLE, cp_model.UNKNOWN):
        time_left = settings.time_left()
        outcome.limit = Limit.TIME if time_left is not None and time_left < 0.2 else None
    return outcome


solver = MipSolver(INFO, "solvers.mip.ortools_cpsat:solve")

"""What the MathOpt backends share: the model from arrays, errors made readable, statuses."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import IO, Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Limit, Reason
from optimizer.model.mip import MipModel
from solvers.mip.backend import BackendError, MipOutcome, MipSettings, finite_or_none


class MathOptModel:
    """The model and its columns in order. Filled as a protocol buffer: MathOpt's expressions take 40 times as long."""

    def __init__(self, model: MipModel) -> None:
        from ortools.math_opt import model_pb2
        from ortools.math_opt.python import mathopt

        proto: Any = model_pb2.ModelProto()
        proto.variables.ids.extend(range(model.n_columns))
        proto.variables.lower_bounds.extend(model.lower.tolist())
        proto.variables.upper_bounds.extend(model.upper.tolist())
        proto.variables.integers.extend(model.integer.tolist())
        costs = np.flatnonzero(model.cost)
        proto.objective.maximize = model.maximise
        proto.objective.offset = model.offset
        proto.objective.linear_coefficients.ids.extend(costs.tolist())
        proto.objective.linear_coefficients.values.extend(model.cost[costs].tolist())
        proto.linear_constraints.ids.extend(range(model.n_rows))
        proto.linear_constraints.lower_bounds.extend(model.row_lower.tolist())
        proto.linear_constraints.upper_bounds.extend(model.row_upper.tolist())
        matrix = model.matrix.tocoo()
        order = np.lexsort((matrix.col, matrix.row))
        order = order[matrix.data[order] != 0]
        proto.linear_constraint_matrix.row_ids.extend(matrix.row[order].tolist())
        proto.linear_constraint_matrix.column_ids.extend(matrix.col[order].tolist())
        proto.linear_constraint_matrix.coefficients.extend(matrix.data[order].tolist())
        self.model: Any = mathopt.Model.from_model_proto(proto)
        self.columns: list[Any] = sorted(self.model.variables(), key=lambda variable: variable.id)

    def values(self, by_column: dict[Any, float]) -> FloatArray:
        return np.array([by_column[column] for column in self.columns])

    def start(self, x: FloatArray) -> Any:
        from ortools.math_opt.python import mathopt

        hint = mathopt.SolutionHint(variable_values=dict(zip(self.columns, x.tolist(), strict=True)))
        return mathopt.ModelSolveParameters(solution_hints=[hint])


def parameters(settings: MipSettings) -> Any:
    """What both solvers take by the same name; threads and native options are theirs."""
    from ortools.math_opt.python import mathopt

    time_left = settings.time_left()
    return mathopt.SolveParameters(
        time_limit=None if time_left is None else datetime.timedelta(seconds=time_left),
        relative_gap_tolerance=settings.rel_gap,
        absolute_gap_tolerance=settings.abs_gap,
        node_limit=settings.node_limit,
        random_seed=settings.seed,
    )


class RefusalError(Exception):
    """MathOpt's own words for an error."""


def solve_mathopt(
    built: MathOptModel,
    solver_type: Any,
    params: Any,
    settings: MipSettings,
    start: FloatArray | None,
    on_event: Callable[[Any], None] | None = None,
) -> MipOutcome:
    """Solves; `on_event` gets MIP_SOLUTION callbacks."""
    from ortools.math_opt.python import mathopt

    extra: dict[str, Any] = {}
    if start is not None:
        extra["model_params"] = built.start(start)
    if on_event is not None:

        def callback(data: Any) -> Any:
            on_event(data)
            return mathopt.CallbackResult()

        extra["callback_reg"] = mathopt.CallbackRegistration(events={mathopt.Event.MIP_SOLUTION})
        extra["cb"] = callback
    log: IO[str] | None = None
    if settings.log_path is not None:
        log = settings.log_path.open("w")
        extra["msg_cb"] = _log_writer(log)
    try:
        result = mathopt.solve(built.model, solver_type, params=params, **extra)
    except Exception as error:
        # Wheels up to 9.15 raise an unrelated AttributeError instead of the refusal (or-tools #4606).
        text = getattr(error.__context__, "message", None) or str(error)
        raise RefusalError(str(text)) from error
    finally:
        if log is not None:
            log.close()
    return _read(built, result)


def _log_writer(log: IO[str]) -> Callable[[list[str]], None]:
    def write(lines: list[str]) -> None:
        log.writelines(line + "\n" for line in lines)
        log.flush()

    return write


def _read(built: MathOptModel, result: Any) -> MipOutcome:
    from ortools.math_opt.python import mathopt

    termination = result.termination
    why, limit = mathopt.TerminationReason, mathopt.Limit
    reasons = {
        why.OPTIMAL: Reason.OPTIMAL,
        why.INFEASIBLE: Reason.INFEASIBLE,
        why.UNBOUNDED: Reason.UNBOUNDED,
        why.FEASIBLE: Reason.FEASIBLE,
        why.IMPRECISE: Reason.FEASIBLE,
        why.INFEASIBLE_OR_UNBOUNDED: Reason.NO_SOLUTION,
        why.NO_SOLUTION_FOUND: Reason.NO_SOLUTION,
    }
    limits = {
        limit.TIME: Limit.TIME,
        limit.NODE: Limit.NODE,
        limit.MEMORY: Limit.MEMORY,
        limit.INTERRUPTED: Limit.INTERRUPT,
    }
    detail = f": {termination.detail}" if termination.detail else ""
    name = termination.reason.name.lower() + (f" ({termination.limit.name.lower()})" if termination.limit else "")
    if termination.reason not in reasons:
        raise BackendError(f"MathOpt ended with {name}{detail}")
    outcome = MipOutcome(
        reasons[termination.reason],
        limit=limits.get(termination.limit),
        native_status=name + detail,
        nodes=int(result.solve_stats.node_count),
        infeasible_or_unbounded=termination.reason == why.INFEASIBLE_OR_UNBOUNDED,
        versions={"OR-Tools": version("ortools")},
    )
    if outcome.reason in (Reason.OPTIMAL, Reason.FEASIBLE, Reason.NO_SOLUTION):
        if not outcome.infeasible_or_unbounded:
            outcome.bound = finite_or_none(termination.objective_bounds.dual_bound)
        if result.solutions and result.solutions[0].primal_solution is not None:
            outcome.x = built.values(result.solutions[0].primal_solution.variable_values)
    return outcome


def elapsed(since: float) -> float:
    return time.monotonic() - since

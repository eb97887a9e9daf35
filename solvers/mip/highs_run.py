"""What every way to HiGHS shares: options, progress, statuses. Takes a `highspy.Highs` object that holds a model."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Limit, Reason, UnsupportedOption
from solvers.mip.backend import FEASIBILITY_TOLERANCE, BackendError, MipEmit, MipOutcome, MipSettings, finite_or_none


def highs_options(settings: MipSettings) -> dict[str, Any]:
    """Settings as HiGHS calls them. Threads, time, logs and native options are left to the caller."""
    options: dict[str, Any] = {
        "mip_rel_gap": settings.rel_gap,
        "mip_abs_gap": settings.abs_gap,
        "mip_feasibility_tolerance": FEASIBILITY_TOLERANCE,
    }
    if settings.node_limit is not None:
        options["mip_max_nodes"] = settings.node_limit
    if settings.seed is not None:
        options["random_seed"] = settings.seed
    return options


def configure(highs: Any, settings: MipSettings, backend_id: str) -> None:
    """Sets every option, native ones last, and checks each setter's return code."""
    import highspy

    options: dict[str, Any] = {"log_to_console": False, "threads": settings.threads, **highs_options(settings)}
    time_left = settings.time_left()
    if time_left is not None:
        options["time_limit"] = time_left
    options["output_flag"] = True  # off, it silences the progress callbacks as well
    if settings.log_path is not None:
        options["log_file"] = str(settings.log_path)
    for name, value in options.items():
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise BackendError(f"HiGHS refused its option {name} = {value!r}")
    for name, value in settings.native.items():
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise UnsupportedOption(f'{backend_id}: HiGHS has no option "{name}" that takes {value!r}')


def run_highs(highs: Any, settings: MipSettings, start: FloatArray | None, emit: MipEmit, *, sign: float) -> MipOutcome:
    """Solves the model in `highs`. `sign` -1 where the model holds negated costs of a maximisation."""
    import highspy

    def on_solution(event: Any) -> None:
        emit.incumbent(np.array(event.data_out.mip_solution))
        emit.bound(sign * event.data_out.mip_dual_bound)

    def on_log(event: Any) -> None:
        emit.bound(sign * event.data_out.mip_dual_bound)

    highs.cbMipImprovingSolution.subscribe(on_solution)
    highs.cbMipLogging.subscribe(on_log)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    highs.run()
    return _read(highs, settings, sign)


def _read(highs: Any, settings: MipSettings, sign: float) -> MipOutcome:
    import highspy

    status, info, names = highs.getModelStatus(), highs.getInfo(), highspy.HighsModelStatus
    outcome = MipOutcome(
        Reason.NO_SOLUTION,
        native_status=highs.modelStatusToString(status),
        nodes=max(0, int(info.mip_node_count)),
        versions={"HiGHS": highs.version(), "highspy": version("highspy")},
    )
    # A model without integers, or settled in presolve, has no dual bound of the search; its optimum is its bound.
    bound = finite_or_none(info.mip_dual_bound)
    if status == names.kOptimal and not _has_integers(highs):
        bound = finite_or_none(info.objective_function_value)
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        outcome.reason = Reason.OPTIMAL if status == names.kOptimal else Reason.FEASIBLE
        outcome.x = np.array(highs.getSolution().col_value)
    if status == names.kInfeasible:
        outcome.reason, bound = Reason.INFEASIBLE, None
    elif status == names.kUnbounded:
        outcome.reason, bound = Reason.UNBOUNDED, None
    elif status == names.kUnboundedOrInfeasible:
        outcome.infeasible_or_unbounded, bound = True, None
    elif status == names.kTimeLimit:
        outcome.limit = Limit.TIME
    elif status == names.kSolutionLimit:  # said of the node limit, too
        outcome.limit = Limit.NODE if settings.node_limit is not None else None
    elif status == names.kMemoryLimit:
        outcome.limit = Limit.MEMORY
    elif status == names.kInterrupt:
        outcome.limit = Limit.INTERRUPT
    elif status == names.kSolveError and _has_integers(highs):
        # It ends so where its own solution is a hair over its tolerance (HiGHS #2782, #2808): the bound stands and
        # the solution is ours to check.
        outcome.reason, outcome.x = Reason.FEASIBLE, np.array(highs.getSolution().col_value)
        outcome.warnings += ("HiGHS ended in a solve error; its solution was checked independently",)
    elif status not in (names.kOptimal, names.kModelEmpty):
        raise BackendError(f"HiGHS ended with status {outcome.native_status!r}")
    outcome.bound = None if bound is None else sign * bound
    return outcome


def _has_integers(highs: Any) -> bool:
    return bool(len(highs.getLp().integrality_)) and any(int(kind) != 0 for kind in highs.getLp().integrality_)

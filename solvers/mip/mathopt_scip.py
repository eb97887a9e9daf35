"""SCIP as bundled with OR-Tools, through MathOpt."""

from __future__ import annotations

import time
from typing import Any

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Capability, SolverInfo, UnsupportedOption
from optimizer.model.mip import MipModel
from solvers.mip.backend import CAPABILITIES, FEASIBILITY_TOLERANCE, BackendError, MipEmit, MipOutcome, MipSettings
from solvers.mip.mathopt_model import MathOptModel, RefusalError, parameters, solve_mathopt
from solvers.mip.solver import MipSolver

INFO = SolverInfo(
    id="mathopt:scip",
    title="SCIP through MathOpt (OR-Tools)",
    modules=("ortools.math_opt.python.mathopt",),
    # With two threads SCIP's concurrent mode ends early and MathOpt raises.
    capabilities=CAPABILITIES - {Capability.THREADS},
    packages=("ortools",),
    hint='pip install "ortools>=9.15,<9.16"',
)


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    from ortools.math_opt.python import mathopt

    began = time.monotonic()
    built = MathOptModel(model)
    build_s = time.monotonic() - began
    params = parameters(settings)
    params.threads = 1
    params.gscip.real_params["numerics/feastol"] = FEASIBILITY_TOLERANCE
    long_names = _add_native(params.gscip, settings)

    sign = -1.0 if model.maximise else 1.0
    best = [float("inf")]

    def on_event(data: Any) -> None:
        # SCIP tells of the same incumbent hundreds of times.
        objective = sign * data.mip_stats.primal_bound
        if data.solution is not None and objective < best[0]:
            best[0] = objective
            emit.incumbent(built.values(data.solution))
        # Before the root is solved, heuristics' events say 0 for a bound that is not there yet.
        if data.mip_stats.explored_nodes > 0:
            emit.bound(data.mip_stats.dual_bound)

    def attempt() -> MipOutcome:
        return solve_mathopt(built, mathopt.SolverType.GSCIP, params, settings, start, on_event)

    try:
        try:
            outcome = attempt()
        except RefusalError as refusal:
            if not (long_names and "SCIPsetIntParam" in str(refusal)):
                raise
            for name, value in long_names.items():  # some integer parameters are long ones
                del params.gscip.int_params[name]
                params.gscip.long_params[name] = value
            outcome = attempt()
    except RefusalError as refusal:
        if "SCIPset" in str(refusal) and settings.native:
            names = ", ".join(settings.native)
            raise UnsupportedOption(f"{INFO.id}: SCIP refused a native option (of {names}): {refusal}") from refusal
        raise BackendError(f"MathOpt refused: {refusal}") from refusal
    outcome.build_s = build_s
    return outcome


def _add_native(gscip: Any, settings: MipSettings) -> dict[str, int]:
    """Adds native options by the kind of their value; returns those that might be long integers."""
    integers: dict[str, int] = {}
    for name, value in settings.native.items():
        match value:
            case bool():
                gscip.bool_params[name] = value
            case int():
                gscip.int_params[name] = value
                integers[name] = value
            case float():
                gscip.real_params[name] = value
            case str() if len(value) == 1:
                gscip.char_params[name] = value
            case str():
                gscip.string_params[name] = value
            case _:
                raise UnsupportedOption(f'{INFO.id}: native option "{name}" cannot take {value!r}')
    return integers


solver = MipSolver(INFO, "solvers.mip.mathopt_scip:solve")

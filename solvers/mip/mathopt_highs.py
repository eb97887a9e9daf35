"""HiGHS as bundled with OR-Tools, through MathOpt."""

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
    id="mathopt:highs",
    title="HiGHS through MathOpt (OR-Tools)",
    modules=("ortools.math_opt.python.mathopt",),
    capabilities=CAPABILITIES - {Capability.INCUMBENTS},  # its callbacks register and are never called
    packages=("ortools",),
    hint='pip install "ortools>=9.15,<9.16"',
)


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:  # noqa: ARG001
    from ortools.math_opt.python import mathopt

    began = time.monotonic()
    built = MathOptModel(model)
    build_s = time.monotonic() - began
    params = parameters(settings)
    params.highs.int_options["threads"] = settings.threads  # the common `threads` is refused
    params.highs.double_options["mip_feasibility_tolerance"] = FEASIBILITY_TOLERANCE
    _add_native(params.highs, settings)
    try:
        outcome = solve_mathopt(built, mathopt.SolverType.HIGHS, params, settings, start)
    except RefusalError as refusal:
        if "option" in str(refusal):
            raise UnsupportedOption(f"{INFO.id}: HiGHS refused a native option: {refusal}") from refusal
        raise BackendError(f"MathOpt refused: {refusal}") from refusal
    outcome.build_s = build_s
    return outcome


def _add_native(highs: Any, settings: MipSettings) -> None:
    """Adds native options by the kind of their value."""
    for name, value in settings.native.items():
        match value:
            case bool():
                highs.bool_options[name] = value
            case int():
                highs.int_options[name] = value
            case float():
                highs.double_options[name] = value
            case str():
                highs.string_options[name] = value
            case _:
                raise UnsupportedOption(f'{INFO.id}: native option "{name}" cannot take {value!r}')


solver = MipSolver(INFO, "solvers.mip.mathopt_highs:solve")

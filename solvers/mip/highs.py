"""HiGHS through highspy: the model's arrays go straight in, no expression objects."""

from __future__ import annotations

import time
from typing import Any

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import SolverInfo
from optimizer.model.mip import MipModel
from solvers.mip.backend import CAPABILITIES, BackendError, MipEmit, MipOutcome, MipSettings
from solvers.mip.highs_model import pass_model
from solvers.mip.highs_run import configure, run_highs
from solvers.mip.solver import MipSolver

INFO = SolverInfo(
    id="highs",
    title="HiGHS (highspy, direct arrays)",
    modules=("highspy",),
    capabilities=CAPABILITIES,
    packages=("highspy",),
    hint='pip install "highspy>=1.16,<1.17"',
)


def hand_over(highs: Any, model: MipModel) -> None:
    import highspy

    status = pass_model(highs, model)
    if status == highspy.HighsStatus.kError:
        raise BackendError("HiGHS refused the model")


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    import highspy

    began = time.monotonic()
    highs = highspy.Highs()
    highs.setOptionValue("log_to_console", False)
    hand_over(highs, model)
    build_s = time.monotonic() - began
    configure(highs, settings, INFO.id)
    outcome = run_highs(highs, settings, start, emit, sign=1.0)
    outcome.build_s = build_s
    return outcome


solver = MipSolver(INFO, "solvers.mip.highs:solve")

"""HiGHS through highspy: the model's arrays go straight in, no expression objects."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from optimizer.backend import Capability, SolverInfo
from optimizer.mip import FloatArray, MipModel
from solvers.highs_run import configure, run_highs
from solvers.mip_backend import BackendError, MipEmit, MipOutcome, MipSettings
from solvers.mip_solver import MipSolver

INFO = SolverInfo(
    id="highs",
    title="HiGHS (highspy, direct arrays)",
    modules=("highspy",),
    capabilities=frozenset(Capability),
    packages=("highspy",),
    hint="pip install highspy==1.12.0",
)


def pass_model(highs: Any, model: MipModel) -> None:
    import highspy

    matrix = model.matrix
    sense = highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize
    status = highs.passModel(
        model.n_columns,
        model.n_rows,
        int(matrix.nnz),
        int(highspy.MatrixFormat.kRowwise),
        int(sense),
        model.offset,
        model.cost,
        model.lower,
        model.upper,
        model.row_lower,
        model.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        model.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise BackendError("HiGHS refused the model")


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    import highspy

    began = time.monotonic()
    highs = highspy.Highs()
    highs.setOptionValue("log_to_console", False)
    pass_model(highs, model)
    build_s = time.monotonic() - began
    configure(highs, settings, INFO.id)
    outcome = run_highs(highs, settings, start, emit, sign=1.0)
    outcome.build_s = build_s
    return outcome


solver = MipSolver(INFO, "solvers.highs:solve")

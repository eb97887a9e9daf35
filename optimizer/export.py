"""The compact model as an MPS or LP file, for solvers that are not backends here. Written and named by HiGHS."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from instances.files import write_together
from optimizer.mip import MipModel

SUFFIXES = (".mps", ".lp")


def write_model(model: MipModel, path: Path, column_names: Sequence[str]) -> None:
    """Write as the suffix says; rows are called r0, r1, ..."""
    import highspy  # here, as it cannot share a process with every other solver library

    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{path.name}: a model's name ends in .mps or .lp")
    highs = highspy.Highs()
    highs.silent()
    if highs.passModel(_as_lp(model, column_names)) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS does not accept the model")
    with tempfile.TemporaryDirectory() as folder:  # where HiGHS cannot write, it crashes
        made = Path(folder) / path.name
        if highs.writeModel(str(made)) == highspy.HighsStatus.kError:
            raise OSError(None, "HiGHS cannot write the file", str(made))
        write_together({path: made.read_bytes()})


def _as_lp(model: MipModel, column_names: Sequence[str]) -> object:
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.n_columns, model.n_rows
    lp.col_cost_, lp.offset_ = model.cost, model.offset
    lp.col_lower_, lp.col_upper_ = model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.sense_ = highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = model.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = model.matrix.data
    kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
    lp.integrality_ = [kinds[bool(integer)] for integer in model.integer]
    lp.col_names_ = list(column_names)
    lp.row_names_ = [f"r{row}" for row in range(model.n_rows)]
    return lp

"""The compact model as an MPS or LP file, for solvers that are not backends here. Written and named by HiGHS.

That happens in a process of its own (`python -m optimizer.compact.export MODEL FILE`): HiGHS writes to stdout whatever
it is told, and cannot share a process with every other solver library.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from instances.files import write_together
from optimizer.model.mip import MipModel

SUFFIXES = (".mps", ".lp")


def write_model(model: MipModel, path: str | Path, column_names: Sequence[str]) -> None:
    """Write as the suffix says; rows are called r0, r1, ..."""
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{path.name}: a model's name ends in .mps or .lp")
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "model.pickle", Path(folder) / path.name
        given.write_bytes(pickle.dumps((model, column_names)))
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "optimizer.compact.export", given, made],
            capture_output=True,
            text=True,
            env=environment,
        )
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or [f"its process ended with {done.returncode}"]
            raise RuntimeError(f"HiGHS cannot write the model: {said[-1]}")
        write_together({path: made.read_bytes()})


def _write(given: Path, made: Path) -> None:
    import highspy

    model, column_names = pickle.loads(given.read_bytes())
    highs = highspy.Highs()
    highs.silent()
    if highs.passModel(_as_lp(model, column_names)) == highspy.HighsStatus.kError:
        sys.exit("it does not accept the model")
    if highs.writeModel(str(made)) == highspy.HighsStatus.kError:
        sys.exit(f"it cannot write {made}")


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


if __name__ == "__main__":
    _write(Path(sys.argv[1]), Path(sys.argv[2]))

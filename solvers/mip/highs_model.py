"""A program of arrays as HiGHS takes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.mip import MipModel


def pass_model(highs: Any, model: MipModel, lower: FloatArray | None = None, upper: FloatArray | None = None) -> Any:
    """Put a model into a `highspy.Highs`; returns its status. `lower`, `upper`: bounds in place of the model's."""
    import highspy

    matrix = model.matrix
    return highs.passModel(
        model.n_columns,
        model.n_rows,
        int(matrix.nnz),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize),
        model.offset,
        model.cost,
        model.lower if lower is None else lower,
        model.upper if upper is None else upper,
        model.row_lower,
        model.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        model.integer.astype(np.int32),
    )

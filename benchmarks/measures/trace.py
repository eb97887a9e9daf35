"""A run as step functions of time: the best verified objective and the best bound so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Trace:
    """Values that hold from `seconds[k]` to `seconds[k + 1]`, the last one to `time_limit_s`; before the first, none.

    What a run hands over as it is stopped at its limit, it had at the limit: later times count as the limit.
    """

    seconds: FloatArray  # [n] ascending, within [0, time_limit_s]
    objective: FloatArray  # [n] falling; inf = no plan yet
    bound: FloatArray  # [n] rising; -inf = none yet
    time_limit_s: float


def trace_of(run: Mapping[str, Any]) -> Trace:
    """From the fields of a `Row`; its final objective and bound count from its end, those of a run without a plan not
    at all."""
    points: Sequence[Mapping[str, Any]] = run["trajectory"]
    limit = float(run["time_limit_s"])
    has_plan = not pd.isna(run["objective"])
    seconds = [float(point["seconds"]) for point in points] + [float(run["total_s"])]
    objective = [_or(point["objective"] if has_plan else None, np.inf) for point in points]
    bound = [_or(point["bound"], -np.inf) for point in points]
    order = np.argsort(seconds, kind="stable")
    return Trace(
        seconds=np.minimum(np.asarray(seconds), limit)[order],
        objective=np.minimum.accumulate(np.asarray([*objective, _or(run["objective"], np.inf)])[order]),
        bound=np.maximum.accumulate(np.asarray([*bound, _or(run["bound"], -np.inf)])[order]),
        time_limit_s=limit,
    )


def _or(value: float | None, missing: float) -> float:
    return missing if value is None or pd.isna(value) else float(value)

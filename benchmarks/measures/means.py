"""One figure for many times: shifted geometric mean, and the mean that charges a failure ten times the limit."""

from __future__ import annotations

import numpy as np

from benchmarks.measures.trace import FloatArray


def shifted_geometric_mean(times_s: FloatArray, shift_s: float) -> float:
    """exp(mean(log(t + shift))) - shift; T. Achterberg, Constraint Integer Programming, thesis, TU Berlin, 2007.

    The shift keeps the shortest times from deciding. `times_s` without nan: a failure is charged its limit.
    """
    return float(np.exp(np.mean(np.log(times_s + shift_s))) - shift_s)


def charged(times_s: FloatArray, limit_s: float, factor: float = 1.0) -> FloatArray:
    """Times with `factor` times the limit where the target was not reached (nan)."""
    return np.where(np.isnan(times_s), factor * limit_s, times_s)


def par10(times_s: FloatArray, limit_s: float) -> float:
    """Penalised average runtime: a failure (nan) counts ten times the limit.

    F. Hutter and others, ParamILS, Journal of Artificial Intelligence Research 36, 2009; the factor is customary.
    """
    return float(np.mean(charged(times_s, limit_s, factor=10.0)))


def reached_share(times_s: FloatArray) -> float:
    """The share of tasks in which the target was reached (not nan)."""
    return float(np.mean(~np.isnan(times_s)))

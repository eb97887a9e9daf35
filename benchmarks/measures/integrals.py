"""How good a run was all along: the primal integral and the primal-dual integral.

T. Berthold, Measuring the impact of primal heuristics, Operations Research Letters 41(6), 2013, 611-614.
"""

from __future__ import annotations

import numpy as np

from benchmarks.measures.trace import FloatArray, Trace


def primal_gap(x: FloatArray, reference: FloatArray) -> FloatArray:
    """Berthold's gap of each pair, between 0 and 1.

    0 where both are 0; 1 where one is missing (not finite) or the signs differ; else |x - reference| over the larger
    absolute value.
    """
    known = np.isfinite(x) & np.isfinite(reference)
    a, b = np.where(known, x, 0.0), np.where(known, reference, 0.0)
    larger = np.maximum(np.abs(a), np.abs(b))
    gap = np.divide(np.abs(a - b), larger, out=np.zeros_like(larger), where=larger > 0)
    return np.where(~known | (a * b < 0), 1.0, gap)


def primal_integral(trace: Trace, best_known: float) -> float:
    """Seconds: the gap of the incumbent to the best known objective, summed over time to the limit."""
    return _integral(trace, primal_gap(trace.objective, np.full_like(trace.objective, best_known)))


def primal_dual_integral(trace: Trace) -> float:
    """Seconds: the gap between incumbent and bound, summed over time to the limit; needs no best known objective."""
    return _integral(trace, primal_gap(trace.objective, trace.bound))


def _integral(trace: Trace, gap: FloatArray) -> float:
    """Of a step function that is 1 before the first point."""
    edges = np.concatenate([[0.0], trace.seconds, [trace.time_limit_s]])
    return float(np.sum(np.diff(edges) * np.concatenate([[1.0], gap])))

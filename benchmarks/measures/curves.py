"""How the gaps of many runs shrink over time, on average."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.measures.integrals import primal_gap
from benchmarks.measures.trace import FloatArray, Trace

STEPS = 80
SHORTEST_S = 0.1


def moments(time_limit_s: float) -> FloatArray:
    """When the curves are drawn: evenly on a logarithmic scale, to the limit."""
    return np.geomspace(min(SHORTEST_S, time_limit_s / 2), time_limit_s, STEPS)


def mean_gap(traces: Sequence[Trace], references: Sequence[float | None], at_s: FloatArray) -> FloatArray:
    """The mean of Berthold's gap at each moment: of the incumbent to the reference, or where that is None to the
    run's own bound; 1 before the first plan."""
    gaps = [_gap_at(trace, reference, at_s) for trace, reference in zip(traces, references, strict=True)]
    return np.asarray(np.mean(gaps, axis=0))


def _gap_at(trace: Trace, reference: float | None, at_s: FloatArray) -> FloatArray:
    other = trace.bound if reference is None else np.full_like(trace.objective, reference)
    gap = np.concatenate([[1.0], primal_gap(trace.objective, other)])
    return np.asarray(gap[np.searchsorted(trace.seconds, at_s, side="right")])

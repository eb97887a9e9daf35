"""When a run reached what: its first plan, a plan near the best known, a small proven gap, a proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measures.trace import FloatArray, Trace
from optimizer.model.gap import PROVEN_GAP, relative_gap

# column of the seconds, and what it says
TARGETS = {
    "first_s": "first plan",
    "within_5_s": "plan within 5 % of the best known",
    "within_1_s": "plan within 1 % of the best known",
    "gap_5_s": "proven gap of 5 %",
    "gap_1_s": "proven gap of 1 %",
    "proven_s": "proven optimal, or proven that no plan exists",
}


def target_times(run: Mapping[str, Any], trace: Trace, best_known: float) -> dict[str, float]:
    """Seconds to each target, nan where it was not reached; `best_known` is nan where there is none."""
    over = gaps(trace.objective, np.full_like(trace.objective, best_known), over="bound")
    proven = seconds_to_gap(trace, PROVEN_GAP)
    if run["reason"] == "infeasible":
        proven = min(float(run["total_s"]), trace.time_limit_s)
    return {
        "first_s": seconds_to_plan(trace),
        "within_5_s": _first(trace, over <= 0.05),
        "within_1_s": _first(trace, over <= 0.01),
        "gap_5_s": seconds_to_gap(trace, 0.05),
        "gap_1_s": seconds_to_gap(trace, 0.01),
        "proven_s": proven,
    }


def seconds_to_gap(trace: Trace, least: float) -> float:
    """Until a plan and a bound were within a relative gap of `least` of each other; nan where they never were."""
    return _first(trace, gaps(trace.objective, trace.bound) <= least)


def seconds_to_plan(trace: Trace) -> float:
    """Until the first verified plan; nan where there is none."""
    return _first(trace, np.isfinite(trace.objective))


def gaps(objective: FloatArray, bound: FloatArray, over: str = "objective") -> FloatArray:
    """(objective - bound) / max(|objective|, 1e-9), or over |bound|; nan where there is no plan or no bound.

    Negative where the bound is above the plan, which is an alarm elsewhere; here it counts as closed.
    """
    unit = objective if over == "objective" else bound
    known = np.isfinite(objective) & np.isfinite(bound)
    result = np.full(objective.shape, np.nan)
    result[known] = (objective[known] - bound[known]) / np.maximum(np.abs(unit[known]), 1e-9)
    return result


def final_gap(run: Mapping[Any, Any]) -> float:
    """The proven gap at the end; nan without a plan or without a bound."""
    if pd.isna(run["objective"]) or pd.isna(run["bound"]):
        return float("nan")
    return float(relative_gap(run["objective"], run["bound"]))


def claims_no_plan(run: Mapping[Any, Any]) -> bool:
    """Whether it says that no plan exists, be that proven or a mere claim."""
    claimed = run["reason"] == "no_solution" and run["proof"] == "claimed" and pd.isna(run["bound"])
    return bool(run["reason"] == "infeasible" or claimed)


def _first(trace: Trace, reached: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    return float(trace.seconds[reached.argmax()]) if reached.any() else float("nan")

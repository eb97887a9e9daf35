"""How far a plan is from a bound, and whether that is near enough: the one definition used everywhere."""

from __future__ import annotations

import math

PROVEN_GAP = 1e-6  # relative, or pounds a year; a bound so near proves a plan the best
_ROUNDING = 1e-6  # of a tolerance that was asked for: solvers that stop at it miss it by rounding


def relative_gap(objective: float, bound: float) -> float:
    """|objective - bound| / max(|objective|, 1e-9)"""
    return abs(objective - bound) / max(abs(objective), 1e-9)


def is_reached(objective: float, bound: float, rel_gap: float | None = None, abs_gap: float | None = None) -> bool:
    """Whether the bound proves an objective that is minimised the best, or within a tolerance that was asked for.

    `abs_gap` in pounds a year. Never with an infinite bound or objective.
    """
    if not (math.isfinite(objective) and math.isfinite(bound)):
        return False
    relative = max(PROVEN_GAP, (rel_gap or 0.0) * (1 + _ROUNDING))
    absolute = max(PROVEN_GAP, (abs_gap or 0.0) * (1 + _ROUNDING))
    return objective - bound <= absolute or relative_gap(objective, bound) <= relative

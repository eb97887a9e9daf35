"""Figures as a reader sees them, in the page and in the summary; a missing one is a dash."""

from __future__ import annotations

import math

from optimizer.model.gap import PROVEN_GAP

MISSING = "-"


def seconds(value: float) -> str:
    """With three figures, or as many as there are before the point."""
    if math.isnan(value):
        return MISSING
    decimals = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:,.{decimals}f}"


def percent(share: float) -> str:
    """Of a gap: as many decimals as tell it from 0, which is what lies within the tolerance of a proof."""
    if math.isnan(share):
        return MISSING
    size = abs(share)
    if size <= PROVEN_GAP:
        return "0 %"
    decimals = 0 if size >= 0.9995 else 1 if size >= 0.1 else 2 if size >= 0.0001 else 4
    return f"{share * 100:.{decimals}f} %"


def tasks_share(value: float) -> str:
    return MISSING if math.isnan(value) else f"{value * 100:.0f} %"


def amount(value: float) -> str:
    """An objective or a bound: whole where it is large, with decimals where the literature gives them."""
    if math.isnan(value):
        return MISSING
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.2f}"


def p_value(value: float) -> str:
    if math.isnan(value):
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def plain(value: object) -> str:
    return MISSING if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


def yes(holds: bool) -> str:
    return "yes" if holds else ""

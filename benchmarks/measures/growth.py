"""How a figure grows with size: the exponent of a power law, by least squares on logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 3  # sizes: any two lie on a power law


@dataclass(frozen=True)
class Exponent:
    """`value` is None where too few sizes were reached to tell; 2 says that twice the size takes four times as much."""

    value: float | None
    points: int  # different sizes that it rests on


def exponent(sizes: Sequence[float], figures: Sequence[float]) -> Exponent:
    """The slope of log figure over log size; a figure that is nan was not reached and does not count.

    Raises `ValueError` for a size or figure that has no logarithm.
    """
    x, y = np.asarray(sizes, dtype=float), np.asarray(figures, dtype=float)
    reached = ~np.isnan(y)
    x, y = x[reached], y[reached]
    if not ((x > 0) & (y > 0)).all():
        raise ValueError("sizes and figures above 0, as they are to have logarithms")
    points = len(np.unique(x))
    if points < FEWEST:
        return Exponent(None, points)
    slope, _ = np.polyfit(np.log(x), np.log(y), 1)
    return Exponent(float(slope), points)

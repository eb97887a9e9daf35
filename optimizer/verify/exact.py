"""Numbers as they are written, without rounding error: decimals as fractions, distances as whole millimetres."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius
MM_PER_KM = 10**6


class Point(NamedTuple):
    """Where a place is: kilometres on a plane, or degrees on the sphere."""

    planar: bool
    north: float
    east: float


@lru_cache(maxsize=2**17)
def exact(number: float) -> Fraction:
    """The decimal that a number is written as: 0.1 is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(float(number)))


def total(amounts: Iterable[Fraction]) -> Fraction:
    """Their sum. Those over one denominator are added as whole numbers: thousands of amounts have few of them."""
    numerators: defaultdict[int, int] = defaultdict(int)
    for amount in amounts:
        numerators[amount.denominator] += amount.numerator
    return sum((Fraction(above, below) for below, above in numerators.items()), Fraction(0))


def straight_line_km(a: Point, b: Point) -> float:
    """Euclidean on a plane, haversine on the sphere; both points of one kind."""
    if a.planar:
        return math.hypot(a.north - b.north, a.east - b.east)
    south, north = math.radians(a.north), math.radians(b.north)
    half_chord = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin(math.radians(b.east - a.east) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half_chord)))


def road_mm(a: Point, b: Point, circuity: float) -> int:
    """Road distance to the nearest millimetre. Doubles are off by about 1e-6 mm, far below what is rounded away."""
    return round(circuity * straight_line_km(a, b) * MM_PER_KM)

"""Euclidean distances of points given as decimals, without rounding error on the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

_ROOT_BITS = 128  # of a square root before it is rounded: far more than the 53 of a double

Point = tuple[Fraction, Fraction]


def euclidean(points: Sequence[Point], *, floor: bool) -> list[list[float]]:
    """All distances, each the double nearest to the true one, or the whole number below the true one."""
    scale = math.lcm(*{part.denominator for point in points for part in point})
    grid = [(int(x * scale), int(y * scale)) for x, y in points]
    matrix = [[0.0] * len(grid) for _ in grid]
    for i, (x, y) in enumerate(grid):
        for j in range(i):
            square = (x - grid[j][0]) ** 2 + (y - grid[j][1]) ** 2
            distance = float(math.isqrt(square // scale**2)) if floor else nearest_root(square, scale)
            matrix[i][j] = matrix[j][i] = distance
    return matrix


def nearest_root(square: int, scale: int) -> float:
    """The double nearest to sqrt(square) / scale.

    The root is taken to `_ROOT_BITS` bits; its last bit is set if anything was cut off, which keeps it clear of the
    halfway points between doubles, and the division of integers rounds once.
    """
    shift = max(0, _ROOT_BITS + scale.bit_length() - square.bit_length() // 2)
    radicand = square << (2 * shift)
    root = math.isqrt(radicand)
    root |= root * root != radicand
    return root / (scale << shift)

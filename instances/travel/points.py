"""Points on the globe, and which of them are near each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from instances.sphere import chord, great_circle_km, on_sphere

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_SLACK_KM = 1e-6  # a pair at the very limit is near


@dataclass(frozen=True)
class Box:
    """Degrees; does not cross the date line."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return f"latitude {self.south:.2f} to {self.north:.2f}, longitude {self.west:.2f} to {self.east:.2f}"


@dataclass(frozen=True)
class Points:
    """Places by id; `latitude` and `longitude` in degrees, WGS 84."""

    ids: tuple[str, ...]
    latitude: FloatArray  # [n]
    longitude: FloatArray  # [n]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, at: IntArray) -> Points:
        """Those at these positions, in this order."""
        return Points(tuple(self.ids[k] for k in at.tolist()), self.latitude[at], self.longitude[at])

    @cached_property
    def radians(self) -> FloatArray:
        """[n, 2] north, east."""
        return np.radians(np.column_stack([self.latitude, self.longitude]))

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(on_sphere(self.radians))

    @cached_property
    def box(self) -> Box:
        """The least one around all of them."""
        return Box(
            float(self.longitude.min()),
            float(self.latitude.min()),
            float(self.longitude.max()),
            float(self.latitude.max()),
        )

    def are_in(self, box: Box) -> BoolArray:
        """[n]."""
        north = (self.latitude >= box.south) & (self.latitude <= box.north)
        return np.asarray(north & (self.longitude >= box.west) & (self.longitude <= box.east))

    def near(self, others: Points, km: float) -> tuple[IntArray, IntArray]:
        """Pairs (row of these, column of the others) at most `km` of straight line apart, in order of row."""
        if not len(self) or not len(others):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        found = self._tree.query_ball_tree(others._tree, chord(km + _SLACK_KM))
        rows = np.repeat(np.arange(len(self), dtype=np.int64), [len(columns) for columns in found])
        return rows, np.array([column for columns in found for column in sorted(columns)], dtype=np.int64)

    def nearest(self, others: Points) -> IntArray:
        """[n] position of the nearest of the others; there is at least one."""
        return np.asarray(others._tree.query(on_sphere(self.radians))[1], dtype=np.int64)


def straight_km(a: Points, b: Points, row: IntArray, column: IntArray) -> FloatArray:
    """Straight-line km of the pairs (row of a, column of b)."""
    return great_circle_km(a.radians[row], b.radians[column])

"""Distances on the globe: a sphere, as docs/model.md section 1 has it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius


def great_circle_km(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Straight-line km between paired rows of [n, 2] radians (north, east); haversine."""
    s = np.sin((b[:, 0] - a[:, 0]) / 2) ** 2
    s = s + np.cos(a[:, 0]) * np.cos(b[:, 0]) * np.sin((b[:, 1] - a[:, 1]) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(s, 1.0))))


def on_sphere(radians: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[n, 3] points of the unit sphere, for searches by chord."""
    north, east = radians[:, 0], radians[:, 1]
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def chord(km: float) -> float:
    """Length on the unit sphere of the chord under an arc of `km`; beyond half the globe everything is near."""
    return float(2 * np.sin(min(km / EARTH_RADIUS_KM, np.pi) / 2))

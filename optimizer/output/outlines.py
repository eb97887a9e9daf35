"""Areas around the practices of hubs, for maps: the convex hull of a small disc around each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.spatial import ConvexHull

from instances import Hospital, Instance, Practice
from optimizer.model.arrays import FloatArray

KM_PER_DEGREE = math.pi * 6371.0088 / 180  # of latitude; IUGG mean radius
_CORNERS = 24  # of a disc


def on_globe(instance: Instance) -> bool:
    """Whether every place has a latitude and longitude."""
    places = (*instance.practices, *instance.hospitals)
    return all(place.latitude is not None and place.longitude is not None for place in places)


def on_plane(instance: Instance) -> bool:
    """Whether every place has plane coordinates."""
    places = (*instance.practices, *instance.hospitals)
    return all(place.x_km is not None and place.y_km is not None for place in places)


def disc_radius_km(points_km: FloatArray) -> float:
    """How far an area goes beyond its practices: a fifth of the usual distance to a neighbour, 0.1 to 1 km."""
    if len(points_km) < 2:
        return 0.5
    area = float(np.prod(np.maximum(np.ptp(points_km, axis=0), 0.1)))
    return float(np.clip(0.2 * math.sqrt(area / len(points_km)), 0.1, 1.0))


def outline(points_km: FloatArray, radius_km: float, corners: int = _CORNERS) -> FloatArray:
    """[corners + 1, 2] the closed ring around [n, 2] points, counterclockwise; the last corner is the first.

    `corners`: of the ring around one point.
    """
    angles = 2 * math.pi * np.arange(corners) / corners
    disc = radius_km * np.column_stack([np.cos(angles), np.sin(angles)])
    around = (points_km[:, None, :] + disc[None, :, :]).reshape(-1, 2)
    ring = around[ConvexHull(around).vertices]  # counterclockwise in the plane
    return np.vstack([ring, ring[:1]])


class LocalPlane:
    """Degrees as km east and north of a centre, and back: true to scale near it, as an area's map needs."""

    def __init__(self, places: Sequence[Practice | Hospital]) -> None:
        degrees = _degrees(places)
        self._centre = degrees.mean(axis=0)
        self._scale = KM_PER_DEGREE * np.array([math.cos(math.radians(float(self._centre[1]))), 1.0])

    def km(self, places: Sequence[Practice | Hospital]) -> FloatArray:
        """[n, 2] east and north."""
        return np.asarray((_degrees(places) - self._centre) * self._scale)

    def degrees(self, km: FloatArray) -> FloatArray:
        """[n, 2] longitude and latitude."""
        return np.asarray(km / self._scale + self._centre)


def _degrees(places: Sequence[Practice | Hospital]) -> FloatArray:
    """[n, 2] longitude and latitude."""
    return np.array([[place.longitude, place.latitude] for place in places], dtype=np.float64).reshape(-1, 2)

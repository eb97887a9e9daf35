"""The land: an irregular region with a coast and empty moors, on a plane in km."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.generate.fields import Bools, Floats
from instances.generate.spec import GenerateSpec

_KM_PER_DEGREE = 6371.0088 * np.pi / 180.0
_WOBBLES = np.array([2, 3, 5])  # lobes of the outline
_WOBBLE_SIZE = 0.07  # of the radius, each


@dataclass(frozen=True)
class Region:
    """Where places can be. The origin is the centre."""

    radius_km: float
    phases: Floats  # float64[3]
    coast: Floats | None  # unit vector towards the sea
    moors: Floats  # float64[n_moors, 3]: x, y, radius in km

    def is_land(self, xy_km: Floats) -> Bools:
        """Habitable or not, bool[n]."""
        distance = np.hypot(xy_km[:, 0], xy_km[:, 1])
        angle = np.arctan2(xy_km[:, 1], xy_km[:, 0])
        outline = 1.0 + _WOBBLE_SIZE * np.sin(angle[:, None] * _WOBBLES + self.phases).sum(axis=1)
        land = distance < self.radius_km * outline
        if self.coast is not None:
            along = xy_km @ np.array([-self.coast[1], self.coast[0]])
            shore = 0.6 * self.radius_km + 0.08 * self.radius_km * np.sin(5.0 * along / self.radius_km)
            land &= xy_km @ self.coast < shore
        for x, y, radius in self.moors:
            land &= np.hypot(xy_km[:, 0] - x, xy_km[:, 1] - y) > radius
        return np.asarray(land, np.bool_)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """float64[n, 2]: points of the land, evenly spread."""
        found = np.empty((0, 2))
        while len(found) < n:
            tried = rng.uniform(-1.25 * self.radius_km, 1.25 * self.radius_km, size=(3 * n + 8, 2))
            found = np.concatenate([found, tried[self.is_land(tried)]])
        return found[:n]


def draw_region(spec: GenerateSpec, rng: np.random.Generator) -> Region:
    """A region with room for everybody at the kind's density."""
    profile = spec.profile
    lost = 0.06 * profile.moors + (0.14 if profile.has_coast else 0.0)  # to moors and sea
    area_km2 = spec.practices * spec.mean_list / profile.people_per_km2
    radius_km = float(np.sqrt(area_km2 / (np.pi * (1.0 - lost))))
    bearing = rng.uniform(0.0, 2.0 * np.pi)
    coast = np.array([np.cos(bearing), np.sin(bearing)]) if profile.has_coast else None
    return Region(radius_km, rng.uniform(0.0, 2.0 * np.pi, 3), coast, _draw_moors(profile.moors, radius_km, rng))


def _draw_moors(count: int, radius_km: float, rng: np.random.Generator) -> Floats:
    bearing = rng.uniform(0.0, 2.0 * np.pi, count)
    distance = rng.uniform(0.45, 0.75, count) * radius_km
    size = rng.uniform(0.18, 0.30, count) * radius_km
    return np.column_stack([distance * np.cos(bearing), distance * np.sin(bearing), size])


def to_degrees(xy_km: Floats, spec: GenerateSpec) -> tuple[Floats, Floats]:
    """Latitude and longitude, rounded to a metre or so, by the (equal-area) sinusoidal projection."""
    latitude = spec.latitude + xy_km[:, 1] / _KM_PER_DEGREE
    longitude = spec.longitude + xy_km[:, 0] / (_KM_PER_DEGREE * np.cos(np.radians(latitude)))
    return np.round(latitude, 5), np.round(longitude, 5)

"""Straight lines between points that leave the land, by polygons of the land."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from instances.errors import Fault, InputError
from instances.sphere import EARTH_RADIUS_KM
from instances.travel.errors import TravelError
from instances.travel.measured import Wanted
from instances.travel.points import FloatArray, Points

EXTRA = 'pip install "caregroup[geo]"'
_WGS84 = 4326
_MARGIN_DEGREES = 0.5  # around the points: land that no line between them comes near


class LandOutline:
    """Polygons of land around some points, on a plane of km that fits there."""

    def __init__(self, file: Path, points: Points) -> None:
        """Read GeoJSON (also .gz), a GeoPackage or a shapefile.

        Raises `InputError` for what is none, or has no land where the points lie; `TravelError` without geopandas.
        """
        try:
            import shapely
        except ImportError:
            raise _unavailable() from None
        self._shapely: Any = shapely
        self._scale = np.radians(1.0) * EARTH_RADIUS_KM * np.array([np.cos(points.radians[:, 0].mean()), 1.0])
        box = points.box
        around = shapely.box(
            box.west - _MARGIN_DEGREES,
            box.south - _MARGIN_DEGREES,
            box.east + _MARGIN_DEGREES,
            box.north + _MARGIN_DEGREES,
        )
        land = shapely.intersection(shapely.union_all(shapely.make_valid(_polygons(file))), around)
        if land.is_empty:
            raise InputError([Fault(file.name, f"land where the places of the instance lie ({box})")])
        self._land: Any = shapely.transform(land, lambda degrees: degrees * self._scale)
        shapely.prepare(self._land)

    def km_over_water(self, pairs: Wanted) -> FloatArray:
        """[pairs] km of the longest stretch of the straight line that is not on land."""
        longest = np.zeros(len(pairs))
        ends = [self._plane(pairs.origins)[pairs.row], self._plane(pairs.destinations)[pairs.column]]
        lines = self._shapely.linestrings(np.stack(ends, axis=1).reshape(-1, 2, 2))
        leaving = np.flatnonzero(~self._shapely.covers(self._land, lines))
        wet = self._shapely.difference(lines[leaving], self._land)
        stretches, line = self._shapely.get_parts(wet, return_index=True)
        np.maximum.at(longest, leaving[line], self._shapely.length(stretches))
        return longest

    def _plane(self, points: Points) -> FloatArray:
        return np.asarray(np.column_stack([points.longitude, points.latitude]) * self._scale)


def _polygons(file: Path) -> Any:
    try:
        import geopandas
    except ImportError:
        raise _unavailable() from None
    if not file.exists():
        raise InputError([Fault(file.name, f"a file; there is none at {file}")])
    packed = f"/vsigzip/{file.resolve()}" if file.suffix.lower() == ".gz" else str(file)
    try:
        frame = geopandas.read_file(packed)
    except Exception as error:  # whatever the driver of a format raises
        expected = f"polygons of land as GeoJSON, GeoPackage or shapefile ({' '.join(str(error).split())})"
        raise InputError([Fault(file.name, expected)]) from None
    shapes = getattr(frame, "geometry", None) if "geometry" in frame else None
    if shapes is None or shapes.crs is None:
        raise InputError([Fault(file.name, "polygons of land that say which coordinates they are in")])
    shapes = shapes.to_crs(_WGS84)
    areas = shapes[shapes.geom_type.isin(["Polygon", "MultiPolygon"])]
    if areas.empty:
        raise InputError([Fault(file.name, "polygons of land; it has none")])
    return areas.to_numpy()


def _unavailable() -> TravelError:
    return TravelError(f"Outlines of land take geopandas, which is not installed: {EXTRA}")

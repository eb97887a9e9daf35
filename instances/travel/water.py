"""Straight lines between points that leave the land, by polygons of the land."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from instances.errors import Fault, InputError
from instances.sphere import EARTH_RADIUS_KM
from instances.travel.errors import TravelError
from instances.travel.measured import Wanted
from instances.travel.points import Box, FloatArray, Points

EXTRA = 'pip install "caregroup[geo]"'
_WGS84 = 4326
_MARGIN_DEGREES = 0.5  # around the points: land that no line between them comes near


def km_over_water(file: Path, pairs: Wanted) -> FloatArray:
    """[pairs] km of the longest stretch of the straight line that is not on the land of `file`.

    The file is GeoJSON (also .gz), a GeoPackage or a shapefile. Raises `InputError` for what is none, or has no land
    where the points lie; `TravelError` without geopandas.
    """
    try:
        import shapely
    except ImportError:
        raise _unavailable() from None
    longest = np.zeros(len(pairs))
    ends = [_degrees(pairs.origins)[pairs.row], _degrees(pairs.destinations)[pairs.column]]
    if not len(pairs):
        return longest
    # a plane of km that fits where the points lie
    plane = np.radians(1.0) * EARTH_RADIUS_KM * np.array([np.cos(np.radians(ends[0][:, 1].mean())), 1.0])
    land = shapely.transform(_land(file, np.concatenate(ends)), lambda degrees: degrees * plane)
    shapely.prepare(land)
    lines = shapely.linestrings(np.stack(ends, axis=1) * plane)
    leaving = np.flatnonzero(~shapely.covers(land, lines))
    stretches, line = shapely.get_parts(shapely.difference(lines[leaving], land), return_index=True)
    np.maximum.at(longest, leaving[line], shapely.length(stretches))
    return longest


def _degrees(points: Points) -> FloatArray:
    """[n, 2] east, north."""
    return np.asarray(np.column_stack([points.longitude, points.latitude]))


def _land(file: Path, places: FloatArray) -> Any:
    """The land around places [n, 2], in degrees."""
    import shapely

    low, high = places.min(axis=0), places.max(axis=0)
    around = shapely.box(*(low - _MARGIN_DEGREES), *(high + _MARGIN_DEGREES))
    land = shapely.intersection(shapely.union_all(shapely.make_valid(_polygons(file))), around)
    if land.is_empty:
        raise InputError(
            [Fault(file.name, f"land where the places of the instance lie ({Box(*low.tolist(), *high.tolist())})")]
        )
    return land


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

"""Outlines for the map, from files of geographical information systems: of places where people live, of councils.

GeoJSON (also .gz), GeoPackage and shapefile, read with geopandas; everything is in degrees, longitude first.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from instances import InputError, InputWarning, Instance
from instances.errors import Fault
from optimizer.output.outlines import on_globe

if TYPE_CHECKING:
    import geopandas

HOW_TO_GET = 'pip install "caregroup[geo]"'
_WGS84 = "EPSG:4326"
_POLYGONS = ("Polygon", "MultiPolygon")
_NAMED = 8  # columns, in messages


@dataclass(frozen=True)
class Geography:
    """Shapes of shapely, in degrees."""

    places: Mapping[str, Any]  # by place id; those without an outline are left out
    outlines: tuple[tuple[str, Any], ...]  # (name, shape)


def read_geography(instance: Instance, place_outlines: Path | None, outlines: Path | None) -> Geography | None:
    """None where no file is named. Raises `InputError` for a file that cannot be drawn on the map of this instance,
    `ImportError` without geopandas; places without an outline are an `InputWarning`."""
    files = [file for file in (place_outlines, outlines) if file is not None]
    if not files:
        return None
    if not on_globe(instance):
        raise _refused(files[0], "an instance whose practices and hospitals have latitude and longitude")
    if find_spec("geopandas") is None:
        raise ImportError(f"outlines on the map take geopandas, which is not installed: {HOW_TO_GET}")
    places = {} if place_outlines is None else _places(instance, place_outlines)
    return Geography(places, () if outlines is None else _outlines(outlines))


def _places(instance: Instance, file: Path) -> dict[str, Any]:
    """Of the instance's places; the column of their ids is the one that has most of them."""
    if instance.homes is None or not instance.places:
        raise _refused(file, "an instance with homes.csv and places.csv, which say who lives where")
    ids = {place.id for place in instance.places}
    frame = _read(file)
    columns = {name: frame[name].astype(str) for name in frame.columns if name != frame.geometry.name}
    matches = {name: int(values.isin(ids).sum()) for name, values in columns.items()}
    best = max(matches, key=matches.__getitem__, default="")
    if not matches.get(best):
        expected = f"a column with ids of places.csv, such as {instance.places[0].id}; it has {_listed(columns)}"
        raise _refused(file, expected)
    inside = frame[columns[best].isin(ids)]
    found = dict(zip(inside[best].astype(str), inside.geometry, strict=True))
    if len(found) < len(ids):
        missing = f"{len(ids) - len(found):,} of {len(ids):,} places have no outline there"
        warnings.warn(f"{file.name}: {missing}", InputWarning, stacklevel=4)
    return found


def _outlines(file: Path) -> tuple[tuple[str, Any], ...]:
    frame = _read(file)
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    names = [name for name in columns if "name" in name.lower() or name.lower().endswith("nm")]
    if not names:
        raise _refused(file, f"a column of names, such as name or LAD24NM; it has {_listed(columns)}")
    return tuple(zip(frame[names[0]].astype(str), frame.geometry, strict=True))


def _listed(columns: Any) -> str:
    names = [str(name) for name in columns]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more or "no columns"


def _read(file: Path) -> geopandas.GeoDataFrame:
    """Polygons, in degrees."""
    import geopandas

    if not file.is_file() and not file.is_dir():
        raise _refused(file, "a file that exists")
    zipped = file.suffix.lower() == ".gz"
    try:
        frame = geopandas.read_file(f"/vsigzip/{file.resolve()}" if zipped else file)
        if not isinstance(frame, geopandas.GeoDataFrame):
            raise ValueError("it has no shapes")
        frame = frame[frame.geometry.geom_type.isin(_POLYGONS)]
        frame = frame.to_crs(_WGS84) if frame.crs is not None else frame
    except Exception as error:  # of GDAL, by way of pyogrio, and of whatever a file can hold
        expected = "GeoJSON (also .gz), a GeoPackage or a shapefile with polygons"
        raise _refused(file, f"{expected}; {' '.join(str(error).split())[:200]}") from None
    if frame.empty:
        raise _refused(file, "polygons; it has none")
    west, south, east, north = frame.total_bounds
    if min(west, south) < -180 or max(east, north) > 180 or max(-south, north) > 90:
        raise _refused(file, "coordinates in degrees, or a reference system that says what they are")
    frame = frame.copy()
    frame.geometry = frame.geometry.make_valid()
    return frame


def _refused(file: Path, expected: str) -> InputError:
    return InputError([Fault(str(file), expected)])

"""Places in a grid over the practices of an instance, with outlines whose borders wriggle, and councils of halves."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely

from instances import Instance

CODE, NAME = "LSOA11CD", "LAD24NM"
COUNCILS = ("Arden", "Bredon")
NEAREST = 3  # practices of the people of a place


def lived_in(instance: Instance, columns: int) -> Instance:
    """Of a grid with so many columns, people of each place are with the practices nearest to it, most with the first.

    Places are called by column and row.
    """
    data = instance.model_dump(exclude_unset=True)
    at = np.array([[p["longitude"], p["latitude"]] for p in data["practices"]])
    centres = {name: shape.centroid for name, shape in squares(instance, columns)}
    data["places"] = [
        {"id": name, "latitude": point.y, "longitude": point.x, "population": 1_000} for name, point in centres.items()
    ]
    rows = [
        (data["practices"][i]["id"], name, 900 // (rank + 1))
        for name, point in centres.items()
        for rank, i in enumerate(np.hypot(*(at - [point.x, point.y]).T).argsort()[:NEAREST].tolist())
    ]
    data["homes"] = dict(zip(("practice", "place", "patients"), map(list, zip(*rows, strict=True)), strict=True))
    return Instance.model_validate(data)


def squares(instance: Instance, columns: int, corners: int = 1) -> Iterable[tuple[str, Any]]:
    """(name, outline in degrees) of each place; `corners`: of each side of an outline."""
    west, south, east, north = _frame(instance)
    size = (east - west) / columns
    rows = math.ceil((north - south) / size)

    def side(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        """From corner to corner of the grid without the last; both squares beside it see the same line."""
        low, high = min(a, b), max(a, b)
        steps = np.arange(corners) / corners
        off = 0.12 * np.sin(np.pi * steps) * np.sin(37 * steps + 5 * low[0] + 3 * low[1])
        along = np.array([np.subtract(high, low)] * corners) * steps[:, None] + low
        line = along + off[:, None] * np.subtract(high, low)[::-1]
        line = np.vstack([line, [high]])
        return [tuple(p) for p in ((line if a == low else line[::-1])[:-1] * size + [west, south]).tolist()]

    for k in range(columns):
        for m in range(rows):
            ring = [(k, m), (k + 1, m), (k + 1, m + 1), (k, m + 1), (k, m)]
            line = [point for a, b in pairwise(ring) for point in side(a, b)]
            yield f"E{k:03}{m:03}", shapely.Polygon(line)


def places_frame(instance: Instance, columns: int, corners: int = 1) -> geopandas.GeoDataFrame:
    named = dict(squares(instance, columns, corners))
    frame = {"OBJECTID": range(len(named)), CODE: list(named), "geometry": list(named.values())}
    return geopandas.GeoDataFrame(frame, crs="EPSG:4326")


def councils_frame(instance: Instance, names: tuple[str, str] = COUNCILS) -> geopandas.GeoDataFrame:
    """Two halves, west and east, of a land that is wider than the map."""
    west, south, east, north = _frame(instance)
    middle, wide = (west + east) / 2, east - west
    halves = [
        shapely.box(west - wide, south - 1, middle, north + 1),
        shapely.box(middle, south - 1, east + wide, north + 1),
    ]
    return geopandas.GeoDataFrame({"FID": [1, 2], NAME: list(names), "geometry": halves}, crs="EPSG:4326")


def written(frame: geopandas.GeoDataFrame, file: Path) -> Path:
    frame.to_file(file)
    return file


def _frame(instance: Instance) -> tuple[float, float, float, float]:
    at = np.array([[p.longitude, p.latitude] for p in instance.practices], dtype=np.float64)
    pad = 0.1 * float((at.max(axis=0) - at.min(axis=0)).max())
    (west, south), (east, north) = at.min(axis=0) - pad, at.max(axis=0) + pad
    return float(west), float(south), float(east), float(north)

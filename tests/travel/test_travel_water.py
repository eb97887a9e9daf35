"""Straight lines that leave the land: two squares with a channel between them, and a causeway."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from travel_support import SHARED, all_pairs, points

from instances import InputError, Instance
from optimizer.model.build import build_problem
from optimizer.travel.crossings import WATER_KM, crossings

geopandas = pytest.importorskip("geopandas", reason="needs geopandas, of the extra geo")

from instances.travel.water import km_over_water  # noqa: E402

# degrees of longitude; at latitude 60 one is 55.597 km
WEST, EAST = (0.0, 1.0), (1.1, 2.0)
CHANNEL_KM = 5.5597
WAY = points(a=(60.0, 0.5)), points(b=(60.0, 1.5))


def _square(longitudes: tuple[float, float], latitudes: tuple[float, float] = (59.5, 60.5)) -> list[list[float]]:
    (west, east), (south, north) = longitudes, latitudes
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _outline(folder: Path, *squares: list[list[float]]) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [square]}}
        for square in squares
    ]
    file = folder / "land.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def _km(file: Path) -> float:
    return float(km_over_water(file, all_pairs(*WAY))[0])


def test_the_width_of_a_channel(tmp_path: Path) -> None:
    assert _km(_outline(tmp_path, _square(WEST), _square(EAST))) == pytest.approx(CHANNEL_KM, rel=1e-4)


def test_a_causeway_is_land(tmp_path: Path) -> None:
    assert _km(_outline(tmp_path, _square(WEST), _square(EAST), _square((0.9, 1.2), (59.99, 60.01)))) == 0


def test_the_longest_of_several_stretches(tmp_path: Path) -> None:
    squares = [_square((0.0, 0.6)), _square((0.61, 1.0)), _square(EAST)]
    assert _km(_outline(tmp_path, *squares)) == pytest.approx(CHANNEL_KM, rel=1e-4)


def test_formats(tmp_path: Path) -> None:
    file = _outline(tmp_path, _square(WEST), _square(EAST))
    packed = tmp_path / "land.geojson.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    frame = geopandas.read_file(file)
    frame.to_crs(3857).to_file(tmp_path / "land.gpkg")
    frame.to_file(tmp_path / "land.shp")
    for same in ("land.geojson.gz", "land.gpkg", "land.shp"):
        assert _km(tmp_path / same) == pytest.approx(CHANNEL_KM, rel=1e-4)


def test_what_is_no_land(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("land ahoy")
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [0.5, 60]}}
    (tmp_path / "point.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
    (tmp_path / "bare.csv").write_text("id\n1\n")
    for name, expected in (
        ("notes.txt", "polygons of land as GeoJSON, GeoPackage or shapefile"),
        ("point.geojson", "polygons of land; it has none"),
        ("bare.csv", "polygons of land that say which coordinates they are in"),
        ("gone.geojson", "a file; there is none at"),
    ):
        with pytest.raises(InputError, match=f"{name}: {expected}"):
            km_over_water(tmp_path / name, all_pairs(*WAY))
    with pytest.raises(InputError, match=r"land where the places of the instance lie \(latitude 20.00"):
        km_over_water(_outline(tmp_path, _square(WEST)), all_pairs(points(a=(20.0, 0.5)), points(b=(20.0, 0.6))))


def test_pairs_within_reach_most_patients_first(tmp_path: Path) -> None:
    """Practices on both sides of a narrow channel; a pair of practices is told once, of the larger one."""
    narrow = _outline(tmp_path, _square((0.0, 1.0)), _square((1.02, 2.0)))
    at = {"small": (5_000, 0.99), "large": (9_000, 1.03), "inland": (7_000, 1.9)}
    practices = [
        {"id": id_, "patients": patients, "latitude": 60.0, "longitude": east} for id_, (patients, east) in at.items()
    ]
    instance = Instance.model_validate({"hub": {"min": 1_000, "min_rural": 1_000}, "practices": practices})
    (found,) = crossings(instance, build_problem(instance), narrow)
    assert (found.practice, found.site, found.patients) == ("large", "small", 9_000)
    assert found.water_km == pytest.approx(0.02 * 55.597, rel=1e-3)
    assert found.road_km == pytest.approx(1.3 * 0.04 * 55.597, rel=1e-3)
    creek = _outline(tmp_path, _square((0.0, 1.0)), _square((1.0 + 0.9 * WATER_KM / 55.597, 2.0)))
    assert crossings(instance, build_problem(instance), creek) == []


@pytest.mark.skipif(not SHARED.exists(), reason="needs the folder shared beside the repository")
def test_the_mersey_the_solent_and_none_in_cheshire() -> None:
    land = SHARED / "barriers/england_wales_outline_100m.geojson.gz"
    origins = points(liverpool=(53.405, -2.990), portsmouth=(50.80, -1.09), chester=(53.19, -2.89))
    destinations = points(birkenhead=(53.390, -3.025), ryde=(50.728, -1.16), nantwich=(53.067, -2.522))
    km = km_over_water(land, all_pairs(origins, destinations)).reshape(3, 3)
    assert 0.8 < km[0, 0] < 2.0
    assert 4.0 < km[1, 1] < 8.0
    assert np.isclose(km[2, 2], 0)

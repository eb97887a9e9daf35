"""OSRM and Valhalla in this process, over a river with one bridge and over Rutland. Skipped where they are not there.

Their wheels are for Python 3.12 and later: `make roads` runs these tests there.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from travel_support import BANKS, KM_PER_TENTH, SHARED, all_pairs, points

from instances import InputError
from instances.travel import Points, TravelError, Wanted, graphs
from instances.travel.blocks import routed
from instances.travel.engines import PACKAGES, engine_of

pytest.importorskip("osmium", reason="needs osmium, of the extra roads")

from made_extract import BRIDGE, EAST, WEST, write_extract

RUTLAND = SHARED / "roads/rutland_2024.osm.pbf"


@pytest.fixture(params=list(PACKAGES))
def name(request: pytest.FixtureRequest) -> str:
    if find_spec(request.param) is None:
        pytest.skip(f"needs {PACKAGES[request.param]}, whose wheels are for Python 3.12 and later")
    return str(request.param)


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(graphs, "_root", lambda: tmp_path / "cache")


def _river(extracts: list[Path], name: str, wanted: Wanted) -> tuple[list[float], tuple[str, ...]]:
    measured = routed(engine_of(extracts, name, wanted.origins, lambda _: None), wanted)
    assert measured.km is not None
    assert measured.minutes is not None
    assert (np.isnan(measured.minutes) == np.isnan(measured.km)).all()
    return measured.km.tolist(), measured.warnings


def test_a_river_is_crossed_at_its_bridge(tmp_path: Path, name: str) -> None:
    """Both banks in an extract each: together they meet at the bridge."""
    west = write_extract(tmp_path / "west.osm.pbf", [WEST, BRIDGE])
    east = write_extract(tmp_path / "east.osm.pbf", [BRIDGE, EAST], first_way=2)
    across = all_pairs(points(west=BANKS["W0"]), points(east=BANKS["E0"], north=BANKS["W2"]))
    bridge = float(all_pairs(points(a=BANKS["W2"]), points(b=BANKS["E2"])).straight_km[0])
    km, warnings = _river([west, east], name, across)
    assert km == pytest.approx([4 * KM_PER_TENTH + bridge, 2 * KM_PER_TENTH], rel=0.005)
    assert warnings == ()


def test_banks_without_a_bridge_have_no_way_and_the_sea_no_road(tmp_path: Path, name: str) -> None:
    extract = write_extract(tmp_path / "river.osm.pbf", [WEST, EAST])
    places = all_pairs(points(west=BANKS["W0"]), points(east=BANKS["E0"], north=BANKS["W2"], sea=(52.1, 0.9)))
    km, warnings = _river([extract], name, places)
    assert km[1] == pytest.approx(2 * KM_PER_TENTH, rel=0.005)
    assert np.isnan([km[0], km[2]]).all()
    assert warnings[0].startswith("sea: no road within 1 km on this map; left out, which is out of reach: 1 pair")
    assert warnings[1] == "No road between the places of 1 pair, left out: west to east"


def test_an_extract_of_elsewhere_makes_no_graph(tmp_path: Path, name: str) -> None:
    extract = write_extract(tmp_path / "monaco.osm.pbf", [[(43.72, 7.41), (43.75, 7.44)]])
    with pytest.raises(InputError, match=r"this has those of latitude 43.72 to 43.75"):
        engine_of([extract], name, points(**BANKS), lambda _: None)
    assert not (tmp_path / "cache").exists()


def test_a_graph_that_is_damaged_says_where_it_is(tmp_path: Path, name: str) -> None:
    extract = write_extract(tmp_path / "west.osm.pbf", [WEST])
    west = points(west=BANKS["W0"])
    engine_of([extract], name, west, lambda _: None)
    (graph,) = (tmp_path / "cache").iterdir()
    shutil.rmtree(graph)
    graph.mkdir()
    with pytest.raises(TravelError, match=f"^{name}: .*remove the folder of its graph.*{graph.name}"):
        engine_of([extract], name, west, lambda _: None)


@pytest.mark.skipif(not RUTLAND.exists(), reason="needs the folder shared beside the repository")
def test_rutland(name: str) -> None:
    """26 places: roads are longer than straight lines, some 1.3 times; driving is between 30 and 80 km an hour."""
    lsoas = pd.read_csv(SHARED / "geography/lsoa21.csv.gz").query("lad24nm == 'Rutland'")
    places = Points(tuple(lsoas["lsoa21cd"]), lsoas["latitude"].to_numpy(), lsoas["longitude"].to_numpy())
    row, column = places.near(places, 100.0)
    wanted = Wanted(places, places, row, column)
    measured = routed(engine_of([RUTLAND], name, places, lambda _: None), wanted)
    assert measured.warnings == ()
    assert measured.km is not None
    assert measured.minutes is not None
    far = wanted.straight_km > 2
    assert (measured.km >= wanted.straight_km).all()
    assert 1.2 < float(np.median(measured.km[far] / wanted.straight_km[far])) < 1.4
    assert 30 < float(np.median(measured.km[far] / measured.minutes[far] * 60)) < 80

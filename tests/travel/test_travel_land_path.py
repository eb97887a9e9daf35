"""Ways over land: a river with one bridge, worked by hand; never shorter than the straight line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from travel_support import ADJACENCY_CSV, BANKS, KM_PER_TENTH, LINKS_CSV, PLACES_CSV, all_pairs, files, points

from instances import InputError
from instances.travel import Measured, Points
from instances.travel.land_path import Land, over_land, straight_lines
from instances.travel.text_tables import ADJACENCY, LINKS, Edges, read_edges, read_places

TENTH = 1.3 * KM_PER_TENTH  # road km between two places of a bank


def _land(folder: Path, links: str | None = LINKS_CSV) -> Land:
    made = files(folder, places=PLACES_CSV, adjacency=ADJACENCY_CSV, links=links or "")
    places = read_places(made["places"])
    bridges = None if links is None else read_edges(made["links"], LINKS, places)
    return Land(places, read_edges(made["adjacency"], ADJACENCY, places), bridges)


def _read_all(made: dict[str, Path]) -> Land:
    places = read_places(made["places"])
    links = read_edges(made["links"], LINKS, places)
    return Land(places, read_edges(made["adjacency"], ADJACENCY, places), links)


def _way(measured: Measured) -> tuple[float, float | None]:
    """Of the only pair."""
    assert measured.km is not None
    return float(measured.km[0]), None if measured.minutes is None else float(measured.minutes[0])


def test_a_river_is_crossed_at_its_bridge(tmp_path: Path) -> None:
    across = all_pairs(points(west=BANKS["W0"]), points(east=BANKS["E0"]))
    km, minutes = _way(over_land(across, _land(tmp_path), 1.3, 60.0))
    assert km == pytest.approx(4 * TENTH + 2, abs=1e-5)  # two places north, the bridge's 2 km, two places south
    assert minutes == pytest.approx(4 * TENTH + 6, abs=1e-3)  # a km a minute, and the bridge's own 6 minutes


def test_a_link_without_km_is_as_long_as_if_its_ends_were_next_to_each_other(tmp_path: Path) -> None:
    across = all_pairs(points(west=BANKS["W2"]), points(east=BANKS["E2"]))
    km, minutes = _way(over_land(across, _land(tmp_path, "a,b\nE2,W2\n"), 1.3))
    assert km == pytest.approx(1.3 * float(across.straight_km[0]), abs=1e-6)
    assert minutes is None


def test_no_bridge_is_no_way_and_is_told(tmp_path: Path) -> None:
    across = all_pairs(points(west=BANKS["W0"], north=BANKS["W2"]), points(east=BANKS["E0"]))
    measured = over_land(across, _land(tmp_path, None), 1.3)
    assert measured.table.origin == ()
    assert "No way over land between the places of 2 pairs" in measured.warnings[0]
    assert "west to east" in measured.warnings[0]


def test_neighbours_and_those_of_one_place_are_a_straight_line_apart(tmp_path: Path) -> None:
    near = all_pairs(points(a=(52.01, 0.0)), points(b=(52.02, 0.001), c=(52.09, 0.0)))
    measured = over_land(near, _land(tmp_path), 1.3)
    straight = straight_lines(near, 1.3)
    assert measured.km is not None
    assert straight.km is not None
    assert measured.km.tolist() == straight.km.tolist()


def test_a_point_beside_its_place_walks_there_first(tmp_path: Path) -> None:
    pair = all_pairs(points(a=(51.99, 0.0)), points(b=BANKS["W2"]))
    km, _ = _way(over_land(pair, _land(tmp_path), 1.3))
    assert km == pytest.approx(TENTH / 10 + 2 * TENTH, abs=1e-5)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_no_way_is_shorter_than_the_straight_line_and_edges_only_shorten(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 12
    places = Points(tuple(map(str, range(n))), random.uniform(52, 52.3, n), random.uniform(0, 0.5, n))
    origins, destinations = (
        Points((f"{end}0", f"{end}1"), random.uniform(52, 52.3, 2), random.uniform(0, 0.5, 2)) for end in "od"
    )
    edges = random.integers(0, n, (2, 14))
    unknown = np.full(14, np.nan)
    few = Land(places, Edges(edges[0, :7], edges[1, :7], unknown[:7], unknown[:7]))
    many = Land(places, Edges(edges[0], edges[1], unknown, unknown))
    wanted = all_pairs(origins, destinations)
    fewer, more = over_land(wanted, few, 1.3).km, over_land(wanted, many, 1.3).km
    assert fewer is not None
    assert more is not None
    straight = np.round(1.3 * wanted.straight_km, 6)
    known = ~np.isnan(more)
    assert (more[known] >= straight[known]).all()
    both = ~np.isnan(fewer)
    assert known[both].all()
    assert (more[both] <= fewer[both] + 1e-6).all()


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        ({"places": "id,latitude\nW0,52\n"}, "places.csv: one table of places: ID, LATITUDE, LONGITUDE"),
        ({"places": "id,latitude,longitude\n"}, "places.csv: a row a place; there is none"),
        ({"places": PLACES_CSV + "W0,52,0\n"}, "places.csv, row 8, id: found 'W0': each once"),
        (
            {"places": PLACES_CSV + "X,152,0\n"},
            "row 8, latitude: found '152': degrees of latitude, a number of -90 to 90",
        ),
        (
            {"places": PLACES_CSV + "X,52,\n"},
            "row 8, longitude: found '': degrees of longitude, a number of -180 to 180",
        ),
        ({"adjacency": "a,b\nW0,W9\n"}, "adjacency.csv, row 2, b: found 'W9': the id of a place"),
        ({"links": "a,b,km\nW2,E2,-1\n"}, "links.csv, row 2, km: found '-1': km, a number of 0 to 1,000,000"),
        ({"links": "from,to\nW2,E2\n"}, "links.csv: one table of bridges and ferries: A, B"),
    ],
)
def test_bad_tables(tmp_path: Path, spoilt: dict[str, str], expected: str) -> None:
    whole = {"places": PLACES_CSV, "adjacency": ADJACENCY_CSV, "links": LINKS_CSV}
    made = files(tmp_path, **{**whole, **spoilt})
    with pytest.raises(InputError) as raised:
        _read_all(made)
    assert expected in str(raised.value)
    assert len(raised.value.faults) == 1

"""Sparse pairs by tables of a made-up engine: each pair once, refusals halved, what is off the map left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from travel_support import all_pairs, points

from instances import InputError
from instances.travel import Points, TravelError, Wanted
from instances.travel.blocks import ATTRIBUTION, Table, TableRefusedError, routed
from instances.travel.points import BoolArray, straight_km


@dataclass
class Made:
    """Roads 1.5 x as long as the straight line, a km a minute; `lost` are off the map, `island` has no bridge."""

    most: int = 3
    largest: int = 100  # places of a table
    lost: frozenset[str] = frozenset()
    island: frozenset[str] = frozenset()
    asked: list[tuple[str, str]] = field(default_factory=list)
    name: str = "made up"

    def on_road(self, points: Points) -> BoolArray:
        return np.array([id_ not in self.lost for id_ in points.ids])

    def table(self, origins: Points, destinations: Points) -> Table:
        if len(origins) + len(destinations) > self.largest:
            raise TableRefusedError("too many places")
        if len({id_ in self.island for id_ in (*origins.ids, *destinations.ids)}) > 1:
            raise TableRefusedError("unconnected regions", cut_off=True)
        self.asked += [(a, b) for a in origins.ids for b in destinations.ids]
        row, column = np.divmod(np.arange(len(origins) * len(destinations)), len(destinations))
        km = 1.5 * straight_km(origins, destinations, row, column).reshape(len(origins), len(destinations))
        return km, km


def _places(seed: int, n: int) -> Points:
    random = np.random.default_rng(seed)
    return Points(tuple(f"p{k}" for k in range(n)), random.uniform(52, 53, n), random.uniform(-1, 1, n))


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 5), st.integers(2, 6))
def test_every_pair_is_measured_as_the_engine_says(seed: int, n: int, most: int, largest: int) -> None:
    places, random = _places(seed, n), np.random.default_rng(seed + 1)
    keys = np.unique(random.integers(0, n * n, random.integers(0, 3 * n)))
    wanted = Wanted(places, places, keys // n, keys % n)
    measured = routed(Made(most=most, largest=largest), wanted)
    assert measured.km is not None
    assert measured.minutes is not None
    assert measured.km == pytest.approx(1.5 * wanted.straight_km, abs=0.001)
    assert (measured.km >= wanted.straight_km).all()
    assert measured.minutes == pytest.approx(1.5 * wanted.straight_km, abs=1.01 / 60)
    assert measured.warnings == ()


def test_only_near_places_share_tables() -> None:
    """Two towns far apart whose pairs are all within: no table has places of both."""
    towns = points(a1=(52.0, 0.0), b1=(55.0, 0.0), a2=(52.01, 0.0), b2=(55.01, 0.0))
    row, column = np.array([0, 2, 1, 3]), np.array([2, 0, 3, 1])
    made = Made(most=2)
    routed(made, Wanted(towns, towns, row, column))
    assert {a[0] + b[0] for a, b in made.asked} == {"aa", "bb"}


def test_places_off_the_map_are_named_and_left_out() -> None:
    wanted = all_pairs(points(a=(52.0, 0.0), x=(52.1, 0.0)), points(b=(52.2, 0.0), c=(52.3, 0.0)))
    measured = routed(Made(lost=frozenset("x")), wanted)
    assert measured.table.origin == ("a", "a")
    assert measured.warnings == ("x: no road within 1 km on this map; left out, which is out of reach: 2 pairs",)
    assert measured.notes == (f"2 pairs by road (made up); {ATTRIBUTION}",)


def test_pairs_without_a_road_are_named_and_left_out() -> None:
    wanted = all_pairs(points(a=(52.0, 0.0), x=(52.1, 0.0)), points(b=(52.2, 0.0), c=(52.3, 0.0)))
    measured = routed(Made(island=frozenset("xb")), wanted)
    assert set(zip(measured.table.origin, measured.table.destination, strict=True)) == {("a", "c"), ("x", "b")}
    assert measured.warnings == ("No road between the places of 2 pairs, left out: a to b, x to c",)


def test_a_map_of_elsewhere_is_refused() -> None:
    wanted = all_pairs(points(a=(52.0, 0.25)), points(b=(52.2, 0.0)))
    expected = "made up: roads within 1 km of the points, which lie at latitude 52.00 to 52.00, longitude 0.25 to 0.25"
    with pytest.raises(InputError, match=expected):
        routed(Made(lost=frozenset("a")), wanted)


def test_a_single_pair_that_is_refused_ends_it() -> None:
    wanted = all_pairs(points(a=(52.0, 0.0)), points(b=(52.2, 0.0)))
    with pytest.raises(TravelError, match="too many places"):
        routed(Made(largest=1), wanted)

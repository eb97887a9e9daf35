"""The neighbour graph against its definition, tried on every third place, and against verification's own."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instances import Instance
from optimizer.model.neighbours import neighbour_graph
from optimizer.verify.exact import Point, road_mm
from optimizer.verify.neighbours import Neighbours

CIRCUITY = 1.3


def instance(places: list[tuple[float, float]], *, globe: bool = False, **settings: object) -> Instance:
    north, east = ("latitude", "longitude") if globe else ("y_km", "x_km")
    practices = [{"id": f"p{k}", "patients": 5_000, north: y, east: x} for k, (x, y) in enumerate(places)]
    return Instance.model_validate({"practices": practices, "hub": {"max_km": 1e4}, **settings})


def edges(given_: Instance) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for a, b in neighbour_graph(given_).edges}


def by_definition(places: list[tuple[float, float]], *, globe: bool) -> set[tuple[int, int]]:
    points = [Point(planar=not globe, north=y, east=x) for x, y in places]
    found = set()
    for a, b in combinations(range(len(points)), 2):
        d = road_mm(points[a], points[b], CIRCUITY)
        circle = d**2 + d**2 // 5000 + 4 * d
        others = (c for c in points if c not in (points[a], points[b]))
        between = any(
            road_mm(points[a], c, CIRCUITY) ** 2 + road_mm(points[b], c, CIRCUITY) ** 2 <= circle for c in others
        )
        if not between:
            found.add((a, b))
    return found


GRID = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda p: (float(p[0]), float(p[1])))
PLANE = st.tuples(st.floats(-30, 30), st.floats(-30, 30)).map(lambda p: (round(p[0], 3), round(p[1], 3)))
ENGLAND = st.tuples(st.floats(-5, 1), st.floats(50, 55)).map(lambda p: (round(p[0], 4), round(p[1], 4)))


@given(places=st.one_of(st.lists(GRID, min_size=1, max_size=12), st.lists(PLANE, min_size=1, max_size=12)))
@settings(deadline=None, max_examples=60)
def test_places_of_a_plane(places: list[tuple[float, float]]) -> None:
    assert edges(instance(places)) == by_definition(places, globe=False)


@given(places=st.lists(ENGLAND, min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
def test_places_of_england(places: list[tuple[float, float]]) -> None:
    assert edges(instance(places, globe=True)) == by_definition(places, globe=True)


@given(places=st.lists(PLANE, min_size=1, max_size=14), max_km=st.floats(0.1, 60))
@settings(deadline=None, max_examples=60)
def test_verification_finds_the_same(places: list[tuple[float, float]], max_km: float) -> None:
    """Islands too: all practices of the graph are contiguous, and two of one island that are no neighbours are not."""
    far = instance(places, hub={"max_km": max_km})
    graph, judge = neighbour_graph(far), Neighbours(far)
    ids = [p.id for p in far.practices]
    assert judge.strays(ids) == []
    together = {tuple(sorted(edge)) for edge in graph.edges.tolist()}
    for a, b in combinations(range(len(ids)), 2):
        apart = graph.component[a] == graph.component[b] and (a, b) not in together
        assert bool(judge.strays([ids[a], ids[b]])) == apart


def test_a_square_has_its_sides_alone() -> None:
    assert edges(instance([(0, 0), (1, 0), (1, 1), (0, 1)])) == {(0, 1), (1, 2), (2, 3), (0, 3)}


def test_practices_at_one_place_are_neighbours_and_have_the_same_ones() -> None:
    assert edges(instance([(0, 0), (0, 0), (3, 0)])) == {(0, 1), (0, 2), (1, 2)}


def test_a_long_edge_only_where_a_place_has_no_other() -> None:
    places = [(0, 0), (1, 0), (10, 0), (11, 0), (30, 0)]
    graph = neighbour_graph(instance(places, hub={"max_km": 5}))
    assert {tuple(edge) for edge in graph.edges.tolist()} == {(0, 1), (2, 3), (3, 4)}
    assert graph.component.tolist() == [0, 0, 1, 1, 1]


def test_stated_neighbours_replace_computed_ones() -> None:
    stated = instance([(0, 0), (1, 0), (9, 9)], neighbours=[{"a": "p2", "b": "p0"}, {"a": "p0", "b": "p2"}])
    graph = neighbour_graph(stated)
    assert graph.edges.tolist() == [[0, 2]]
    assert graph.component.tolist() == [0, 1, 0]
    assert Neighbours(stated).strays(["p0", "p1", "p2"]) == []


def test_places_on_one_line() -> None:
    places = [(0.7 * k, 0.3 * k) for k in range(12)]
    assert edges(instance(places)) == {(k, k + 1) for k in range(11)}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_places(n: int) -> None:
    graph = neighbour_graph(instance([(0, 0), (2, 1), (4, 0)][:n]))
    assert len(graph.edges) == n - 1
    assert np.unique(graph.component).tolist() == [0]

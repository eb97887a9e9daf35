"""Neighbours from catchments: by hand, against their definition pair by pair, and against verification's own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from areas_with_homes import area_with_homes, needs_homes
from hypothesis import given, settings
from hypothesis import strategies as st

from instances import Instance
from optimizer.model.neighbours import NeighbourGraph, neighbour_graph
from optimizer.model.plan import Hub, Plan
from optimizer.verify import verify
from optimizer.verify.neighbours import Neighbours

Rows = dict[tuple[int, int], int]  # patients by practice and place; a place of -1 is the practice itself
Pairs = Sequence[tuple[int, int]]


def instance(n: int, places: int, rows: Rows, touching: Pairs = (), **more: Any) -> Instance:
    """Lists are as long as the homes of each add up to."""
    lists = [sum(patients for (i, _), patients in rows.items() if i == practice) for practice in range(n)]
    practices = [{"id": f"p{i}", "patients": lists[i], "x_km": float(i), "y_km": 0.0} for i in range(n)]
    names = [(f"p{i}", f"p{i}" if at < 0 else f"at{at}") for i, at in rows]
    homes = {"practice": [p for p, _ in names], "place": [at for _, at in names], "patients": list(rows.values())}
    return Instance.model_validate(
        {
            "practices": practices,
            "places": [{"id": f"at{k}", "x_km": float(k), "y_km": 1.0} for k in range(places)],
            "homes": homes,
            "adjacency": [{"a": f"at{a}", "b": f"at{b}"} for a, b in touching],
            "hub": {"neighbours_from": "catchments", **more.pop("hub", {})},
            **more,
        }
    )


def edges(graph: NeighbourGraph) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for a, b in graph.edges}


def test_a_place_is_shared_from_a_tenth_and_fifty_patients_on() -> None:
    rows = {(0, 0): 900, (1, 0): 100, (1, 1): 450, (2, 1): 50, (2, 2): 400, (3, 2): 49, (3, 3): 60}
    assert edges(neighbour_graph(instance(4, 4, rows))) == {(0, 1), (1, 2)}  # 2 and 3 share a place with 49 of one
    rows[1, 0] = 99  # of 999
    assert edges(neighbour_graph(instance(4, 4, rows))) == {(1, 2)}


def test_everybody_is_at_home_where_most_of_his_patients_live() -> None:
    rows = {(0, 0): 5_000, (1, 0): 30, (1, 1): 30}  # the first of two
    assert edges(neighbour_graph(instance(2, 2, rows))) == {(0, 1)}
    assert edges(neighbour_graph(instance(2, 2, {**rows, (1, 1): 31}))) == set()


def test_foremost_in_places_that_touch() -> None:
    rows = {(0, 0): 500, (1, 1): 500, (2, 1): 200, (2, 2): 300}
    assert edges(neighbour_graph(instance(3, 3, rows))) == {(1, 2)}
    assert edges(neighbour_graph(instance(3, 3, rows, [(1, 0)]))) == {(0, 1), (1, 2)}  # 2 is not foremost in place 1


def test_homes_that_nobody_knows_count_nowhere() -> None:
    graph = neighbour_graph(instance(3, 1, {(0, 0): 100, (1, 0): 100, (2, -1): 100}))
    assert edges(graph) == {(0, 1)}
    assert graph.component.tolist() == [0, 0, 1]


def test_stated_neighbours_go_before() -> None:
    rows = {(0, 0): 100, (1, 0): 100, (2, 1): 100}
    assert edges(neighbour_graph(instance(3, 2, rows, neighbours=[{"a": "p2", "b": "p0"}]))) == {(0, 2)}


def test_a_hub_is_contiguous_over_shared_places() -> None:
    """Not over what lies between: practices are in one line, and the outer two share their patients' place."""
    rows = {(0, 0): 10_000, (2, 0): 10_000, (1, 1): 10_000, (2, 1): 2_000}
    plan = Plan(hubs=(Hub(site="p0", members=("p0", "p2")), Hub(site="p1", members=("p1",))))
    split = Plan(hubs=(Hub(site="p0", members=("p0", "p1")), Hub(site="p2", members=("p2",))))
    given_ = instance(3, 2, rows, hub={"contiguous": True, "min": 0})
    broken = [[v.subject for v in verify(given_, of).violations if v.rule == "contiguity"] for of in (plan, split)]
    assert broken == [[], ["p0"]]


def by_definition(n: int, places: int, rows: Rows, touching: Pairs) -> set[tuple[int, int]]:
    """Lists are what homes add up to, so that shares are those of the rows."""
    known = {home: Fraction(patients) for home, patients in rows.items() if home[1] >= 0 and patients}
    of_place = {at: {i: known[i, at] for i in range(n) if (i, at) in known} for at in range(places)}
    of_practice = {i: {at: known[i, at] for at in range(places) if (i, at) in known} for i in range(n)}
    main = {i: max(of, key=lambda at, of=of: (of[at], -at)) for i, of in of_practice.items() if of}  # type: ignore[misc]

    def is_at_home(i: int, at: int) -> bool:
        held = of_place[at].get(i, Fraction(0))
        return main.get(i) == at or (held >= 50 and held / sum(of_place[at].values()) >= Fraction(1, 10))

    def is_foremost(i: int, at: int) -> bool:
        held = of_place[at].get(i, Fraction(0))
        others = [patients for other, patients in of_place[at].items() if other < i]
        beyond = [patients for other, patients in of_place[at].items() if other > i]
        first = all(held > o for o in others) and all(held >= o for o in beyond)
        return main.get(i) == at or (held >= 50 and first)

    both = {*touching, *((b, a) for a, b in touching)}
    return {
        (i, j)
        for i, j in combinations(range(n), 2)
        if any(is_at_home(i, at) and is_at_home(j, at) for at in range(places))
        or any(is_foremost(i, a) and is_foremost(j, b) for a, b in both)
    }


@st.composite
def settled(draw: st.DrawFn) -> tuple[int, int, Rows, Pairs]:
    n, places = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    homes = st.tuples(st.integers(0, n - 1), st.integers(-1, places - 1))
    rows = draw(st.dictionaries(homes, st.sampled_from([0, 1, 10, 49, 50, 51, 99, 100, 450, 500, 1_000]), max_size=24))
    pairs = list(combinations(range(places), 2))
    touching = draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True)) if pairs else []
    return n, places, rows, touching


@given(case=settled())
@settings(deadline=None, max_examples=200)
def test_against_the_definition_and_verification(case: tuple[int, int, Rows, Pairs]) -> None:
    given_ = instance(*case)
    graph, judge = neighbour_graph(given_), Neighbours(given_)
    assert edges(graph) == by_definition(*case)
    ids = [p.id for p in given_.practices]
    assert judge.strays(ids) == []
    for a, b in combinations(range(len(ids)), 2):
        apart = graph.component[a] == graph.component[b] and (a, b) not in edges(graph)
        assert bool(judge.strays([ids[a], ids[b]])) == apart


@needs_homes
@pytest.mark.parametrize(
    ("area", "islands"),
    [("Kent", []), ("Birmingham", []), ("Hampshire", [12]), ("Essex", [6]), ("Cornwall", [1])],
)
def test_areas_are_connected_but_for_islands(area: str, islands: list[int]) -> None:
    """Wight, Canvey (as LSOAs of 2011 have it) and Scilly; five to nine neighbours each, where Gabriel has three."""
    graph = neighbour_graph(area_with_homes(area).with_settings({"hub.neighbours_from": "catchments"}))
    assert sorted(np.bincount(graph.component))[:-1] == islands
    assert 4.5 < 2 * len(graph.edges) / len(graph.component) < 9

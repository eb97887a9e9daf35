"""Who can reach whom, how far and at what price: against every pair tried, by other formulas."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from random_instances import random_instance
from roads import Roads, straight_km
from village import village

from instances import Instance, Practice
from optimizer.model.build import build_problem
from optimizer.model.pairs import Distances, Pairs

MM = 1e-6  # of a kilometre


def places(seed: int, n: int, globe: bool) -> tuple[Practice, ...]:
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for k, (x, y) in enumerate(rng.uniform(-1, 1, (n, 2)).round(4).tolist()):
        where = {"latitude": 54 + y, "longitude": 2 * x} if globe else {"x_km": 50 * x, "y_km": 50 * y}
        rows.append({"id": f"p{k}", "patients": 1, **where})
    return tuple(Practice.model_validate(row) for row in rows)


def instance_of(practices: tuple[Practice, ...], **travel: Any) -> Instance:
    return Instance.model_validate({"practices": [p.model_dump() for p in practices], "travel": travel})


def as_dict(pairs: Pairs) -> dict[tuple[int, int], tuple[float, float]]:
    entries = zip(pairs.row.tolist(), pairs.column.tolist(), pairs.km.tolist(), pairs.cost.tolist(), strict=True)
    return {(row, column): (km, cost) for row, column, km, cost in entries}


@pytest.mark.parametrize("globe", [True, False])
@pytest.mark.parametrize("max_km", [0.0, 3.0, 40.0, 10_000.0])
def test_all_pairs_in_reach_and_no_other(globe: bool, max_km: float) -> None:
    everywhere = places(3, 120, globe)
    origins, destinations = everywhere[:80], everywhere[60:]
    instance = instance_of(everywhere, circuity=1.3)
    found = as_dict(Distances(instance).within(origins, destinations, max_km, None))
    expected = {
        (r, c): 1.3 * straight_km(a, b)
        for (r, a), (c, b) in itertools.product(enumerate(origins), enumerate(destinations))
    }
    assert set(found) == {pair for pair, km in expected.items() if km <= max_km + MM / 2}
    for pair, (km, cost) in found.items():
        assert km == pytest.approx(expected[pair], abs=MM)
        assert km == round(km, 6)
        assert cost == 0


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((0, 0), (0, 180), math.pi * 6371.0088),
        ((90, 0), (-90, 77), math.pi * 6371.0088),
        ((0, 0), (0, 90), math.pi / 2 * 6371.0088),
        ((51.5, 179.9), (51.5, -179.9), 13.8442),
        ((51.5, -0.1), (51.5, -0.1), 0),
    ],
)
def test_great_circles(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    pair = tuple(
        Practice(id=f"p{k}", patients=1, latitude=north, longitude=east) for k, (north, east) in enumerate((a, b))
    )
    found = as_dict(Distances(instance_of(pair, circuity=1)).within(pair[:1], pair[1:], 30_000, None))
    assert found[0, 0][0] == pytest.approx(km, abs=1e-3)


def test_the_limit_is_within_reach() -> None:
    at = tuple(Practice(id=f"p{k}", patients=1, x_km=x, y_km=0) for k, x in enumerate((0, 5, 5.000001)))
    found = as_dict(Distances(instance_of(at, circuity=1)).within(at[:1], at, 5.0, None))
    assert set(found) == {(0, 0), (0, 1)}


def test_positions_of_pairs() -> None:
    everywhere = places(5, 30, globe=False)
    pairs = Distances(instance_of(everywhere, circuity=1)).within(everywhere, everywhere, 30.0, None)
    rows, columns = np.divmod(np.arange(900), 30)
    at = pairs.index_of(rows, columns)
    inside = set(zip(pairs.row.tolist(), pairs.column.tolist(), strict=True))
    assert [k >= 0 for k in at] == [pair in inside for pair in zip(rows.tolist(), columns.tolist(), strict=True)]
    assert (pairs.row[at[at >= 0]] == rows[at >= 0]).all()
    assert (pairs.column[at[at >= 0]] == columns[at >= 0]).all()
    assert (np.diff(pairs.start) == np.bincount(pairs.row, minlength=30)).all()


# --- travel tables ----------------------------------------------------------------------------------------------------


TABLE: dict[str, Any] = {
    "origin": ["a", "a", "b", "b", "b"],
    "destination": ["b", "c", "b", "a", "c"],
    "km": [4, 6, 1, 3, 2],
    "minutes": [10, 9, 2, 30, 8],
    "cost": [70, 80, 5, 60, 90],
}
ABC = tuple(Practice(id=id_, patients=1, x_km=x, y_km=0) for id_, x in (("a", 0), ("b", 3), ("c", 7)))


def by_table(*columns: str, max_km: float = 100, max_minutes: float | None = None) -> Any:
    table = {name: TABLE[name] for name in ("origin", "destination", *columns)}
    distances = Distances(instance_of(ABC, circuity=1, table=table))
    return as_dict(distances.within(ABC, ABC, max_km, max_minutes))


def test_the_table_says_what_is_in_reach() -> None:
    stated = {(0, 1): (4, 70), (0, 2): (6, 80), (1, 1): (1, 5), (1, 0): (3, 60), (1, 2): (2, 90)}
    assert by_table("km", "minutes", "cost") == {**stated, (0, 0): (0, 0), (2, 2): (0, 0)}


def test_limits_in_km_and_minutes() -> None:
    assert set(by_table("km", "minutes", max_km=3)) == {(1, 1), (1, 0), (1, 2), (0, 0), (2, 2)}
    assert set(by_table("km", "minutes", max_minutes=9)) == {(0, 2), (1, 1), (1, 2), (0, 0), (2, 2)}
    assert set(by_table("km", "minutes", max_km=3, max_minutes=9)) == {(1, 1), (1, 2), (0, 0), (2, 2)}


def test_km_from_coordinates_where_the_table_has_none() -> None:
    found = by_table("cost", max_km=4)
    assert found == {(0, 1): (3, 70), (1, 1): (0, 5), (1, 0): (3, 60), (1, 2): (4, 90), (0, 0): (0, 0), (2, 2): (0, 0)}


def test_no_km_where_there_are_no_coordinates() -> None:
    somewhere = (ABC[0], Practice(id="b", patients=1), ABC[2])
    table = {name: TABLE[name] for name in ("origin", "destination", "cost")}
    distances = Distances(instance_of(somewhere, circuity=1, table=table))
    found = as_dict(distances.within(somewhere, somewhere, 100, None))
    assert found[0, 1] == (0, 70)
    assert found[0, 2] == (7, 80)
    assert found[1, 2] == (0, 90)


# --- pruning ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_pruning_keeps_what_rules_about_two_allow(seed: int) -> None:
    instance = random_instance(seed, 14)
    problem = build_problem(instance)
    found = {
        (problem.practices.ids[i], problem.sites.ids[j])
        for i, j in zip(problem.reach.row, problem.reach.column, strict=True)
    }
    assert found == _allowed(instance, problem.sites.ids)


def _allowed(instance: Instance, sites: tuple[str, ...]) -> set[tuple[str, str]]:
    """Every pair tried: distance, capacity, locks, the host's presence, what is kept together."""
    roads, hub, policy = Roads(instance), instance.hub, instance.policy
    practices = {p.id: p for p in instance.practices}

    def fits(practice: str, site: str) -> bool:
        one, most = practices[practice], roads.places[site].hub_capacity
        if not roads.near(practice, site, hub.max_km, hub.max_minutes) or (most is not None and one.patients > most):
            return False
        if policy.fixed_hub.get(practice, site) != site or site in policy.barred_hub.get(practice, ()):
            return False
        if site not in practices or site == practice or not hub.host_is_member:
            return True
        host = practices[site]
        return not (
            max(one.patients, host.patients) > hub.max
            or (policy.respect_areas in (True, "hubs") and one.area != host.area)
            or any(practice in apart and site in apart for apart in policy.keep_apart)
        )

    pairs = {(practice, site) for practice in practices for site in sites if fits(practice, site)}
    for together in policy.keep_together:
        shared = {site for site in sites if all((practice, site) in pairs for practice in together)}
        pairs = {(practice, site) for practice, site in pairs if practice not in together or site in shared}
    return pairs


def test_travel_costs_patients_times_km() -> None:
    problem = build_problem(village({"weights.cost": 0.5}))
    for i, j, km, cost in zip(*(getattr(problem.reach, name) for name in ("row", "column", "km", "cost")), strict=True):
        assert cost == pytest.approx(0.5 * 1.5 * km * problem.practices.patients[i])
        assert (cost == 0) == (problem.sites.practice[j] == i)


def test_a_hub_must_open_at_a_hospital() -> None:
    problem = build_problem(village({"policy.must_open": ["C"], "hub.hospital_sites": ["community"]}))
    assert [problem.sites.ids[j] for j in np.flatnonzero(problem.sites.must_open)] == ["C"]

"""Contiguity of hubs and networks, on a road with practices a to f a kilometre apart and an island off it."""

from __future__ import annotations

from typing import Any

import pytest

from instances import Instance
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import verify

ROAD = "abcdef"
ISLAND = "xy"


def instance(*, hubs: bool = False, networks: bool = False, **more: Any) -> Instance:
    practices = [{"id": p, "patients": 5_000, "x_km": float(k), "y_km": 0.0} for k, p in enumerate(ROAD)]
    practices += [{"id": p, "patients": 5_000, "x_km": 40.0 + k, "y_km": 0.0} for k, p in enumerate(ISLAND)]
    return Instance.model_validate(
        {
            "practices": practices,
            "hub": {"min": 0, "max": 60_000, "max_km": 30, "target_min": 0, "contiguous": hubs, "hospital_sites": []},
            "care_model": [{"id": "M", "lead": "hub", "min": 0, "target_min": 0, "contiguous": networks}],
            "policy": {"coverage_min": 0},
            **more,
        }
    )


def faults(of: Instance, plan: Plan) -> list[tuple[str, str, str, int]]:
    found = [v for v in verify(of, plan).violations if v.rule == "contiguity"]
    return [(v.rule, v.subject, v.message, int(v.excess)) for v in found]


def test_members_next_to_each_other() -> None:
    assert not faults(instance(hubs=True), Plan(hubs=(Hub(site="a", members=tuple("abc")),)))


def test_a_member_beyond_somebody_else() -> None:
    plan = Plan(hubs=(Hub(site="a", members=tuple("abd")), Hub(site="c", members=("c",))))
    message = "hub a is not contiguous: 1 practice (d) not connected with the others"
    assert faults(instance(hubs=True), plan) == [("contiguity", "a", message, 1)]
    assert not faults(instance(), plan)


def test_the_largest_piece_is_the_hub() -> None:
    plan = Plan(hubs=(Hub(site="a", members=tuple("acdf")),))
    message = "hub a is not contiguous: 2 practices (a, f) not connected with the others"
    assert faults(instance(hubs=True), plan) == [("contiguity", "a", message, 2)]


def test_an_island_is_no_fault() -> None:
    plan = Plan(hubs=(Hub(site="c", members=(*"abc", *ISLAND)),))
    assert not faults(instance(hubs=True), plan)


def test_a_gap_is_one_on_an_island_too() -> None:
    of = instance(hubs=True, neighbours=[{"a": "x", "b": "a"}, {"a": "a", "b": "y"}])
    assert faults(of, Plan(hubs=(Hub(site="x", members=("x", "y")),)))
    assert not faults(of, Plan(hubs=(Hub(site="x", members=("x", "y", "a")),)))


@pytest.mark.parametrize(("second", "whole"), [("c", True), ("e", False)])
def test_a_network_hangs_together_by_its_hubs(second: str, whole: bool) -> None:
    """Its hubs need not, each for itself: a and c are connected by b, which is in the other hub."""
    rest = {"c": "bd", "e": "ef"}[second]
    hubs = (
        Hub(site="a", members=("a", "c") if second == "c" else ("a", "b"), network="M:a"),
        Hub(site=rest[0], members=tuple(rest), network="M:a"),
    )
    plan = Plan(hubs=hubs, networks=(Network(care_model="M", lead="a"),))
    found = faults(instance(networks=True), plan)
    assert (not found) == whole
    if not whole:
        message = "network M:a is not contiguous: 2 practices (e, f) not connected with the others"
        assert found == [("contiguity", "M:a", message, 2)]

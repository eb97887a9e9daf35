"""Plans that make no sense: always a violation, and counted as far as they can be."""

from __future__ import annotations

from typing import Any

import pytest
from verify_toy import A, D, broken, hub, instance, only, plan

from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import verify

# one group each


def test_a_practice_in_no_hub() -> None:
    by = plan(A, hub("d", "d"))
    assert only("one-group-each", instance(), by) == [("e", "practice e is in no hub and not independent", 1)]


def test_a_practice_in_two_hubs_counts_in_the_first() -> None:
    by = plan(A, hub("d", "dec"))
    message = "practice c has 2 places: hub a, hub d"
    assert broken(instance(), by) == [("one-group-each", "c", message, 1)]
    assert [facts.patients for facts in verify(instance(), by).hubs] == [27_000, 25_000]


def test_a_practice_in_a_hub_and_independent() -> None:
    by = plan(independents="c")
    assert broken(instance(), by) == [("one-group-each", "c", "practice c has 2 places: hub a, independent", 1)]


def test_a_practice_twice_in_one_hub() -> None:
    by = plan(hub("a", "abcc"), D)
    assert broken(instance(), by) == [("one-group-each", "c", "practice c has 2 places: hub a, hub a", 1)]


def test_a_practice_that_does_not_exist() -> None:
    message = "practice z is in the plan and not in the instance"
    assert broken(instance(), plan(hub("a", "abcz"), D)) == [("one-group-each", "z", message, 1)]
    assert broken(instance(), plan(independents="z")) == [("one-group-each", "z", message, 1)]


@pytest.mark.parametrize(
    ("policy", "row", "message", "excess"),
    [
        ({"independent_max_patients": 6_000}, {}, None, 0),
        (
            {"independent_max_patients": 5_999},
            {},
            "practice c is independent with 6,000 patients, more than the 5,999 allowed",
            1,
        ),
        ({"allow_independent": False}, {}, "practice c is independent, which the policy does not allow", 1),
        ({}, {"independent_allowed": False}, "practice c is independent, which its row does not allow", 1),
    ],
)
def test_independence(policy: dict[str, Any], row: dict[str, Any], message: str | None, excess: int) -> None:
    of = instance(policy=policy, practices={"c": row})
    found = broken(of, plan(hub("a", "ab"), D, independents="c"))
    assert found == ([] if message is None else [("one-group-each", "c", message, excess)])


# sites and networks that make no sense


def test_a_hub_at_an_unknown_place() -> None:
    by = plan(A, hub("z", "de"))
    assert broken(instance(), by) == [("site", "z", "hub z is at a place that is not in the instance", 1)]


def test_a_hub_where_none_can_be() -> None:
    message = "hub d is at a place that cannot host a hub"
    assert broken(instance(practices={"d": {"can_host_hub": False}}), plan()) == [("site", "d", message, 1)]


@pytest.mark.parametrize(("row", "kept"), [({"kind": "acute"}, False), ({"can_host_hub": False}, False), ({}, True)])
def test_a_hub_at_a_hospital(row: dict[str, Any], kept: bool) -> None:
    of = instance(hospitals={"k": {"kind": "community", "x_km": 20, "y_km": 1, **row}})
    found = broken(of, plan(A, hub("k", "de")))
    assert found == ([] if kept else [("site", "k", "hub k is at a place that cannot host a hub", 1)])


def test_two_hubs_at_one_site() -> None:
    by = plan(hub("a", "ab"), hub("a", "c"), D)
    assert ("site", "a", "site a has 2 hubs", 1) in broken(instance(), by)


def test_a_network_that_is_not_listed_counts_as_none() -> None:
    by = plan(A, hub("d", "de", network="M:d"))
    message = "hub d is in network M:d, which the plan does not list"
    assert only("network", instance(), by) == [("d", message, 1)]
    assert verify(instance(), by).practices[3].network is None


def test_a_network_without_hubs() -> None:
    by = plan(networks=("M:a", "P:h"))
    assert ("network", "P:h", "network P:h has no hub", 1) in broken(instance(), by)


def test_a_network_listed_twice_is_paid_for_once() -> None:
    by = plan(networks=("M:a", "M:a"))
    assert broken(instance(), by) == [("network", "M:a", "network M:a is listed 2 times", 1)]
    assert verify(instance(), by).terms["network_running"] == 3_000


def test_a_network_of_an_unknown_model() -> None:
    by = plan(hub("a", "abc", network="X:a"), hub("d", "de", network="X:a"), networks=("X:a",))
    message = "network X:a is of model X, which is not in the instance"
    assert only("network", instance(), by) == [("X:a", message, 1)]


@pytest.mark.parametrize(
    ("hires", "message"),
    [
        ({"gp": 2.0, "poet": 1.0}, "d hires for role poet, which is not in the instance"),
        ({"gp": -1.0}, "d hires -1.0 FTE of gp, less than none"),
        ({"gp": float("nan")}, "d hires nan FTE of gp, which is not a quantity"),
        ({"gp": float("inf")}, "d hires inf FTE of gp, which is not a quantity"),
    ],
)
def test_hires_that_make_no_sense(hires: dict[str, float], message: str) -> None:
    odd = Hub.model_construct(site="d", members=("d", "e"), network="M:a", continues=None, hires=hires)
    by = Plan.model_construct(hubs=(A, odd), networks=(Network(care_model="M", lead="a"),), independents=())
    assert only("hires", instance(), by) == [("d", message, 1)]
    assert verify(instance(), by).hubs[1].hires["gp"] == (2 if "poet" in hires else 0)

"""Why practices move: each alternative held against verification's own figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hamlet_plan import BEST, hamlet
from village import village

from optimizer.analysis.moves import moves
from optimizer.model.plan import Hub, Plan
from optimizer.verify import verify

HAMLET = hamlet()
TWO = Plan(
    hubs=(
        Hub(site="a", members=("a", "b", "c"), network=None, continues="G1"),
        Hub(site="d", members=("d", "e"), network=None, continues="G2"),
        Hub(site="g", members=("f", "g", "h"), network=None, continues="G3"),
    )
)
FREE = {"care_model": [], "policy.coverage_min": 0, "role": [], "hub.min": 1}


def test_every_moved_practice_is_told_once() -> None:
    found = moves(HAMLET, BEST, verify(HAMLET, BEST))
    assert {move.practice for move in found} == {"ZP03", "ZP05", "ZP10", "ZP12"}
    patients = {practice.id: practice.patients for practice in HAMLET.practices}
    assert [patients[move.practice] for move in found] == [6_000, 5_000, 5_000, 4_000]
    assert all(move.computed for move in found)


def test_staying_costs_what_the_changed_plan_costs() -> None:
    """c leaves G2, which lives on at d: there it would be in a hub of 14,000."""
    given = village({**FREE, "hub.max": 20_000})
    (move,) = moves(given, TWO, verify(given, TWO))
    assert (move.practice, move.group, move.hub, move.back) == ("c", "G2", "a", "d")
    back = TWO.model_copy(
        update={
            "hubs": (
                TWO.hubs[0].model_copy(update={"members": ("a", "b")}),
                TWO.hubs[1].model_copy(update={"members": ("d", "e", "c")}),
                TWO.hubs[2],
            )
        }
    )
    expected = verify(given, back).objective - verify(given, TWO).objective
    assert move.broken == ()
    assert move.pounds == pytest.approx(float(expected))
    assert sum(pounds for _, pounds in move.terms) == pytest.approx(float(expected), abs=len(move.terms))
    assert dict(move.terms)["moved_practices"] == -1_000  # 4,000 once, over four years


def test_a_broken_rule_is_the_reason() -> None:
    """Back in G2 the hub at d would have 14,000 patients; 12,000 are allowed."""
    given = village(FREE)
    (move,) = moves(given, TWO, verify(given, TWO))
    assert move.broken == ("hub d has 14,000 patients, more than the maximum of 12,000",)


def test_a_group_that_no_hub_continues_is_put_together_again() -> None:
    given = village({**FREE, "hub.max_km": 3})
    plan = Plan(hubs=(TWO.hubs[0], TWO.hubs[1].model_copy(update={"continues": None}), TWO.hubs[2]))
    found = {move.practice: move for move in moves(given, plan, verify(given, plan))}
    assert set(found) == {"c", "d", "e"}
    assert {move.back for move in found.values()} == {None}
    assert all("further than the limit of 3 km" in found["d"].broken[0] or move.broken for move in found.values())


def test_a_host_may_leave_if_another_member_can_host() -> None:
    """f hosts its hub; back in G3, whose hub is at g, the hub that it leaves goes to d."""
    given = village({**FREE, "hub.max": 30_000, "hub.max_km": 20})
    plan = Plan(
        hubs=(
            Hub(site="a", members=("a", "b", "c"), network=None, continues="G1"),
            Hub(site="f", members=("d", "e", "f"), network=None, continues="G2"),
            Hub(site="g", members=("g", "h"), network=None, continues="G3"),
        )
    )
    found = {move.practice: move for move in moves(given, plan, verify(given, plan))}
    assert found["f"].broken == ()
    after = Plan(
        hubs=(
            plan.hubs[0],
            Hub(site="d", members=("d", "e"), network=None, continues="G2"),
            Hub(site="g", members=("g", "h", "f"), network=None, continues="G3"),
        )
    )
    assert verify(given, after).ok
    difference = verify(given, after).objective - verify(given, plan).objective
    assert isinstance(difference, Fraction)
    assert found["f"].pounds == pytest.approx(float(difference))


def test_work_is_bounded() -> None:
    found = moves(HAMLET, BEST, verify(HAMLET, BEST), work=len(HAMLET.practices))
    assert [move.computed for move in found][:1] == [True]
    assert not all(move.computed for move in found)

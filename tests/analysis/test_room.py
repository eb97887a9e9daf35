"""Room under each limit: figures by hand, and the same verdict as verification."""

from __future__ import annotations

from hamlet_plan import BEST, hamlet
from village import village

from optimizer.analysis.room import checks
from optimizer.model.plan import Hub, Plan
from optimizer.rules import Room
from optimizer.solving.today import todays_evaluation
from optimizer.verify import verify

PLAN = Plan(
    hubs=(
        Hub(site="a", members=("a", "b", "c"), network=None, continues="G1"),
        Hub(site="d", members=("d", "e"), network=None, continues="G2"),
        Hub(site="g", members=("f", "g", "h"), network=None, continues="G3"),
    )
)


def found(changes: dict[str, object]) -> dict[tuple[str, str], Room]:
    given = village({"care_model": [], "policy.coverage_min": 0, **changes})
    return {(check.subject, check.rule): check for check in checks(given, verify(given, PLAN))}


def test_hubs_by_hand() -> None:
    of = found({"practices.a.hub_capacity": 15_000, "hub.count_max": 4})
    assert (of["a", "patients, at least"].value, of["a", "patients, at least"].room) == (12_000, 5_000)
    assert (of["a", "patients, at most"].limit, of["a", "patients, at most"].room) == (12_000, 0)
    assert of["a", "capacity of the site"].room == 3_000
    assert of["g", "furthest practice"].value == 1.581139  # h to g: 1.5 east, 0.5 north
    assert of["plan", "hubs, at most"].room == 1
    needed = of["d", "gp FTE, hires included"]
    assert needed.limit == 11_000 * 3.9 / 10_000
    assert needed.kept


def test_a_large_practice_alone_is_exempt() -> None:
    plan = Plan(hubs=(Hub(site="a", members=("a",), network=None, continues=None),))
    given = village({"care_model": [], "policy.coverage_min": 0, "hub.max": 4_000, "hub.min": 1})
    rules = {check.rule for check in checks(given, verify(given, plan)) if check.subject == "a"}
    assert "patients, at most" not in rules


def test_kept_where_verification_finds_nothing() -> None:
    given = hamlet()
    evaluation = verify(given, BEST)
    assert evaluation.ok
    assert all(check.kept for check in checks(given, evaluation))


def test_broken_where_verification_says_so() -> None:
    strict = found({"hub.max": 11_500, "hub.target_max": 11_000})
    assert [key for key, check in strict.items() if not check.kept] == [("a", "patients, at most")]


def test_today_is_a_hub_for_each_group() -> None:
    given = village()
    today = todays_evaluation(given)
    assert today is not None
    assert {hub.continues: set(hub.members) for hub in today.hubs} == {
        "G1": {"a", "b"},
        "G2": {"c", "d", "e"},
        "G3": {"f", "g"},
    }
    assert [facts.practice for facts in today.practices if facts.hub is None] == ["h"]
    assert not any(facts.moved for facts in today.practices)
    assert not any(violation.rule == "hub-workforce" for violation in today.violations)
    assert today.terms["forgone_dividend"] == 8 * 34_000

"""Why there is no plan: exemptions that suffice, changes of which each is needed, what may not be loosened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from compact_optimum import optimum
from random_instances import random_instance
from rich.console import Console
from village import village

from optimizer.explain import no_plan
from optimizer.explain.no_plan import NoPlan, why_no_plan
from optimizer.explain.params import NoPlanParams
from optimizer.explain.views import no_plan_view
from optimizer.model.build import build_problem
from optimizer.rules.changes import Change, Loosest, apply, merge
from optimizer.verify import verify

# changes of the village: (least price of exemptions, rules they are of)
CASES: dict[str, tuple[dict[str, Any], float, list[str]]] = {
    "a hub out of reach": ({"policy.fixed_hub": {"a": "g"}}, 1.0, ["fixed-hub"]),
    "too many hubs": ({"hub.count_min": 5}, 1.2, ["counts"]),
    "too little disruption": ({"policy.max_disruption": 4_600}, 1 + 150 / 4_600, ["disruption"]),
    "too few staff": ({"role.gp.min_per_10k": 6}, 2.2228974, ["labour-market"]),
    "lead too small": (
        {"care_model.M.lead_min_patients": 6_001, "care_model.P.max_km": 0.1},
        1 + 1 / 6_001,
        ["lead"],
    ),
    "small hubs and a large one": (
        {"hub.min": 11_900, "hub.max_km": 2.0},
        3 + 2 * 2_900 / 11_900 + 1_500 / 12_000,
        ["hub-population"] * 3,
    ),
}


# the elastic model finds and proves it all
BRIEF = NoPlanParams(search_share=1e-3, most_alternatives=0, narrowings=0)


def explained(changes: dict[str, Any], hard: dict[str, Any] | None = None, params: NoPlanParams = BRIEF) -> NoPlan:
    return why_no_plan(village(changes), time_limit=240, threads=1, hard=hard, params=params)


@pytest.mark.parametrize("name", CASES)
def test_fewest_exemptions(name: str) -> None:
    changes, least, rules = CASES[name]
    found = explained(changes)
    assert found.found is not None
    assert [exemption.rule for exemption in found.found.exemptions] == rules
    assert found.found.price == pytest.approx(least, abs=1e-6)
    assert found.is_least
    assert verify(found.found.instance, found.found.plan).ok
    assert found.needed is not None
    kept = [needed.change for needed in found.needed]
    assert optimum(build_problem(apply(village(changes), kept))) is not None
    for needed in found.needed:
        assert needed.proven
        others = [change for change in kept if change is not needed.change]
        assert optimum(build_problem(apply(village(changes), others))) is None


def test_a_lock_has_other_ways_out() -> None:
    """a is 6.83 km from g, to which it is fixed: nearer is not enough, and the lock is not all that could give way."""
    lock = {"policy.fixed_hub": {"a": "g"}}
    found = explained(lock, params=replace(BRIEF, most_alternatives=1))
    assert found.is_least
    assert [[other.words for other in others] for others in found.instead] == [
        ["--set hub.max_km=6.9 (6.8 is too little: proven)"]
    ]
    assert optimum(build_problem(village(lock | {"hub.max_km": 6.9}))) is not None
    assert optimum(build_problem(village(lock | {"hub.max_km": 6.8}))) is None
    assert found.unsettled == ()


def test_locks_that_are_not_in_the_way_stay() -> None:
    """Of three that one change would drop, one is."""
    locks = {"a": "g", "b": "a", "h": "g"}
    [needed] = explained({"policy.fixed_hub": locks}).needed or ()
    assert needed.change.value == {"b": "a", "h": "g"}
    assert needed.proven


@pytest.mark.parametrize("most_for_elastic", [0, 100])
@pytest.mark.parametrize("seed", [0, 9, 12, 15, 49])
def test_nothing_needless_is_called_needed(seed: int, most_for_elastic: int) -> None:
    """With the changes there is a plan, without any one of them none, by a program that has every plan in view."""
    instance = random_instance(seed, n=7)
    params = replace(BRIEF, most_for_elastic=most_for_elastic, narrowings=3)
    found = why_no_plan(instance, time_limit=120, threads=1, seed=1, params=params)
    assert found.needed
    changes = [needed.change for needed in found.needed]
    assert optimum(build_problem(apply(instance, changes))) is not None
    for needed in found.needed:
        others = [change for change in changes if change is not needed.change]
        assert optimum(build_problem(apply(instance, others))) is None
        if needed.too_little is not None:
            less = replace(needed.change, value=needed.too_little)
            assert optimum(build_problem(apply(instance, [*others, less]))) is None


def test_a_search_is_repeated_by_its_seed() -> None:
    def found() -> NoPlan:
        params = NoPlanParams(most_for_elastic=0, most_alternatives=1)
        return why_no_plan(village({"policy.fixed_hub": {"a": "g"}}), time_limit=240, threads=1, seed=3, params=params)

    one, other = found(), found()
    assert one == other
    assert one.unsettled == ()


def test_what_the_time_does_not_allow_is_told() -> None:
    params = replace(BRIEF, most_for_elastic=0)
    found = why_no_plan(village({"policy.max_disruption": 4_600}), time_limit=0.01, threads=1, params=params)
    assert found.unsettled
    console = Console(width=200, record=True)
    console.print(no_plan_view(found))
    assert "Not settled within the time" in console.export_text()


def test_a_least_price_by_a_backend_that_nothing_vouches_for_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_plan, "is_vouched_for", lambda _: False)
    found = explained(CASES["too few staff"][0])
    assert found.found is not None
    assert found.least in (None, 1.0)  # by simple reasons at most
    assert not found.is_least


def test_an_instance_with_a_plan_needs_nothing() -> None:
    found = explained({})
    assert found.plan_exists
    assert found.reasons == ()


def test_what_is_asked_is_not_loosened() -> None:
    changes = {"hub.count_max": 1, "policy.must_open": ["a", "g"]}
    assert explained(changes).found is not None
    found = explained(changes, hard={"hub.count_max": 1}).found
    assert found is not None
    assert len(found.plan.hubs) <= 1
    assert {exemption.rule for exemption in found.exemptions} & {"must-open"}


def test_a_stranded_practice_has_other_ways_out() -> None:
    """h is 5.22 km from its nearest site, and larger than an independent practice may be."""
    changes = {"practices.h.x_km": 12.0, "policy.independent_max_patients": 1_000}
    found = explained(changes, params=replace(BRIEF, most_alternatives=4))
    assert found.found is not None
    [(number, exemption)] = [(k, e) for k, e in enumerate(found.found.exemptions) if e.subject == "h"]
    assert exemption.rule == "distance"
    assert "h (2,500 patients) is 5.3 km from its hub at f (4,000 patients), 5 km are allowed" in exemption.words
    assert [other.words for other in found.instead[number]] == ["its independence (2,500 patients)"]


def test_changes_of_one_key_become_the_loosest() -> None:
    changes = [
        Change("hub.min", 5_000, Loosest.SMALLEST),
        Change("hub.min", 4_000, Loosest.SMALLEST),
        Change("hub.max_km", 6.0, Loosest.LARGEST),
        Change("hub.max_km", 7.5, Loosest.LARGEST),
        Change("policy.must_open", ("a",), Loosest.FEWEST),
        Change("policy.must_open", ("g",), Loosest.FEWEST),
        Change("rural", True, Loosest.EITHER, "practices", "a"),
        Change("rural", True, Loosest.EITHER, "practices", "d"),
    ]
    merged = merge(changes)
    assert [str(change) for change in merged] == [
        "--set hub.min=4000",
        "--set hub.max_km=7.5",
        "--set 'policy.must_open=[]'",
        "practices.csv, row a: rural = true",
        "practices.csv, row d: rural = true",
    ]
    loose = apply(village({"policy.must_open": ["a", "g"]}), merged)
    assert (loose.hub.min, loose.hub.max_km, loose.policy.must_open) == (4_000, 7.5, ())
    assert [practice.rural for practice in loose.practices if practice.id in "ad"] == [True, True]

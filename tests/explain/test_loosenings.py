"""Where a plan touches a rule, and looser rules that the plan keeps."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from compact_optimum import optimum
from village import village

from optimizer.explain.loosenings import loosened, loosenings, touched
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.plan import Plan
from optimizer.rules import Loosening
from optimizer.verify import verify


@cache
def best() -> Plan:
    problem = build_problem(village())
    found = optimum(problem)
    assert found is not None
    return to_plan(problem, found[1])


def one(changes: dict[str, Any], key: str) -> Loosening:
    [found] = [loosening for loosening in loosenings(village(changes)) if key in loosening.settings]
    return found


@pytest.mark.parametrize(("spare", "places"), [(0, 1), (1, 0)])
def test_a_plan_touches_the_limit_that_it_uses_up(spare: int, places: int) -> None:
    changes = {"hub.count_max": len(best().hubs) + spare}
    assert touched(village(changes), best(), one(changes, "hub.count_max")) == places


def test_every_hub_at_its_maximum_counts() -> None:
    largest = max(hub.patients for hub in verify(village(), best()).hubs)
    changes = {"hub.max": largest, "hub.target_max": min(11_000, largest)}
    near = sum(hub.patients > largest - 1_000 for hub in verify(village(), best()).hubs)
    assert near >= 1
    assert touched(village(changes), best(), one(changes, "hub.max")) == near


def test_locks_and_switches_have_no_units() -> None:
    changes = {"policy.keep_together": [["a", "b"]]}
    assert touched(village(changes), best(), one(changes, "policy.keep_together")) is None


def test_rural_sites_stay_rural_where_more_is_in_reach() -> None:
    """Patients within 5 km of a decide; there are more of them within 6."""
    changes = {"hub.rural_reach_patients": 18_001, "hub.max_km": 5.0}
    instance = village(changes)
    looser = loosened(instance, one(changes, "hub.max_km"))
    assert looser.hub.max_km == 6.0
    rural = {practice.id for practice in looser.practices if practice.rural}
    assert rural
    assert not any(practice.rural for practice in instance.practices if practice.id in rural)

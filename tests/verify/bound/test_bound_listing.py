"""Hubs within a room of the least at their site: all of them, and what each costs."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from bound_reference import hubs_at, random_prices
from bound_support import DATA, Ascent, Rechecker, hamlet
from test_bound_exact import VARIANTS

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.certificate import Prices
from optimizer.model.problem import Problem
from optimizer.verify.bound import hub_list
from optimizer.verify.bound.cases import Case
from optimizer.verify.bound.enumeration import TOLERANCE
from optimizer.verify.bound.hub_list import HubList, Lister, NotRedone
from optimizer.verify.bound.knapsack import IMPOSSIBLE
from solvers.columns.lagrangian import DualPoint, Pricer
from solvers.columns.node import root_node

MICRO = 10**6
Hub = tuple[str, int, str, frozenset[str]]  # site, slot, group, members


def listed(checker: Rechecker, case: Case, room: float) -> HubList:
    lister = Lister(checker.prepared, checker.places, checker.pricing)
    return lister.hubs(case, 0, int(room * MICRO), time.monotonic() + 100)


def named(checker: Rechecker, hubs: HubList) -> dict[Hub, int]:
    """What is above the least at the site, by hub."""
    practices, sites = list(checker.prepared.practices), list(checker.places)
    groups = [*sorted(checker.prepared.groups), ""]
    found = {}
    for h in range(len(hubs)):
        members = frozenset(practices[i] for i in hubs.member[hubs.first[h] : hubs.first[h + 1]])
        found[sites[hubs.site[h]], int(hubs.slot[h]), groups[hubs.group[h]], members] = int(hubs.above[h])
    assert len(found) == len(hubs)
    return found


def of_all_sets(p: Problem, checker: Rechecker, case: Case, prices: Prices, room: float) -> set[Hub]:
    """The same by looking at every set of members."""
    found = set()
    groups = [*p.group_ids, ""]
    for task in checker.pricing.tasks(0, case):
        j = p.sites.ids.index(task.site)
        members, inside, hubs = hubs_at(p, case, prices, j)
        least = min((float(cost.min()) for _, _, cost in hubs if len(cost)), default=np.inf)
        below = min(least, np.inf if task.required else 0.0) + room
        for slot, g, cost in hubs:
            for at in np.flatnonzero(cost < below):
                inside_it = members[inside[at] == 1]
                if g < 0 or (p.practices.group[inside_it] == g).any():
                    found.add((task.site, slot, groups[g], frozenset(p.practices.ids[i] for i in inside_it)))
    return found


@pytest.mark.parametrize("number", range(len(VARIANTS)))
def test_all_sets_within_the_room_are_listed(number: int) -> None:
    instance, room = VARIANTS[number], 400_000.0
    problem = build_problem(instance)
    case = Rechecker(instance, []).cases.first()
    prices = random_prices(problem, case, np.random.default_rng(number))
    checker = Rechecker(instance, [prices])
    found = named(checker, listed(checker, case, room + TOLERANCE / MICRO))
    expected = of_all_sets(problem, checker, case, prices, room)
    assert len(expected) > 100
    assert {hub for hub, above in found.items() if above < room * MICRO - TOLERANCE} <= expected <= found.keys()


def test_required_and_closed_sites_and_barred_pairs() -> None:
    problem = build_problem(hamlet())
    case = replace(
        Rechecker(hamlet(), []).cases.first(),
        closed=frozenset({"ZP07"}),
        required=frozenset({"ZP06"}),
        barred=frozenset({("ZP02", "ZP01")}),
        elsewhere=frozenset({("ZP06", 0), ("ZP01", None)}),
    )
    prices = random_prices(problem, case, np.random.default_rng(5))
    checker = Rechecker(hamlet(), [prices])
    found = named(checker, listed(checker, case, 300_000.0))
    assert found.keys() == of_all_sets(problem, checker, case, prices, 300_000.0)
    assert {site for site, *_ in found} >= {"ZP06", "ZP01"}


def settled(checker: Rechecker, counts: tuple[int, ...]) -> Case:
    case = checker.cases.first()
    slots = zip(case.slots, counts, strict=True)
    return replace(case, slots=tuple(replace(slot, low=count, high=count) for slot, count in slots))


@pytest.mark.parametrize("clusters", [1, 5])
@pytest.mark.parametrize(("name", "counts", "room"), [("hamlet", (1, 0), 22_000), ("market_town", (0, 1, 0), 90_000)])
def test_the_solver_lists_the_same(name: str, counts: tuple[int, ...], room: float, clusters: int) -> None:
    instance = Instance.read(DATA / name)
    problem = build_problem(instance)
    ascent = Ascent(problem, steps=60, clusters=clusters)
    prices = ascent.evaluated[-1].prices
    pricer = Pricer(root_node(problem).with_counts(np.array(counts)), prices.clusters, threads=1)
    evaluation = pricer.evaluate(prices, 10**6, lambda: False)
    assert evaluation is not None
    point = DualPoint(evaluation, value=0.0)
    entries = pricer.collect(point, room, 10**5, 10**6, lambda: False)
    assert entries is not None
    groups = [*problem.group_ids, ""]
    theirs = {
        (problem.sites.ids[c.site], slot, groups[c.group], frozenset(problem.practices.ids[i] for i in c.members))
        for c, slot in zip(entries.columns, entries.slot.tolist(), strict=True)
        if c.group < 0 or (problem.practices.group[list(c.members)] == c.group).any()
    }
    checker = Rechecker(instance, [ascent.of(-1)])
    case = settled(checker, counts)
    assert len(theirs) > 30
    assert named(checker, listed(checker, case, room)).keys() == theirs


def test_hubs_cost_what_they_cost_without_prices() -> None:
    """The reduced cost is that cost less the prices, here of practices alone."""
    price = {practice.id: 10_000.0 + practice.patients for practice in hamlet().practices}
    case = Rechecker(hamlet(), []).cases.first()
    checker = Rechecker(hamlet(), [Prices(practice=price, slots=({}, {}))])
    hubs = listed(checker, case, 400_000.0)
    of_rank = np.array([round(amount * MICRO) for amount in price.values()])
    least = [checker.pricing.least(task) for task in checker.pricing.tasks(0, case)]
    assert all(of_site < IMPOSSIBLE for of_site in least)
    assert len(hubs) > 100
    np.testing.assert_array_equal(hubs.cost - hubs.total(of_rank), hubs.above + np.array(least)[hubs.site])


@pytest.mark.parametrize(("limit", "words"), [("MOST_HUBS", "hubs"), ("MOST_NODES", "too hard to list")])
def test_too_many_hubs_are_said_to_be(monkeypatch: pytest.MonkeyPatch, limit: str, words: str) -> None:
    monkeypatch.setattr(hub_list, limit, 20)
    checker = Rechecker(hamlet(), [Prices(slots=({}, {}))])
    with pytest.raises(NotRedone, match=words):
        listed(checker, checker.cases.first(), 400_000.0)

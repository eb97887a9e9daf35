"""Neighbourhoods: by hand in a small town, as properties of any plan, and today's of real areas."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from areas_with_homes import area_with_homes, needs_homes
from hypothesis import given, settings
from hypothesis import strategies as st
from town_with_homes import PLAN, ROWS, table, town

from instances import Instance
from optimizer.analysis.neighbourhoods import Neighbourhoods, Residents, ZoneShare, residents_of
from optimizer.model.arrays import NONE
from optimizer.model.plan import Hub
from optimizer.solving.today import today_plan


def measured(instance: Instance, hubs: tuple[Hub, ...] = PLAN.hubs) -> Neighbourhoods:
    return Residents(instance).neighbourhoods(hubs)


def with_rows(rows: dict[tuple[str, str], int], **more: Any) -> Instance:
    return town(homes=table({**ROWS, **rows}), **more)


def test_a_plan_by_hand() -> None:
    found = measured(town())
    assert found.patch.tolist() == [0, 0, 1]  # N and M are of the hub a, S of c
    a, c, d = found.patches
    assert (a.known, a.in_patch, a.residents, a.places) == (2_000, 2_000, 2_500, 2)
    assert (a.containment, a.of_residents) == (1, 0.8)
    assert (c.known, c.in_patch, c.residents, c.places) == (2_000, 1_500, 1_875, 1)
    assert (c.containment, c.of_residents) == (0.75, 0.8)
    assert found.containment == pytest.approx(3_500 / 4_375)
    assert found.median_containment == 0.875
    assert (found.places, found.split) == (3, 2)  # M between a and c, S between c and d
    assert found.hubs_of.tolist() == [1, 2, 2]
    assert found.hubs == (a, c)
    assert found.unknown == d.unknown


def test_a_practice_in_no_hub_is_one_of_its_own_and_unknown_homes_are_apart() -> None:
    d = measured(town()).patches[2]
    assert (d.hub, d.in_hub, d.known, d.unknown) == ("d", False, 375, 125)
    assert (d.containment, d.of_residents, d.places) == (0, None, 0)


def test_councils_by_hand() -> None:
    found = measured(town())
    assert [patch.zones["council"] for patch in found.patches] == [
        (ZoneShare("North", 1.0),),
        (ZoneShare("South", 0.75), ZoneShare("North", 0.25)),
        (ZoneShare("South", 1.0),),
    ]
    assert found.across("council") == 1


def test_a_council_is_touched_from_one_in_a_hundred_on() -> None:
    for patients, touched in ((19, 1), (20, 2)):
        rows = {("c", "M"): patients, ("c", "S"): 2_000 - patients}
        assert len(measured(with_rows(rows)).patches[1].zones["council"]) == touched


def test_a_tie_is_of_the_patch_of_each_and_drawn_as_the_first_of_the_plan() -> None:
    tie = with_rows({("c", "M"): 1_200, ("c", "S"): 800})
    assert measured(tie).patch.tolist() == [0, 0, 1]
    assert measured(tie, PLAN.hubs[::-1]).patch.tolist() == [1, 0, 0]
    a, c, _ = measured(tie).patches
    assert (a.places, c.places) == (2, 2)
    assert (c.in_patch, c.containment) == (2_000, 1)


def test_a_tenth_of_a_place_splits_it_and_a_place_of_few_is_not_counted() -> None:
    lists = [{"id": "a", "patients": 900 + 50}, {"id": "b", "patients": 100 + 49}]
    practices = [{**practice, "x_km": 0.0, "y_km": 0.0} for practice in lists]
    rows = {("a", "N"): 900, ("b", "N"): 100, ("a", "M"): 50, ("b", "S"): 49}
    found = measured(town(practices=practices, homes=table(rows)), ())
    assert found.hubs_of.tolist() == [2, 1, 0]
    assert found.patch.tolist() == [0, 0, 1]  # whose it is all the same
    assert [patch.places for patch in found.patches] == [2, 0]
    practices[1]["patients"], rows["b", "N"] = 99 + 49, 99
    assert measured(town(practices=practices, homes=table(rows)), ()).split == 0


def test_the_kind_of_zone_that_is_told_of() -> None:
    assert Residents(town()).zone_kind == "council"
    places = [{**place, "zones": {"msoa": "x"}} for place in town().model_dump(exclude_unset=True)["places"]]
    assert Residents(town(places=places)).zone_kind is None
    assert Residents(town(places=places, hub={"zone": "msoa"})).zone_kind == "msoa"


def test_homes_that_nobody_knows_at_all() -> None:
    assert residents_of(town(homes=None)) is None
    found = measured(town(homes=table({("a", "a"): 10})))
    assert (found.containment, found.median_containment, found.places) == (None, None, 0)
    assert found.unknown == 4_500
    assert set(found.patch.tolist()) == {NONE}


def test_a_practice_in_two_hubs_counts_in_the_first() -> None:
    both = (PLAN.hubs[0], Hub(site="c", members=("c", "b", "nobody")))
    assert measured(town(), both).patches[0] == measured(town()).patches[0]


@st.composite
def plans(draw: st.DrawFn) -> tuple[Instance, tuple[Hub, ...]]:
    """Any homes in the town, and any of its hubs."""
    pairs = [(practice, place) for practice in "abcd" for place in (*"NMS", practice)]
    rows = draw(st.dictionaries(st.sampled_from(pairs), st.integers(0, 60), max_size=12))
    where = draw(st.lists(st.integers(-1, 2), min_size=4, max_size=4))
    members = [tuple(p for p, hub in zip("abcd", where, strict=True) if hub == k) for k in range(3)]
    return town(homes=table(rows)), tuple(Hub(site=inside[0], members=inside) for inside in members if inside)


@given(case=plans())
@settings(deadline=None, max_examples=150)
def test_any_plan(case: tuple[Instance, tuple[Hub, ...]]) -> None:
    """Against sums by hand; lists are shared out in thousandths of patients, one rounding a home."""
    instance, hubs = case
    found = measured(instance, hubs)
    hub_of = {member: hub.site for hub in hubs for member in hub.members}
    living: Counter[tuple[str, str]] = Counter()
    assert instance.homes is not None
    rows = list(zip(instance.homes.practice, instance.homes.place, instance.homes.patients, strict=True))
    whole: Counter[str] = Counter()
    for practice, _, patients in rows:
        whole[practice] += patients
    lists = {practice.id: practice.patients for practice in instance.practices}
    for practice, place, patients in rows:
        if place != practice and patients:
            thousandths = floor(Fraction(1_000 * lists[practice] * patients, whole[practice]) + Fraction(1, 2))
            living[hub_of.get(practice, practice), place] += thousandths
    order = [patch.hub for patch in found.patches]
    inside = residents = 0
    for k, place in enumerate("NMS"):
        here = [living[hub, place] for hub in order]
        inside += max(here) * here.count(max(here))
        residents += sum(here) * here.count(max(here)) * any(here)
        assert found.patch[k] == (here.index(max(here)) if any(here) else NONE)  # the first of several
    close = pytest.approx
    assert sum(patch.known + patch.unknown for patch in found.patches) == close(4_500, abs=0.02)
    assert sum(patch.known for patch in found.patches) == close(sum(living.values()) / 1_000, abs=0.02)
    assert sum(patch.in_patch for patch in found.patches) == close(inside / 1_000, abs=0.02)
    assert sum(patch.residents for patch in found.patches) == close(residents / 1_000, abs=0.02)
    for patch in found.patches:
        for share in (patch.containment, patch.of_residents, *(zone.share for zone in patch.zones["council"])):
            assert share is None or 0 <= share <= 1
        assert sum(zone.share for zone in patch.zones["council"]) <= 1 + 1e-9


@needs_homes
@pytest.mark.parametrize(("area", "share"), [("Kent", 0.78), ("Birmingham", 0.57), ("South Yorkshire", 0.76)])
def test_todays_groups_of_real_areas(area: str, share: float) -> None:
    """Patients of today's PCNs in their PCN's patch, as counted elsewhere of the same homes."""
    instance = area_with_homes(area)
    today = today_plan(instance)
    assert today is not None
    found = measured(instance, today.hubs)
    assert found.containment == pytest.approx(share, abs=0.01)
    assert found.unknown < 0.01 * sum(practice.patients for practice in instance.practices)

"""Who gains and who loses: by hand, against a count of single patients, and where it is shown."""

from __future__ import annotations

import io
import json
import random
from collections import defaultdict

import pytest
from hamlet_plan import hamlet, result
from hypothesis import given, settings
from hypothesis import strategies as st
from living import Living
from openpyxl import load_workbook
from random_homes import with_homes
from random_instances import random_instance
from roads import Roads
from two_places import APART, NOBODY, TOGETHER, places

from instances import Instance
from optimizer.analysis.compare import compare
from optimizer.analysis.equity import Equity, Group, equity
from optimizer.model.plan import Hub, Plan
from optimizer.output.compare_page import comparison_csv
from optimizer.output.document import PlanDocument
from optimizer.output.equity_part import EquityPart
from optimizer.output.plan_workbook import workbook_bytes
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.today import today_plan
from optimizer.verify import verify


def figures(instance: Instance, *plans: Plan) -> Equity:
    return equity(instance, [verify(instance, plan) for plan in plans])


def by_name(found: Equity) -> dict[str, Group]:
    return {group.name: group for group in found.groups}


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_from_home_by_hand() -> None:
    """a's quarters at a and X and half at Y go 0, 2 and 8 km to a, 10, 8 and 2 to b; b's are at b, all in the east."""
    found = figures(places(), APART, TOGETHER)
    groups = by_name(found)
    assert found.from_home
    assert groups["all patients"].km == ((2_000 + 16_000) / 5_000, (10_000 + 8_000 + 4_000) / 5_000)
    assert groups["all patients"].patients == 5_000
    assert groups["most deprived fifth"].km == (2.0, 8.0)  # X, which scores 60
    assert groups["second fifth"].km == (0.0, 0.0)  # b, 20: the next thousand
    assert groups["third fifth"].km == (0.0, 10.0)  # a, 10
    assert groups["least deprived fifth"].km == (
        8.0,
        2.0,
    )  # Y, 5: the last two thousand, whose middle is where it starts
    assert "fourth fifth" not in groups
    assert groups["West"].km == (1.0, 9.0)  # X, and a, which is nearest to it
    assert groups["East"].km == (16_000 / 3_000, 4_000 / 3_000)
    assert found.furthest == (8.0, 10.0)  # 500 of those at Y, of those at a
    [change] = found.changes
    assert (change.better, change.worse) == (2_000, 2_000)
    assert (change.better_km, change.worse_km) == (6.0, (10 + 6) / 2)
    [worst] = found.worst
    assert [(place.id, place.km_before, place.km_after) for place in worst] == [("a", 0, 10), ("X", 2, 8)]
    assert worst[0].more_patient_km == 10_000


def test_in_no_hub_patients_go_to_their_practice() -> None:
    found = figures(places(), APART, NOBODY)
    assert by_name(found)["all patients"].km == (3.6, 3.6)
    assert (found.changes[0].better, found.changes[0].worse) == (0, 0)
    assert not found.worst[0]


def test_less_than_the_threshold_is_no_change() -> None:
    """b moves to a site 100 m and then 101 m off."""
    for metres, worse in ((100, 0), (101, 1_000)):
        data = places().model_dump(exclude_unset=True)
        site = {"id": "s", "patients": 0, "x_km": 10 + metres / 1000, "y_km": 0.0}
        instance = Instance.model_validate({**data, "practices": [*data["practices"], site]})
        moved = Plan(hubs=(Hub(site="a", members=("a",)), Hub(site="s", members=("b", "s"))))
        assert figures(instance, APART, moved).changes[0].worse == worse


def test_without_homes_from_premises() -> None:
    data = {
        key: value for key, value in places().model_dump(exclude_unset=True).items() if key not in ("homes", "places")
    }
    instance = Instance.model_validate(data)
    found = figures(instance, APART, TOGETHER)
    assert not found.from_home
    assert by_name(found)["all patients"].km == (0, 8.0)
    assert by_name(found)["most deprived fifth"].km == (0, 0)  # b
    assert not found.of_kind("council")
    titles = [section.title for section in compare(instance, judged(instance, APART, TOGETHER)).sections]
    assert "Who gains, who loses: mean road km to the hub from their practice, as homes are not known" in titles


def test_minutes_where_they_were_measured() -> None:
    table = {"origin": ["X", "Y", "b"], "destination": ["b", "b", "a"], "minutes": [11.0, 5.0, 20.0]}
    data = places().model_dump(exclude_unset=True)
    instance = Instance.model_validate({**data, "travel": {**data["travel"], "table": table}})
    [everybody] = figures(instance, TOGETHER).of_kind("everybody")
    assert everybody.minutes == ((11_000 + 2_000 * 5 + 0) / 4_000,)  # b's are there; from a nobody measured
    assert figures(places(), TOGETHER).groups[0].minutes == (None,)


# --- against a count of single homes ----------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 400))
def test_means_are_those_of_single_homes(seed: int) -> None:
    instance = with_homes(random_instance(seed, 8), random.Random(seed))
    today, rng = today_plan(instance), random.Random(seed)
    sites = [p.id for p in instance.practices]
    plan = Plan(hubs=(Hub(site=rng.choice(sites), members=tuple(sites[:5])),), independents=tuple(sites[5:]))
    plans = [plan] if today is None else [today, plan]
    roads = Roads(instance)
    living, found = Living(instance, roads.km, roads.straight), figures(instance, *plans)
    for k, each in enumerate(plans):
        at = {member: hub.site for hub in each.hubs for member in hub.members}
        km: defaultdict[int | None, list[tuple[int, float]]] = defaultdict(list)
        for (practice, place), n in living.registered.items():
            km[living.fifth.get((practice, place))].append((n, living.mm(place, at.get(practice, practice)) / 1e6))
        groups = found.of_kind("deprivation")
        assert len(groups) == len(km)
        means = sorted(sum(n * way for n, way in of) / sum(n for n, _ in of) for of in km.values())
        assert sorted(group.km[k] or 0.0 for group in groups) == pytest.approx(means)
        every = [pair for of in km.values() for pair in of]
        assert found.groups[0].km[k] == pytest.approx(sum(n * way for n, way in every) / sum(n for n, _ in every))


# --- where it is shown ------------------------------------------------------------------------------------------------


def judged(instance: Instance, *plans: Plan) -> list[JudgedPlan]:
    return [JudgedPlan(f"plan {k}", plan, verify(instance, plan)) for k, plan in enumerate(plans, 1)]


def test_compare_tells_it() -> None:
    found = compare(places(), judged(places(), APART, TOGETHER))
    rows = {row.name: row.values for section in found.sections for row in section.rows}
    assert rows["most deprived fifth"] == (2.0, 8.0)
    assert rows["West (council)"] == (1.0, 9.0)
    assert rows["patients further from their hub"] == (None, 2_000)
    assert rows["X, 1,000 patients"] == (2.0, 8.0)
    assert "Places hit worst by plan 2: mean road km from home,X,km" not in comparison_csv(found)
    assert 'Places hit worst by plan 2: mean road km from home,"X, 1,000 patients",km,2.0,8.0' in comparison_csv(found)


def test_plan_json_and_workbook_have_the_same() -> None:
    ended = result(hamlet())
    assert ended.plan is not None
    document = PlanDocument.of(ended)
    part = document.equity
    assert part is not None
    assert not part.from_home
    written = json.loads(document.to_json())["equity"]
    assert written["groups"][0]["km"] == part.groups[0].km
    assert EquityPart.model_validate(written) == part
    book = load_workbook(io.BytesIO(workbook_bytes(ended.plan, document)))
    header, *rows = book["equity"].iter_rows(values_only=True)
    assert header == ("kind", "name", "patients", "km", "km_today", "km_more", "minutes", "minutes_today")
    assert rows[0][:2] == ("everybody", "all patients")
    assert rows[0][3] == pytest.approx(part.groups[0].km)
    assert len(rows) == len(ended.plan.equity)
    assert ended.plan.equity["km"][0] == part.groups[0].km


def test_without_groups_there_is_no_today() -> None:
    part = EquityPart.of(places(), verify(places(), TOGETHER), None)
    assert part.groups[0].km == 4.4
    assert part.groups[0].km_today is None
    assert part.better_patients is None
    assert part.worst_places == ()

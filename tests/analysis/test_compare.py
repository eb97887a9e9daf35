"""Plans side by side: figures, the page, the table."""

from __future__ import annotations

import builtins
import csv
import io
from typing import Any

import pytest
from village import village

from instances import Instance
from optimizer.analysis.compare import Comparison, Unit, compare
from optimizer.model.plan import Hub, Plan
from optimizer.output.compare_page import ReportUnavailable, comparison_csv, comparison_page
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.today import judged_today
from optimizer.verify import verify
from optimizer.verify.costs import COST, DISRUPTION
from optimizer.verify.hires import with_hires
from optimizer.verify.money import MONEY


def judged(instance: Instance, label: str, *hubs: str, alone: str = "") -> JudgedPlan:
    made = tuple(Hub(site=members[0], members=tuple(members), network=None, continues=None) for members in hubs)
    plan = with_hires(instance, Plan(hubs=made, independents=tuple(alone)))
    return JudgedPlan(label, plan, verify(instance, plan))


def village_comparison(label: str = "mine", **changes: Any) -> Comparison:
    instance = village(changes)
    today = judged_today(instance)
    assert today is not None
    return compare(instance, [today, judged(instance, label, "abc", "d", "gefh")])


def figures(comparison: Comparison) -> dict[str, tuple[float | None, ...]]:
    return {row.name: row.values for section in comparison.sections for row in section.rows}


def test_figures_by_hand() -> None:
    found = figures(village_comparison())
    assert found["hubs"] == (3, 3)
    assert found["hub running"] == (90_000, 90_000)
    assert found["independent practices"] == (1, 0)
    assert found["practices that sit differently"] == (None, 3)  # c, e and h
    assert found["their patients"] == (None, 3_000 + 5_000 + 2_500)
    assert found["patients in networks"] == (0, 0)
    assert found["coverage"] == (1, 1)  # broken once in each
    objective, more = found["objective (weighted)"], found["more than today"]
    assert objective[0] is not None
    assert objective[1] is not None
    assert more[0] is None
    assert more[1] == pytest.approx(objective[1] - objective[0])


def test_money_that_nobody_pays_is_no_real_money() -> None:
    assert set(MONEY) == {term.__name__ for term in (*COST, *DISRUPTION)}
    comparison = village_comparison()
    today, plan = comparison.plans
    found = figures(comparison)
    assert found["real money"] == (
        float(today.evaluation.terms["hub_running"]),  # nobody set up or hired for today's groups
        float(sum(plan.evaluation.terms[term] for term in ("hub_running", "hub_setup", "hires"))),
    )
    for k, judged_plan in enumerate(comparison.plans):
        kinds = [found[name][k] or 0.0 for name in ("real money", "assumed money", "penalties")]
        assert sum(kinds) == pytest.approx(float(sum(judged_plan.evaluation.terms.values())))
    assert comparison.note in comparison_page(comparison).replace("&#39;", "'")
    assert compare(village(), [plan, plan]).note == ""


def test_seats_show_every_plan() -> None:
    seats = {seat.practice: seat.hubs for seat in village_comparison().seats}
    assert seats == {"e": ("d", "g"), "c": ("d", "a"), "h": (None, "g")}


def test_seats_have_names() -> None:
    comparison = village_comparison(**{"practices.c.name": "Mill Surgery", "practices.d.name": "Dale House"})
    seats = {seat.practice: seat.hub_names for seat in comparison.seats}
    assert seats == {"e": ("Dale House", "g"), "c": ("Dale House", "a"), "h": ("independent", "g")}
    assert "Dale House (d)" in comparison_page(comparison)


def test_one_plan_is_a_comparison_too() -> None:
    instance = village()
    today = judged_today(instance)
    assert today is not None
    alone = compare(instance, [today])
    assert [section.title for section in alone.sections][2:] == [
        "Shape",
        "Who gains, who loses: mean road km to the hub from their practice, as homes are not known",
    ]
    assert alone.seats == ()


def test_page_escapes_and_stands_alone() -> None:
    page = comparison_page(village_comparison("<script>alert(1)</script>", **{"practices.c.name": "A & <b>B</b>"}))
    assert "<script" not in page
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in page
    assert "http" not in page
    assert "breaks rules in" in page


def test_page_names_who_breaks_a_rule() -> None:
    page = comparison_page(village_comparison(**{"practices.a.name": "Mill & Co", "hub.max": 10_900}))
    assert "hub Mill &amp; Co (a) has" in page


def test_page_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "jinja2":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ReportUnavailable, match=r"caregroup\[report\]"):
        comparison_page(village_comparison())


def test_table_is_no_formula() -> None:
    comparison = village_comparison("=1+1")
    rows = list(csv.DictReader(io.StringIO(comparison_csv(comparison))))
    assert rows[0].keys() == {"section", "item", "unit", "today", "'=1+1"}
    found = {row["item"]: row for row in rows}
    assert float(found["hub running"]["'=1+1"]) == 90_000
    assert found["h"] == {"section": "Hub of practice", "item": "h", "unit": "id", "today": "independent", "'=1+1": "g"}
    assert {row["unit"] for row in rows} <= {*Unit, "id"}

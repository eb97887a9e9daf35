"""Neighbourhoods in files and comparisons: figures of the small town that are worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hamlet_plan import hamlet, result
from openpyxl import load_workbook
from town_with_homes import PLAN, town

from instances import Instance
from optimizer.analysis.compare import compare
from optimizer.output.claims import check_statements
from optimizer.output.document import PlanDocument
from optimizer.output.files import write_outputs
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.today import judged_today
from optimizer.verify import verify


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town")
    write_outputs(result(town(), PLAN), path)
    return path


def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "plan.json").read_text())
    return found


def test_plan_json(folder: Path) -> None:
    """Today a is alone, in the patch of nobody but in N; b, c hold M and S: 600 + 800 + 500 + 1,500 of 4,375."""
    of_plan = document(folder)["neighbourhoods"]
    assert of_plan == {
        "in_patch": 0.8,
        "median_hub": 0.875,
        "unknown_homes": 125,
        "places": 3,
        "places_split": 2,
        "hubs_across": {"council": 1},
        "today": {
            "in_patch": round(3_400 / 4_375, 6),
            "median_hub": round((2_800 / 3_000 + 0) / 2, 6),
            "unknown_homes": 125,
            "places": 3,
            "places_split": 3,
            "hubs_across": {"council": 1},
        },
    }
    assert document(folder)["hub_neighbourhoods"][1] == {
        "hub": "c",
        "in_patch": 0.75,
        "of_residents": 0.8,
        "patch_places": 1,
        "unknown_homes": 0,
        "zones": {"council": {"South": 0.75, "North": 0.25}},
    }


def test_hubs_csv_and_the_workbook(folder: Path) -> None:
    lines = (folder / "hubs.csv").read_text().splitlines()
    assert lines[0].endswith(",patch_places,patch_list_share,patch_resident_share,zones_council")
    assert [line.split(",")[-4:] for line in lines[1:]] == [
        ["2", "1.0", "0.8", "North"],
        ["1", "0.75", "0.8", "South; North"],
    ]
    book = load_workbook(folder / "plan.xlsx")
    assert [cell.value for cell in book["hubs"][3]][-5:-1] == [1, 0.75, 0.8, "South; North"]
    figures = dict(book["summary"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert figures["patients who live in their hub's patch, %"] == 80
    assert figures["the same of today's groups, %"] == 77.7
    assert figures["places split between hubs"] == 2


def test_instances_without_homes_say_nothing_of_it(tmp_path: Path) -> None:
    write_outputs(result(hamlet()), tmp_path)
    assert "neighbourhood" not in (tmp_path / "plan.json").read_text()
    assert "patch" not in (tmp_path / "hubs.csv").read_text()
    assert all("atch" not in section.title for section in comparison(hamlet()))


def comparison(instance: Instance) -> Any:
    today = judged_today(instance)
    assert today is not None
    return compare(instance, [today]).sections


def test_what_is_compared() -> None:
    instance, plan = town(), JudgedPlan("mine", PLAN, verify(town(), PLAN))
    today = judged_today(instance)
    assert today is not None
    found = next(s for s in compare(instance, [today, plan]).sections if s.title == "Neighbourhoods")
    assert [(row.name, row.values[1]) for row in found.rows] == [
        ("patients who live in their hub's patch", pytest.approx(0.8)),
        ("median of hubs", 0.875),
        ("places split between hubs", 2),
        ("hubs in several zones (council)", 1),
    ]
    assert found.rows[0].values[0] == pytest.approx(3_400 / 4_375)


def test_what_is_not_true_of_a_plan_is_found(folder: Path) -> None:
    stated, instance = PlanDocument.read(folder / "plan.json"), town()
    evaluation = verify(instance, PLAN)
    assert check_statements(stated, instance, evaluation).wrong == ()
    assert stated.neighbourhoods is not None
    better = stated.model_copy(
        update={"neighbourhoods": stated.neighbourhoods.model_copy(update={"in_patch": 0.9}), "hub_neighbourhoods": ()}
    )
    assert check_statements(better, instance, evaluation).wrong == (
        "stated share of patients who live in the patch of their hub: 90.0000%, verified 80.0000%",
        "stated share of patients who live in the patch of a: none, verified 100.0000%",
        "stated share of patients who live in the patch of c: none, verified 75.0000%",
    )

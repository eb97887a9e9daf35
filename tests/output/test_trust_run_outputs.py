"""Practices run by trusts in files, on screen and on the page; and read back from them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from hamlet_plan import RUN, hamlet, on_the_globe, result, run_by_cottage_hospital
from openpyxl import load_workbook
from rich.console import Console

from instances import InputError, Instance
from optimizer.output.display import plan_view
from optimizer.output.files import write_outputs
from optimizer.output.read_plan import read_plan


def instance() -> Instance:
    return run_by_cottage_hospital(on_the_globe(hamlet()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_outputs(result(instance(), RUN), tmp_path)
    return tmp_path


def test_tables_and_files(folder: Path) -> None:
    table = pd.read_csv(folder / "assignments.csv").set_index("practice")
    assert table["run_by"].dropna().to_dict() == {"ZP11": "ZH02"}
    assert pd.isna(table.loc["ZP11", "hub"])
    content = json.loads((folder / "plan.json").read_text())
    assert content["trust_run"] == [{"practice": "ZP11", "hospital": "ZH02"}]
    assert content["terms"]["trust_run"] == 50_000
    assert content["independents"] == []
    features = json.loads((folder / "plan.geojson").read_text())["features"]
    assert {f["properties"]["id"]: f["properties"]["run_by"] for f in features if f["properties"].get("run_by")} == {
        "ZP11": "ZH02"
    }
    figures = dict(load_workbook(folder / "plan.xlsx")["summary"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert figures["practices run by trusts"] == 1
    assert figures["independent practices"] == 0


def test_plans_are_read_back(folder: Path) -> None:
    for name in ("plan.json", "assignments.csv", "plan.xlsx"):
        assert read_plan(folder / name, instance()).trust_run == RUN.trust_run, name


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("ZP11,,ZP01", "run_by: found 'ZP01': the id of a hospital, or empty"),
        ("ZP11,ZP01,ZH02", "run_by: found 'ZH02': no hospital, as the practice is in a hub"),
    ],
)
def test_who_cannot_run_a_practice_is_named(tmp_path: Path, row: str, words: str) -> None:
    (tmp_path / "a.csv").write_text(f"practice,hub,run_by\n{row}\n")
    with pytest.raises(InputError) as refused:
        read_plan(tmp_path / "a.csv", instance())
    assert words in str(refused.value)


def test_the_headline_counts_them() -> None:
    screen = io.StringIO()
    found = result(instance(), RUN)
    assert found.plan is not None
    Console(file=screen, width=200).print(plan_view(found, found.plan))
    assert "1 practice run by trusts" in screen.getvalue()


def test_files_of_others_say_nothing_of_it(tmp_path: Path) -> None:
    write_outputs(result(hamlet()), tmp_path)
    assert "run_by" not in (tmp_path / "assignments.csv").read_text()
    assert "trust_run" not in (tmp_path / "plan.json").read_text()

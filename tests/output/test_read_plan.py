"""Reading plans from files and folders; an assignments.csv is completed, and its faults are named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hamlet_plan import BEST, hamlet, result, verified
from openpyxl import load_workbook

from instances import InputError
from optimizer.output.files import write_outputs
from optimizer.output.read_plan import read_plan
from optimizer.verify import verify

INSTANCE = hamlet()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_outputs(result(INSTANCE), tmp_path)
    return tmp_path


def test_file_and_folder(folder: Path) -> None:
    assert read_plan(folder, INSTANCE) == BEST
    assert read_plan(folder / "plan.json", INSTANCE) == BEST
    assert read_plan(str(folder), INSTANCE) == BEST


def test_plan_that_is_only_decisions(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps({"schema_version": 1, **BEST.model_dump(mode="json")}))
    assert read_plan(tmp_path / "mine.json", INSTANCE) == BEST


def test_assignments_are_completed(folder: Path) -> None:
    plan = read_plan(folder / "assignments.csv", INSTANCE)
    evaluation = verify(INSTANCE, plan)
    assert evaluation.ok
    assert evaluation.objective == verified(INSTANCE).evaluation.objective
    assert {hub.site: hub.continues for hub in plan.hubs} == {hub.site: hub.continues for hub in BEST.hubs}
    assert {hub.site: hub.hires for hub in plan.hubs}["ZP07"] == {"gp": 1.05}


def test_a_workbook_edited_by_hand(folder: Path) -> None:
    assert read_plan(folder / "plan.xlsx", INSTANCE) == read_plan(folder / "assignments.csv", INSTANCE)
    book = load_workbook(folder / "plan.xlsx")
    sheet = book["assignments"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    (row,) = (cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[0].value == "ZP04")
    sheet.cell(row, columns["hub"]).value = "ZP12"
    book.save(folder / "mine.xlsx")
    plan = read_plan(folder / "mine.xlsx", INSTANCE)
    assert {hub.site: hub.members for hub in plan.hubs}["ZP12"] == ("ZP03", "ZP04", "ZP10", "ZP12")
    sheet.cell(row, columns["hub"]).value = "ZP99"
    book.save(folder / "mine.xlsx")
    with pytest.raises(InputError, match="ZP99"):
        read_plan(folder / "mine.xlsx", INSTANCE)
    del book["assignments"]
    book.save(folder / "mine.xlsx")
    with pytest.raises(InputError, match="a sheet assignments"):
        read_plan(folder / "mine.xlsx", INSTANCE)


def test_two_columns_are_enough(tmp_path: Path) -> None:
    rows = [f"{member},{hub.site}" for hub in BEST.hubs for member in hub.members]
    (tmp_path / "assignments.csv").write_text("practice,hub\n" + "\n".join(rows) + "\n")
    plan = read_plan(tmp_path / "assignments.csv", INSTANCE)
    assert plan.networks == ()
    broken = {violation.rule for violation in verify(INSTANCE, plan).violations}
    assert broken == {"coverage", "one-group-each"}  # ZP11 is nowhere, not even independent


def test_a_hub_where_none_can_be_is_a_violation(tmp_path: Path) -> None:
    barred = next(p.id for p in INSTANCE.practices if not p.can_host_hub)
    (tmp_path / "a.csv").write_text(f"practice,hub,network\nZP01,{barred},\n")
    assert "site" in {
        violation.rule for violation in verify(INSTANCE, read_plan(tmp_path / "a.csv", INSTANCE)).violations
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("practise,hub\nZP01,ZP01\n", "row 1, practice: this column; did you mean 'practise'?"),
        ("practice,hub\nZP1,ZP01\n", "row 2, practice: found 'ZP1': the id of a practice; did you mean"),
        ("practice,hub\nwestcombe,ZP01\n", "found 'westcombe': the id of a practice; did you mean 'ZP04'"),
        (
            "practice,hub\nZP01,General Hospital\n",
            "found 'General Hospital': "
            "the id of a practice or hospital, or empty; did you mean 'ZH01' (Eastham General Hospital)",
        ),
        ("practice,hub\nZP01,ZP01\nZP01,ZP07\n", "row 3, practice: found 'ZP01': each practice once; row 2 has it"),
        ("practice,hub\nZP01,Q99\n", "row 2, hub: found 'Q99': the id of a practice or hospital, or empty"),
        ("practice,hub,network\nZP01,,MCP:ZP01\n", "row 2, network: found 'MCP:ZP01': no network, as"),
        ("practice,hub,network\nZP01,ZP01,MPC:ZP01\n", "row 2, network: found 'MPC:ZP01': MODEL:lead, a care model"),
        ("practice,hub,network\nZP01,ZP01,MCP:ZP01\nZP02,ZP01,\n", "row 3, network: found '': one network for all of"),
        ("", "row 1: a header"),
    ],
)
def test_faults_of_assignments(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / "a.csv", INSTANCE)
    assert str(caught.value).startswith("a.csv, ")
    assert message in str(caught.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("practice,hub\nQ1,ZP01\nQ2,ZP01\nZP03,Q3\n")
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / "a.csv", INSTANCE)
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4]


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.csv", "plan.txt", "."])
def test_no_such_plan(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        read_plan(tmp_path / name, INSTANCE)


def test_a_plan_that_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.json")
    with pytest.raises(InputError, match=r"^plan.json: a file; this is a device or a pipe"):
        read_plan(tmp_path / "plan.json", INSTANCE)
    (tmp_path / "gone.json").write_text('{"hubs": ' + "9" * 5000 + "}")
    with pytest.raises(InputError, match=r"^gone.json: JSON text with numbers of a usual size"):
        read_plan(tmp_path / "gone.json", INSTANCE)

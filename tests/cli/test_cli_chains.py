"""Chains as a user meets them: checked, solved, written, verified, changed by hand, explained."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cli_support import document, run
from openpyxl import load_workbook

from optimizer import Result

TOML = """
[hub]
min = 1000
[chain]
features = {beds = 1, kind = 1}
lead_min = {money = 0}
members_max = 3
alone_price = 200000
"""
PRACTICES = "id,patients,latitude,longitude\nP,9000,52.0,-1.0\nQ,30000,52.1,-1.1\n"
HOSPITALS = """id,name,kind,latitude,longitude,chain_beds,chain_money
A,Alpha,community,50.1,-5.2,40,1
B,Beta,community,53.2,-2.1,50,-1
C,Gamma,community,54.3,-1.5,45,-3
D,Delta,acute,51.5,0.4,180,0.5
E,Epsilon,acute,52.5,-1.9,170,-0.5
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chains")
    for name, text in (("instance.toml", TOML), ("practices.csv", PRACTICES), ("hospitals.csv", HOSPITALS)):
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def solved(instance: Path) -> tuple[Path, str]:
    answer = run("solve", instance, "--time-limit", 60, "--threads", 1, "--out", instance / "out")
    assert answer.exit_code == 0, answer.output
    return instance / "out", answer.stdout


def test_check_says_who_may_be_in_a_chain(instance: Path) -> None:
    assert "of 2 to 3 hospitals; 5 may be in one, 2 of them can lead" in run("check", instance).stdout
    told = json.loads(run("check", instance, "--json").stdout)["result"]
    assert (told["chain_hospitals"], told["chain_leads"]) == (["A", "B", "C", "D", "E"], ["A", "D"])


def test_files_and_screen(solved: tuple[Path, str]) -> None:
    folder, said = solved
    assert "Beside the plan, 2 chains of 5 hospitals, at £" in said
    part = document(folder)["chains"]
    assert part["chains"] == [{"lead": "A", "members": ["A", "B", "C"]}, {"lead": "D", "members": ["D", "E"]}]
    assert part["gap"] <= 1e-6
    assert sum(part["terms"].values()) == pytest.approx(part["objective"])
    rows = list(csv.DictReader((folder / "chains.csv").read_text().splitlines()))
    assert [(row["chain"], row["name"], row["members"], row["hospitals"]) for row in rows] == [
        ("A", "Alpha", "3", "A;B;C"),
        ("D", "Delta", "2", "D;E"),
    ]
    sheet = load_workbook(folder / "plan.xlsx")["chains"]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["chain", "A", "D"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<h2>Chains of hospitals</h2>" in page
    assert "Epsilon" in page


def test_results_keep_chains(solved: tuple[Path, str]) -> None:
    loaded = Result.load(solved[0])
    assert loaded.plan is not None
    assert loaded.plan.evaluation.chains is not None
    assert [chain.lead for chain in loaded.plan.evaluation.chains.chains] == ["A", "D"]
    assert loaded.chains_gap == pytest.approx(0, abs=1e-6)


def spoilt(folder: Path, into: Path, **changes: Any) -> Path:
    content = document(folder)
    content["chains"].update(changes)
    into.write_text(json.dumps(content))
    return into


def test_verify(instance: Path, solved: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = solved
    answer = run("verify", instance, folder)
    assert answer.exit_code == 0
    assert "chain-size" in answer.stdout
    weak = spoilt(folder, tmp_path / "weak.json", chains=[{"lead": "B", "members": ["A", "B", "C", "D"]}])
    answer = run("verify", instance, weak)
    assert answer.exit_code == 1
    assert "chain Beta (B) has 4 hospitals, more than the maximum of 3" in answer.stdout
    assert "its money, which is -1, is to be 0 or more" in " ".join(answer.stdout.split())
    assert "stated objective of the chains" in answer.output
    answer = run("verify", instance, spoilt(folder, tmp_path / "bound.json", bound=9e9))
    assert answer.exit_code == 1
    assert "stated bound of the chains" in answer.output
    silent = {key: part for key, part in document(folder).items() if key != "chains"}
    (tmp_path / "silent.json").write_text(json.dumps(silent))
    answer = run("verify", instance, tmp_path / "silent.json")
    assert answer.exit_code == 1
    assert "it says nothing of chains of hospitals" in answer.output
    answer = run("verify", instance, folder / "assignments.csv")
    assert answer.exit_code == 0
    assert "Chains of hospitals are not judged" in answer.output
    told = json.loads(run("verify", instance, folder, "--json").stdout)["result"]
    assert [chain["lead"] for chain in told["chains"]["chains"]] == ["A", "D"]


def test_no_chains_at_all(instance: Path, tmp_path: Path) -> None:
    none = ("--set", "chain.alone_allowed=false", "--set", "chain.lead_min.money=1")
    answer = run("check", instance, *none)
    assert answer.exit_code == 3
    assert "no chains of 2 to 3 hospitals have all 5" in answer.output
    answer = run("solve", instance, *none, "--out", tmp_path / "out")
    assert answer.exit_code == 3
    assert not (tmp_path / "out").exists()
    weak = run("check", instance, "--set", "chain.lead_min.money=9")
    assert weak.exit_code == 0
    assert "all of them stay alone" in weak.output


def test_explain(instance: Path) -> None:
    none = ("--set", "chain.alone_allowed=false", "--set", "chain.lead_min.money=1")
    answer = run("explain", instance, *none, "--time-limit", 10)
    assert answer.exit_code == 0
    assert "--set chain.lead_min.money=0.5" in answer.stdout
    assert "The plan at hand costs" in answer.stdout

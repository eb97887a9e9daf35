"""`caregroup import nhs`: what is written and said, and exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from published import write_area
from typer.testing import CliRunner, Result

from instances import Instance
from instances.annotate import annotated
from instances.assumptions import assumptions
from instances.files import read_text
from instances.nhs import Selection, import_nhs
from optimizer.cli import app


@pytest.fixture
def area(tmp_path: Path) -> Path:
    return write_area(tmp_path / "area")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "160"})


def test_folder(area: Path, tmp_path: Path) -> None:
    said = run("import", "nhs", "--data", area, "--icb", "North Shire", "--out", tmp_path / "out")
    assert said.exit_code == 0, said.stderr
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "hospitals.csv",
        "instance.toml",
        "practices.csv",
    ]
    assert "Practices: 4 of 6" in said.stdout
    assert re.search(r"FTE of gp +gp-workforce.csv: TOTAL_GP_EXTGL_FTE +2 +the others' average a patient", said.stdout)
    assert "without FTE of gp: A00003, A00004" in said.stdout
    assert "the kind of 2 is guessed from names" in said.stdout
    assert "NHS North Shire: 4 practices in 2 current groups, 41,000 patients, 2 hospitals" in said.stdout
    made = import_nhs([area], Selection(icb=("QN1",))).instance
    assert Instance.read(tmp_path / "out").sha256 == made.sha256


@pytest.mark.parametrize("name", ["area.json", "area.xlsx", "north.toml"])
def test_one_file(area: Path, tmp_path: Path, name: str) -> None:
    assert run("import", "nhs", "--data", area, "--icb", "QN1", "--out", tmp_path / name).exit_code == 0
    assert len(Instance.read(tmp_path / name).practices) == 4


def test_lists_of_practices(area: Path, tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("practice_code,name\nA00001,x\n\nA00003,y\n")
    out = tmp_path / "out"
    for given in (
        ["--practice", codes],
        ["--practice", "A00001, A00003"],
        ["--practice", "A00001", "--practice", "Dr O'Neil"],
    ):
        assert run("import", "nhs", "--data", area, *given, "--out", out, "--name", "Two").exit_code == 0
        made = Instance.read(out)
        assert (made.name, [practice.id for practice in made.practices]) == ("Two", ["A00001", "A00003"])
    codes.write_text("code\n")
    assert run("import", "nhs", "--data", area, "--practice", codes, "--out", out).exit_code == 2


def test_options(area: Path, tmp_path: Path) -> None:
    options = ["--weighted", "--least-patients", 9_500, "--hospital-km", 0.7, "--keep-special"]
    said = run("import", "nhs", "--data", area, "--icb", "QN1", *options, "--out", tmp_path / "out")
    made = Instance.read(tmp_path / "out")
    assert {practice.id: practice.patients for practice in made.practices} == {"A00002": 12_600, "A00003": 12_000}
    assert made.hospitals == ()
    assert "Left out, fewer than 9,500 patients (--least-patients): 2 practices" in said.stdout


def test_refused(area: Path, tmp_path: Path) -> None:
    said = run("import", "nhs", "--data", area, "--icb", "Noth Shire", "--out", tmp_path / "out")
    assert said.exit_code == 2
    assert "nearest: NHS North Shire Integrated Care Board (QN1)" in said.stderr
    assert not (tmp_path / "out").exists()
    assert run("import", "nhs", "--data", tmp_path / "none", "--out", tmp_path / "out").exit_code == 2


def test_solved_and_verified(area: Path, tmp_path: Path) -> None:
    out, plan = tmp_path / "out", tmp_path / "plan"
    assert run("import", "nhs", "--data", area, "--icb", "QN1", "--out", out).exit_code == 0
    easier = ["--set", "policy.coverage_min=0", "--set", "hub.min=15000"]
    solved = run("solve", out, *easier, "--solver", "highs", "--threads", 1, "--time-limit", 60, "--out", plan)
    assert solved.exit_code == 0, solved.stderr
    assert run("verify", out, plan / "plan.json", *easier).exit_code == 0


def test_defaults_stand_as_comments_that_can_be_uncommented(area: Path, tmp_path: Path) -> None:
    made = import_nhs([area], Selection(icb=("QN1",))).instance
    file = tmp_path / "instance.toml"
    made.write(file)
    page = annotated(read_text(file), made)
    left_out = assumptions(made)
    assert len(re.findall("^# ", page, re.MULTILINE)) == len(left_out) > 50
    file.write_text(page)
    assert Instance.read(file) == made
    assert assumptions(Instance.read(file)) == left_out
    file.write_text(re.sub("^# ", "", page, flags=re.MULTILINE))
    stated = Instance.read(file)
    assert assumptions(stated) == []
    assert {a.key: a.value for a in left_out if a.key != "policy.coverage_min"}.items() <= _values(stated).items()


def _values(instance: Instance) -> dict[str, object]:
    sections = {name: getattr(instance, name) for name in ("travel", "hub", "policy", "disruption", "weights")}
    sections |= {f"role.{role.id}": role for role in instance.role}
    sections |= {f"care_model.{model.id}": model for model in instance.care_model}
    values = {f"{key}.{name}": value for key, record in sections.items() for name, value in record}
    return {**values, "horizon_years": instance.horizon_years}

"""`caregroup import nhs`: what is written and said, and exit codes."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import pytest
from published import LIST_HEADER, PATIENTS, list_rows, text, write_area
from published_homes import write_homes
from typer.testing import CliRunner, Result

from instances import Instance
from instances.annotate import annotated, write_annotated
from instances.assumptions import assumptions
from instances.files import read_text
from instances.nhs import HOME_MAX_KM, HOSPITALS_WITHIN_KM, Selection, Wishes, import_nhs
from optimizer.cli import app
from optimizer.cli.nhs import nhs


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


def test_defaults_are_those_of_the_library() -> None:
    options = inspect.signature(nhs).parameters
    assert options["least_patients"].default == Wishes().least_patients
    assert options["hospital_km"].default == HOSPITALS_WITHIN_KM


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


@pytest.mark.parametrize("gp", ["4.5", "0.5"])
def test_one_network_has_a_plan_by_the_rules_as_they_are_imported(area: Path, tmp_path: Path, gp: str) -> None:
    """Its 23,000 patients are too few for a network, and its staff too few for the rule on GPs where one has 0.5."""
    staff = area / "gp-workforce.csv"
    staff.write_text(staff.read_text().replace(",4.5,", f",{gp},"))
    out, plan = tmp_path / "out", tmp_path / "plan"
    said = run("import", "nhs", "--data", area, "--pcn", "RIVER", "--out", out)
    assert said.exit_code == 0, said.stderr
    assert "too few of the 23,000 patients live where networks could have as many as they need" in said.stderr
    assert "(MCP 100,000, PACS 250,000): policy.coverage_min is 0 in place of 0.5" in said.stderr
    assert ("role.gp.min_per_10k is 0.5 instead" in said.stderr) == (gp == "0.5")
    solved = run("solve", out, "--solver", "highs", "--threads", 1, "--time-limit", 60, "--out", plan)
    assert solved.exit_code == 0, solved.stderr
    assert run("verify", out, plan / "plan.json").exit_code == 0


def test_notes_keep_the_case_of_file_names(area: Path, tmp_path: Path) -> None:
    file = area / "gp-reg-pat-prac-map.csv"
    file.write_text(file.read_text() + file.read_text().splitlines()[1] + "\n")
    said = run("import", "nhs", "--data", area, "--icb", "QN1", "--out", tmp_path / "out")
    assert "\ngp-reg-pat-prac-map.csv has A00001 more than once: the first row counts.\n" in said.stdout
    assert "\nHospitals: 2 within 10 km" in said.stdout


def test_a_map_and_lists_of_different_months(area: Path, tmp_path: Path) -> None:
    patients = {**PATIENTS, "A00091": 4_000, "A00092": 250}
    del patients["A00001"]
    (area / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, list_rows(patients, "2026-04-01")))
    said = run("import", "nhs", "--data", area, "--icb", "QN1", "--out", tmp_path / "out")
    assert said.exit_code == 0
    months = "gp-reg-pat-prac-map.csv is of 1 July 2026, gp-reg-pat-prac-quin-age.csv of 1 April 2026"
    assert f"Warning: {months}: a practice that got another code" in said.stderr
    assert "4,250 patients in gp-reg-pat-prac-quin-age.csv are of practices that" in said.stderr
    assert "lacks (2: A00091, A00092)" in said.stderr
    assert "no list, so closed or under another code then: 1 practice: A00001 The Mill Surgery" in said.stdout


def test_a_day_read_as_americans_write_it_is_said(area: Path, tmp_path: Path) -> None:
    rows = [*list_rows({"A00009": 900}, "01JUN2026"), *list_rows(day="7/1/2026")]
    (area / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, rows))
    said = run("import", "nhs", "--data", area, "--icb", "QN1", "--out", tmp_path / "out")
    assert "EXTRACT_DATE of gp-reg-pat-prac-quin-age.csv: 7/1/2026 is taken for 1 July 2026, month first" in said.stdout
    assert "gp-reg-pat-prac-quin-age.csv has no row of 1 July 2026 for A00009: not used" in said.stdout
    assert "4 practices in 2 current groups, 41,000 patients" in said.stdout


def test_the_indicator_of_deprivation_and_utf_16_are_said(area: Path, tmp_path: Path) -> None:
    rows = ["A00001,Income deprivation affecting older people (IDAOPI),2025,0.1"]
    rows += [f"A0000{k},Deprivation score (IMD {year}),{year},{k * 10}" for k in (1, 2) for year in (2019, 2025)]
    content = "\n".join(["Area Code,Indicator Name,Time period,Value", *rows]) + "\n"
    (area / "fingertips.csv").write_text(content, encoding="utf-16")
    said = run("import", "nhs", "--data", area, "--icb", "QN1", "--out", tmp_path / "out")
    assert "fingertips.csv: Deprivation score (IMD 2025), 2025" in said.stdout
    assert "fingertips.csv is in UTF-16." in said.stdout
    assert [p.deprivation for p in Instance.read(tmp_path / "out").practices[:2]] == [10, 20]


def test_the_page_of_rules_says_what_each_is_and_reads_back(area: Path, tmp_path: Path) -> None:
    made = import_nhs([area], Selection(icb=("QN1",))).instance
    file = tmp_path / "instance.toml"
    write_annotated(made, file)
    page = read_text(file)
    assert "min = 20000  # patients, hard; assumption below the 30,000 of the Network Contract DES\n" in page
    assert "max_km = 30.0  # road km, hub to lead; assumption\n" in page
    assert 'hospital_sites = ["community"]  # kinds of hospital that may be a hub\n' in page
    assert 'name = "NHS North Shire"\n' in page
    assert Instance.read(file) == made
    assumed = {figure.key: figure.description for figure in assumptions(made)}  # stated in full, and still not known
    assert "assumption" in assumed["hub.running_cost"]
    assert "NHS England 2016" in assumed["care_model.MCP.min"]


def test_locks_are_left_as_they_are() -> None:
    text = '[hub]\nmin = 1\n\n[policy]\nconsent = true\n\n[policy.fixed_hub]\nmin = "A"\nconsent = "B"\n'
    assert annotated(text).splitlines()[1].startswith("min = 1  # patients, hard")
    assert annotated(text).splitlines()[7:] == ['min = "A"', 'consent = "B"']


def test_homes_are_told_by_reason(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area")
    arguments = ["--data", folder, "--icb", "QN1", "--out", tmp_path / "out", "--travel-from", "homes"]
    said = run("import", "nhs", *arguments)
    assert said.exit_code == 0, said.stderr
    assert "Homes of 1 July 2022: 5 places (LSOA 2011), 8 rows" in said.stdout
    assert re.search(r"at a place +209 +6 +3 *\n", said.stdout)
    assert re.search(r"no fixed or known address \(NO2011, NO2021\) +5 +1 +1 *\n", said.stdout)
    assert "without homes: A00004" in said.stdout
    assert "Zones of places: council (names), msoa (codes)." in said.stdout
    assert "100 pounds a patient of a moved practice and 3 pounds a patient and km" in " ".join(said.stdout.split())
    written = tomllib.loads((tmp_path / "out/instance.toml").read_text())
    assert written["travel"]["basis"] == "homes"
    assert (written["travel"]["cost_per_patient_km"], written["disruption"]["cost_per_patient"]) == (3.0, 100.0)
    made = import_nhs([folder], Selection(icb=("QN1",)), travel_from="homes").instance
    assert Instance.read(tmp_path / "out") == made


def test_defaults_of_the_command_are_those_of_the_function() -> None:
    options = inspect.signature(nhs).parameters
    assert (options["home_max_km"].default, options["travel_from"].default) == (HOME_MAX_KM, "premises")

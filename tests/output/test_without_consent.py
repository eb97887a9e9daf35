"""Who is placed without consent stands in every file, on page and screen; without the switch nothing is said."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hamlet_plan import BEST, hamlet, result
from openpyxl import load_workbook
from typer.testing import CliRunner
from village import village

from instances import Instance
from optimizer.analysis.check_data import data_warnings
from optimizer.cli import app
from optimizer.output.claims import check_statements
from optimizer.output.display import without_consent
from optimizer.output.document import PlacedWithoutConsent, PlanDocument
from optimizer.output.files import write_outputs
from optimizer.output.read_plan import read_plan
from optimizer.output.report import Subject
from optimizer.output.report.tables import cost
from optimizer.output.report.tables import without_consent as table
from optimizer.verify import verify

REFUSE = {"ZP05": {"refuses": ["PACS"]}, "ZP09": {"refuses": ["PACS"], "strain": 0.93}, "ZP01": {"refuses": ["PACS"]}}
GROUNDS = {"ZP05": "after mediation", "ZP09": "strain 0.93"}  # ZP01 is in a network of another model


def asked(**policy: Any) -> Instance:
    """The hamlet, of whose best plan a last resort is part."""
    data = hamlet().model_dump(exclude_unset=True)
    for row in data["practices"]:
        row.update(REFUSE.get(row["id"], {}))
    grounds = {"last_resort": True, "unplaced_after_mediation": ["ZP05"], "serious_strain": 0.9}
    data["policy"] |= {**grounds, **policy}
    return Instance.model_validate(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("placed")
    write_outputs(result(asked()), made)
    return made


def grounds_in(text: str) -> dict[str, str]:
    return {
        row["practice"]: row["without_consent"] for row in csv.DictReader(io.StringIO(text)) if row["without_consent"]
    }


def test_the_plan_keeps_the_rules_and_pays() -> None:
    evaluation = verify(asked(), BEST)
    assert evaluation.ok
    patients = {p.id: p.patients for p in hamlet().practices}
    assert evaluation.terms["reluctance"] == 20 * (patients["ZP05"] + patients["ZP09"])


def test_tables(folder: Path) -> None:
    assert grounds_in((folder / "assignments.csv").read_text()) == GROUNDS
    book = load_workbook(folder / "plan.xlsx")
    header, *rows = book["assignments"].iter_rows(values_only=True)
    placed = {row[0]: row[header.index("without_consent")] for row in rows}
    assert {practice: ground for practice, ground in placed.items() if ground} == GROUNDS
    assert ("practices placed without consent", 2) in book["summary"].iter_rows(values_only=True)
    assert read_plan(folder / "assignments.csv", asked()).hubs[0].members == BEST.hubs[0].members


def test_plan_json_and_its_verification(folder: Path) -> None:
    content = json.loads((folder / "plan.json").read_text())
    stated = [
        {"practice": practice, "care_model": "PACS", "ground": ground} for practice, ground in sorted(GROUNDS.items())
    ]
    assert content["without_consent"] == stated
    document, evaluation = PlanDocument.read(folder / "plan.json"), verify(asked(), BEST)
    assert check_statements(document, asked(), evaluation).wrong == ()
    lie = document.model_copy(update={"without_consent": (PlacedWithoutConsent(**stated[0]),)})
    assert check_statements(lie, asked(), evaluation).wrong == (
        "stated to be placed without consent: ZP05 under PACS (after mediation); "
        "verified: ZP05 under PACS (after mediation), ZP09 under PACS (strain 0.93)",
    )


def test_page_and_screen() -> None:
    about = Subject.of_result(result(asked()))
    rows = {row.cells[0].detail: (row.cells[2].text, row.cells[4].text) for row in table(about).rows}
    assert rows == {practice: ("PACS", ground) for practice, ground in GROUNDS.items()}
    assert any(row.cells[0].text == "Reluctance" for row in cost(about).rows)
    said = without_consent(asked(), about.evaluation)
    assert said.startswith("Placed without consent: 2 practices. ")
    assert "[ZP09] under PACS (strain 0.93)" in said
    assert without_consent(village(), verify(village(), BEST)) == "Placed without consent: nobody."


def test_without_the_switch_nothing_is_said(tmp_path: Path) -> None:
    write_outputs(result(hamlet()), tmp_path)
    assert "without_consent" not in json.loads((tmp_path / "plan.json").read_text())
    assert "without_consent" not in (tmp_path / "assignments.csv").read_text()
    assert table(Subject.of_result(result(hamlet()))).rows == ()


def test_the_command_says_who(tmp_path: Path) -> None:
    placed = {
        **{"practices.g.refuses": ["M", "P"], "policy.last_resort": True, "policy.serious_problems": ["g"]},
        "policy.imposed_price_per_patient": 0.1,
    }
    village(placed).write(tmp_path / "village.toml")
    arguments = ("solve", tmp_path / "village.toml", "--solver", "highs", "--no-report", "--out", tmp_path / "out")
    said = CliRunner().invoke(app, list(map(str, arguments)))
    assert said.exit_code == 0, said.stderr
    assert "Placed without consent: 1 practice. g under P (serious problems)." in said.stdout
    assert grounds_in((tmp_path / "out" / "assignments.csv").read_text()) == {"g": "serious problems"}


def test_what_plays_no_part_is_told() -> None:
    told = " ".join(data_warnings(asked(serious_problems=["ZP02"], consent=False)))
    assert "1 practice (ZP02) named for the last resort, but refusing no care model" in told
    assert "policy.last_resort plays no part, as policy.consent is off" in told
    assert "last resort" not in " ".join(data_warnings(asked()))


@pytest.mark.parametrize(
    "asked_by",
    [
        {"policy.delay_price_per_patient": 5, "wave": [{"id": "first", "start_year": 0}]},
        {"trust_run.misfit_strained": 5, "hospitals.A.runs_practices_max": 1},
    ],
)
def test_staff_that_tells_of_strain_plays_a_part(asked_by: dict[str, Any]) -> None:
    told = " ".join(data_warnings(village({"role": [], **asked_by})))
    assert "FTE of gp is given" not in told
    assert "FTE of gp is given" in " ".join(data_warnings(village({"role": []})))

"""The files of a plan, and plan.json as the document from which all others follow."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
from pathlib import Path

import pytest
from hamlet_plan import BEST, OPTIMUM, hamlet, result, verified

from instances import InputError
from optimizer.model.backend import Reason
from optimizer.output.document import PlanDocument, assumed
from optimizer.output.files import write_outputs
from optimizer.solving.tables import as_csv

INSTANCE = hamlet()
KEYS = [
    "schema_version",
    "instance",
    "reason",
    "limit",
    "objective",
    "bound",
    "gap",
    "terms",
    "hubs",
    "networks",
    "independents",
    "hires",
    "solver",
    "options",
    "seed",
    "versions",
    "trajectory",
    "warnings",
    "assumptions",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_outputs(result(INSTANCE), tmp_path / "deep" / "plan", ["hub.min=10000"], tmp_path / "hamlet.json")
    return tmp_path / "deep" / "plan"


def test_files(folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == [
        "assignments.csv",
        "hubs.csv",
        "networks.csv",
        "plan.json",
        "plan.xlsx",
    ]
    assert len((folder / "assignments.csv").read_text().splitlines()) == 13


OTHERS = ["assignments.csv", "hubs.csv", "networks.csv", "plan.xlsx"]


def without_room_for(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """A disk that these files do not fit on."""
    write = Path.write_bytes

    def write_bytes(path: Path, content: bytes) -> int:
        if any(name in path.name for name in names):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_that_does_not_fit_costs_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (folder / "report.html").write_text("of an older plan")
    without_room_for(monkeypatch, name)
    told: list[tuple[str, str]] = []
    written = write_outputs(
        result(INSTANCE), folder, on_fault=lambda path, error: told.append((path.name, str(error)[:24]))
    )
    expected = sorted({*OTHERS, "plan.json"} - {name})
    assert sorted(file.name for file in folder.iterdir()) == sorted(path.name for path in written) == expected
    assert told == [(name, "[Errno 28] No space left")]
    with pytest.raises(OSError, match="No space left"):
        write_outputs(result(INSTANCE), folder)
    assert sorted(file.name for file in folder.iterdir()) == expected


def test_without_room_for_the_plan_an_older_one_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    without_room_for(monkeypatch, "plan.json")
    with pytest.raises(OSError, match="No space left"):
        write_outputs(result(INSTANCE), folder, on_fault=lambda *_: None)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_temporary_folder_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "full"))
    assert len(write_outputs(result(INSTANCE), tmp_path / "plan")) == 5


def test_document(folder: Path) -> None:
    content = json.loads((folder / "plan.json").read_text())
    assert set(KEYS) <= set(content)
    assert content["schema_version"] == 1
    mark = {
        "name": INSTANCE.name,
        "sha256": INSTANCE.sha256,
        "settings": ["hub.min=10000"],
        "file": "../../hamlet.json",
    }
    assert content["instance"] == mark
    assert (content["reason"], content["limit"], content["ending"]) == ("feasible", "time", "completed")
    assert content["objective"] == pytest.approx(OPTIMUM, abs=1e-3)
    assert content["gap"] == pytest.approx(0.01)
    assert sum(content["terms"].values()) == pytest.approx(OPTIMUM, abs=1e-3)
    assert content["hires"] == {"gp": 1.05}
    assert content["seed"] == 7
    assert content["versions"]["made-up"] == "9.9"
    assert re.fullmatch(r"3\.\d+\.\d+.*", content["versions"]["python"])
    assert "caregroup" in content["versions"]
    assert [moment["bound"] for moment in content["trajectory"][:2]] == [None, None]
    assert content["warnings"] == ["the seed is lucky"]
    assert content["options"]["native"]["made-up"]["effort"] == str(object)
    assert content["native_status"] == "Time's up"
    assert content["scaling_error"] == 0.5


def test_everything_follows_from_the_document(folder: Path) -> None:
    plan = PlanDocument.read(folder / "plan.json").plan
    assert plan == BEST
    again = verified(INSTANCE, plan)
    for name, table in again.tables.items():
        assert as_csv(table) == (folder / f"{name}.csv").read_text()


def test_tables_agree_with_the_document(folder: Path) -> None:
    """As an outside reader would: assignments.csv alone gives the members that plan.json lists."""
    content = json.loads((folder / "plan.json").read_text())
    with (folder / "assignments.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for hub in content["hubs"]:
        assert [row["practice"] for row in rows if row["hub"] == hub["site"]] == hub["members"]
        assert {row["network"] for row in rows if row["hub"] == hub["site"]} == {hub["network"]}
    assert [row["practice"] for row in rows if not row["hub"]] == content["independents"]
    networks = {f"{network['care_model']}:{network['lead']}" for network in content["networks"]}
    assert networks == {row["network"] for row in rows} - {""}


def test_an_older_plan_is_replaced(folder: Path) -> None:
    before = (folder / "plan.json").read_text()
    (folder / "notes.txt").write_text("mine")
    files = write_outputs(result(INSTANCE), str(folder))  # a path as people write it
    assert json.loads((folder / "plan.json").read_text())["instance"]["settings"] == []
    assert (folder / "plan.json").read_text() != before
    assert sorted(file.name for file in folder.iterdir()) == sorted([*(file.name for file in files), "notes.txt"])


def test_nothing_is_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "plan.json" in path.name:
            write(path, content[:10])
            raise OSError(28, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_outputs(result(INSTANCE), folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_no_plan_no_files(tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="without a plan"):
        write_outputs(replace(result(INSTANCE), plan=None, reason=Reason.NO_SOLUTION), tmp_path)
    assert not list(tmp_path.iterdir())


def test_assumptions_name_defaults_and_estimates() -> None:
    data = INSTANCE.model_dump(exclude_unset=True)
    del data["hub"]["price_per_patient"]
    del data["horizon_years"]
    data["practices"][0]["fte"] = {}
    found = {figure.key: figure for figure in assumed(type(INSTANCE).model_validate(data))}
    assert found["hub.price_per_patient"].value == 20.0
    assert "assumption" in found["hub.price_per_patient"].description
    assert found["horizon_years"].value == 5.0
    assert found["fte_gp"].value == ("ZP01",)
    assert not [key for key in found if key.endswith(("contiguous", "share_max", "share_min"))]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 2}, "schema_version: found '2'"),
        ({"hubs": [{"members": []}]}, "hubs.0.site"),
        ({"hubs": [{"site": "ZP01", "members": ["ZP01"], "continus": "x"}]}, "hubs.0.continus"),
        ({"objective": "cheap"}, "objective: found 'cheap'"),
    ],
)
def test_faults_are_named(folder: Path, change: dict[str, object], message: str) -> None:
    content = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps({**content, **change}))
    with pytest.raises(InputError) as caught:
        PlanDocument.read(folder / "plan.json")
    assert f"plan.json, {message}" in str(caught.value)


def test_not_json(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{\n  "hubs": [,]\n}')
    with pytest.raises(InputError, match=r"plan\.json, row 2: JSON text"):
        PlanDocument.read(tmp_path / "plan.json")


def test_unknown_keys_are_left_alone(folder: Path) -> None:
    content = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps({**content, "approved_by": "the board"}))
    assert PlanDocument.read(folder / "plan.json").plan == BEST

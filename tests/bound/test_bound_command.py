"""caregroup verify --bound: what it says and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bound_support import DATA, hamlet, hamlet_certificate
from typer.testing import CliRunner, Result

from optimizer import solve
from optimizer.cli import app
from optimizer.outputs import write_outputs


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    write_outputs(solve(hamlet(), "search", time_limit=1, threads=1, seed=1), folder)
    return folder / "plan.json"


@pytest.fixture
def folder(plan_file: Path, tmp_path: Path) -> Path:
    (tmp_path / "plan.json").write_bytes(plan_file.read_bytes())
    (tmp_path / "bound.json").write_text(hamlet_certificate().to_json())
    return tmp_path


def run(folder: Path, *options: object) -> Result:
    arguments = ["verify", DATA / "hamlet", folder, "--bound", *options]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def change(folder: Path, **keys: Any) -> None:
    content = json.loads((folder / "bound.json").read_text())
    (folder / "bound.json").write_text(json.dumps(content | keys))


def test_a_bound_that_holds(folder: Path) -> None:
    said = run(folder)
    assert said.exit_code == 0, said.stderr
    assert "Certified by the whole tree, 1 leaf: no plan costs less than £1,003,056.16 a year" in said.stdout
    assert "This plan is within" in said.stdout


def test_a_bound_that_claims_too_much(folder: Path) -> None:
    change(folder, bound=1_003_100.0)
    said = run(folder)
    assert said.exit_code == 1
    assert "claimed bound £1,003,100 a year: £1,003,056.2 is certified, £43.84 less" in said.stderr


def test_the_first_case_alone(folder: Path) -> None:
    leaf = json.loads((folder / "bound.json").read_text())["tree"]
    branch = {"kind": "site", "site": "ZP06"}
    change(folder, bound=2e6, tree={"branch": branch, "children": [leaf, leaf]})
    said = run(folder, "--bound-time-limit", 0)
    assert said.exit_code == 0, said.stderr
    assert "Certified by the first case alone" in said.stdout
    assert "The tree of 2 leaves was not checked" in said.stdout


@pytest.mark.parametrize("text", [None, "{", '{"schema_version": 1}'])
def test_a_file_that_is_missing_or_wrong(folder: Path, text: str | None) -> None:
    (folder / "bound.json").unlink()
    if text is not None:
        (folder / "bound.json").write_text(text)
    said = run(folder)
    assert said.exit_code == 2
    assert "bound.json" in said.stderr


def test_another_state_of_the_instance(folder: Path) -> None:
    said = run(folder, "--set", "hub.price_per_patient=0")
    assert "bound.json was made for another state of the instance" in said.stderr

"""caregroup verify: rules and pounds again, and whether a plan.json tells the truth."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_support import HAMLET, OPTIMUM, document, run

from optimizer.verify import RULE_NAMES


@pytest.fixture
def folder(tmp_path: Path, plan_folder: Path) -> Path:
    return shutil.copytree(plan_folder, tmp_path / "plan")


def change(folder: Path, **keys: Any) -> None:
    (folder / "plan.json").write_text(json.dumps({**document(folder), **keys}))


@pytest.mark.parametrize("name", ["", "plan.json", "assignments.csv"])
def test_a_plan_that_holds(folder: Path, name: str) -> None:
    said = run("verify", HAMLET, folder / name)
    assert said.exit_code == 0, said.stderr
    assert "The plan keeps every rule and costs £1,022,998.52 a year." in said.stdout
    assert all(rule in said.stdout for rule in RULE_NAMES)
    assert "FAIL" not in said.stdout
    assert "233,227" in said.stdout  # travel


def test_a_plan_that_breaks_rules(folder: Path) -> None:
    hubs = document(folder)["hubs"]
    hubs[0]["members"].remove("ZP02")
    change(folder, hubs=hubs)
    said = run("verify", HAMLET, folder)
    assert said.exit_code == 1
    assert "FAIL (1)" in said.stdout
    assert "one-group-each: practice Westbridge Mill Practice (ZP02) is in no hub and not independent" in said.stdout
    assert "The plan breaks rules in" in said.stderr


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"objective": 1_000_000.0}, "claimed objective £1,000,000 a year is below"),
        ({"bound": 1_100_000.0}, "claimed bound"),
        ({"gap": 0.5}, "stated gap 50.0000%"),
        ({"terms": {"travel": 1.0}}, "stated term travel: £1 a year, verified £233,226.9"),
        ({"hires": {"gp": 2.0}}, "stated hires of gp: 2 FTE, verified 1.05"),
        (
            {"today": {"objective": 1.0, "difference": 0.0, "terms": {}, "hubs": 3, "practices": 0, "pairs": 0.0}},
            "stated objective of today: £1 a year, verified £1,528,609.6",
        ),
    ],
)
def test_a_plan_that_does_not_tell_the_truth(folder: Path, keys: dict[str, Any], words: str) -> None:
    change(folder, **keys)
    said = run("verify", HAMLET, folder)
    assert said.exit_code == 1
    assert words in said.stderr
    assert "FAIL" not in said.stdout


def test_another_state_of_the_instance(folder: Path) -> None:
    change(folder, instance={**document(folder)["instance"], "settings": ["weights.disruption=1.0"]})
    said = run("verify", HAMLET, folder, "--set", "weights.disruption=2")
    assert said.exit_code == 0
    assert "made for another state of the instance" in said.stderr
    assert "--set weights.disruption=1.0" in said.stderr
    assert "claimed objective" in said.stderr


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (["--objective", OPTIMUM], 0),
        (["--objective", 1_000_000], 1),
        (["--claimed-bound", 1_000_000], 0),
        (["--claimed-bound", 1_100_000], 1),
    ],
)
def test_a_claim_from_elsewhere(folder: Path, claim: list[object], code: int) -> None:
    assert run("verify", HAMLET, folder / "assignments.csv", *claim).exit_code == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "JSON text"),
        ("[]", "plan.json"),
        ('{"schema_version": 1}', "hubs: this key, as caregroup solve"),
        ('{"schema_version": 1, "hubs": [{"site": "A", "members": "A"}]}', "found 'A': input should be a list"),
    ],
)
def test_not_a_plan(folder: Path, text: str, words: str) -> None:
    (folder / "plan.json").write_text(text)
    said = run("verify", HAMLET, folder)
    assert said.exit_code == 2
    assert words in said.stderr


def test_bad_rows(folder: Path) -> None:
    (folder / "assignments.csv").write_text("practice,hub\nZP1,ZP01\nZP02,Z\n")
    said = run("verify", HAMLET, folder / "assignments.csv")
    assert said.exit_code == 2
    assert "assignments.csv, row 2, practice: found 'ZP1'" in said.stderr
    assert "assignments.csv, row 3, hub: found 'Z'" in said.stderr

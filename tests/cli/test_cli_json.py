"""--json: one object on standard output, whatever becomes of the command, with the keys that docs/json.md names."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_support import HAMLET, OPTIMUM, run

from instances.presets import PRESETS
from optimizer.solving.registry import ProbeResult, solver_ids

DOCS = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
BY_NAME = ("terms", "money", "rules_broken", "settings", "versions", "value")  # keys inside are names of their own


def answer(*arguments: object, code: int = 0) -> dict[str, Any]:
    """The object; its exit code is the command's, and nobody is told anything beside it."""
    said = run(*arguments, "--json")
    assert said.exit_code == code, said.output
    assert said.stderr == ""
    content: dict[str, Any] = json.loads(said.stdout)
    assert (content["schema_version"], content["exit_code"]) == (1, code)
    unknown = [key for key in keys(content) if f"`{key}`" not in DOCS]
    assert not unknown
    return content


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from keys(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in BY_NAME:
                yield from keys(inner)


def test_check() -> None:
    said = answer("check", HAMLET)
    assert (said["command"], said["error"]) == ("check", None)
    assert said["result"]["practices"] == 12
    assert said["result"]["instance"]["name"].startswith("Hamlet")
    assert {figure["key"] for figure in said["result"]["assumptions"]} >= {"horizon_years"}


def test_no_plan_is_a_result_and_an_error() -> None:
    said = answer("check", HAMLET, "--set", "hub.max_km=0.5", "--set", "policy.allow_independent=false", code=3)
    assert said["result"]["impossible"]
    assert said["error"]["message"] == "No plan can keep every rule:"
    assert said["result"]["impossible"][0] in said["error"]["details"]


def test_verify(plan_folder: Path) -> None:
    said = answer("verify", HAMLET, plan_folder)["result"]
    assert said["keeps_every_rule"]
    assert said["objective"] == pytest.approx(OPTIMUM, rel=1e-6)
    assert sum(said["money"].values()) == pytest.approx(sum(said["terms"].values()))
    assert said["network_money"]["total"]["running_a_year"] == pytest.approx(
        said["terms"]["hub_running"] + said["terms"]["network_running"]
    )
    broken = answer("verify", HAMLET, plan_folder, "--set", "hub.max_km=1", code=1)
    assert broken["result"]["rules_broken"]["distance"] == len(broken["result"]["violations"]) > 0
    assert "another state of the instance" in broken["warnings"][0]


def test_compare(plan_folder: Path) -> None:
    said = answer("compare", HAMLET, "today", plan_folder)["result"]
    today, plan = said["plans"]
    assert (today["is_today"], plan["is_today"]) == (True, False)
    assert plan["objective"] == pytest.approx(OPTIMUM, rel=1e-6)
    assert "not a saving in any budget" in said["note"]
    for seat in said["sit_differently"]:
        assert len(seat["hubs"]) == len(seat["hub_names"]) == 2


def test_explain(plan_folder: Path) -> None:
    limits = ("--time-limit", 60, "--threads", 1)
    none = answer("explain", HAMLET, *("--set", "policy.coverage_min=0.99", "--set", "hub.count_max=2"), *limits)
    assert none["result"]["no_plan"]["changes"][0]["as_typed"].startswith("--set ")
    asked = answer("explain", HAMLET, "--plan", plan_folder, "--why-not", "hubs 5", *limits)["result"]
    assert asked["plan"]["objective"] == pytest.approx(OPTIMUM, rel=1e-6)
    assert asked["answers"][0]["question"] == "hubs 5"


def test_solvers(monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(solver_id: str, problem: object) -> ProbeResult:
        del problem
        return ProbeResult(solver_id, f"title of {solver_id}", False, "pip install it", frozenset())

    monkeypatch.setattr("optimizer.solving.registry.probe", probe)
    said = answer("solvers")["result"]
    assert [solver["id"] for solver in said["solvers"]] == list(solver_ids())
    assert said["default"] == "auto"


def test_models() -> None:
    assert len(answer("models")["result"]["models"]) == len(PRESETS)
    (pcn,) = answer("models", "PCN")["result"]["models"]
    least = next(figure for figure in pcn["figures"] if figure["key"] == "min")
    assert (least["value"], least["confidence"], least["assumption"], least["setting"]) == (30_000, "A", False, True)
    assert "did you mean 'PCN'?" in answer("models", "PCNN", code=2)["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "Missing argument"),
        (["check", HAMLET, "--jsn"], "No such option"),
        (["compare", HAMLET, "tomorrow"], "The input cannot be used"),
        (["compare", HAMLET, "today", "--out", "plans.docx"], "ends in .html or .csv"),
        (["explain", HAMLET, "--time-limit", "soon"], "--time-limit"),
        (["solve", HAMLET], "No such option"),
    ],
)
def test_bad_input_is_an_object_too(arguments: list[object], words: str) -> None:
    said = answer(*arguments, code=2)
    assert said["command"] == arguments[0]
    assert said["result"] is None
    assert words in said["error"]["message"]


def test_faults_have_their_place() -> None:
    fault = answer("check", HAMLET, "--set", "hub.min=many", code=2)["error"]["faults"][0]
    assert (fault["file"], fault["column"], fault["value"]) == ("settings", "hub.min", "many")
    assert "a whole number" in fault["expected"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="takes a device that is always full")
def test_an_answer_that_cannot_be_written_is_told_in_a_line() -> None:
    command = [sys.executable, "-m", "caregroup", "check", str(HAMLET), "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[0]) == (5, "No space left on device")

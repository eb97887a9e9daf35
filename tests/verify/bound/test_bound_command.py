"""caregroup verify --bound: what it says and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bound_support import DATA, hamlet, hamlet_certificate
from enumerated_support import Enumerator
from typer.testing import CliRunner, Result

from optimizer import solve
from optimizer.cli import app
from optimizer.cli.recheck_progress import RecheckProgress
from optimizer.executors import LostWorkError
from optimizer.output.files import write_outputs
from optimizer.verify.bound import Progress, hub_list, parts, work


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


def test_a_bound_as_json(folder: Path) -> None:
    bound = json.loads(run(folder, "--json").stdout)["result"]["bound"]
    assert bound["certified"] == pytest.approx(1_003_056.16, abs=0.01)
    assert bound["tree_was_checked"]
    assert bound["certifies"]
    assert bound["sites"] == bound["sites_checked"] > 0
    assert bound["leaves"] == bound["leaves_checked"] == 1
    assert (bound["leaves_enumerated"], bound["leaves_redone"]) == (0, 0)


def test_a_bound_that_claims_too_much(folder: Path) -> None:
    change(folder, bound=1_003_100.0)
    said = run(folder)
    assert said.exit_code == 1
    assert "claimed bound £1,003,100 a year: £1,003,056.2 is certified, £43.84 less" in said.stderr


def test_no_time(folder: Path) -> None:
    for option in ("--bound-time-limit", "--time-limit"):
        said = run(folder, option, 0)
        assert said.exit_code == 4, said.stderr
        assert "The bound is not confirmed: £1,003,056.16 a year claimed, nothing certified." in said.stdout
        assert re.search(r"until the time was up: 0 of \d+ sites \(0\.0%\), all sites of 0 of 1 leaf", said.stdout)
        assert "The plan keeps every rule" in said.stdout
        assert "The bound is not confirmed: the time was up" in said.stderr
    answer = json.loads(run(folder, "--time-limit", 0, "--json").stdout)
    assert answer["exit_code"] == 4
    assert answer["result"]["bound"]["certified"] is None
    assert not answer["result"]["bound"]["certifies"]


def test_ctrl_c_says_what_was_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: RecheckProgress, progress: Progress) -> None:
        if progress.sites == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(RecheckProgress, "__call__", stop)
    said = run(folder)
    assert said.exit_code == 130
    assert re.search(r"until it was stopped: 5 of \d+ sites", said.stdout)
    change(folder, bound=5e7)
    said = run(folder)
    assert said.exit_code == 1
    assert re.search(r"claimed bound £50,000,000 a year: £\S+ is the most that its prices can show", said.stderr)


def test_a_part_that_fails_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise LostWorkError("its process died 3 times")

    monkeypatch.setattr(parts, "call_apart", lost)
    monkeypatch.setattr(work, "HERE_S", 0.0)
    said = run(folder, "--workers", 1)
    assert said.exit_code == 5
    assert re.search(r"Warning: A part of the recheck failed: 18 sites, ZH02 to ZP12: its process died", said.stderr)
    assert "The bound is not confirmed" in said.stdout


def test_an_executor_that_is_none_and_one_without_a_bound(folder: Path) -> None:
    assert "--executor: found 'dusk'" in run(folder, "--executor", "dusk").stderr
    for option in (["--executor", "mpi"], ["--workers", "2"], ["--time-limit", "5"]):
        said = CliRunner().invoke(app, ["verify", str(DATA / "hamlet"), str(folder), *option])
        assert said.exit_code == 2
        assert "are options of --bound" in said.stderr


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


ENUMERATED = 1_008_000.0  # pounds a year: above what prices show, below what a choice of hubs costs


@pytest.fixture(scope="module")
def enumerated() -> str:
    return Enumerator(hamlet()).certificate(ENUMERATED).to_json()


def with_enumerations(folder: Path, text: str, **changes: Any) -> dict[str, Any]:
    """Write the certificate, with changes to the enumeration of most hubs; return that one."""
    content = json.loads(text)
    stack, found = [content["tree"]], []
    while stack:
        case = stack.pop()
        stack += case.get("children", [])
        found += [case["enumeration"]] if case.get("enumeration") else []
    chosen = max(found, key=lambda enumeration: int(enumeration["hubs"]))
    chosen.update(changes)
    (folder / "bound.json").write_text(json.dumps(content))
    return dict(chosen)


def test_enumerations_that_hold(folder: Path, enumerated: str) -> None:
    with_enumerations(folder, enumerated)
    said = run(folder)
    assert said.exit_code == 0, said.stderr
    assert re.search(r"Redone: \d of \d enumerated lea(f|ves) \(", said.stdout)
    assert "hubs listed again" in said.stdout
    assert "with them no plan costs less than £1,008,000.00 a year, £1,008,000.00 claimed." in said.stdout


def test_an_enumeration_that_misses_hubs(folder: Path, enumerated: str) -> None:
    hubs = with_enumerations(folder, enumerated)["hubs"]
    with_enumerations(folder, enumerated, hubs=hubs - 3)
    said = run(folder)
    assert said.exit_code == 1
    assert f".enumeration: {hubs - 3:,} hubs within its room: there are {hubs:,}" in said.stderr
    assert "claimed bound with enumerations £1,008,000 a year" in said.stderr


def test_an_enumeration_whose_bound_is_too_high(folder: Path, enumerated: str) -> None:
    with_enumerations(folder, enumerated, bound=1_030_000.0)
    said = run(folder)
    assert said.exit_code == 1
    assert ".enumeration: bound £1,030,000 a year: " in said.stderr
    assert "is what its prices and its room reach" in said.stderr
    with_enumerations(folder, Enumerator(hamlet()).certificate(1_040_000.0).to_json())
    said = run(folder)
    assert said.exit_code == 1
    assert "is what a choice of its hubs costs" in said.stderr


def test_enumerations_that_are_not_redone(folder: Path, enumerated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_enumerations(folder, enumerated)
    monkeypatch.setattr(hub_list, "MOST_HUBS", 2)
    said = run(folder)
    assert said.exit_code == 0, said.stderr
    assert re.search(r"Redone: 0 of \d enumerated lea\w+; with them no plan costs less than £1,00[0-7],", said.stdout)
    assert "not, as the hubs at" in said.stdout


HUBS = {"ZP01": "ZP01", "ZP02": None}


@pytest.mark.parametrize(
    ("in_bound", "in_plan", "words"),
    [
        ({"price_per_practice": 100.0, "hubs": HUBS}, None, "departures at £100.0 a practice, the plan at nothing"),
        (None, {"price_per_practice": 100.0, "hubs": HUBS}, "departures at nothing, the plan at £100.0 a practice"),
        (
            {"price_per_practice": 1.0, "hubs": HUBS},
            {"price_per_practice": 100.0, "hubs": HUBS},
            "departures at £1.0 a practice, the plan at £100.0 a practice",
        ),
        (
            {"price_per_practice": 1.0, "hubs": {"ZP01": "ZP01"}},
            {"price_per_practice": 1.0, "hubs": HUBS},
            "departures from other hubs than plan.json",
        ),
    ],
)
def test_departures_that_the_plan_does_not_have(
    folder: Path, in_bound: dict[str, Any] | None, in_plan: dict[str, Any] | None, words: str
) -> None:
    change(folder, departures=in_bound)
    content = json.loads((folder / "plan.json").read_text())
    stated = None if in_plan is None else in_plan | {"practices": 0, "pounds": 0.0}
    (folder / "plan.json").write_text(json.dumps(content | {"departures": stated}))
    said = run(folder)
    assert said.exit_code == 1
    assert f"claimed bound: bound.json prices {words}" in " ".join(said.stderr.split())
    assert "Certified" not in said.stdout


def test_departures_beside_a_table_that_has_none(folder: Path) -> None:
    rows = [f"{practice},{hub['site']},{hub['network'] or ''}" for hub in hubs(folder) for practice in hub["members"]]
    alone = [f"{practice},," for practice in json.loads((folder / "plan.json").read_text())["independents"]]
    (folder / "assignments.csv").write_text("\n".join(["practice,hub,network", *rows, *alone, ""]))
    arguments = [str(DATA / "hamlet"), str(folder / "assignments.csv"), "--bound"]
    assert CliRunner().invoke(app, ["verify", *arguments]).exit_code == 0
    change(folder, departures={"price_per_practice": 100.0, "hubs": HUBS})
    said = CliRunner().invoke(app, ["verify", *arguments])
    assert said.exit_code == 1
    assert "the plan at nothing" in " ".join(said.stderr.split())


def hubs(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "plan.json").read_text())["hubs"])

"""caregroup solve: what it writes, says and returns, however the search ends."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from cli_support import HAMLET, OPTIMUM, document, run
from typer.testing import Result as Said

from instances import Instance
from optimizer.cli import solve_run
from optimizer.model.backend import Ending, Limit, Outcome, Reason, SolverUnavailable
from optimizer.output.document import PlanDocument
from optimizer.solving.result import Progress, Result, VerifiedPlan
from optimizer.verify import verify


def test_a_plan_is_written(solved: tuple[Path, Said]) -> None:
    folder, said = solved
    assert said.exit_code == 0, said.stderr
    content = document(folder)
    assert content["reason"] == "optimal"
    assert content["objective"] == pytest.approx(OPTIMUM, abs=0.01)
    assert content["options"]["threads"] == 1
    assert content["seed"] == 1
    assert content["versions"]["highspy"]
    with (folder / "assignments.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 12


def test_people_can_read_it(solved: tuple[Path, Said]) -> None:
    folder, said = solved
    for words in (
        "4 hubs (4 within the targets), 2 networks with 96% of the patients, 1 practice independent",
        "£1,022,999 a year: proven to be the least possible.",
        "Eastham Cross Medical Centre",
        "PACS:ZH01",
        "Moved: 4 of the 11 practices that have a group today, 20,000 patients.",
        f"Written to {folder}: assignments.csv, hubs.csv, networks.csv, plan.xlsx, plan.json, report.html",
    ):
        assert words in said.stdout
    assert "plan 1,0" in said.stderr  # a line of progress


def test_quiet_says_nothing(tmp_path: Path, answers: Any) -> None:
    answers()
    said = run("solve", HAMLET, "--quiet", "--out", tmp_path)
    assert (said.exit_code, said.stdout, said.stderr) == (0, "", "")
    assert (tmp_path / "plan.json").exists()


def test_default_folder(tmp_path: Path, answers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answers()
    said = run("solve", HAMLET)
    assert "Written to out/hamlet-made-by-hand:" in said.stdout
    assert (tmp_path / "out" / "hamlet-made-by-hand" / "hubs.csv").exists()


def test_settings_reach_the_solve_and_the_document(tmp_path: Path, answers: Any) -> None:
    asked = answers()
    changes = ("--set", "weights.disruption=2", "--set", "policy.independent_max_patients=9000")
    assert run("solve", HAMLET, *changes, "--out", tmp_path).exit_code == 0
    assert asked["instance"].weights.disruption == 2
    assert asked["instance"].policy.independent_max_patients == 9_000
    assert document(tmp_path)["instance"]["settings"] == list(changes[1::2])


def test_every_option_arrives(tmp_path: Path, answers: Any) -> None:
    asked = answers()
    options = "--solver pulp:cbc --time-limit 9 --gap 0.1 --abs-gap 5 --threads 2 --seed 3 --node-limit 4 --memory 500"
    native = ("--native", "presolve=off", "--native", "ratio=0.5", "--native", "cuts=true")
    log = ("--log", tmp_path / "x.log", "--on-unsupported", "warn")
    assert run("solve", HAMLET, *options.split(), *native, *log, "--out", tmp_path / "o").exit_code == 0
    got = asked["options"]
    assert asked["solver"] == "pulp:cbc"
    assert (got.rel_gap, got.abs_gap, got.threads, got.seed) == (0.1, 5.0, 2, 3)
    assert document(tmp_path / "o")["options"]["time_limit"] == 9.0
    assert (got.node_limit, got.memory_mb, got.log_path) == (4, 500, tmp_path / "x.log")
    assert got.native == {"pulp:cbc": {"presolve": "off", "ratio": 0.5, "cuts": True}}
    assert got.on_unsupported == "warn"


def test_the_time_limit_is_for_the_files_too(tmp_path: Path, answers: Any) -> None:
    asked = answers()
    said = run("solve", HAMLET, "--out", tmp_path)
    assert 30.0 <= asked["options"].time_limit < 59.4  # half a second for the files, and reading
    assert document(tmp_path)["options"]["time_limit"] == 60.0
    assert "writing the plan's files and report.html" in said.stderr
    run("solve", HAMLET, "--time-limit", "inf", "--out", tmp_path)
    assert asked["options"].time_limit is None


@pytest.mark.parametrize("kind", ["folder", "file", "assignments"])
def test_start(tmp_path: Path, plan_folder: Path, answers: Any, kind: str) -> None:
    asked = answers()
    start = {"folder": plan_folder, "file": plan_folder / "plan.json", "assignments": plan_folder / "assignments.csv"}
    assert run("solve", HAMLET, "--start", start[kind], "--out", tmp_path).exit_code == 0
    members = {hub.site: set(hub.members) for hub in asked["start"].hubs}
    assert members == {hub["site"]: set(hub["members"]) for hub in document(plan_folder)["hubs"]}


# --- no plan, or one in spite of a failure ----------------------------------------------------------------------------


def test_no_plan_exists(tmp_path: Path) -> None:
    said = run("solve", HAMLET, "--set", "hub.max_km=0.5", "--set", "policy.allow_independent=false", "--out", tmp_path)
    assert said.exit_code == 3
    assert "No plan can keep every rule; this is proven." in said.stderr
    assert "--set" in said.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        (Outcome(Reason.INFEASIBLE), 3, "No plan can keep every rule"),
        (Outcome(Reason.NO_SOLUTION, Limit.TIME), 4, "stopped by the time limit"),
        (Outcome(Reason.NO_SOLUTION, Limit.INTERRUPT), 4, "stopped on request"),
        (Outcome(Reason.NO_SOLUTION, Limit.MEMORY), 4, "--memory"),
        (Outcome(Reason.NO_SOLUTION), 4, "No plan was found"),
        (Outcome(Reason.ERROR, ending=Ending.CRASHED, message="signal 11"), 5, "signal 11"),
        (Outcome(Reason.ERROR, ending=Ending.OUT_OF_MEMORY), 5, "out of memory"),
        (Outcome(Reason.UNBOUNDED), 5, "failed"),
    ],
)
def test_without_a_plan(tmp_path: Path, answers: Any, outcome: Outcome, code: int, words: str) -> None:
    answers(outcome, plan=False)
    said = run("solve", HAMLET, "--out", tmp_path / "new")
    assert said.exit_code == code
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "new").exists()


def test_an_older_plan_is_left_and_named(tmp_path: Path, plan_folder: Path, answers: Any) -> None:
    shutil.copytree(plan_folder, tmp_path / "plan")
    answers(Outcome(Reason.NO_SOLUTION, Limit.TIME), plan=False)
    said = run("solve", HAMLET, "--out", tmp_path / "plan")
    assert said.exit_code == 4
    assert "still holds an earlier plan" in said.stderr
    assert document(tmp_path / "plan") == document(plan_folder)


def test_a_plan_in_spite_of_a_crash(tmp_path: Path, answers: Any) -> None:
    answers(Outcome(Reason.ERROR, ending=Ending.CRASHED, message="ended by signal 11"))
    said = run("solve", HAMLET, "--quiet", "--out", tmp_path)
    assert said.exit_code == 0
    assert "WARNING: the backend made-up failed (crashed)." in said.stderr
    assert "ended by signal 11" in said.stderr
    assert document(tmp_path)["reason"] == "error"
    assert document(tmp_path)["ending"] == "crashed"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ZeroDivisionError("of a chart")])
def test_a_plan_without_its_page(
    tmp_path: Path, answers: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def write_report(*_: object) -> None:
        raise error

    answers()
    monkeypatch.setattr(solve_run, "write_report", write_report)
    said = run("solve", HAMLET, "--out", tmp_path)
    assert said.exit_code == 0
    assert "report.html was not written" in said.stderr
    assert str(error.args[-1]) in said.stderr
    assert "Traceback" not in said.stderr
    assert "report.html" not in said.stdout
    assert "plan.json" in said.stdout
    assert document(tmp_path)["objective"] == pytest.approx(OPTIMUM, abs=1e-3)


def test_a_plan_that_its_folder_has_no_room_for(tmp_path: Path, answers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_outputs(result: Result, folder: Path, *rest: Any) -> tuple[Path, ...]:
        if folder == tmp_path / "full":
            raise OSError(28, "No space left on device", str(folder / "plan.json"))
        return write(result, folder, *rest)

    write = solve_run.write_outputs
    answers()
    monkeypatch.setattr(solve_run, "write_outputs", write_outputs)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = run("solve", HAMLET, "--out", tmp_path / "full")
    (kept,) = tmp_path.glob("caregroup-plan-*")
    assert said.exit_code == 5
    assert "cannot take the plan (No space left on device); it is kept in" in said.stderr
    assert f"Written to {kept}: " in said.stdout
    assert (kept / "report.html").exists()
    assert document(kept)["objective"] == pytest.approx(OPTIMUM, abs=1e-3)


def test_a_full_disk_is_told_before_the_search(tmp_path: Path, answers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers()
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: FileIO("/dev/full", "w"))
    said = run("solve", HAMLET, "--out", tmp_path / "full")
    assert said.exit_code == 2
    assert f"cannot write in {tmp_path} (No space left on device)" in said.stderr


def test_warnings_are_shown_even_when_quiet(tmp_path: Path, answers: Any) -> None:
    answers(warnings=("the start plan was not used",))
    assert "the start plan was not used" in run("solve", HAMLET, "-q", "--out", tmp_path).stderr


def test_gap_in_words(tmp_path: Path, answers: Any) -> None:
    answers(Outcome(Reason.FEASIBLE, Limit.TIME, bound=0.9 * OPTIMUM))
    said = run("solve", HAMLET, "--out", tmp_path)
    assert "No plan can cost less than £920,699: the best possible saves at most 10.00% of this." in said.stdout
    assert "stopped by the time limit" in said.stdout


def test_ctrl_c_without_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Result:
        raise KeyboardInterrupt

    monkeypatch.setattr(solve_run, "solve", interrupted)
    said = run("solve", HAMLET, "--out", tmp_path)
    assert said.exit_code == 4
    assert "Stopped before a plan was found" in said.stderr


def test_missing_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object, **__: object) -> Result:
        raise SolverUnavailable("highs needs highspy; pip install highspy")

    monkeypatch.setattr(solve_run, "solve", unavailable)
    said = run("solve", HAMLET, "--out", tmp_path)
    assert said.exit_code == 5
    assert "pip install highspy" in said.stderr


def test_a_fault_of_caregroup_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Result:
        raise KeyError("site")

    monkeypatch.setattr(solve_run, "solve", broken)
    said = run("solve", HAMLET, "--out", tmp_path, env={"CAREGROUP_DEBUG": ""})
    assert said.exit_code == 5
    assert "caregroup itself failed: KeyError: 'site'" in said.stderr
    assert "CAREGROUP_DEBUG=1" in said.stderr
    assert "Traceback" not in said.stderr
    assert "Traceback" in run("solve", HAMLET, "--out", tmp_path, env={"CAREGROUP_DEBUG": "1"}).stderr


# --- bad input and usage ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.toml"], "none at nowhere.toml"),
        (["nowhere"], "nothing at nowhere"),
        ([HAMLET, "--start", "nowhere"], "nothing at nowhere"),
        ([HAMLET, "--log", HAMLET / "instance.toml" / "x.log"], "instance.toml"),
        ([HAMLET, "--log", HAMLET], "Is a directory"),
        ([HAMLET, "--out", "/proc/nowhere"], "cannot write in /proc"),
        ([HAMLET, "--out", HAMLET / "instance.toml" / "x"], "cannot write in"),
        ([HAMLET, "--native", "presolve=off"], "auto takes no native options"),
        ([HAMLET, "--solver", "hihgs"], "highs"),
        ([HAMLET, "--set", "hub.mim=3"], "hub.mim"),
        ([HAMLET, "--set", "hub.min"], "key=value"),
        ([HAMLET, "--set", "hub.min=many"], "hub.min"),
        ([HAMLET, "--gap", "-1"], "--gap -1.0: "),
        ([HAMLET, "--gap", "inf"], "--gap inf: "),
        ([HAMLET, "--time-limit", "0"], "--time-limit 0.0: "),
        ([HAMLET, "--time-limit", "nan"], "--time-limit nan: "),
        ([HAMLET, "--threads", "0"], "--threads 0: "),
        ([HAMLET, "--memory", "0"], "--memory 0: "),
        ([HAMLET, "--threads", "two"], "--threads"),
        ([HAMLET, "--native", "presolve"], "NAME=VALUE"),
        ([HAMLET, "--start", "nowhere.json"], "nothing at nowhere.json"),
        ([HAMLET, "--out", HAMLET / "instance.toml"], "that is a file"),
        ([HAMLET, "--solver", "pulp:scip", "--threads", "2"], "--on-unsupported warn"),
        ([HAMLET, "--nonsense"], "--nonsense"),
        ([], "INSTANCE"),
    ],
)
def test_bad_usage(tmp_path: Path, arguments: list[object], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("solve", *arguments)
    assert said.exit_code == 2, said.stderr
    assert words in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr
    assert not list(tmp_path.iterdir())


def test_every_fault_of_a_file_is_listed(tmp_path: Path) -> None:
    folder = shutil.copytree(HAMLET, tmp_path / "bad")
    table = (folder / "practices.csv").read_text().replace("ZP02,", "ZP01,", 1).splitlines()
    table[3] = table[3].replace("6000", "six thousand")
    (folder / "practices.csv").write_text("\n".join(table))
    said = run("solve", folder)
    assert said.exit_code == 2
    assert "2 things to mend" in said.stderr
    assert "practices.csv, row 3, id" in said.stderr
    assert "practices.csv, row 4, patients: found 'six thousand'" in said.stderr


# --- a search that is over at once ------------------------------------------------------------------------------------


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, plan_folder: Path) -> Any:
    """Makes `solve` return the hamlet's plan (or none) with an outcome; returns what it was asked."""
    plan = PlanDocument.read(plan_folder / "plan.json").plan

    def arrange(outcome: Outcome | None = None, *, plan_found: bool = True, **changes: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {}

        def solve(instance: Instance, solver: str, **options: Any) -> Result:
            asked.update(instance=instance, solver=solver, **options)
            ended = outcome or Outcome(Reason.FEASIBLE, Limit.TIME)
            if options["on_progress"] is not None:
                options["on_progress"](Progress(0.1, OPTIMUM))
            result = Result(
                instance=instance,
                plan=VerifiedPlan(instance, plan, verify(instance, plan)) if plan_found else None,
                reason=ended.reason,
                limit=ended.limit,
                bound=ended.bound,
                proof=None if ended.bound is None else "proven",
                solver="made-up",
                options=options["options"],
                outcome=ended,
                message=ended.message,
            )
            return replace(result, **changes)

        monkeypatch.setattr(solve_run, "solve", solve)
        return asked

    return lambda outcome=None, *, plan=True, **changes: arrange(outcome, plan_found=plan, **changes)

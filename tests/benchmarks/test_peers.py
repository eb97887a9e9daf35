"""Rows of other programs: what they answer is verified, and they are ended from outside. A script stands for theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from benchmarks.peers import spopt, spopt_run
from benchmarks.row import Row
from benchmarks.rows import read_rows

# two pairs of nodes 5 apart, sqrt(65) from each other: 10 for two medians
CPMP = "4 2\n0 0 10 6\n3 4 10 2\n10 0 10 1\n13 4 10 1\n"
ANSWER = {
    "message": "",
    "status": "Optimal",
    "solution_status": "Optimal Solution Found",
    "build_s": 0.5,
    "solve_s": 1.5,
    "total_s": 2.0,
    "versions": {"spopt": "0.7.0"},
    "objective": 10.0,
    "homes": [0, 0, 2, 2],
    "opened": [0, 2],
    "bound": 10.0,
}


def peer(tmp_path: Path, script: str) -> Path:
    """A program to be called as Python is: -I, the child's script, task, answer."""
    file = tmp_path / "python"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def answering(tmp_path: Path, **fields: Any) -> Path:
    (tmp_path / "answer.json").write_text(json.dumps({**ANSWER, **fields}))
    return peer(tmp_path, f"cp '{tmp_path}/answer.json' \"$4\"; cp \"$3\" '{tmp_path}/task.json'")


def run(tmp_path: Path, python: Path, *options: str, text: str = CPMP) -> Result:
    import typer

    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(spopt.main)
    (tmp_path / "toys").mkdir(exist_ok=True)
    file = tmp_path / "toys" / "four.txt"
    file.write_text(text)
    arguments = [tmp_path / "store", file, "--python", python, "--solver", "cbc", "--time-limit", "5", *options]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def row_of(tmp_path: Path) -> dict[str, Any]:
    (row,) = read_rows(tmp_path / "store").table.drop(columns="store").to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_right_answer_is_a_solved_row(tmp_path: Path) -> None:
    ended = run(tmp_path, answering(tmp_path))
    assert ended.exit_code == 0, ended.output
    assert "four, spopt:cbc: 10.0000, bound 10.0000 claimed; feasible, completed, 2.0 s" in ended.output
    row = row_of(tmp_path)
    assert (row["backend"], row["family"], row["suite"], row["instance"]) == ("spopt:cbc", "toys", "literature", "four")
    assert (row["reason"], row["limit"], row["outcome"], row["proof"]) == ("feasible", None, "completed", "claimed")
    assert (row["objective"], row["bound"], row["gap"]) == (10, 10, 0)
    assert (row["build_s"], row["total_s"]) == (0.5, 2.0)
    assert row["versions"]["spopt"] == "0.7.0"
    assert [(hub["site"], hub["members"]) for hub in row["plan"]["hubs"]] == [("1", ["1", "2"]), ("3", ["3", "4"])]
    assert Row.model_validate(row | {"memory_limit_mb": 8000})


def test_task_is_the_problem_of_the_file(tmp_path: Path) -> None:
    run(tmp_path, answering(tmp_path), "--seed", "3", "--threads", "2")
    task = json.loads((tmp_path / "task.json").read_text())
    assert task["cost"][0] == [0, 5, 10, pytest.approx(185**0.5)]
    assert (task["demand"], task["capacity"], task["p"]) == ([6, 2, 1, 1], [10] * 4, 2)
    assert (task["solver"], task["seed"], task["threads"], task["time_limit_s"]) == ("cbc", 3, 2, 5)


def test_plan_that_breaks_a_rule_is_an_error(tmp_path: Path) -> None:
    run(tmp_path, answering(tmp_path, homes=[0, 0, 0, 0], opened=[0], objective=5.0), text=CPMP.replace("10 6", "9 6"))
    row = row_of(tmp_path)
    assert (row["reason"], row["claimed_objective"]) == ("error", 5)
    assert row["objective"] != row["objective"]  # nan
    assert row["plan"] is None
    assert "hub" in row["message"]


def test_open_median_without_customers_is_kept(tmp_path: Path) -> None:
    """Two medians are asked for, one of which serves nobody: 0 + 5 + 10 + sqrt(185)."""
    run(tmp_path, answering(tmp_path, homes=[0, 0, 0, 0], opened=[0, 2], objective=28.6, bound=9.0))
    row = row_of(tmp_path)
    assert row["objective"] == pytest.approx(15 + 185**0.5)
    assert (row["reason"], row["limit"]) == ("feasible", "gap")


def test_no_plan_within_the_limit(tmp_path: Path) -> None:
    nothing = {"status": "Not Solved", "solution_status": "No Solution Found", "message": "Model is not solved"}
    run(tmp_path, answering(tmp_path, homes=None, opened=None, objective=None, bound=8.0, **nothing))
    row = row_of(tmp_path)
    assert (row["reason"], row["limit"], row["bound"]) == ("no_solution", "time", 8)
    assert row["message"] == "Model is not solved"


def test_a_claim_that_no_plan_exists_proves_nothing(tmp_path: Path) -> None:
    nothing = {"status": "Infeasible", "solution_status": "Infeasible", "message": ""}
    run(tmp_path, answering(tmp_path, homes=None, opened=None, objective=None, bound=8.0, **nothing))
    row = row_of(tmp_path)
    assert (row["reason"], row["limit"], row["proof"]) == ("no_solution", None, "claimed")
    assert row["bound"] != row["bound"]  # nan
    assert row["message"] == "spopt:cbc claims that no plan exists"


def test_crash_is_kept_with_its_last_words(tmp_path: Path) -> None:
    run(tmp_path, peer(tmp_path, "echo 'ImportError: no spopt' >&2; exit 1"))
    row = row_of(tmp_path)
    assert (row["reason"], row["outcome"]) == ("error", "crashed")
    assert row["message"].endswith("spopt's process ended with code 1: ImportError: no spopt")


def test_overrun_is_ended_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spopt_run, "GRACE_S", 0.2)
    run(tmp_path, peer(tmp_path, "trap '' INT TERM; sleep 60 & wait; wait; sleep 60"), "--time-limit", "0.3")
    row = row_of(tmp_path)
    assert (row["reason"], row["limit"], row["outcome"]) == ("no_solution", "time", "killed")
    assert 0.4 < row["total_s"] < 20


@pytest.mark.parametrize(
    ("text", "said"), [(CPMP.replace("10 2\n", "10 0\n"), "demand at every node"), ("4 2\n", "4 nodes")]
)
def test_file_that_cannot_be_told_is_refused(text: str, said: str, tmp_path: Path) -> None:
    ended = run(tmp_path, answering(tmp_path), text=text)
    assert ended.exit_code == 2
    assert said in ended.output


def test_python_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = run(tmp_path, tmp_path / "nowhere")
    assert ended.exit_code == 2
    assert "requirements-spopt.txt" in ended.output

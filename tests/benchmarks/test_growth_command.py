"""`python -m benchmarks.growth` and `python -m benchmarks.speedup` as a user runs them, on the smallest sizes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from bench_rows import a_row
from typer.testing import CliRunner, Result

from benchmarks import growth, speedup
from benchmarks.growth import PART as GROWTH
from benchmarks.report.marked import marks, part
from benchmarks.speedup import DIFFERENT, SAME, Measured, speedup_markdown, write_scenarios
from benchmarks.store import Store
from optimizer.batch.read_scenarios import read_scenarios
from optimizer.batch.runs import runs_of

VERSIONS = '[["spopt", "0.7.0"], ["pulp", "3"], ["highspy", "1"]]'
NOTHING = {
    "message": "Model is not solved", "status": "Not Solved", "solution_status": "No Solution Found", "build_s": 0.1,
    "solve_s": 0.2, "total_s": 0.3, "versions": {}, "objective": None, "homes": None, "opened": None, "bound": None,
}  # fmt: skip


def run(main: Any, *arguments: object) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "300"})


@pytest.fixture(autouse=True)
def _no_reference_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.runner.measure", lambda _: a_row("reference", kind="reference"))


def peer(folder: Path) -> Path:
    """Stands for a Python with spopt: tells its versions, then that it found nothing."""
    (folder / "answer.json").write_text(json.dumps(NOTHING))
    file = folder / "python"
    file.write_text(
        f"#!/bin/sh\nif [ \"$2\" = -c ]; then echo '{VERSIONS}'; else cp '{folder}/answer.json' \"$4\"; fi\n"
    )
    file.chmod(0o755)
    return file


def test_growth_of_the_smallest_sizes_goes_on_where_it_stood(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stated = ["--seconds", 3, "--backends", "highs,spopt:highs", "--spopt", peer(tmp_path), "--out", out]
    done = run(growth.main, tmp_path, "--sizes", "12", *stated)
    assert done.exit_code == 0, done.output
    first = [row for row in Store(out).rows() if row.kind == "run"]
    assert sorted((row.family, row.backend) for row in first) == [
        ("mixed", "highs"), ("mixed p-median", "highs"), ("mixed p-median", "spopt:highs"),
        ("mixed p-median", "spopt:highs"),
    ]  # fmt: skip
    again = run(growth.main, tmp_path, "--sizes", "12,13", *stated)
    assert again.exit_code == 0, again.output
    assert "runs to make: 0; 4 are there" in again.output
    assert "runs to make: 2; 0 are there" in again.output  # spopt is not tried beyond
    rows = [row for row in Store(out).rows() if row.kind == "run"]
    assert len(rows) == 6
    assert {row.key for row in first} < {row.key for row in rows}
    told = (out / "growth.md").read_text()
    assert told.count("no plan in 3 s at 12: not tried beyond") == 2
    assert told.count("skipped: the data of real areas; it is not there") == 2
    assert "plotly" in (out / "growth.html").read_text(encoding="utf-8").lower()
    assert len(pd.read_csv(out / "growth.csv")) == 10


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sizes", "100,x"], "--sizes: found 'x': numbers of practices from 12 to 9,999"),
        (["--sizes", "5"], "--sizes: found '5': numbers of practices from 12 to 9,999"),
        (["--backends", "higs"], "higs"),
        (["--backends", "highs,spopt:cbc"], "--spopt: a Python with requirements-spopt.txt installed, for spopt"),
        (["--backends", "spopt:cbc"], "--backends: found 'spopt:cbc': at least one of ours"),
        (["--backends", "highs,spopt:cbc", "--spopt", "/nowhere/python"], "--spopt: found '/nowhere/python'"),
        (["--docs", "/nowhere.md"], "--docs: found '/nowhere.md': a page that is there"),
        (["--seconds", "0"], "time_limit_s: found '0.0': greater than 0"),
    ],
)
def test_faults_are_told_before_anything_runs(options: list[str], said: str, tmp_path: Path) -> None:
    done = run(growth.main, tmp_path, *options, "--out", tmp_path / "out")
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()


MEASURED = Measured(
    instance="town",
    time_limit_s=5.0,
    executor="processes",
    runs_s=(5.0, 5.0, 5.0, 5.0),
    wall_s={1: 30.0, 2: 17.0},
    serial_s=2.0,
    alike=True,
    date="2026-11-30",
    commit="0123456",
    machine="A processor, 2 cores, 8,000 MB",
)


def test_speed_up_is_measured_where_it_was_and_modelled_beyond() -> None:
    """Two seconds beside each solve and two that no worker shortens: 2 + 2 x 7 with two workers, 2 + 7 with four."""
    said = speedup_markdown(MEASURED, [4, 64])
    assert said.splitlines()[-4:] == [
        "| 1 | 30.0 | 1.00 | 30.0 | 1.00 | 100% |",
        "| 2 | 17.0 | 1.76 | 16.0 | 1.88 | 94% |",
        "| 4 | - | - | 9.0 | 3.33 | 83% |",
        "| 64 | - | - | 9.0 | 3.33 | 5% |",
    ]
    assert "Beside its solve a run takes 2.0 s, and the command 2.0 s that no worker shortens." in said
    assert SAME in said
    assert DIFFERENT in speedup_markdown(MEASURED.model_copy(update={"alike": False}), [])


def test_scenarios_are_twenty_different_runs(tmp_path: Path) -> None:
    file = write_scenarios(tmp_path, "hamlet", 20, 5.0)
    runs = runs_of(read_scenarios(file), file)
    assert len({run.key for run in runs}) == 20
    assert {run.options.time_limit for run in runs} == {5.0}


@pytest.mark.slow
def test_a_speed_up_is_measured(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("\n".join(["before", *marks(speedup.PART), "after"]))
    out = tmp_path / "out"
    stated = ["--instance", "hamlet", "--scenarios", 2, "--seconds", 60, "--out", out, "--docs", page]
    done = run(speedup.main, *stated)
    assert done.exit_code == 0, done.output
    found = Measured.model_validate_json((out / "speedup.json").read_text())
    assert (len(found.runs_s), set(found.wall_s), found.alike) == (2, {1, 2}, True)
    assert part(page.read_text(), speedup.PART, "page") == (out / "speedup.md").read_text().strip()
    assert part(page.read_text(), speedup.PART, "page") in done.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "0"], "--workers: found '0': whole numbers above 0, such as 1,2"),
        (["--modelled", "a"], "--modelled: found 'a': whole numbers above 0"),
        (["--instance", "nowhere"], "--instance: found 'nowhere': a bundled instance"),
        (["--docs", "/nowhere.md"], "--docs: found '/nowhere.md': a page that is there"),
    ],
)
def test_faults_of_a_speed_up_are_told(options: list[str], said: str, tmp_path: Path) -> None:
    done = run(speedup.main, *options, "--out", tmp_path / "out")
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())


def test_a_page_without_marks_is_refused_before_anything_runs(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no marks\n")
    for main, data in ((growth.main, [tmp_path]), (speedup.main, [])):
        done = run(main, *data, "--docs", page, "--out", tmp_path / "out")
        assert done.exit_code == 2
        assert "once each and in this order" in done.output
    assert GROWTH in marks(GROWTH)[0]
    assert not (tmp_path / "out").exists()


def test_what_draws_the_picture_is_asked_for_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "find_spec", lambda _: None)
    page = tmp_path / "page.md"
    page.write_text("\n".join(marks(GROWTH)))
    done = run(growth.main, tmp_path, "--docs", page, "--out", tmp_path / "out")
    assert done.exit_code == 5
    assert "--docs draws a picture: pip install kaleido" in done.output
    assert not (tmp_path / "out").exists()

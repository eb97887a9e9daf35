"""caregroup report, and the page that solve writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli_support import HAMLET, run

import optimizer.output.report


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("solved")
    shutil.copytree(HAMLET, folder / "hamlet")
    done = run(
        "solve", folder / "hamlet", "--solver", "search", "--time-limit", 2, "--threads", 1, "--out", folder / "out"
    )
    assert done.exit_code == 0, done.output
    assert "plan.geojson was not written" in done.stderr
    return folder


def test_solve_writes_the_page(solved: Path) -> None:
    assert (solved / "out" / "report.html").stat().st_size > 1_000_000
    assert json.loads((solved / "out" / "plan.json").read_text())["instance"]["file"] == "../hamlet"


def test_report_finds_the_instance_again(solved: Path) -> None:
    before = (solved / "out" / "report.html").read_text()
    (solved / "out" / "report.html").unlink()
    done = run("report", solved / "out")
    assert done.exit_code == 0, done.output
    assert (solved / "out" / "report.html").read_text() == before


def test_report_of_assignments_alone(solved: Path, tmp_path: Path) -> None:
    shutil.copy(solved / "out" / "assignments.csv", tmp_path / "mine.csv")
    assert run("report", tmp_path / "mine.csv").exit_code == 2
    done = run("report", tmp_path / "mine.csv", "--instance", solved / "hamlet", "--out", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    assert "has not been proven" in (tmp_path / "page.html").read_text()


def test_report_of_a_plan_that_breaks_rules(solved: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("report", solved / "out", "--instance", solved / "hamlet", "--set", "hub.max_km=0.1", "--out", page)
    assert done.exit_code == 0, done.output
    assert "the plan breaks rules" in done.stderr
    assert "The instance has changed since" in page.read_text()


def test_instance_that_is_gone(solved: Path, tmp_path: Path) -> None:
    shutil.copy(solved / "out" / "plan.json", tmp_path / "plan.json")
    done = run("report", tmp_path / "plan.json")
    assert done.exit_code == 2
    assert "name it with --instance" in done.stderr


def test_settings_need_an_instance(solved: Path) -> None:
    done = run("report", solved / "out", "--set", "hub.min=1")
    assert done.exit_code == 2
    assert "give --instance too" in done.stderr


def test_without_the_packages(solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizer.output.report, "find_spec", lambda _: None)
    done = run("report", solved / "out")
    assert done.exit_code == 2
    assert 'pip install "caregroup[report]"' in done.stderr
    options = ("--solver", "search", "--time-limit", 1, "--threads", 1, "--out", tmp_path)
    done = run("solve", solved / "hamlet", *options)
    assert done.exit_code == 0
    assert "report.html was not written" in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_no_report(solved: Path, tmp_path: Path) -> None:
    options = ("--solver", "search", "--time-limit", 1, "--threads", 1, "--out", tmp_path, "--no-report")
    done = run("solve", solved / "hamlet", *options)
    assert done.exit_code == 0
    assert "report.html" not in done.output
    assert not (tmp_path / "report.html").exists()

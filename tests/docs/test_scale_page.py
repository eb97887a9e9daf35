"""docs/scale.md: its tables are those of the runs that are kept, and what it tells to type exists."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import growth, solve_speedup, speedup
from benchmarks.growing import family_of
from benchmarks.p_median import CAPACITY, MEAN, MOST
from benchmarks.read_suite import read_suite, suite_file
from benchmarks.report.growth import growth_markdown, read_growth
from benchmarks.report.marked import part
from benchmarks.speedup import FACTS, Measured, speedup_markdown

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks/results"


def newest(name: str) -> Path:
    return max(RESULTS.glob(f"*/{name}"))


def test_the_table_of_growth_is_that_of_the_newest_results() -> None:
    assert part(PAGE, growth.PART, "scale.md") == growth_markdown(read_growth(newest("growth.csv")))


def test_the_table_of_the_speed_up_is_that_of_the_newest_results() -> None:
    found = Measured.model_validate_json(newest(FACTS).read_text(encoding="utf-8"))
    assert part(PAGE, speedup.PART, "scale.md") == speedup_markdown(found, [4, 16, 64])


def test_the_table_of_one_solve_is_that_of_the_newest_results() -> None:
    text = newest(solve_speedup.FACTS).read_text(encoding="utf-8")
    found = solve_speedup.Measured.model_validate_json(text)
    assert part(PAGE, solve_speedup.PART, "scale.md") == solve_speedup.solve_speedup_markdown(found, [16, 64])


def test_the_picture_is_there_and_names_every_family() -> None:
    picture = (ROOT / "docs/scale.svg").read_text(encoding="utf-8")
    assert "](scale.svg)" in PAGE
    assert all(family in picture for family in set(read_growth(newest("growth.csv"))["family"]))


@pytest.mark.parametrize(
    ("module", "main"), [("growth", growth.main), ("speedup", speedup.main), ("solve_speedup", solve_speedup.main)]
)
def test_every_option_that_is_told_exists(module: str, main: Any) -> None:
    app = typer.Typer(rich_markup_mode=None)
    app.command()(main)
    known = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    commands = re.findall(rf"^python -m benchmarks\.{module} .*$", PAGE, re.MULTILINE)
    assert commands
    stated = {option for command in commands for option in re.findall(r"--[a-z-]+", command)}
    if module == "growth":
        stated |= {
            option
            for row in re.findall(r"^\| (`--.*?) \|", PAGE, re.MULTILINE)
            for option in re.findall(r"--[a-z]+", row)
        }
    assert len(stated) >= 3
    assert {option for option in stated if option not in known} == set()


def test_families_and_their_figures_are_told() -> None:
    suite = read_suite(suite_file(growth.SUITE))
    for source in suite.instances:
        assert f"| {family_of(source)} |" in PAGE  # type: ignore[arg-type]
    for figure in (CAPACITY, MEAN, MOST, *map(int, growth.SIZES.split(","))):
        assert f"{figure:,}" in PAGE
    defaults = inspect.signature(growth.main).parameters
    assert (defaults["seconds"].default, defaults["memory"].default, defaults["threads"].default) == (60.0, 8000, 1)
    assert "60 s, 8,000 MB, one thread, seed 1" in PAGE

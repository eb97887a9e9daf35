"""`python -m benchmarks.solve_speedup`: what it says of rows made up, and as a user runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_rows
import pytest
import typer
from bench_rows import a_row
from typer.testing import CliRunner, Result

from benchmarks import solve_speedup
from benchmarks.measures.scaling import SolveTimes
from benchmarks.report.marked import marks, part
from benchmarks.solve_speedup import FACTS, Measured, measured_of, solve_speedup_markdown

HAMLET = Path(__file__).parents[2] / "instances" / "data" / "hamlet"


def run(*arguments: object) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(solve_speedup.main)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "300"})


def row(threads: int, first_s: float, proven_s: float | None) -> Any:
    """A plan of 100, whose bound is 90 from the start and 98 when it is proven."""
    points = [made_rows.point(first_s, 100.0, 90.0)]
    points += [] if proven_s is None else [made_rows.point(proven_s, 100.0, 98.0)]
    bound = 90.0 if proven_s is None else 98.0
    return made_rows.row(
        threads=threads, time_limit_s=60.0, objective=100.0, bound=bound, gap=1 - bound / 100, total_s=60.0,
        trajectory=points,
    )  # fmt: skip


def test_amdahl_by_hand() -> None:
    """40 s alone and 25 s by two: 10 s are nobody's to share, 30 s are."""
    times = SolveTimes.of(40.0, 25.0, 2)
    assert (times.serial_s, times.shared_s) == (10.0, 30.0)
    assert [times.wall_s(workers) for workers in (1, 2, 3, 30)] == [40.0, 25.0, 20.0, 11.0]
    assert SolveTimes.of(40.0, 45.0, 2).wall_s(64) == 40.0
    assert SolveTimes.of(40.0, 10.0, 2).serial_s == 0.0


def test_the_table_has_what_was_reached_and_what_more_threads_would_give() -> None:
    found = measured_of({1: row(1, 10.0, 40.0), 2: row(2, 10.0, 25.0)}, 4_062, [0.1, 0.02, 0.01])
    said = solve_speedup_markdown(found, [3, 30])
    assert said.splitlines()[-5:] == [
        "|---|---:|---:|---:|---:|---:|",
        "| first plan | 10 | 10 | 1.00 | 10 | 10 |",
        "| gap of 10 % | 10 | 10 | 1.00 | 10 | 10 |",
        "| gap of 2 % | 40 | 25 | 1.60 | 20 | 11 |",
        "| gap of 1 % | - | - | - | - | - |",
    ]
    assert "with 1 thread a gap of 2.00% at the end" in said
    assert "with 2 threads a gap of 2.00% at the end" in said
    unproven = measured_of({1: row(1, 10.0, None), 2: row(2, 10.0, 25.0)}, 4_062, [0.02])
    assert solve_speedup_markdown(unproven, [3]).splitlines()[-1] == "| gap of 2 % | - | 25 | - | - |"


@pytest.mark.slow
def test_it_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.runner.measure", lambda _: a_row("reference", kind="reference"))
    page, out = tmp_path / "page.md", tmp_path / "out"
    page.write_text("\n".join(["before", *marks(solve_speedup.PART), "after"]))
    stated = [HAMLET, "--seconds", 30, "--gaps", "5", "--out", out, "--docs", page]
    done = run(*stated)
    assert done.exit_code == 0, done.output
    found = Measured.model_validate_json((out / FACTS).read_text())
    assert found.practices == 12
    assert set(found.reached_s["gap of 5 %"]) == {1, 2}
    assert part(page.read_text(), solve_speedup.PART, "page") in done.output
    again = run(*stated)
    assert "runs to make: 0; 2 are there" in again.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([HAMLET, "--threads", "0"], "--threads: found '0': whole numbers above 0, such as 1,2"),
        ([HAMLET, "--gaps", "5,x"], "--gaps: found 'x': gaps in per cent, such as 5,2.5"),
        ([HAMLET, "--docs", "/nowhere.md"], "--docs: found '/nowhere.md': a page that is there"),
        (["/nowhere"], "there is none at /nowhere"),
    ],
)
def test_faults_are_told(arguments: list[object], said: str, tmp_path: Path) -> None:
    done = run(*arguments, "--out", tmp_path / "out")
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()

"""`caregroup bench run` as its user sees it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bench_rows import a_row
from bench_support import write_suite
from typer.testing import CliRunner, Result

from optimizer.cli import app
from optimizer.executors.cores import available_cores


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["bench", "run", *map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture(autouse=True)
def _no_reference_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.runner.measure", lambda _: a_row("reference", kind="reference", total_s=1.25))


def test_what_is_shown(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "s.toml", ["bad:time", "bad:missing"], time_limit_s=600)
    done = run(suite, "--out", tmp_path / "out", "--time-limit", 30)
    assert done.exit_code == 0, done.output
    assert "runs to make: 2, 30 s each; 0 of 2 are there" in done.stderr
    assert "reference job 1.25 s" in done.stderr
    assert "2/2  hamlet  bad:" in done.stderr
    assert "1 of them failed; --retry failed makes these again" in done.stderr
    assert f"2 rows in {tmp_path / 'out/rows'}" in done.stdout
    words = [line.split() for line in done.stdout.splitlines()]
    (line,) = [line for line in words if line[:2] == ["hamlet", "bad:time"]]
    assert line[2:4] == ["1", "1"]  # thread, seed
    assert line[-2:] == ["feasible,", "time"]
    (line,) = [line for line in words if line[:2] == ["hamlet", "bad:missing"]]
    assert line[-2:] == ["error,", "unavailable"]
    assert "bad:missing needs nosuchmodule, not installed here; there is no such thing" in done.stderr
    again = run(suite, "--out", tmp_path / "out", "--time-limit", 30)
    assert "runs to make: 0, nothing to do; 2 of 2 are there" in again.stderr
    assert again.stdout == done.stdout
    retried = run(suite, "--out", tmp_path / "out", "--time-limit", 30, "--retry", "failed")
    assert "runs to make: 1, 30 s each; 2 of 2 are there" in retried.stderr
    assert "1/1  hamlet  bad:missing" in retried.stderr


def test_a_backend_without_seeds_is_said_to_be_one(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "s.toml", ["bad:seedless"], time_limit_s=600, seeds=[1, 2])
    done = run(suite, "--out", tmp_path / "out")
    assert "bad:seedless takes no seed: its runs are without one, once each" in done.stderr
    assert "runs to make: 1, 600 s each" in done.stderr
    assert "1/1  hamlet  bad:seedless  no seed  feasible" in done.stderr
    (line,) = [line.split() for line in done.stdout.splitlines() if "bad:seedless" in line]
    assert line[2:4] == ["1", "-"]


def test_a_dry_run_says_what_would_run_and_leaves_nothing(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "s.toml", ["bad:log", "bad:seedless"], time_limit_s=100, seeds=[1, 2, 3])
    done = run(suite, "--out", tmp_path / "out", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "runs to make: 4, 100 s each; 0 of 4 are there" in done.stderr
    words = [line.split() for line in done.stdout.splitlines()]
    assert ["hamlet", "bad:log", "1", "1,", "2,", "3", "3"] in words
    assert ["hamlet", "bad:seedless", "1", "-", "1"] in words
    slots = available_cores()
    laps = -(-4 // slots)
    assert f"4 runs, {slots} at a time: {timedelta(seconds=100 * laps)} if each takes" in done.stdout
    assert f"{timedelta(seconds=140 * laps)} if each has to be ended from outside" in done.stdout
    assert not (tmp_path / "out").exists()
    told = run(suite, "--out", tmp_path / "out", "--dry-run", "--executor", "processes", "--workers", 4)
    assert "4 runs, 4 at a time: 0:01:40 if each takes" in told.stdout


def test_the_most_time_is_kept_and_the_rest_made_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def execute(task: Any) -> Any:
        now[0] += 50.0
        return a_row("reference", kind="reference") if not hasattr(task, "key") else a_row(task.key, seed=task.seed)

    monkeypatch.setattr("benchmarks.runner.execute", execute)
    monkeypatch.setattr("benchmarks.runner.time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr("optimizer.executors.stated.available_cores", lambda: 1)
    suite = write_suite(tmp_path / "s.toml", time_limit_s=60, seeds=[1, 2, 3, 4])
    done = run(suite, "--out", tmp_path / "out", "--most-time", 170)
    assert done.exit_code == 0, done.output
    assert "--most-time is over: 2 runs are still to make; the same command goes on from here" in done.stderr
    assert f"2 rows in {tmp_path / 'out/rows'}" in done.stdout  # begun at 50 and 100 s
    again = run(suite, "--out", tmp_path / "out", "--most-time", 170)
    assert "runs to make: 2, 60 s each; 2 of 4 are there" in again.stderr
    assert "still to make" not in again.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["smoke", "--most-time", "4"], "--most-time: found '4': at least the 5 s of a run"),
        (["smoke", "--most-time", "nan"], "--most-time: found 'nan': at least the 5 s of a run"),
        (["smok"], "did you mean 'smoke'?"),
        (["smoke", "--instance", "hamlt"], "did you mean 'hamlet'?"),
        (["smoke", "--backend", "hihgs"], "Did you mean highs"),
        (["smoke", "--shard", "3/2"], "i/n with i from 1 to n"),
        (["smoke", "--time-limit", "0"], "the command's options, time_limit_s: found '0.0': greater than 0"),
        (["smoke", "--executor", "tcp://x"], "--executor: found 'tcp://x': processes, dask://HOST:PORT or mpi"),
        (["smoke", "--retry", "all"], "'all' is not"),
    ],
)
def test_bad_usage(arguments: list[str], expected: str, tmp_path: Path) -> None:
    done = run(*arguments, "--out", tmp_path)
    assert done.exit_code == 2
    assert expected in done.stderr
    assert not os.listdir(tmp_path)  # noqa: PTH208


def test_a_store_that_cannot_be_is_refused_before_the_first_run(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    done = run(write_suite(tmp_path / "s.toml", ["bad:hang"], time_limit_s=600), "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "Not a directory" in done.stderr
    assert "reference job" not in done.stderr

"""What a benchmark would run and how long that may take, before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.grid import Run
from benchmarks.measures.scaling import makespan
from benchmarks.perform import grace_s
from benchmarks.summary import with_options
from optimizer.executors import open_pool

COLUMNS = ("instance", "backend", "threads", "seeds", "#runs")


def listing(runs: Sequence[Run]) -> Table:
    """A row for each instance, backend with options and number of threads."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    ordered = sorted(runs, key=lambda run: (run.family, run.name, *_setting(run)[1:]))
    for (name, backend, threads), found in groupby(ordered, _setting):
        same = list(found)
        seeds = ", ".join("-" if run.seed is None else str(run.seed) for run in same)
        table.add_row(name, backend, str(threads), seeds, str(len(same)))
    return table


def _setting(run: Run) -> tuple[str, str, int]:
    return run.name, with_options(run.backend, run.options), run.threads


def estimate(runs: Sequence[Run], slots: int) -> str:
    """From above: as if every run took its whole time limit, and as if every one had to be ended from outside."""
    limits = _laps([run.time_limit_s for run in runs], slots)
    ended = _laps([run.time_limit_s + grace_s(run) for run in runs], slots)
    return (
        f"{len(runs)} runs, {slots} at a time: {limits} if each takes its time limit, {ended} if each has to be ended "
        "from outside; and a few seconds for the start of each"
    )


def _laps(seconds: Sequence[float], slots: int) -> timedelta:
    return timedelta(seconds=round(makespan(seconds, slots)))


def slots_of(executor: str, workers: int | None, threads: int) -> int:
    """How many runs are made at once there."""
    with open_pool(executor, threads=threads, workers=workers) as pool:
        return pool.slots

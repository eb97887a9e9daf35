"""What the runs of a store reached, a row a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.row import Point, Row
from optimizer.model.gap import relative_gap
from optimizer.solving.assurance import whose

WORDS = ("instance", "backend", "status")
NUMBERS = ("threads", "seed", "objective", "bound", "gap", "plan s", "1 % s", "all s", "MB")
NEAR = 0.01  # relative gap


def summary(rows: Sequence[Row]) -> Table:
    """Seconds to the first plan, to a proven gap of 1 %, and of the whole solve; peak memory of the run."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in WORDS[:2]:
        table.add_column(column, overflow="fold")
    for column in NUMBERS:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column(WORDS[2], overflow="fold")
    for row in sorted(rows, key=lambda row: (row.family, row.instance, row.threads, row.seed or 0, row.backend)):
        first = next((point.seconds for point in row.trajectory if point.objective is not None), None)
        proven = row.trajectory if row.proof == "proven" else ()
        near = next((point.seconds for point in proven if _is_near(point)), None)
        table.add_row(
            row.instance,
            with_options(row.backend, row.options),
            str(row.threads),
            "-" if row.seed is None else str(row.seed),
            _number(row.objective, 2),
            _number(row.bound, 2),
            "-" if row.gap is None else f"{row.gap:.3%}",
            _number(first, 1),
            _number(near, 1),
            _number(row.total_s, 1),
            _number(row.peak_mb, 0),
            status_words(row),
        )
    return table


def with_options(backend: str, options: Mapping[str, Any]) -> str:
    """A backend's id and its options, for a reader."""
    said = ", ".join(f"{name}={value}" for name, value in options.items())
    return f"{backend} ({said})" if said else backend


def status_words(row: Row) -> str:
    """Such as `feasible, time` or `feasible, out of memory`, with whose word the bound is where it is a mere claim."""
    stopped = [str(row.outcome).replace("_", " ")] if row.outcome != "completed" else [str(row.limit or "")]
    what = "no plan" if row.bound is None else "bound"
    claimed = [f"{what} {whose(row.proof, row.backend)}"] if row.proof == "claimed" else []
    return ", ".join(filter(None, [str(row.reason).replace("_", " "), *stopped, *claimed]))


def _is_near(point: Point) -> bool:
    if point.objective is None or point.bound is None:
        return False
    return relative_gap(point.objective, point.bound) <= NEAR


def _number(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{value:,.{decimals}f}"

"""How a benchmark is getting on: a bar with the time left on a terminal, and a line for each run."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benchmarks.row import Row
from optimizer.terminal import stderr

_DAY_S = 86_400.0


class RunsProgress:
    """A context manager to be called with each row; rows of the reference job do not count."""

    def __init__(self, runs: int) -> None:
        self._console = stderr()
        self._runs = runs
        self._made = 0
        self._bar = Progress(
            TextColumn("runs"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal or runs == 0,
            speed_estimate_period=_DAY_S,  # of all runs, not of the last half minute
        )
        self._task = self._bar.add_task("runs", total=runs)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, row: Row) -> None:
        if row.kind == "reference":
            self._console.print(f"reference job {row.total_s:.2f} s", style="dim", soft_wrap=True)
            return
        self._made += 1
        self._bar.advance(self._task)
        self._console.print(f"{self._made}/{self._runs}  {_line(row)}", soft_wrap=True)


def _line(row: Row) -> str:
    words = [row.instance, row.backend, f"seed {row.seed}", str(row.reason)]
    if row.objective is not None:
        words.append(f"{row.objective:,.2f}")
    if row.gap is not None:
        words.append(f"gap {row.gap:.2%}")
    if row.outcome != "completed":
        words.append(str(row.outcome).replace("_", " "))
    return "  ".join([*words, f"{row.total_s:.1f} s"])

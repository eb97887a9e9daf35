"""How a benchmark is getting on: a bar with the time left on a terminal, and a line for each run."""

from __future__ import annotations

import textwrap
import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from benchmarks.grid import is_failed
from benchmarks.row import Row, seed_words
from optimizer.cli.terminal import stderr
from optimizer.solving.assurance import whose

MOST_WORDS = 300  # characters of a message


class RunsProgress:
    """A context manager to be called with each row; rows of the reference job do not count.

    `longest_s`: the most that all runs can take, which is the time left until the first of them has ended.
    """

    def __init__(self, runs: int, longest_s: float) -> None:
        self._console = stderr()
        self._runs = runs
        self._made = 0
        self._left = TimeLeft(runs, longest_s)
        self._bar = Progress(
            TextColumn("runs"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            self._left,
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal or runs == 0,
            refresh_per_second=2,
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
        self._left.made(self._made)
        self._bar.update(self._task, completed=self._made)
        self._console.print(f"{self._made}/{self._runs}  {_line(row)}", soft_wrap=True)


class TimeLeft(ProgressColumn):
    """At the pace of all runs so far. Rich's own looks at the last steps, which misleads where runs end in pairs."""

    max_refresh = 0.5

    def __init__(self, runs: int, longest_s: float) -> None:
        super().__init__()
        self._runs = runs
        self._began = self._at = time.monotonic()
        self._left_s = longest_s

    def made(self, number: int) -> None:
        """So many runs have ended by now."""
        self._at = time.monotonic()
        self._left_s = (self._at - self._began) * (self._runs - number) / number

    def left_s(self) -> float:
        return max(0.0, self._left_s - (time.monotonic() - self._at))

    def render(self, task: Task) -> Text:
        del task
        minutes, seconds = divmod(round(self.left_s()), 60)
        hours, minutes = divmod(minutes, 60)
        return Text(f"{hours}:{minutes:02}:{seconds:02} left", style="progress.remaining")


def _line(row: Row) -> str:
    words = [row.instance, row.backend, seed_words(row.seed), str(row.reason)]
    if row.objective is not None:
        words.append(f"{row.objective:,.2f}")
    if row.gap is not None:
        claimed = "" if row.proof == "proven" else f", {whose(row.proof, row.backend)}"
        words.append(f"gap {row.gap:.2%}{claimed}")
    if row.outcome != "completed":
        words.append(str(row.outcome).replace("_", " "))
    words.append(f"{row.total_s:.1f} s")
    if is_failed(row) and row.message:
        words.append(shortened(row.message))
    return "  ".join(words)


def shortened(message: str) -> str:
    """A backend's message on one line; the store has the whole."""
    return textwrap.shorten("".join(c if c.isprintable() else " " for c in message), MOST_WORDS, placeholder=" ...")

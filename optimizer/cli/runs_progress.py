"""How a number of runs is getting on: a bar with the time left on a terminal, and a line for each run."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from optimizer.cli.terminal import stderr


class RunsProgress:
    """A context manager to be told of each run that is made.

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

    def made(self, line: str) -> None:
        """One more, with what is to be said of it."""
        self._made += 1
        self._left.made(self._made)
        self._bar.update(self._task, completed=self._made)
        self._console.print(f"{self._made}/{self._runs}  {line}", soft_wrap=True)

    def note(self, line: str) -> None:
        """Something beside the runs."""
        self._console.print(line, style="dim", soft_wrap=True)


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

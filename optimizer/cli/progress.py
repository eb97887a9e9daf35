"""The line that tells how a solve is getting on: alive on a terminal, now and then elsewhere."""

from __future__ import annotations

import time
from dataclasses import replace
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from optimizer.solving.result import Progress

PLAIN_INTERVAL_S = 5.0  # between lines where there is no terminal
REFRESH_PER_S = 4.0


class ProgressLine:
    """Shows `Progress` while a solve runs: a context manager to be called with each."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = time.monotonic()  # when the latest was
        self._latest = Progress(0.0)
        self._shown_s = -PLAIN_INTERVAL_S
        self._known = (False, False, "")  # a plan, a bound, what is being done
        self._live = (
            Live(console=console, get_renderable=self._render, refresh_per_second=REFRESH_PER_S, transient=True)
            if console.is_terminal and not console.is_dumb_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, progress: Progress) -> None:
        self._latest, self._told = progress, time.monotonic()
        if self._live is not None:
            if progress.message:
                self._console.print(str(progress), soft_wrap=True)
            return
        known = (progress.objective is not None, progress.bound_known, progress.phase)
        if progress.message or known != self._known or progress.elapsed_s >= self._shown_s + PLAIN_INTERVAL_S:
            self._shown_s = progress.elapsed_s
            self._known = known
            self._console.print(str(progress), soft_wrap=True)

    def _render(self) -> Text:
        now = replace(self._latest, elapsed_s=self._latest.elapsed_s + time.monotonic() - self._told, message="")
        return Text(f"{now}  (Ctrl-C keeps the best plan)", no_wrap=True, overflow="ellipsis")

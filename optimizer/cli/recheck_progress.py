"""How a recheck of a bound is getting on: alive on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from optimizer.cli.answers import is_json
from optimizer.cli.progress import PLAIN_INTERVAL_S
from optimizer.cli.terminal import stderr
from optimizer.verify.bound import Progress


class RecheckProgress:
    """A context manager to be called with each `Progress`."""

    def __init__(self) -> None:
        self._console = stderr()
        self._status = self._console.status("Recomputing the bound ...")
        self._shown_s = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def __call__(self, progress: Progress) -> None:
        if self._console.is_terminal:
            self._status.update(f"{_words(progress)}  (Ctrl-C tells what was checked)")
        elif not is_json() and progress.seconds >= self._shown_s + PLAIN_INTERVAL_S:
            self._shown_s = progress.seconds
            self._console.print(_words(progress), soft_wrap=True)


def _words(progress: Progress) -> str:
    share = progress.sites / progress.of_sites if progress.of_sites else 1.0
    words = [f"Recomputing the bound: {progress.sites:,} of {progress.of_sites:,} sites ({share:.1%})"]
    if progress.of_parts:
        words.append(f"part {progress.parts:,} of {progress.of_parts:,}")
    if progress.of_enumerations:
        words.append(f"enumerations {progress.enumerations:,} of {progress.of_enumerations:,}")
    return ", ".join([*words, f"{progress.seconds:,.0f} s"])

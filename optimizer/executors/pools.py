"""An executor with what its users need beyond `concurrent.futures`: how much at once, news, and an end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import psutil

from optimizer.executors.apart import MODULE

NEWS_S = 5.0  # at most, between two looks at how the workers are

T = TypeVar("T")


class MissingExtraError(Exception):
    """An optional package is not installed; the message says what to install."""


class ConnectionLostError(Exception):
    """Whoever hands out the work is gone, and all that was under way with it; the message says who."""


@dataclass(frozen=True)
class Pool:
    """An executor and how many pieces of work it does at once; any `concurrent.futures.Executor` will do."""

    executor: Executor
    slots: int

    def wait(self, futures: set[Future[T]], within_s: float = math.inf) -> tuple[list[Future[T]], set[Future[T]]]:
        """Those that have ended, errors last, once there are any or the seconds are over; and the others."""
        until = time.monotonic() + within_s
        while True:
            left_s = max(0.0, until - time.monotonic())
            done, waiting = wait(futures, timeout=min(NEWS_S, left_s), return_when=FIRST_COMPLETED)
            if not any(future.cancelled() for future in done):  # of a connection that is lost
                self.look()
            if done or not futures or time.monotonic() >= until:
                return sorted(done, key=_has_failed), waiting

    def look(self) -> None:
        """Tell what has changed among the workers."""

    def result(self, future: Future[T]) -> T:
        """What a piece of work returned; raise what it raised, `LostWorkError` or `ConnectionLostError`."""
        return future.result()

    def abandon(self, futures: set[Future[Any]]) -> None:
        """Give up what has not ended."""
        for future in futures:
            future.cancel()


def _has_failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None


@dataclass(frozen=True)
class LocalPool(Pool):
    """Threads that watch over processes, which it ends as well; `module` is what these run (`python -m`, or `-c`)."""

    module: str = MODULE

    def abandon(self, futures: set[Future[Any]]) -> None:
        super().abandon(futures)
        while not all(future.done() for future in futures):
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    if any(self.module in argument for argument in child.cmdline()):
                        child.kill()
            time.sleep(0.05)


OnNews = Callable[[str], None]

"""The workers of a Dask cluster. What a worker had under way when it died, the scheduler gives to another one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from instances import Fault, InputError
from optimizer.executors.apart import LostWorkError
from optimizer.executors.pools import ConnectionLostError, MissingExtraError, OnNews, Pool

CONNECT_S = 10.0
_OPTION = "--executor"
_LOGGERS = ("distributed", "distributed.client")  # those that Dask gives a level

T = TypeVar("T")


@dataclass(frozen=True)
class DaskPool(Pool):
    """Work lost with its worker is done again by Dask, up to `distributed.scheduler.allowed-failures` times (3)."""

    client: Any
    host: str
    on_news: OnNews | None = None
    workers: set[str] = field(default_factory=set)  # as they were at the last look

    def look(self) -> None:
        with suppress(Exception):  # of a connection that is being lost: what was under way will say so
            now = set(self.client.nthreads())
            lost = len(self.workers - now)
            self.workers.clear()
            self.workers.update(now)
            if lost and self.on_news is not None:
                gone = "a worker is gone" if lost == 1 else f"{lost} workers are gone"
                left = f"{len(now)} left, and what was lost is done again" if now else "none is left: waiting for one"
                self.on_news(f"Dask at {self.host}: {gone}, {left}")

    def result(self, future: Future[T]) -> T:
        from distributed import KilledWorker

        try:
            return future.result()
        except CancelledError:
            raise ConnectionLostError(f"The connection to the Dask scheduler at {self.host} was lost.") from None
        except KilledWorker as error:
            tries = error.allowed_failures + 1
            raise LostWorkError(f"the Dask workers that had it died, {tries} times in all") from None


@contextmanager
def open_dask(host: str, workers: int | None, on_news: OnNews | None) -> Iterator[Pool]:
    """By the scheduler's HOST:PORT; raise `InputError` where none answers or has workers, `MissingExtraError`."""
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError('--executor dask:// needs Dask: pip install "caregroup[dask]"') from None
    with _own_words(), _connected(Client, host) as client:
        there = client.nthreads()
        if not there:
            raise InputError([Fault(_OPTION, "a scheduler with workers; it has none yet", value=host)])
        slots = workers or sum(there.values())
        yield DaskPool(client.get_executor(pure=False, retries=0), slots, client, host, on_news, set(there))


def _connected(client: Any, host: str) -> Any:
    try:
        return client(f"tcp://{host}", timeout=CONNECT_S, set_as_default=False)
    except OSError:
        raise InputError([Fault(_OPTION, "the address of a Dask scheduler that answers", value=host)]) from None


@contextmanager
def _own_words() -> Iterator[None]:
    """What Dask logs of a lost connection, tracebacks and all, is told by `ConnectionLostError`."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)

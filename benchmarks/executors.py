"""Where runs are made at the same time: processes of this machine, or the workers of a Dask cluster.

Each run is a process of its own already (`perform.py`), so that a thread here, or a thread of a Dask worker, has
nothing to do but to watch over it. Anything that is a `concurrent.futures.Executor` will do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil

from instances import Fault, InputError
from solvers.process.cores import available_cores

SCHEME = "dask://"
CONNECT_S = 10.0
_WORKER_MODULE = "solvers.process.worker"


class MissingExtraError(Exception):
    """An optional package is not installed; the message says what to install."""


@dataclass(frozen=True)
class Pool:
    """An executor and how many runs it makes at once."""

    executor: Executor
    slots: int

    def abandon(self, futures: set[Future[Any]]) -> None:
        """Give up what has not ended."""
        for future in futures:
            future.cancel()


class LocalPool(Pool):
    """Ends the processes of its runs as well."""

    def abandon(self, futures: set[Future[Any]]) -> None:
        super().abandon(futures)
        while not all(future.done() for future in futures):
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    if _WORKER_MODULE in child.cmdline():
                        child.kill()
            time.sleep(0.05)


@contextmanager
def open_pool(address: str | None, *, threads: int) -> Iterator[Pool]:
    """Local, with as many runs at once as the cores have room for; or Dask at `dask://HOST:PORT`.

    `threads`: the most that a run has. Raise `InputError` for an address where nobody answers, `MissingExtraError`.
    """
    if address is None:
        slots = max(1, available_cores() // threads)
        with ThreadPoolExecutor(slots, thread_name_prefix="run") as executor:
            yield LocalPool(executor, slots)
        return
    host = address.removeprefix(SCHEME)
    if host == address or ":" not in host:
        raise InputError([Fault("--executor", f"{SCHEME}HOST:PORT", value=address)])
    with _dask(host) as pool:
        yield pool


@contextmanager
def _dask(host: str) -> Iterator[Pool]:
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError('--executor dask:// needs Dask: pip install "caregroup[dask]"') from None
    try:
        client = Client(f"tcp://{host}", timeout=CONNECT_S, set_as_default=False)
    except OSError:
        raise InputError([Fault("--executor", "the address of a Dask scheduler that answers", value=host)]) from None
    with client:
        slots = sum(client.nthreads().values())
        if slots == 0:
            raise InputError([Fault("--executor", "a scheduler with workers; it has none yet", value=host)])
        yield Pool(client.get_executor(pure=False, retries=0), slots)

"""A pool that is lent to another process does its work as if it were that process's own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from instances import InputError
from optimizer.executors import LostWorkError, Pool, call_apart, open_pool
from optimizer.executors.apart import RemoteError
from optimizer.executors.lent import lent

PATIENCE_S = 60.0


def pool(executor: ThreadPoolExecutor) -> Pool:
    return Pool(executor, 2)


class Recording(ThreadPoolExecutor):
    """Keeps what it was given."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.futures.append(super().submit(fn, *args, **kwargs))
        return self.futures[-1]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def test_work_is_done_and_what_it_raises_is_told() -> None:
    with ThreadPoolExecutor(2) as executor, lent(pool(executor)) as address, open_pool(address) as borrowed:
        assert borrowed.slots == 2
        powers = [borrowed.executor.submit(pow, 2, k) for k in range(40)]
        assert [borrowed.result(each) for each in powers] == [2**k for k in range(40)]
        assert borrowed.result(borrowed.executor.submit(call_apart, pow, 3, 4)) == 81
        with pytest.raises(RemoteError, match="ZeroDivisionError: integer division or modulo by zero"):
            borrowed.result(borrowed.executor.submit(divmod, 1, 0))
        with pytest.raises(LostWorkError, match="exit code 3"):
            borrowed.result(borrowed.executor.submit(call_apart, os._exit, 3))
        with pytest.raises(AttributeError, match="pickle"):
            borrowed.executor.submit(lambda: None)


def test_what_is_given_up_goes_nowhere() -> None:
    hold = threading.Event()
    with ThreadPoolExecutor(1) as executor, lent(pool(executor)) as address, open_pool(address) as borrowed:
        executor.submit(hold.wait)  # the worker is busy
        waits = borrowed.executor.submit(pow, 2, 5)
        borrowed.abandon({waits})
        hold.set()
        with pytest.raises(CancelledError):
            borrowed.result(waits)
        assert borrowed.result(borrowed.executor.submit(pow, 2, 6)) == 64


def test_a_process_that_dies_with_a_pool_leaves_it_to_the_next() -> None:
    """What it had asked for and nobody had begun is not done."""
    hold = threading.Event()
    with Recording(1) as executor, lent(pool(executor)) as address:
        executor.submit(hold.wait)  # the worker is busy
        code = (
            "import sys, time; from optimizer.executors import open_pool\n"
            "with open_pool(sys.argv[1]) as pool: pool.executor.submit(pow, 2, 7); time.sleep(1000)"
        )
        with subprocess.Popen([sys.executable, "-c", code, address]) as other:
            try:
                until(lambda: len(executor.futures) == 2)
                other.kill()
                until(executor.futures[1].cancelled)
            finally:
                other.kill()
                hold.set()
        with open_pool(address) as borrowed:
            assert borrowed.result(borrowed.executor.submit(pow, 2, 8)) == 256


@pytest.mark.parametrize("address", ["lent:", "lent:00@/nowhere", "lent:xyz@/nowhere"])
def test_nobody_lends_there(address: str) -> None:
    with pytest.raises(InputError, match=r"--executor: found 'lent:"), open_pool(address):
        pass


def test_another_key_opens_nothing() -> None:
    with ThreadPoolExecutor(1) as executor, lent(pool(executor)) as address:
        place = address.partition("@")[2]
        with suppress(InputError), open_pool(f"lent:00@{place}"):
            pytest.fail("it was opened")
        with open_pool(address) as borrowed:
            assert borrowed.slots == 2

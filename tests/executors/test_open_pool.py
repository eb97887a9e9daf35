"""What --executor says, made into a pool, or a message that says what it can say."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from instances import InputError
from optimizer.executors import ConnectionLostError, LostWorkError, MissingExtraError, call_apart, open_pool
from optimizer.executors.dask_pool import DaskPool


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("proceses", "processes, dask://HOST:PORT or mpi; did you mean 'processes'?"),
        ("tcp://x:8786", "processes, dask://HOST:PORT or mpi"),
        ("dask://", "dask://HOST:PORT"),
        ("dask://here", "dask://HOST:PORT"),
        ("dask://here:soon", "dask://HOST:PORT"),
    ],
)
def test_what_is_no_executor(stated: str, told: str) -> None:
    with pytest.raises(InputError) as wrong, open_pool(stated):
        pass
    assert str(wrong.value) == f"--executor: found '{stated}': {told}"


def test_as_many_at_once_as_the_cores_have_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.executors.stated.available_cores", lambda: 8)
    with open_pool(threads=3) as few, open_pool(threads=9) as one, open_pool(threads=1, workers=5) as stated:
        assert (few.slots, one.slots, stated.slots) == (2, 1, 5)


def test_those_that_ended_come_first_and_errors_last() -> None:
    hold = threading.Event()
    with open_pool(workers=3) as pool:
        waits, fails, works = (pool.executor.submit(each) for each in (hold.wait, lambda: 1 // 0, lambda: "done"))
        while not (fails.done() and works.done()):
            time.sleep(0.01)
        done, waiting = pool.wait({waits, fails, works})
        hold.set()
        assert (done, waiting) == ([works, fails], {waits})
        assert pool.result(works) == "done"
        with pytest.raises(ZeroDivisionError):
            pool.result(fails)


def test_what_is_abandoned_ends() -> None:
    with open_pool(workers=1) as pool:
        under_way, waits = pool.executor.submit(call_apart, time.sleep, 1000), pool.executor.submit(int)
        while not under_way.running():
            time.sleep(0.01)
        pool.abandon({under_way, waits})
        assert under_way.done()
        with pytest.raises(CancelledError):
            pool.result(waits)


def test_without_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.executors.mpi_pool.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r'pip install "caregroup\[mpi\]"'), open_pool("mpi"):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r'pip install "caregroup\[dask\]"'), open_pool("dask://here:8786"):
        pass


def test_mpi_says_how_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.executors.mpi_pool.find_spec", lambda _: SimpleNamespace())
    monkeypatch.delitem(sys.modules, "mpi4py.futures", raising=False)
    with pytest.raises(InputError, match=r"mpiexec -n 5 python -m mpi4py\.futures -m caregroup"), open_pool("mpi"):
        pass


def test_what_becomes_of_dask_workers_is_told() -> None:
    distributed = pytest.importorskip("distributed", reason="the extra dask")
    there, said = {"tcp://a": 1, "tcp://b": 1}, []
    client = SimpleNamespace(nthreads=lambda: there)
    pool = DaskPool(ThreadPoolExecutor(1), 2, client, "here:8786", said.append, set(there))
    pool.look()
    del there["tcp://a"]
    pool.look()
    pool.look()
    there.clear()
    pool.look()
    assert said == [
        "Dask at here:8786: a worker is gone, 1 left, and what was lost is done again",
        "Dask at here:8786: a worker is gone, none is left: waiting for one",
    ]
    killed: Future[None] = Future()
    killed.set_exception(distributed.KilledWorker("task", SimpleNamespace(address="tcp://b"), 3))
    with pytest.raises(LostWorkError, match="the Dask workers that had it died, 4 times in all"):
        pool.result(killed)
    lost: Future[None] = Future()
    lost.cancel()
    with pytest.raises(ConnectionLostError, match="The connection to the Dask scheduler at here:8786 was lost"):
        pool.result(lost)

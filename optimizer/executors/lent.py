"""A pool of this process, lent to a process of its own: what only this one can open, as MPI, which has started it.

The other process opens it by its address (`open_pool`), hands its work over a connection of this machine, and gets what
became of it. Its work is done as if it were this process's own.
"""

from __future__ import annotations

import itertools
import pickle
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

from instances import Fault, InputError
from optimizer.executors.apart import LostWorkError, RemoteError
from optimizer.executors.pools import ConnectionLostError, Pool

LENT = "lent:"
_KEY_BYTES = 32
_GONE = (EOFError, OSError)  # of a connection whose other end is


@dataclass(frozen=True)
class _Asked:
    number: int
    work: bytes  # pickled: function, arguments


@dataclass(frozen=True)
class _Done:
    number: int
    value: bytes  # pickled


@dataclass(frozen=True)
class _Failed:
    number: int
    error: Exception


# --- who lends --------------------------------------------------------------------------------------------------------


@contextmanager
def lent(pool: Pool) -> Iterator[str]:
    """The address by which another process of this machine opens the pool, until the end of the block."""
    key = secrets.token_bytes(_KEY_BYTES)
    with Listener(authkey=key) as listener:
        threading.Thread(target=_serve, args=(listener, pool), daemon=True).start()
        yield f"{LENT}{key.hex()}@{listener.address}"


def _serve(listener: Listener, pool: Pool) -> None:
    """One after the other, whoever opens the pool."""
    while True:
        try:
            connection = listener.accept()
        except (AuthenticationError, EOFError, ConnectionError):  # somebody else's
            continue
        except OSError:  # the listener is closed
            return
        with connection:
            _Lender(connection, pool).serve()


class _Lender:
    """Of one connection."""

    def __init__(self, connection: Connection[Any, Any], pool: Pool) -> None:
        self._connection, self._pool = connection, pool
        self._telling = threading.Lock()
        self._under_way: set[Future[bytes]] = set()

    def serve(self) -> None:
        """Until the other process is gone: what it had not got is given up."""
        with suppress(*_GONE):
            self._tell(self._pool.slots)
            while True:
                asked = self._connection.recv()
                future = self._pool.executor.submit(_done, asked.work)
                self._under_way.add(future)
                future.add_done_callback(self._answer(asked.number))
        self._pool.abandon({future for future in tuple(self._under_way) if not future.done()})

    def _answer(self, number: int) -> Callable[[Future[bytes]], None]:
        def answer(future: Future[bytes]) -> None:
            self._under_way.discard(future)
            if future.cancelled():
                return
            try:
                told: _Done | _Failed = _Done(number, self._pool.result(future))
            except (LostWorkError, ConnectionLostError) as error:
                told = _Failed(number, type(error)(str(error)))
            except Exception as error:
                told = _Failed(number, RemoteError(f"{type(error).__name__}: {error}"))
            with suppress(*_GONE):
                self._tell(told)

        return answer

    def _tell(self, what: object) -> None:
        with self._telling:
            self._connection.send(what)


def _done(work: bytes) -> bytes:
    function, arguments = pickle.loads(work)
    return pickle.dumps(function(*arguments))


# --- who borrows ------------------------------------------------------------------------------------------------------


@contextmanager
def open_lent(address: str) -> Iterator[Pool]:
    """The pool at an address that `lent` has given; raise `InputError` where there is none."""
    key, _, place = address.removeprefix(LENT).partition("@")
    try:
        connection = Client(place, authkey=bytes.fromhex(key))
        slots = connection.recv()
    except (ValueError, AuthenticationError, *_GONE):
        raise InputError([Fault("--executor", "a pool that another process lends", value=address)]) from None
    with connection:
        yield Pool(_Borrowed(connection), slots)


class _Borrowed(Executor):
    """Hands work over the connection, and takes what comes back."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._numbers = itertools.count()
        self._futures: dict[int, Future[Any]] = {}
        self._asking = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Raises what cannot be pickled; `named` arguments are none of this executor's."""
        if named:
            raise TypeError("arguments without names alone can be handed over")
        future: Future[Any] = Future()
        with self._asking:
            number = next(self._numbers)
            self._futures[number] = future
            try:
                self._connection.send(_Asked(number, pickle.dumps((function, arguments))))
            except OSError:
                self._lose(future)
        return future

    def _listen(self) -> None:
        with suppress(*_GONE):
            while True:
                told = self._connection.recv()
                future = self._futures.pop(told.number)
                if future.set_running_or_notify_cancel():
                    _take(future, told)
        for future in list(self._futures.values()):
            self._lose(future)

    def _lose(self, future: Future[Any]) -> None:
        if not future.done() and future.set_running_or_notify_cancel():
            future.set_exception(ConnectionLostError("The process that lent its workers is gone."))


def _take(future: Future[Any], told: _Done | _Failed) -> None:
    if isinstance(told, _Failed):
        future.set_exception(told.error)
        return
    try:
        future.set_result(pickle.loads(told.value))
    except Exception as error:  # what this process cannot read is an error of that piece alone
        future.set_exception(error)

"""A solve under way as an iterator, for loops that show its progress or decide when it is good enough."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Self

from optimizer.solving.result import Progress, Result

LOOK_S = 0.1  # between two looks whether an interrupt was lost


class Steps(Iterator[Progress]):
    """Runs a solve in a thread of its own; yields what `on_progress` would be told.

    To be used in a `with` statement, the end of which ends the solve with what it has, as Ctrl-C does.
    """

    def __init__(self, run: Callable[[Callable[[Progress], None]], Result]) -> None:
        self._told: SimpleQueue[Progress | None] = SimpleQueue()
        self._run = run
        self._result: Result | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="caregroup", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._result = self._run(self._told.put)
        except BaseException as error:  # raised where the result is asked for
            self._error = error
        finally:
            self._told.put(None)

    def __next__(self) -> Progress:
        step = self._told.get()
        if step is not None:
            return step
        self._told.put(None)  # an iterator that has ended says so again
        if self._error is not None:
            raise self._error
        raise StopIteration

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the solve as Ctrl-C does, and wait until it has ended; nothing happens if it has already."""
        with _told_of_lost_ones() as lost:
            while self._thread.is_alive() and self._thread.ident is not None:
                lost.clear()
                identity, interrupt = ctypes.c_ulong(self._thread.ident), ctypes.py_object(KeyboardInterrupt)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, interrupt)
                while self._thread.is_alive() and not lost.is_set():
                    self._thread.join(LOOK_S)
        self._thread.join()

    @property
    def result(self) -> Result:
        """How the solve ended; waits for its end. Raises what it raised, `KeyboardInterrupt` if it had not begun."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result


@contextmanager
def _told_of_lost_ones() -> Iterator[threading.Event]:
    """An event that is set when an interrupt came upon what nothing is raised from, such as a callback of the garbage
    collector: it has to be sent again, while a second one after one that was heard would cost the result."""
    lost, told = threading.Event(), sys.unraisablehook

    def hear(unraisable: sys.UnraisableHookArgs) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            lost.set()
        else:
            told(unraisable)

    sys.unraisablehook = hear
    try:
        yield lost
    finally:
        sys.unraisablehook = told

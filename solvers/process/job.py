"""What the parent and the child of a structure-aware backend tell each other."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from optimizer.model.backend import Limit
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

P = TypeVar("P")
Q = TypeVar("Q")

_LEAST_S = 0.1  # of a job that has begun ...
_WITHOUT_PLAN = 0.9  # ... and of its time limit, where there is no plan yet


@dataclass(frozen=True)
class StructuredJob(Generic[P]):
    """The payload. `time_limit` in seconds, None = until nothing is left to do."""

    problem: Problem
    time_limit: float | None
    threads: int
    seed: int
    params: P  # the backend's
    rel_gap: float | None = None
    abs_gap: float | None = None
    log_path: Path | None = None
    start: Solution | None = None  # keeps every rule
    keeps_states: bool = False
    state: bytes | None = None  # to go on from; may be of anybody
    executor: str = "processes"  # where pieces of work are done: as `optimizer.executors.open_pool` takes it
    asked: float | None = None  # when, by time.monotonic(), which all processes share; its clock starts then

    def begun(self) -> StructuredJob[P]:
        """The job with what is left of its time now that its process is there.

        Where there is no plan yet most of it is left: a second over is better than no plan.
        """
        if self.time_limit is None or self.asked is None:
            return self
        left = self.time_limit - (time.monotonic() - self.asked)
        least = _LEAST_S if self.start is not None else _WITHOUT_PLAN * self.time_limit
        return replace(self, time_limit=max(left, least))

    def tuned(self, params: Q, **changes: Any) -> StructuredJob[Q]:
        """The job of another backend, with its parameters and other changes."""
        return StructuredJob(**{**vars(self), **changes, "params": params})


@dataclass(frozen=True)
class Found:
    """A plan that keeps every rule and is better than all before; objective in pounds a year."""

    solution: Solution
    objective: float


@dataclass(frozen=True)
class Bound:
    """A better proven lower bound, pounds a year."""

    value: float


@dataclass(frozen=True)
class Line:
    """Something to tell the user."""

    text: str


@dataclass(frozen=True)
class Phase:
    """What is being done from now on."""

    text: str


@dataclass(frozen=True)
class State:
    """What a later run can go on from, and the bound that it proves again, pounds a year."""

    content: bytes
    bound: float | None = None


@dataclass(frozen=True)
class Certified:
    """The certificate, as JSON, of a better bound than the one before, and that bound, pounds a year."""

    certificate: str
    bound: float


@dataclass(frozen=True)
class Ended:
    """The child's result; plans, bounds and certificates have been streamed."""

    limit: Limit | None = None  # that it stopped at
    status: str = ""
    build_s: float = 0.0
    no_plan: bool = False  # it has proven that no plan keeps every rule
    warnings: tuple[str, ...] = ()


@contextmanager
def stopped_by_parent(stop: threading.Event) -> Iterator[None]:
    """Set `stop` when the parent asks a worker to end with what it has; elsewhere Ctrl-C means what it always does."""
    in_worker = threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    )
    if not in_worker:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

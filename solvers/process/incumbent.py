"""The best plan and the best bound of a solver's process: what is streamed and logged, and whether it is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.model.backend import Limit
from optimizer.model.gap import is_reached
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.process.job import Bound, Found, StructuredJob

Emit = Callable[[object], None]


@dataclass
class Incumbent:
    """Safe to use from any thread. `deadline`: time.monotonic(), inf = none; gaps as in `SolveOptions`."""

    problem: Problem
    emit: Emit
    deadline: float = np.inf
    rel_gap: float | None = None
    abs_gap: float | None = None
    log_path: Path | None = None
    plan: Found | None = None
    bound: float = -np.inf  # pounds a year
    stop: threading.Event = field(default_factory=threading.Event)
    is_enough: Callable[[], bool] = lambda: False  # another reason to stop

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._began = time.monotonic()
        if self.log_path is not None:
            self.log_path.write_text("", encoding="utf-8")

    @classmethod
    def of(cls, job: StructuredJob[Any], emit: Emit) -> Incumbent:
        """Of a job that begins now, with its start."""
        limit = np.inf if job.time_limit is None else job.time_limit
        incumbent = cls(job.problem, emit, time.monotonic() + limit, job.rel_gap, job.abs_gap, job.log_path)
        if job.start is not None:
            incumbent.take(incumbent.found(job.start), "start")
        return incumbent

    @property
    def objective(self) -> float:
        """Pounds a year of the best plan, inf while there is none."""
        plan = self.plan
        return np.inf if plan is None else plan.objective

    @property
    def solution(self) -> Solution | None:
        plan = self.plan
        return None if plan is None else plan.solution

    # --- what is found ------------------------------------------------------------------------------------------------

    def found(self, solution: Solution) -> Found:
        """A solution that keeps every rule, with its objective."""
        return Found(solution, objective(self.problem, solution))

    def take(self, found: Found, source: str, least: float = 0.0) -> None:
        """Keep a plan, stream and log it, if it is better by more than `least` pounds a year."""
        with self._lock:
            if self.plan is None or found.objective < self.plan.objective - least:
                self.plan = found
                self.emit(found)
                self._write(f"{found.objective:,.2f} by {source}")

    def take_bound(self, value: float) -> None:
        """Keep and stream a bound if it is better."""
        with self._lock:
            if value > self.bound:
                self.bound = value
                self.emit(Bound(value))

    # --- whether it is over -------------------------------------------------------------------------------------------

    @property
    def time_left(self) -> float:
        """Seconds, inf = no limit."""
        return self.deadline - time.monotonic()

    @property
    def gap_reached(self) -> bool:
        return is_reached(self.objective, self.bound, self.rel_gap, self.abs_gap)

    @property
    def limit(self) -> Limit | None:
        """What stops whoever stops now, unless he was asked to."""
        if self.time_left <= 0:
            return Limit.TIME
        return Limit.GAP if self.gap_reached else None

    def is_over(self) -> bool:
        return self.stop.is_set() or self.limit is not None or self.is_enough()

    # --- the log ------------------------------------------------------------------------------------------------------

    def log(self, text: str) -> None:
        with self._lock:
            self._write(text)

    def _write(self, text: str) -> None:
        if self.log_path is not None:
            with self.log_path.open("a", encoding="utf-8") as file:
                file.write(f"{time.monotonic() - self._began:8.2f} s  {text}\n")

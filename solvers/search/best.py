"""The best plan so far, shared by all threads: what is streamed, logged and returned."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.process.job import Found
from solvers.search.pool import Pool

MOST_ELITE = 8
MOST_GUIDES = 12


@dataclass(frozen=True)
class Reoptimised:
    """What became of a neighbourhood."""

    solution: Solution | None  # at least as good as the plan; None if there was nothing in time
    proven: bool  # the best in the neighbourhood


@dataclass
class Best:
    """`deadline`: time.monotonic(), inf = none. Safe to use from any thread."""

    problem: Problem
    emit: Callable[[object], None]
    deadline: float
    log_path: Path | None = None
    plan: Found | None = None
    elite: list[Found] = field(default_factory=list)  # the best plans met, best first
    guides: deque[FloatArray] = field(default_factory=lambda: deque(maxlen=MOST_GUIDES))  # the proof's, of late
    # branch and price, where the caller has it: (plan, practices [n] of whole hubs to deal out anew, deadline)
    by_columns: Callable[[Solution, BoolArray, float], Reoptimised] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    is_over: Callable[[], bool] = lambda: False  # a reason of the caller's to stop

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.pool = Pool(self.problem)
        self._closed = False
        self._began = time.monotonic()
        if self.log_path is not None:
            self.log_path.write_text("", encoding="utf-8")

    @property
    def time_limit(self) -> float:
        """Seconds from the beginning, inf = none."""
        return self.deadline - self._began

    @property
    def objective(self) -> float:
        """Pounds a year of the best plan, inf while there is none."""
        plan = self.plan
        return np.inf if plan is None else plan.objective

    @property
    def over(self) -> bool:
        return self.stop.is_set() or time.monotonic() >= self.deadline or self.is_over()

    def offer(self, solution: Solution, source: str) -> float:
        """Take a solution that keeps every rule; returns its objective."""
        found = Found(solution, objective(self.problem, solution))
        self.pool.add_plan(solution)
        with self._lock:
            if self._closed:
                return found.objective
            self._keep(found)
            if self.plan is None or found.objective < self.plan.objective - 1e-6:
                self.plan = found
                self.emit(found)
                self._write(f"{found.objective:,.2f} by {source}")
        return found.objective

    def close(self) -> None:
        """Nothing is taken or streamed from now on."""
        with self._lock:
            self._closed = True

    def _keep(self, found: Found) -> None:
        if all(abs(found.objective - other.objective) > 1e-6 * other.objective for other in self.elite):
            self.elite.append(found)
            self.elite.sort(key=lambda plan: plan.objective)
            del self.elite[MOST_ELITE:]

    def log(self, text: str) -> None:
        with self._lock:
            self._write(text)

    def _write(self, text: str) -> None:
        if self.log_path is not None:
            with self.log_path.open("a", encoding="utf-8") as file:
                file.write(f"{time.monotonic() - self._began:8.2f} s  {text}\n")

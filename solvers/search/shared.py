"""What the threads of a search share: the incumbent, good plans and their hubs, and what the proof has told them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.process.incumbent import Incumbent
from solvers.process.job import Found
from solvers.search.params import SearchParams
from solvers.search.pool import HubPool
from solvers.search.reoptimise import Reoptimised

LEAST_BETTER = 1e-6  # pounds a year; what is nearer to the best plan is the same plan, summed up otherwise


@dataclass
class Shared:
    """`deadline`: of the search, time.monotonic(), inf = none. Safe to use from any thread."""

    incumbent: Incumbent
    deadline: float
    params: SearchParams
    elite: list[Found] = field(default_factory=list)  # the best plans met, best first
    # branch and price, where the caller has it: (plan, practices [n] of whole hubs to deal out anew, deadline)
    by_columns: Callable[[Solution, BoolArray, float], Reoptimised] | None = None
    on_wait: Callable[[], None] = lambda: None  # called now and then by who waits for the threads
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.pool = HubPool(self.problem, self.params.pool)
        self.guides: deque[FloatArray] = deque(maxlen=self.params.guided.most_guides)  # the proof's, of late
        self.sketches: deque[Solution] = deque(maxlen=self.params.sketch.most)  # the same, each taken once
        self.time_limit = self.deadline - time.monotonic()  # seconds, inf = none
        self._lock = threading.Lock()
        self._closed = False

    @property
    def problem(self) -> Problem:
        return self.incumbent.problem

    @property
    def plan(self) -> Found | None:
        """The best."""
        return self.incumbent.plan

    @property
    def over(self) -> bool:
        return self.stop.is_set() or time.monotonic() >= self.deadline or self.incumbent.is_over()

    def offer(self, solution: Solution, source: str) -> None:
        """Take a solution that keeps every rule."""
        found = self.incumbent.found(solution)
        self.pool.add_plan(solution)
        with self._lock:
            if not self._closed:
                self._keep(found)
                self.incumbent.take(found, source, LEAST_BETTER)

    def take_sketch(self) -> Solution | None:
        """The latest; None where another thread took the last one."""
        try:
            return self.sketches.pop()
        except IndexError:
            return None

    def learn(self, plan: Found) -> None:
        """A plan that the incumbent has been given already."""
        self.pool.add_plan(plan.solution)
        with self._lock:
            if not self._closed:
                self._keep(plan)

    def close(self) -> None:
        """Nothing is taken or streamed from now on."""
        with self._lock:
            self._closed = True

    def _keep(self, found: Found) -> None:
        if all(abs(found.objective - other.objective) > 1e-6 * other.objective for other in self.elite):
            self.elite.append(found)
            self.elite.sort(key=lambda plan: plan.objective)
            del self.elite[self.params.explore.most_elite :]

    def log(self, text: str) -> None:
        self.incumbent.log(text)

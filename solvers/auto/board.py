"""What the two sides of `auto` share: the best plan, the bound, and hubs for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.columns import Column
from optimizer.model.objective import objective
from optimizer.model.solution import Solution
from solvers.auto.params import AutoParams
from solvers.auto.solve_part import solve_part
from solvers.columns.certificate import certificate_of
from solvers.columns.exchange import as_plan, columns_of_hubs
from solvers.columns.run import gap_reached, make_tree
from solvers.columns.tree import Surroundings, Tree
from solvers.process.job import Bound, Found, StructuredJob
from solvers.search.best import Best


@dataclass
class Board:
    """Safe to use from any thread."""

    job: StructuredJob[AutoParams]
    emit: Callable[[object], None]
    best: Found | None = None
    bound: float = -np.inf
    began: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    searched: Best | None = None  # the search's own plans and hubs
    proof: Tree | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, event: object) -> None:
        """An event of either side; only improvements are passed on."""
        with self._lock:
            if isinstance(event, Found):
                if self.best is not None and event.objective >= self.best.objective:
                    return
                self.best = event
            elif isinstance(event, Bound):
                if event.value <= self.bound:
                    return
                self.bound = event.value
            self.emit(event)

    def meet(self, searched: Best) -> None:
        """The search has begun."""
        self.searched = searched
        problem = self.job.problem
        if not problem.n_candidates:
            searched.by_columns = lambda plan, region, deadline: solve_part(
                problem, plan, region, searched.pool.hubs(), deadline, self.is_over, self.job.params
            )

    @property
    def solution(self) -> Solution | None:
        return self.job.start if self.best is None else self.best.solution

    @property
    def cost(self) -> float:
        return np.inf if self.best is None else self.best.objective

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    @property
    def out_of_time(self) -> bool:
        return self.job.time_limit is not None and self.elapsed >= self.job.time_limit

    @property
    def gap_reached(self) -> bool:
        return gap_reached(self.job, self.cost, self.bound)

    @property
    def status(self) -> str:
        if self.gap_reached:
            return "gap reached"
        return "time limit" if self.out_of_time else "nothing left to do"

    def is_over(self) -> bool:
        return self.stop.is_set() or self.out_of_time or self.gap_reached

    # --- for the proof ------------------------------------------------------------------------------------------------

    def tree(self, threads: int) -> Tree:
        """Branch and bound that begins with the search's hubs."""
        limit = self.job.time_limit
        around = Surroundings(
            incumbent=lambda: self.cost,
            is_over=self.is_over,
            on_bound=lambda value: self.take(Bound(value)),
            on_solution=self.offer,
            on_columns=self.share_columns,
            on_guide=self.share_guide,
            deadline=np.inf if limit is None else self.began + limit,
        )
        hubs = [] if self.searched is None else self.searched.pool.hubs()
        columns = columns_of_hubs(self.job.problem, hubs)
        params = self.job.params.columns
        self.proof = make_tree(self.job.problem, self.solution, columns, threads, around, params=params)
        return self.proof

    @property
    def certificate(self) -> str | None:
        """Of the bound, as JSON; None where the proof has not begun."""
        certificate = None if self.proof is None else certificate_of(self.proof)
        return None if certificate is None else certificate.to_json()

    def offer(self, solution: Solution) -> bool:
        """A solution of the proof's side; whether it keeps every rule."""
        plan = as_plan(self.job.problem, solution)
        if plan is None:
            return False
        self.take(Found(plan, objective(self.job.problem, plan)))
        if self.searched is not None:
            self.searched.offer(plan, "the proof")
        return True

    def share_columns(self, columns: list[Column]) -> None:
        """Hubs that masters use, for the search to recombine."""
        if self.searched is not None:
            self.searched.pool.add_hubs((c.site, np.array(c.members, dtype=np.int64)) for c in columns)

    def share_guide(self, with_pair: FloatArray) -> None:
        """What a node's plans with each pair cost at least, for the search's exact neighbourhoods."""
        if self.searched is not None:
            self.searched.guides.append(with_pair)

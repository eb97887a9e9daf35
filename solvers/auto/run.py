"""The child's side of `auto`: threads that search and threads that raise the bound, in one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.backend import Solution
from solvers.columns.boxstep import Boxstep
from solvers.columns.run import gap_reached
from solvers.search.run import run as run_search
from solvers.structured_job import Bound, Ended, Found, StructuredJob

FIRST_SHARE = 0.3  # of the time for search alone where there is one thread


def run(job: StructuredJob, emit: Callable[[object], None]) -> Ended:
    """What `worker.py` calls."""
    board = _Board(job, emit)
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    if job.threads == 1:
        _one_after_the_other(board)
    else:
        _side_by_side(board)
    return Ended(
        out_of_time=board.out_of_time,
        gap_reached=board.gap_reached,
        status="gap reached" if board.gap_reached else "time limit" if board.out_of_time else "nothing left to do",
    )


@dataclass
class _Board:
    """Best plan and bound, shared by the threads."""

    job: StructuredJob
    emit: Callable[[object], None]
    best: Found | None = None
    bound: float = -np.inf
    began: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, event: object) -> None:
        """An event of either side; only improvements are passed on."""
        with self.lock:
            if isinstance(event, Found):
                if self.best is not None and event.objective >= self.best.objective:
                    return
                self.best = event
            elif isinstance(event, Bound):
                if event.value <= self.bound:
                    return
                self.bound = event.value
            self.emit(event)

    @property
    def solution(self) -> Solution | None:
        return self.job.start if self.best is None else self.best.solution

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    @property
    def out_of_time(self) -> bool:
        return self.job.time_limit is not None and self.elapsed >= self.job.time_limit

    @property
    def gap_reached(self) -> bool:
        return gap_reached(self.job, np.inf if self.best is None else self.best.objective, self.bound)

    def is_over(self) -> bool:
        return self.out_of_time or self.gap_reached


def _one_after_the_other(board: _Board) -> None:
    """Search, then bound, then search again with the time that is left."""
    limit = board.job.time_limit
    run_search(replace(board.job, time_limit=None if limit is None else FIRST_SHARE * limit), board.take)
    if not board.is_over():
        _raise_bound(board, threads=1)
    if limit is not None and not board.is_over():
        rest = replace(board.job, time_limit=limit - board.elapsed, start=board.solution, seed=board.job.seed + 1)
        run_search(rest, board.take)


def _side_by_side(board: _Board) -> None:
    """Half of the threads search, the others price; who is left goes on until the end."""
    pricing = board.job.threads // 2
    failures: list[BaseException] = []

    def search() -> None:
        try:
            run_search(replace(board.job, threads=board.job.threads - pricing), board.take, board.is_over)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=search, daemon=True)
    thread.start()
    _raise_bound(board, threads=pricing)
    thread.join()
    if failures:
        raise failures[0]


def _raise_bound(board: _Board, threads: int) -> None:
    Boxstep(board.job.problem, board.solution, threads).run(board.is_over, lambda value: board.take(Bound(value)))

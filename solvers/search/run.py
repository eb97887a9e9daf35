"""The child's side: threads that search, a clock that stops them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from optimizer.construct import SearchState
from solvers.process.job import Ended, StructuredJob
from solvers.search.best import Best
from solvers.search.explore import Explorer
from solvers.search.regions import Regions
from solvers.search.runs import Runs

PATIENCE_S = 0.2  # for threads to end


def run(
    task: StructuredJob,
    emit: Callable[[object], None],
    is_over: Callable[[], bool] = lambda: False,
    on_begin: Callable[[Best], None] = lambda _: None,
) -> Ended:
    """What `worker.py` calls. `is_over`: a reason of the caller's to stop before the time limit.

    `on_begin` is given the search's best plan and pool of hubs, which others may read and add to.
    """
    began = time.monotonic()
    deadline = np.inf if task.time_limit is None else began + task.time_limit
    best = Best(task.problem, emit, deadline, task.log_path, is_over=is_over)
    if task.problem.n_practices == 0 or task.problem.n_sites == 0:
        return Ended(status="nothing to group")
    on_begin(best)
    empty = SearchState.empty(task.problem)
    if task.start is not None:
        best.offer(task.start, "start")
    build_s = time.monotonic() - began
    _search(task, best, empty)
    return Ended(
        out_of_time=time.monotonic() >= deadline,
        status="time limit" if time.monotonic() >= deadline else "nothing better found for long",
        build_s=build_s,
    )


def _search(task: StructuredJob, best: Best, empty: SearchState) -> None:
    """Explores on every thread until the deadline."""
    states: list[list[SearchState]] = [[] for _ in range(task.threads)]
    regions = Regions(task.problem, empty.travel)
    recombining = threading.Lock()
    failures: list[BaseException] = []

    def work(k: int) -> None:
        try:
            random = np.random.default_rng([task.seed, k])
            Explorer(Runs(best, empty, states[k]), best, regions, random, recombining).run()
        except BaseException as error:
            failures.append(error)
            best.stop.set()

    threads = [threading.Thread(target=work, args=(k,), daemon=True) for k in range(task.threads)]
    for thread in threads:
        thread.start()
    _wait(threads, best)
    _stop(threads, states, best)
    if failures:
        raise failures[0]


def _stop(threads: list[threading.Thread], states: list[list[SearchState]], best: Best) -> None:
    """Ends what runs; a program under way at HiGHS is left to end with the process."""
    best.stop.set()
    patience = time.monotonic() + PATIENCE_S
    while any(thread.is_alive() for thread in threads) and time.monotonic() < patience:
        for mine in states:
            for state in mine:
                state.stop()
        time.sleep(0.002)
    best.close()


def _wait(threads: list[threading.Thread], best: Best) -> None:
    for thread in threads:
        while thread.is_alive() and not best.over:
            thread.join(min(0.5, max(0.0, best.deadline - time.monotonic())))

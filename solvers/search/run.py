"""The child's side: threads that search, a clock that stops them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from optimizer.construct import SearchState
from optimizer.model.backend import Limit
from solvers.process.incumbent import Emit, Incumbent
from solvers.process.job import Ended, Phase, StructuredJob
from solvers.process.state import UnusableState
from solvers.search.explore import Explorer
from solvers.search.params import SearchParams
from solvers.search.pool import PooledHub
from solvers.search.regions import Regions
from solvers.search.runs import Runs
from solvers.search.shared import Shared
from solvers.search.states import States, read, restored, unusable

PATIENCE_S = 0.2  # for threads to end


def run(job: StructuredJob[SearchParams], emit: Emit) -> Ended:
    """What `worker.py` calls."""
    job = job.begun()
    arrays, warnings = read(job.state)
    states = States(emit, job.keeps_states)
    try:
        hubs = restored(job.problem, arrays, job.params.pool) if arrays else []
    except UnusableState as error:
        hubs, warnings = [], (unusable(error),)

    def begin(shared: Shared) -> None:
        share_states(shared, states, hubs)

    emit(Phase("searching"))
    ended = search(job, Incumbent.of(job, emit), begin)
    return replace(ended, warnings=warnings)


def share_states(shared: Shared, states: States, hubs: list[PooledHub]) -> None:
    """A search that begins with these hubs, and whose states are told."""
    shared.pool.add_priced(hubs)
    states.pool, shared.on_wait = shared.pool, states.tick


def search(
    job: StructuredJob[SearchParams], incumbent: Incumbent, on_begin: Callable[[Shared], None] = lambda _: None
) -> Ended:
    """Better plans for the incumbent, until the job's time limit or until the incumbent's process is over.

    `on_begin` is given what the search's threads share, which others may read and add to.
    """
    began = time.monotonic()
    deadline = incumbent.deadline if job.time_limit is None else min(incumbent.deadline, began + job.time_limit)
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    shared = Shared(incumbent, deadline, job.params)
    on_begin(shared)
    empty = SearchState.empty(job.problem, params=job.params.world)
    if incumbent.plan is not None:
        shared.learn(incumbent.plan)
    build_s = time.monotonic() - began
    _search(job, shared, empty)
    in_time = time.monotonic() < deadline
    return Ended(
        limit=None if in_time else Limit.TIME,
        status="nothing better found for long" if in_time else "time limit",
        build_s=build_s,
    )


def _search(job: StructuredJob[SearchParams], shared: Shared, empty: SearchState) -> None:
    """Explores on every thread until the deadline."""
    states: list[list[SearchState]] = [[] for _ in range(job.threads)]
    regions = Regions(job.problem, empty.travel, job.params.regions)
    recombining = threading.Lock()
    failures: list[BaseException] = []

    def work(k: int) -> None:
        try:
            random = np.random.default_rng([job.seed, k])
            Explorer(Runs(shared, empty, states[k]), shared, regions, random, recombining).run()
        except BaseException as error:
            failures.append(error)
            shared.stop.set()

    threads = [threading.Thread(target=work, args=(k,), daemon=True) for k in range(job.threads)]
    for thread in threads:
        thread.start()
    _wait(threads, shared)
    _stop(threads, states, shared)
    if failures:
        raise failures[0]


def _stop(threads: list[threading.Thread], states: list[list[SearchState]], shared: Shared) -> None:
    """Ends what runs; a program under way at HiGHS is left to end with the process."""
    shared.stop.set()
    patience = time.monotonic() + PATIENCE_S
    while any(thread.is_alive() for thread in threads) and time.monotonic() < patience:
        for mine in states:
            for state in mine:
                state.stop()
        time.sleep(0.002)
    shared.close()


def _wait(threads: list[threading.Thread], shared: Shared) -> None:
    for thread in threads:
        while thread.is_alive() and not shared.over:
            thread.join(min(0.5, max(0.0, shared.deadline - time.monotonic())))
            shared.on_wait()

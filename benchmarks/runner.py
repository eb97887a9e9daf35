"""Makes the runs of a benchmark on an executor, a few at a time, and stores each row as soon as it is there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice

from benchmarks.grid import Run
from benchmarks.peers.spopt_run import PeerRun
from benchmarks.perform import perform
from benchmarks.reference import Reference, measure
from benchmarks.row import Row
from benchmarks.store import Store
from optimizer.executors import Pool

AnyRun = Run | PeerRun
Task = AnyRun | Reference


def execute(task: Task) -> Row:
    """What a worker of the executor calls."""
    match task:
        case Reference():
            return measure(task)
        case PeerRun():
            return task.make()
    return perform(task)


def run_all(
    runs: Sequence[AnyRun],
    pool: Pool,
    store: Store,
    *,
    reference_every: int,
    on_row: Callable[[Row], None],
    most_s: float = math.inf,
) -> int:
    """Make all runs, and the reference job at the beginning in every slot and after each `reference_every` runs; return
    how many runs were made.

    From the first run on whose time limit might end later than `most_s` seconds from now, none is begun.
    Raises what a run's worker raised, once the rows of others that have ended are stored; runs under way are given up.
    """
    if not runs:
        return 0
    made = 0
    store.begin()
    tasks = _tasks(runs, pool.slots, reference_every, time.monotonic() + most_s)
    waiting: set[Future[Row]] = set()
    try:
        for task in islice(tasks, pool.slots):
            waiting.add(pool.executor.submit(execute, task))
        while waiting:
            done, waiting = pool.wait(waiting)
            for future in done:
                row = pool.result(future)
                store.add(row)
                on_row(row)
                made += row.kind == "run"
            for task in islice(tasks, pool.slots - len(waiting)):
                waiting.add(pool.executor.submit(execute, task))
    except BaseException:
        pool.abandon(waiting)
        raise
    return made


def _tasks(runs: Sequence[AnyRun], slots: int, reference_every: int, until: float) -> Iterator[Task]:
    """Each is asked for as it begins, so that no run begins that may not end in time."""
    reference = Reference(runs[0].suite)
    yield from [reference] * slots
    for number, run in enumerate(runs):
        if number > 0 and number % reference_every == 0:
            yield reference
        if time.monotonic() + run.time_limit_s > until:
            return
        yield run

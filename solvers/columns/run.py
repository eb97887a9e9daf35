"""The child's side of `columns`: a plan to measure against, then the bound, until the gap or the time is reached."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from optimizer.construct import construct
from solvers.columns.boxstep import Boxstep
from solvers.search.cost import objective
from solvers.structured_job import Bound, Ended, Found, StructuredJob

CONSTRUCTION_S = 20.0
PROVEN = 1e-6  # relative gap at which nothing is left to do


def run(job: StructuredJob, emit: Callable[[object], None]) -> Ended:
    """What `worker.py` calls."""
    began = time.monotonic()
    limit = np.inf if job.time_limit is None else job.time_limit
    problem, start = job.problem, job.start
    if problem.n_practices == 0 or problem.n_sites == 0:
        return Ended(status="nothing to group")
    if start is None:
        start = construct(problem, seed=job.seed, time_limit=min(CONSTRUCTION_S, 0.3 * limit))
        if start is not None:
            emit(Found(start, objective(problem, start)))
    cost = np.inf if start is None else objective(problem, start)
    steps = Boxstep(problem, start, job.threads)
    build_s = time.monotonic() - began

    def out_of_time() -> bool:
        return time.monotonic() - began >= limit

    def is_over() -> bool:
        return out_of_time() or gap_reached(job, cost, steps.bound)

    finished = steps.run(is_over, lambda value: emit(Bound(value)))
    return Ended(
        out_of_time=out_of_time(),
        gap_reached=gap_reached(job, cost, steps.bound),
        status="bound at its highest" if finished else "stopped",
        build_s=build_s,
    )


def gap_reached(job: StructuredJob, cost: float, bound: float) -> bool:
    """Whether a plan of that cost is proven well enough by the bound."""
    if not (np.isfinite(cost) and np.isfinite(bound)):
        return False
    relative = max(PROVEN, job.rel_gap or 0.0)
    return cost - bound <= max(relative * abs(cost), job.abs_gap or 0.0)

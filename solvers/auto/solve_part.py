"""Branch and price of a part of a plan without networks: an exact neighbourhood of many hubs for the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from optimizer.model.arrays import BoolArray
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.auto.params import DEFAULT, AutoParams
from solvers.auto.part import part_of
from solvers.columns.run import State, make_tree
from solvers.process.job import Found, StructuredJob
from solvers.search.best import Reoptimised
from solvers.search.pool import PooledHub


def solve_part(
    problem: Problem,
    plan: Solution,
    region: BoolArray,
    hubs: list[PooledHub],
    deadline: float,
    is_over: Callable[[], bool],
    params: AutoParams = DEFAULT,
) -> Reoptimised:
    """The best plan that differs from `plan` in the region alone, where its practices' cheapest sites suffice.

    `region`: [n] practices of whole hubs, and some in none. `hubs` of the whole problem begin the master. `deadline`:
    time.monotonic().
    """
    part = part_of(problem, plan, region, params.part_sites)
    if not len(part.sites):
        return Reoptimised(None, proven=True)
    first = Found(part.solution, objective(part.problem, part.solution))
    job = StructuredJob(part.problem, time_limit=None, threads=1, seed=0, params=params.columns)
    state = State(job, lambda _: None, deadline, best=first)
    around = replace(state.surroundings(), is_over=lambda: state.is_over() or is_over())
    settled = make_tree(part.problem, part.solution, part.columns(hubs), job.threads, around, params=job.params).run()
    best = state.best
    better = part.put_back(best.solution) if best is not None and best is not first else None
    return Reoptimised(better, proven=settled or state.gap_reached)

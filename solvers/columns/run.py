"""The child's side of `columns`: a plan to measure against, then the tree, until the gap or the time is reached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizer.model.columns import Column
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.ascent import first_prices
from solvers.columns.certificate import certificate_of
from solvers.columns.exchange import as_plan, columns_of_hubs
from solvers.columns.params import DEFAULT, ColumnsParams
from solvers.columns.pool import ColumnPool, columns_of
from solvers.columns.prices import no_prices
from solvers.columns.tree import Surroundings, Tree, TreeNode, best_first
from solvers.process.job import Bound, Ended, Found, StructuredJob, stopped_by_parent
from solvers.search.best import Best
from solvers.search.run import run as run_search

PROVEN = 1e-6  # relative gap at which nothing is left to do


def run(job: StructuredJob[ColumnsParams], emit: Callable[[object], None]) -> Ended:
    """What `worker.py` calls."""
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    began = time.monotonic()
    limit = np.inf if job.time_limit is None else job.time_limit
    state = State(job, emit, began + limit)
    with stopped_by_parent(state.stop):
        return _prove(job, state, began)


def _prove(job: StructuredJob[ColumnsParams], state: State, began: float) -> Ended:
    limit = state.deadline - began
    first = job.params.first
    hubs = _search_first(job, state, min(first.most_s, first.share * limit))
    build_s = time.monotonic() - began
    tree = make_tree(job.problem, state.solution, hubs, job.threads, state.surroundings(), params=job.params)
    finished = tree.run()
    certificate = certificate_of(tree)
    return Ended(
        out_of_time=state.out_of_time,
        gap_reached=state.gap_reached,
        status="nothing left to divide" if finished else "stopped",
        build_s=build_s,
        certificate=None if certificate is None else certificate.to_json(),
    )


def _search_first(job: StructuredJob[ColumnsParams], state: State, seconds: float) -> list[Column]:
    """A short search for a plan and for the hubs that the first master holds."""
    found: list[Best] = []
    run_search(job.tuned(job.params.search, time_limit=seconds), state.take, state.stop.is_set, found.append)
    return columns_of_hubs(job.problem, found[0].pool.hubs()) if found else []


@dataclass
class State:
    """Best plan and bound of a job; `deadline`: time.monotonic()."""

    job: StructuredJob[ColumnsParams]
    emit: Callable[[object], None]
    deadline: float
    best: Found | None = None
    bound: float = -np.inf
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def cost(self) -> float:
        return np.inf if self.best is None else self.best.objective

    @property
    def solution(self) -> Solution | None:
        return self.job.start if self.best is None else self.best.solution

    def take(self, event: object) -> None:
        """A plan of the search."""
        if isinstance(event, Found) and event.objective < self.cost:
            self.best = event
            self.emit(event)

    def offer(self, solution: Solution) -> bool:
        """Take a solution if it keeps every rule; whether it does."""
        plan = as_plan(self.job.problem, solution)
        if plan is not None:
            self.take(Found(plan, objective(self.job.problem, plan)))
        return plan is not None

    def take_bound(self, value: float) -> None:
        self.bound = value
        self.emit(Bound(value))

    @property
    def out_of_time(self) -> bool:
        return time.monotonic() >= self.deadline

    @property
    def gap_reached(self) -> bool:
        return gap_reached(self.job, self.cost, self.bound)

    def is_over(self) -> bool:
        return self.stop.is_set() or self.out_of_time or self.gap_reached

    def surroundings(self) -> Surroundings:
        return Surroundings(
            incumbent=lambda: self.cost,
            is_over=self.is_over,
            on_bound=self.take_bound,
            on_solution=self.offer,
            on_columns=lambda _: None,
            on_guide=lambda _: None,
            deadline=self.deadline,
        )


def make_tree(
    problem: Problem,
    plan: Solution | None,
    hubs: list[Column],
    threads: int,
    around: Surroundings,
    order: Callable[[TreeNode], tuple[float, int]] = best_first,
    params: ColumnsParams = DEFAULT,
) -> Tree:
    """A tree that begins with these hubs, and with prices that share out the costs of the plan's."""
    pool = ColumnPool(problem)
    for column in [] if plan is None else columns_of(problem, plan):
        pool.add(column)
    starts = [no_prices(problem, practice) for practice in first_prices(pool)]
    for column in hubs:
        pool.add(column)
    return Tree(problem, pool, starts, threads, around, order, params)


def gap_reached(job: StructuredJob[Any], cost: float, bound: float) -> bool:
    """Whether a plan of that cost is proven well enough by the bound."""
    if not (np.isfinite(cost) and np.isfinite(bound)):
        return False
    relative = max(PROVEN, job.rel_gap or 0.0)
    return cost - bound <= max(relative * abs(cost), job.abs_gap or 0.0)

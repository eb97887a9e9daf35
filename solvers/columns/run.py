"""The child's side of `columns`: a plan to measure against, then the tree, until the gap or the time is reached."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from optimizer.model.columns import Column
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.ascent import first_prices
from solvers.columns.clusters import one_a_slot
from solvers.columns.compact_end import solve_whole
from solvers.columns.exchange import as_plan, columns_of_hubs
from solvers.columns.node import root_node
from solvers.columns.params import DEFAULT, ColumnsParams
from solvers.columns.pool import ColumnPool, columns_of
from solvers.columns.prices import no_prices
from solvers.columns.recorder import Recorder, Resumed
from solvers.columns.surroundings import Surroundings
from solvers.columns.tree import Tree, TreeNode, best_first
from solvers.process.incumbent import Emit, Incumbent
from solvers.process.job import Ended, Phase, StructuredJob, stopped_by_parent
from solvers.search.pool import HubPool
from solvers.search.run import search, share_states
from solvers.search.shared import Shared
from solvers.search.states import States


def run(job: StructuredJob[ColumnsParams], emit: Emit) -> Ended:
    """What `worker.py` calls."""
    job = job.begun()
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    incumbent = Incumbent.of(job, emit)
    with stopped_by_parent(incumbent.stop):
        return _prove(job, incumbent)


def _prove(job: StructuredJob[ColumnsParams], incumbent: Incumbent) -> Ended:
    began = time.monotonic()
    resumed = Resumed.of(job, job.params.search.pool)
    states = States(incumbent.emit, job.keeps_states)
    hubs = _search_first(job, incumbent, resumed, states)
    if incumbent.plan is None and _has_no_plan(job, incumbent):
        return Ended(status="no plan", no_plan=True)
    build_s = time.monotonic() - began
    recorder = Recorder(incumbent, states, job.time_limit)
    around = replace(surroundings(incumbent), is_over=recorder.is_over, on_step=recorder.step)
    tree = make_tree(job.problem, incumbent.solution, hubs, job.threads, around, params=job.params)
    recorder.tree = tree
    resumed.restore(tree, recorder)
    incumbent.emit(Phase("proving"))
    finished = tree.run()
    no_plan = finished and not incumbent.is_over() and solve_whole(job.problem, around)
    recorder.certify()
    return Ended(
        limit=incumbent.limit,
        status="nothing left to divide" if finished else "stopped",
        build_s=build_s,
        no_plan=no_plan,
        warnings=resumed.warnings,
    )


def _search_first(
    job: StructuredJob[ColumnsParams], incumbent: Incumbent, resumed: Resumed, states: States
) -> list[Column]:
    """A short search for a plan and for the hubs that the first master holds; none where these are known."""
    if resumed.has_tree and incumbent.plan is not None:
        states.pool = HubPool(job.problem, job.params.search.pool)
        states.pool.add_priced(resumed.hubs)
        return columns_of_hubs(job.problem, resumed.hubs)
    incumbent.emit(Phase("searching"))
    first = job.params.first
    seconds = min(first.most_s, first.each_s * job.problem.n_practices)
    if job.time_limit is not None:
        seconds = min(seconds, first.share * job.time_limit)
    found: list[Shared] = []

    def begin(shared: Shared) -> None:
        found.append(shared)
        share_states(shared, states, resumed.hubs)

    search(job.tuned(job.params.search, time_limit=seconds), incumbent, begin)
    return columns_of_hubs(job.problem, found[0].pool.hubs())


def _has_no_plan(job: StructuredJob[ColumnsParams], incumbent: Incumbent) -> bool:
    """Where hardly a plan keeps the rules, and the search has come upon none: the compact model, if it is small.

    Its bound is left to the tree, which proves one that can be rechecked.
    """
    first = job.params.first
    if len(job.problem.reach) > first.compact_pairs:
        return False
    most_s = min(first.compact_most_s, first.compact_share * incumbent.time_left)
    return solve_whole(job.problem, replace(surroundings(incumbent), on_bound=lambda _: None), most_s)


def surroundings(incumbent: Incumbent) -> Surroundings:
    """Of a tree with nobody else to tell."""

    def offer(solution: Solution) -> bool:
        plan = as_plan(incumbent.problem, solution)
        if plan is not None:
            incumbent.take(incumbent.found(plan), "the proof")
        return plan is not None

    return Surroundings(
        incumbent=lambda: incumbent.objective,
        is_over=incumbent.is_over,
        on_bound=incumbent.take_bound,
        on_solution=offer,
        on_columns=lambda _: None,
        on_guide=lambda _: None,
        deadline=incumbent.deadline,
        plan=lambda: incumbent.solution,
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
    clusters = one_a_slot(root_node(problem))
    starts = [no_prices(problem, practice, clusters) for practice in first_prices(pool)]
    for column in hubs:
        pool.add(column)
    return Tree(problem, pool, starts, threads, around, order, params)

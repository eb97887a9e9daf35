"""What HiGHS ends: the compact model of a node without networks over some of its pairs, or of the whole problem.

Over the pairs that a better plan can have it ends a node: where practices have two or three sites left each, general
branch and bound is quick; with networks it is not. Over fewer it finds plans (node_plans.py). Over all of them it
settles what rules that no price and no branch stands for leave open once the tree is at its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from optimizer.compact.program import CompactModel
from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.cost_step import cost_step, round_up
from solvers.columns.node import Node, root_node
from solvers.columns.rounding import MIP_SHARE
from solvers.columns.surroundings import Surroundings
from solvers.mip.highs_model import pass_model


def solve_compact(
    node: Node,
    pairs: BoolArray,
    cutoff: float,
    around: Surroundings,
    most_s: float = np.inf,
    start: Solution | None = None,
    on_bound: Callable[[float], None] = lambda _: None,
) -> float:
    """No plan of the node over these pairs costs less than that, pounds a year; inf where there is none.

    `pairs`: [reach] those left; `start`: a plan of the node over them to begin from, None = none. For nodes without
    slots. Better plans are told at once, and `on_bound` what is proven on the way. Ends as soon as the bound is at the
    cutoff, after `most_s` seconds, or when the surroundings say stop.
    """
    compact = CompactModel.build(_restricted(node, pairs))
    enough = cutoff + MIP_SHARE * abs(cutoff)
    highs = highspy.Highs()

    def look(event: Any) -> None:
        bound = event.data_out.mip_dual_bound
        on_bound(_surely(bound))
        event.interrupt(bound > enough or around.is_over())

    def tell(event: Any) -> None:
        around.on_solution(compact.decode(np.array(event.data_out.mip_solution)))

    highs.cbMipInterrupt.subscribe(look)
    highs.cbMipImprovingSolution.subscribe(tell)
    for name, value in (
        ("log_to_console", False),
        ("threads", 1),
        ("mip_rel_gap", 0.0),
        ("time_limit", max(0.1, min(most_s, around.deadline - time.monotonic()))),
    ):
        highs.setOptionValue(name, value)
    pass_model(highs, compact.model)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = compact.encode(start).tolist()
        highs.setSolution(known)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return np.inf
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        around.on_solution(compact.decode(np.array(highs.getSolution().col_value)))
    return _surely(info.mip_dual_bound)


def solve_whole(problem: Problem, around: Surroundings, most_s: float = np.inf) -> bool:
    """The compact model from the best plan, until it is settled or over: plans and bounds are told.

    True where there is none, and none is known.
    """
    step = cost_step(problem)

    def tell(bound: float) -> None:
        cost, sure = around.incumbent(), round_up(bound, step)
        if np.isfinite(sure) and sure <= cost + MIP_SHARE * abs(cost):  # a plan below it refutes a bound
            around.on_bound(min(sure, cost))

    every = np.ones(len(problem.reach), dtype=bool)
    bound = solve_compact(root_node(problem), every, np.inf, around, most_s, around.plan(), tell)
    tell(bound)
    return bool(bound == np.inf) and around.plan() is None


def _surely(bound: float) -> float:
    """Less what HiGHS's tolerances can have added."""
    return bound - MIP_SHARE * abs(bound) if np.isfinite(bound) else -np.inf


def _restricted(node: Node, pairs: BoolArray) -> Problem:
    """The node's problem with fewer pairs; branches on sites and on the number of hubs as rules."""
    p, hub = node.problem, node.problem.hub
    low = max([hub.count_min, *(limit.low for limit in node.limits)])
    high = min([hub.count_max, *(limit.high for limit in node.limits)])
    return replace(
        p,
        reach=p.reach.where(pairs & node.allowed & ~node.closed[p.reach.column]),
        sites=replace(p.sites, must_open=node.required),
        hub=replace(hub, count_min=low, count_max=high),
        practices=replace(p.practices, may_be_independent=node.may_be_independent),
    )

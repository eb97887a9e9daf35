"""The end of a node without networks: the compact model over the pairs that a better plan can have, by HiGHS.

Where practices have two or three sites left each, general branch and bound is quick; with networks it is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from optimizer.compact.program import CompactModel
from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.node import Node
from solvers.columns.params import DEFAULT
from solvers.columns.rounding import MIP_SHARE
from solvers.mip.highs_model import pass_model


@dataclass(frozen=True)
class CompactEnd:
    """No plan of the node over these pairs costs less than `bound`, pounds a year; `solution`: the best one found."""

    bound: float
    solution: Solution | None


def solve_compact(
    node: Node,
    pairs: BoolArray,
    cutoff: float,
    deadline: float,
    is_over: Callable[[], bool],
    most_s: float = DEFAULT.compact.most_s,
) -> CompactEnd:
    """`pairs`: [reach] those left. For nodes without slots.

    Ends as soon as the bound is at the cutoff, after `most_s` seconds, or at the deadline.
    """
    compact = CompactModel.build(_restricted(node, pairs))
    enough = cutoff + MIP_SHARE * abs(cutoff)
    highs = highspy.Highs()

    def look(event: Any) -> None:
        event.interrupt(event.data_out.mip_dual_bound > enough or is_over())

    highs.cbMipInterrupt.subscribe(look)
    for name, value in (
        ("log_to_console", False),
        ("threads", 1),
        ("mip_rel_gap", 0.0),
        ("time_limit", max(0.1, min(most_s, deadline - time.monotonic()))),
    ):
        highs.setOptionValue(name, value)
    pass_model(highs, compact.model)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return CompactEnd(np.inf, None)
    bound = info.mip_dual_bound
    solution = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        solution = compact.decode(np.array(highs.getSolution().col_value))
    return CompactEnd(bound - MIP_SHARE * abs(bound), solution)


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

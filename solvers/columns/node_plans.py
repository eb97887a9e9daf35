"""Plans out of nodes without networks that are about to be divided by a site: kernels of their pairs, and dives.

A kernel is what the node's prices find cheapest of each practice's pairs; HiGHS makes the best plan that it can over
these and those of the plan at hand (kernel search: Guastaroba, Speranza, European Journal of Operational Research 238,
2014). It leaves the branches of the node out, so that the plan at hand is one to begin from, and proves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.problem import Problem
from solvers.columns.ascent import Ascent
from solvers.columns.compact_end import solve_compact
from solvers.columns.dive import dive, least_of_each
from solvers.columns.node import root_node
from solvers.columns.params import ColumnsParams
from solvers.columns.prices import NodePrices
from solvers.columns.surroundings import Surroundings


class NodePlans:
    """Looks for plans at some of the nodes that it is shown: the less often, the less they bring."""

    def __init__(self, around: Surroundings, cutoff: Callable[[], float], threads: int, params: ColumnsParams) -> None:
        self._around, self._cutoff, self._threads, self._params = around, cutoff, threads, params
        self._left = 0  # nodes until the next look
        self._wait: int | None = None  # nodes after it; None before the first

    def look(self, ascent: Ascent, prices: NodePrices, with_pair: FloatArray) -> None:
        """`prices`, `with_pair`: the last prices of the node, and what its plans with each pair cost at least."""
        if self._left:
            self._left -= 1
            return
        before, problem, params = self._cutoff(), ascent.node.problem, self._params
        is_free = _is_free(problem)
        if self._wait is None:
            self._wait = params.kernel.first_wait if is_free else params.dive.first_wait
        if is_free:
            self._by_kernel(problem, least_of_each(problem.reach, with_pair, params.kernel.each))
        if problem.n_practices <= params.dive.most_practices:
            self._by_dive(ascent, prices)
        self._wait = self._wait if self._cutoff() < before else 2 * self._wait
        self._left = self._wait

    def _by_dive(self, ascent: Ascent, prices: NodePrices) -> None:
        around, problem = self._around, ascent.node.problem
        dived = dive(ascent, prices, self._threads, self._cutoff, around.is_over)
        if dived is None:
            return
        if _is_free(problem):  # its sites hold everybody badly or not at all
            self._by_kernel(problem, dived.pairs | dived.elsewhere)
        else:
            solve_compact(dived.node, dived.pairs, self._cutoff(), around, self._params.compact.most_s)

    def _by_kernel(self, problem: Problem, pairs: BoolArray) -> None:
        """`pairs`: [reach] the kernel, to which those of the plan at hand are added."""
        around, params, plan, reach = self._around, self._params.kernel, self._around.plan(), problem.reach
        most_s = min(params.most_s, params.share * (around.deadline - time.monotonic()))
        if most_s < params.least_s:
            return
        if plan is not None:
            pairs = pairs | (plan.site_of[reach.row] == reach.column)
        solve_compact(root_node(problem), pairs, self._cutoff(), around, most_s, plan)


def _is_free(problem: Problem) -> bool:
    """Whether rules leave the number of hubs open; with a fixed number dives alone are known to find plans."""
    return problem.hub.count_min < problem.hub.count_max

"""A plan out of a node without networks: its sites are fixed one after another, then HiGHS deals out the practices.

Diving with column generation (Sadykov, Vanderbeck, Pessoa, Tahiri, Uchoa, INFORMS Journal on Computing 31, 2019), on
sites alone: dives on whole hubs end in leftovers that fit badly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.pairs import Pairs, first_of_each
from solvers.columns.ascent import Ascent
from solvers.columns.branching import WHOLE, Doubt
from solvers.columns.node import NO_SLOT, Node
from solvers.columns.prices import NodePrices


@dataclass(frozen=True)
class Dived:
    """The node with every site open or closed, and the pairs to deal its practices out over."""

    node: Node
    pairs: BoolArray  # [reach]
    elsewhere: BoolArray  # [reach] of each practice the one at a site not open with which a plan may be cheapest


def dive(
    ascent: Ascent, prices: NodePrices, threads: int, cutoff: Callable[[], float], is_over: Callable[[], bool]
) -> Dived | None:
    """Down from an ascent with its last prices; None once no plan below `cutoff()` is left, or if `is_over()`.

    There are no more hubs than in the master at the top: fixing sites alone would open one after another.
    """
    node, fractions = ascent.node, ascent.fractions()
    if fractions is None:
        return None
    node = node.split_hubs(frozenset({NO_SLOT}), round(float(fractions.in_slot.sum())))[0]
    prices = prices.with_limit()
    while fractions is not None:
        is_open = np.where(node.required, 0.0, fractions.in_slot.sum(axis=1))
        if is_open.max(initial=0.0) <= WHOLE:
            return _end(ascent)
        node = replace(node, required=node.required | _fixed(ascent, is_open))
        ascent = Ascent(node, ascent.pool, [prices], threads, ascent.params, until=ascent.until)
        if not _settle(ascent, cutoff(), is_over):
            return None
        prices = ascent.counts.evaluations[-1].prices.with_binding_cuts()
        fractions = ascent.fractions()
    return None


def _fixed(ascent: Ascent, is_open: FloatArray) -> BoolArray:
    """[m] the sites to have a hub next. `is_open`: [m] how far the master opens sites that are not fixed."""
    fixed: BoolArray = is_open >= ascent.params.dive.sure
    if not fixed.any():
        furthest = np.argsort(-is_open, kind="stable")[: ascent.params.branching.most_tried]
        doubts = [Doubt(float(is_open[j]), site=int(j)) for j in furthest[is_open[furthest] > WHOLE]]
        fixed[ascent.easiest(doubts).site] = True
    return fixed


def _settle(ascent: Ascent, cutoff: float, is_over: Callable[[], bool]) -> bool:
    """Whether the node may have plans below the cutoff once its bound has little left to gain."""
    params = ascent.params.dive
    for _ in range(params.most_evaluations):
        if not ascent.advance(is_over) or ascent.bound >= cutoff:
            return False
        if ascent.finished or ascent.room <= params.settled * min(cutoff - ascent.bound, abs(ascent.bound)):
            break
    return True


def _end(ascent: Ascent) -> Dived:
    """All other sites closed; each practice with the sites where a plan with it may be cheapest."""
    node, reach = ascent.node, ascent.node.problem.reach
    with_pair: FloatArray = ascent.pricer.least_with_pair(ascent.counts.point)
    at_open = np.where(node.required[reach.column], with_pair, np.inf)
    elsewhere = np.where(node.required[reach.column], np.inf, with_pair)
    return Dived(
        node=replace(node, closed=~node.required),
        pairs=least_of_each(reach, at_open, ascent.params.dive.sites_each),
        elsewhere=least_of_each(reach, elsewhere, 1),
    )


def least_of_each(reach: Pairs, with_pair: FloatArray, most: int) -> BoolArray:
    """[reach] of every practice the pairs of least finite `with_pair` [reach], so many at most."""
    possible = np.flatnonzero(np.isfinite(with_pair))
    order = possible[np.lexsort((with_pair[possible], reach.row[possible]))]
    pairs = np.zeros(len(reach), dtype=bool)
    pairs[first_of_each(reach.row, order, most)] = True
    return pairs

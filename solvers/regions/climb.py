"""Raises the prices of one window: a piece of work for a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from optimizer.model.arrays import FloatArray
from optimizer.model.columns import Column
from solvers.columns.ascent import Ascent
from solvers.columns.lagrangian import Pricer
from solvers.columns.master import Optimum
from solvers.columns.params import ColumnsParams
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import NodePrices
from solvers.regions.params import Climbing
from solvers.regions.window import Window

LEAST_STEPS = 3  # before what a window can still gain is believed


@dataclass(frozen=True)
class Raised:
    """`gain`: pounds a year, of the window and so of the whole; `columns` of the part and `used`, both at the end."""

    prices: NodePrices
    gain: float
    columns: list[Column]
    used: FloatArray | None  # [roles + 2] FTE hired, patients in networks, hubs; None where no master was solved
    optimum: Optimum | None  # of the last master, of the part; None where there is none


def climb(window: Window, columns: list[Column], most_s: float, how: Climbing, params: ColumnsParams) -> Raised:
    """The best prices found until the window can gain hardly more or time is up.

    `columns`: hubs of the part that the master begins with.
    """
    deadline = time.monotonic() + most_s
    pool = ColumnPool(window.node.problem)
    for column in columns:
        pool.add(column)
    mine = _tuned(params, how)
    frozen = replace(window.frozen, site=_others(window, mine))
    ascent = Ascent(window.node, pool, [window.start], 1, mine, frozen=frozen, until=deadline)
    first: float | None = None
    steps = 0
    while True:
        at_its_highest = ascent.finished or (steps > LEAST_STEPS and ascent.room <= how.settled * abs(ascent.bound))
        if at_its_highest and not (how.cuts and ascent.cut(how.cuts * abs(ascent.bound))):
            break
        if not ascent.advance(lambda: time.monotonic() >= deadline):
            break
        first = ascent.bound if first is None else first
        steps += 1
    if first is None:
        return Raised(window.start, 0.0, [], None, None)
    best = ascent.counts.evaluations[ascent.counts.by[0]].prices
    used = ascent.used(~window.frozen.practice)
    return Raised(best, ascent.bound - first, ascent.columns_in_use(), used, ascent.optimum())


def _tuned(params: ColumnsParams, how: Climbing) -> ColumnsParams:
    """One bound for all numbers of networks, in steps that suit a window."""
    steps = replace(params.ascent, towards=how.towards, narrower=how.narrower)
    return replace(params, pricing=replace(params.pricing, most_counts=0, cells=how.cells), ascent=steps)


def _others(window: Window, params: ColumnsParams) -> FloatArray:
    """[m] least reduced cost of hubs at far sites that no price of the window changes; 0 elsewhere and at most."""
    pricer = Pricer(window.others, window.start.clusters, 1, params.pricing)
    evaluation = pricer.evaluate(window.start, params.ascent.first_nodes, lambda: False)
    assert evaluation is not None
    return evaluation.site

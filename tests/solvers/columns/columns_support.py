"""A node whose duals have converged."""

from __future__ import annotations

from optimizer.construct import construct
from solvers.columns.ascent import Ascent, first_prices
from solvers.columns.clusters import clustered
from solvers.columns.node import Node
from solvers.columns.pool import ColumnPool, columns_of
from solvers.columns.prices import no_prices


def converged(node: Node, clusters: int = 1) -> Ascent:
    """From the hubs of a constructed plan, with so many clusters of leads a slot."""
    plan = construct(node.problem, seed=1, time_limit=60.0)
    assert plan is not None
    pool = ColumnPool(node.problem)
    for column in columns_of(node.problem, plan):
        pool.add(column)
    starts = [no_prices(node.problem, practice, clustered(node, clusters)) for practice in first_prices(pool)]
    for _ in node.limits:
        starts = [start.with_limit() for start in starts]
    ascent = Ascent(node, pool, starts, threads=1)
    for _ in range(400):
        if ascent.finished and not ascent.focus_on_weakest():
            break
        assert ascent.advance(lambda: False)
    assert ascent.finished
    return ascent

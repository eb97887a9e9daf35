"""What a node that is a window on a larger problem takes from outside: prices that it does not set itself.

A frozen practice, group or cluster of leads has no row in the master; what its price pays or charges is part of what
hubs cost there. The bound of a window so rises by what that of the larger problem does.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.model.arrays import BoolArray, FloatArray
from solvers.columns.prices import NodePrices


@dataclass(frozen=True)
class Frozen:
    """The prices of market, coverage and the number of hubs are frozen as well.

    `site` [m]: the least reduced cost of hubs there that the node does not have, pounds a year; 0 at most.
    """

    # over the clusters of the node, and the cuts that it begins with; 0 where the node sets them itself
    prices: NodePrices
    practice: BoolArray  # [n]
    group: BoolArray  # [G]
    cluster: BoolArray  # [C]
    cut: BoolArray  # [cuts] of the prices
    site: FloatArray

"""What a node that is a window on a larger problem takes from outside: prices that it does not set itself.

A frozen practice, group or cluster of leads has no row in the master; what its price pays or charges is part of what
hubs cost there. The bound of a window so rises by what that of the larger problem does.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.model.arrays import BoolArray
from solvers.columns.prices import NodePrices


@dataclass(frozen=True)
class Frozen:
    """The prices of market, coverage and the number of hubs are frozen as well."""

    prices: NodePrices  # over the clusters of the node; 0 where the node sets them itself
    practice: BoolArray  # [n]
    group: BoolArray  # [G]
    cluster: BoolArray  # [C]

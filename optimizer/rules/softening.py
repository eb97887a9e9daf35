"""Where rules put their limits so that they may be broken at a price.

Breaking a rule once costs 1 and the share of its limit by which it is missed, as exemptions count: the least of this is
the fewest and smallest exemptions with which a plan exists. Limits on single pairs are costs of their columns, all
others soft rows.
"""

from __future__ import annotations

import numpy as np

from instances import Instance
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.soft_rows import SoftRows
from optimizer.verify.prepared import Prepared


class Softening:
    """The widened compact model under construction, to which limits of the original instance are added at a price.

    `strict` are the arrays of the instance, `wide` those of the widened one, whose practices are the same.
    """

    def __init__(
        self, instance: Instance, strict: Problem, wide: Problem, columns: ColumnBlocks, rows: RowBlocks
    ) -> None:
        self.instance, self.strict, self.wide = instance, strict, wide
        self.prepared = Prepared(instance)
        self.columns, self.rows = columns, rows
        self.soft = SoftRows(self.columns, self.rows)
        self.cost = np.zeros(self.columns.count)
        self.offset = 0.0
        self.practice_of = {practice: i for i, practice in enumerate(wide.practices.ids)}
        self.site_of = {site: j for j, site in enumerate(wide.sites.ids)}

    def charge(self, columns: IntArray, price: FloatArray | float) -> None:
        """The price of choosing columns."""
        self.cost[columns] += price

    def ask_for(self, columns: IntArray) -> None:
        """1 unless one of the columns is chosen, of which at most one can be."""
        self.offset += 1.0
        self.cost[columns] -= 1.0

    def pair(self, practice: str, site: str) -> IntArray:
        """The column of a practice at a site, none where it can never be there."""
        if site not in self.site_of:
            return np.zeros(0, np.int64)
        index = self.wide.reach.index_of(np.array([self.practice_of[practice]]), np.array([self.site_of[site]]))
        return np.asarray(self.columns["x"][index[index >= 0]])

"""Where rules put their limits so that they may be broken at a price.

Breaking a rule once costs 1 and the share of its limit by which it is missed, as exemptions count: the least of this is
the fewest and smallest exemptions with which a plan exists. Limits on single pairs are costs of their columns, all
others soft rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from instances import Instance
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.blocks import RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.soft_rows import SoftRows
from optimizer.verify.prepared import Prepared


def scale(limit: ArrayLike) -> FloatArray:
    """What a miss of a limit is a share of."""
    return np.asarray(np.maximum(limit, 1), dtype=np.float64)


class Softening:
    """The widened compact model under construction, to which limits of the original instance are added at a price.

    `strict` are the arrays of the instance, `wide` those of the widened one, whose practices are the same. A rule that
    adds a block of columns says in `own` what they are in the point of a solution, by a function that can be pickled.
    """

    def __init__(self, instance: Instance, strict: Problem, wide: Problem, rows: RowBlocks) -> None:
        self.instance, self.strict, self.wide = instance, strict, wide
        self.prepared = Prepared(instance)
        self.columns, self.rows = rows.columns, rows
        self.soft = SoftRows(self.columns, self.rows)
        self.cost = np.zeros(self.columns.count)
        self.offset = 0.0
        self.own: dict[str, Callable[[Solution], ArrayLike]] = {}
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

    def at_sites(self, practice: str) -> IntArray:
        """[m] the column of a practice at each site, -1 where it can never be there."""
        sites = np.arange(self.wide.n_sites)
        index = self.wide.reach.index_of(np.full(len(sites), self.practice_of[practice]), sites)
        return np.where(index >= 0, self.columns["x"][index], -1)

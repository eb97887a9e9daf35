"""The elastic model: the limits of an instance over its widened compact model, each to be broken at a price.

Breaking a rule once costs 1 and the share of its limit by which it is missed, as in `exemptions.py`: the least of this
is the fewest and smallest exemptions with which a plan exists. Limits on single pairs are costs of their columns, all
others soft rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from instances import Instance
from optimizer.compact.program import RULES, CompactModel, declare_columns
from optimizer.compact.rows import Columns, Rows
from optimizer.explain.soft_rows import SoftBlock, SoftRows
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.verify.prepared import Prepared


@dataclass(frozen=True)
class ElasticModel(CompactModel):
    """The compact model of a widened problem with soft rows."""

    soft: tuple[SoftBlock, ...] = ()

    def encode(self, solution: Solution) -> FloatArray:
        x = super().encode(solution)
        for block in self.soft:
            block.fill(x)
        return x


class Elastic:
    """An elastic model under construction."""

    def __init__(self, instance: Instance, strict: Problem, wide: Problem) -> None:
        self.instance, self.strict, self.wide = instance, strict, wide
        self.prepared = Prepared(instance)
        self.columns: Columns = declare_columns(wide)
        self.rows = Rows(self.columns)
        for rule in RULES:
            rule(wide, self.columns, self.rows)
        self.soft = SoftRows(self.columns, self.rows)
        self._cost = np.zeros(self.columns.count)
        self._offset = 0.0
        self.practice_of = {practice: i for i, practice in enumerate(wide.practices.ids)}
        self.site_of = {site: j for j, site in enumerate(wide.sites.ids)}

    def charge(self, columns: IntArray, price: FloatArray | float) -> None:
        """The price of choosing columns."""
        self._cost[columns] += price

    def ask_for(self, columns: IntArray) -> None:
        """1 unless one of the columns is chosen, of which at most one can be."""
        self._offset += 1.0
        self._cost[columns] -= 1.0

    def pair(self, practice: str, site: str) -> IntArray:
        """The column of a practice at a site, none where it can never be there."""
        if site not in self.site_of:
            return np.zeros(0, np.int64)
        index = self.wide.reach.index_of(np.array([self.practice_of[practice]]), np.array([self.site_of[site]]))
        return np.asarray(self.columns["x"][index[index >= 0]])

    def model(self) -> ElasticModel:
        mip = self.rows.model(offset=self._offset)
        cost = mip.cost.copy()
        cost[: len(self._cost)] += self._cost
        return ElasticModel(self.wide, replace(mip, cost=cost), self.columns, self.soft.finished())


Limit = Callable[[Elastic], None]

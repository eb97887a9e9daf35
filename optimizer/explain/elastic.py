"""The elastic model: the limits of an instance over its widened compact model, each to be broken at a price.

Breaking a rule once costs 1 and the share of its limit by which it is missed, as in `exemptions.py`: the least of this
is the fewest and smallest exemptions with which a plan exists. Limits on single pairs are costs of their columns, all
others soft rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from instances import Instance
from optimizer.compact.program import RULES, CompactModel, declare_columns
from optimizer.model.arrays import FloatArray
from optimizer.model.blocks import RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.soft_rows import SoftBlock
from optimizer.rules.softening import Softening


@dataclass(frozen=True)
class ElasticModel(CompactModel):
    """The compact model of a widened problem with soft rows."""

    soft: tuple[SoftBlock, ...] = ()

    def encode(self, solution: Solution) -> FloatArray:
        x = super().encode(solution)
        for block in self.soft:
            block.fill(x)
        return x


class Elastic(Softening):
    """An elastic model under construction."""

    def __init__(self, instance: Instance, strict: Problem, wide: Problem) -> None:
        columns = declare_columns(wide)
        rows = RowBlocks(columns)
        for rule in RULES:
            rule(wide, columns, rows)
        super().__init__(instance, strict, wide, columns, rows)

    def model(self) -> ElasticModel:
        mip = self.rows.model(offset=self.offset)
        cost = mip.cost.copy()
        cost[: len(self.cost)] += self.cost
        return ElasticModel(self.wide, replace(mip, cost=cost), self.columns, self.soft.finished())


Limit = Callable[[Elastic], None]

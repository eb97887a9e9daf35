"""The elastic model: the limits of an instance over its widened compact model, each to be broken at a price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from numpy.typing import ArrayLike

from instances import Instance
from optimizer.compact.program import CompactModel, formulate
from optimizer.explain.widen import widen
from optimizer.model.arrays import FloatArray
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules import RULES
from optimizer.rules.soft_rows import SoftBlock
from optimizer.rules.softening import Softening
from optimizer.rules.totals import soften_totals


@dataclass(frozen=True)
class ElasticModel(CompactModel):
    """The compact model of a widened problem with soft rows; `own` as in `Softening`."""

    soft: tuple[SoftBlock, ...] = ()
    own: Mapping[str, Callable[[Solution], ArrayLike]] = field(default_factory=dict)

    def encode(self, solution: Solution) -> FloatArray:
        x = super().encode(solution)
        for block, value in self.own.items():
            x[self.columns[block]] = value(solution)
        for soft in self.soft:
            soft.fill(x)
        return x


@dataclass(frozen=True)
class ElasticProblem(Problem):
    """A widened problem for MIP backends: its program prices what the original instance forbids."""

    elastic: ElasticModel | None = None

    @cached_property
    def mip(self) -> ElasticModel:
        assert self.elastic is not None
        return self.elastic


def elastic_problem(instance: Instance, hard: Mapping[str, Any] | None = None) -> ElasticProblem:
    """A problem whose objective is the price of the exemptions that its solution needs; `hard` as in `widen`."""
    wide = widen(instance, hard)
    rows = formulate(wide)
    softening = Softening(instance, build_problem(instance), wide, rows)
    for rule in RULES:
        rule.soften(softening)
        soften_totals(rule, softening)
    return ElasticProblem(**{f.name: getattr(wide, f.name) for f in fields(wide)}, elastic=_model(softening))


def _model(softening: Softening) -> ElasticModel:
    mip = softening.rows.model(offset=softening.offset)
    cost = mip.cost.copy()
    cost[: len(softening.cost)] += softening.cost
    finished = softening.soft.finished()
    return ElasticModel(softening.wide, replace(mip, cost=cost), softening.columns, finished, softening.own)

"""The elastic model as a problem for MIP backends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from instances import Instance
from optimizer.explain.elastic import Elastic, ElasticModel
from optimizer.explain.elastic_limits import LIMITS
from optimizer.explain.widen import widen
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem


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
    elastic = Elastic(instance, build_problem(instance), wide)
    for limit in LIMITS:
        limit(elastic)
    return ElasticProblem(**{f.name: getattr(wide, f.name) for f in fields(wide)}, elastic=elastic.model())

"""The backend `regions`: a whole country, its parts planned side by side, one bound over all (docs/regions.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.model.backend import Capability, SolveOptions, SolverInfo
from solvers.process.structured import HINT, PACKAGES, PROVING, StructuredSolver

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

INFO = SolverInfo(
    id="regions",
    title="Regions side by side, one bound over all: for whole countries",
    modules=PACKAGES,
    capabilities=PROVING | {Capability.LOG_FILE, Capability.EXECUTOR},
    packages=PACKAGES,
    hint=HINT,
    searches=True,
)


@dataclass(frozen=True)
class RegionsSolver(StructuredSolver):
    """Makes its own first plan, region by region."""

    def constructs(self, problem: Problem, options: SolveOptions) -> bool:
        del problem, options
        return True


solver = RegionsSolver(INFO, "solvers.regions.run:run", "solvers.regions.params:RegionsParams")

__all__ = ["INFO", "RegionsSolver", "solver"]

"""The backend `columns`: column generation over whole hubs; proves how good a plan is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.model.backend import SolverInfo
from solvers.process.structured import HINT, PACKAGES, PROVING, StructuredSolver

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

INFO = SolverInfo(
    id="columns",
    title="Branch and price over whole hubs (proves optima and gaps)",
    modules=PACKAGES,
    capabilities=PROVING,
    packages=PACKAGES,
    hint=HINT,
    searches=True,
)


@dataclass(frozen=True)
class ColumnsSolver(StructuredSolver):
    """Compiles its kernels before the clock of its first solve starts."""

    def prepare(self, problem: Problem) -> Callable[[], None] | None:
        from solvers.columns.warm import prepare

        return prepare(problem)


solver = ColumnsSolver(INFO, "solvers.columns.run:run", "solvers.columns.params:ColumnsParams")

__all__ = ["INFO", "solver"]

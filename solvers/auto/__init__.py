"""The backend `auto`: search for the plan and column generation for the proof, side by side; small ones to a MIP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimizer.model.backend import Capability, Outcome, Report, SolveOptions, SolverInfo
from optimizer.model.solution import Solution
from optimizer.solving.registry import load
from solvers.auto.params import DEFAULT, AutoParams
from solvers.mip.highs import solver as highs
from solvers.process.structured import HINT, PACKAGES, PROVING, StructuredSolver

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

INFO = SolverInfo(
    id="auto",
    title="Search and column generation side by side (default)",
    modules=PACKAGES,
    capabilities=PROVING | {Capability.LOG_FILE, Capability.EXECUTOR},
    packages=PACKAGES,
    hint=HINT,
    searches=True,
)
# an area is planned in one process, whatever executor there is
_LARGER = StructuredSolver(
    replace(INFO, capabilities=INFO.capabilities - {Capability.EXECUTOR}),
    "solvers.auto.run:run",
    "solvers.auto.params:AutoParams",
)


@dataclass(frozen=True)
class AutoSolver:
    """Chooses by size."""

    info: SolverInfo = INFO

    def prepare(self, problem: Problem) -> Callable[[], None] | None:
        from solvers.columns.warm import prepare

        return prepare(problem) if problem.n_practices > DEFAULT.small else None

    def parameters(self, options: SolveOptions) -> AutoParams:
        params: AutoParams = _LARGER.parameters(options)
        return params

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        if problem.n_practices <= self.parameters(options).small:
            return highs.solve(problem, options, report, start)
        if self.constructs(problem, options):
            return _country().solve(problem, for_regions(options), report, start)
        return _LARGER.solve(problem, options, report, start)

    def constructs(self, problem: Problem, options: SolveOptions) -> bool:
        """Whether it is a country, to be planned region by region."""
        return problem.n_candidates > 0 and problem.n_practices >= self.parameters(options).country

    def resume(
        self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None, state: bytes
    ) -> Outcome:
        """As `solve`, from a state; small problems, which HiGHS proves, have none."""
        if problem.n_practices <= self.parameters(options).small:
            outcome = highs.solve(problem, options, report, start)
            return replace(outcome, warnings=(*outcome.warnings, "HiGHS keeps no state: it began from the plan"))
        if self.constructs(problem, options):
            return _country().resume(problem, for_regions(options), report, start, state)
        return _LARGER.resume(problem, options, report, start, state)


def _country() -> StructuredSolver:
    """By its entry point: it plans its regions with what is here."""
    regions = load("regions")
    assert isinstance(regions, StructuredSolver)
    return regions


def for_regions(options: SolveOptions) -> SolveOptions:
    """With the parameters of `auto` as those by which regions are planned."""
    own, regions = options.params.get(INFO.id, {}), options.params.get("regions", {})
    if not own:
        return options
    return options.model_copy(update={"params": {**options.params, "regions": {INFO.id: own, **regions}}})


solver = AutoSolver()

__all__ = ["INFO", "AutoSolver", "solver"]

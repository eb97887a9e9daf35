"""A backend of another package that claims to have proven whatever it is asked; registered as such a package would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.model.backend import Capability, Outcome, Reason, Report, SolveOptions, SolverInfo
from optimizer.model.solution import Solution

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

ID = "boastful"


class Boastful:
    """Returns its start as proven optimal, with a bound of its cost; without a start, says that no plan exists."""

    info = SolverInfo(ID, "Boastful", (), frozenset(Capability), exact=True)

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        from optimizer.model.objective import objective

        del options
        if start is None:
            return Outcome(Reason.INFEASIBLE, message="the model is infeasible")
        cost = objective(problem, start)
        report.bound(cost)
        return Outcome(Reason.OPTIMAL, solution=start, objective=cost, bound=cost, native_status="Optimal")


solver = Boastful()


def install(folder: Path) -> Path:
    """Makes a folder that, on the path of modules, registers it as an installed package does."""
    distribution = folder / "boastful-1.0.dist-info"
    distribution.mkdir(parents=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: boastful\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text(f"[caregroup.solvers]\n{ID} = boastful:solver\n")
    return folder

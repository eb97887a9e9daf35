"""The backend `search`: an anytime heuristic over hubs and networks; finds good plans fast and proves nothing."""

from optimizer.model.backend import Capability, SolverInfo
from solvers.process.structured import CAPABILITIES, HINT, PACKAGES, StructuredSolver

INFO = SolverInfo(
    id="search",
    title="Large neighbourhood search (annealing, recombination)",
    modules=PACKAGES,
    capabilities=CAPABILITIES | {Capability.LOG_FILE},
    packages=PACKAGES,
    hint=HINT,
    exact=False,
    searches=True,
)

solver = StructuredSolver(INFO, "solvers.search.run:run", "solvers.search.params:SearchParams")

__all__ = ["INFO", "solver"]

"""The backend `search`: an anytime heuristic over hubs and networks; finds good plans fast and proves nothing."""

from optimizer.model.backend import Capability, SolverInfo
from solvers.process.structured import StructuredSolver

INFO = SolverInfo(
    id="search",
    title="Large neighbourhood search (annealing, recombination)",
    modules=("numba", "highspy"),
    capabilities=frozenset(
        {
            Capability.TIME_LIMIT,
            Capability.THREADS,
            Capability.SEED,
            Capability.MEMORY,
            Capability.PARAMS,
            Capability.WARM_START,
            Capability.LOG_FILE,
            Capability.INCUMBENTS,
        }
    ),
    packages=("numba", "highspy"),
    hint='pip install "numba>=0.61" "highspy>=1.16,<1.17"',
    exact=False,
    searches=True,
)

solver = StructuredSolver(INFO, "solvers.search.run:run", "solvers.search.params:SearchParams")

__all__ = ["INFO", "solver"]

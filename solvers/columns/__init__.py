"""The backend `columns`: column generation over whole hubs; proves how good a plan is."""

from optimizer.backend import Capability, SolverInfo
from solvers.structured import StructuredSolver

INFO = SolverInfo(
    id="columns",
    title="Column generation (bound; keeps the plan that it starts from)",
    modules=("numba", "highspy"),
    capabilities=frozenset(
        {
            Capability.TIME_LIMIT,
            Capability.REL_GAP,
            Capability.ABS_GAP,
            Capability.THREADS,
            Capability.SEED,
            Capability.MEMORY,
            Capability.WARM_START,
            Capability.BOUND,
        }
    ),
    packages=("numba", "highspy"),
    hint='pip install "numba>=0.61" highspy==1.12.0',
)

solver = StructuredSolver(INFO, "solvers.columns.run:run")

__all__ = ["INFO", "solver"]

"""Groups GP practices into hubs and hubs into networks: the problem, its formulations, plans and the command.

The public names are loaded on first use, so that a solver's worker process does not pay for pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instances import Instance
    from optimizer.model.backend import SolveOptions
    from optimizer.model.plan import Plan
    from optimizer.solving.result import Progress, Result
    from optimizer.solving.solve import solve

_HOMES = {
    "Instance": "instances",
    "Plan": "optimizer.model.plan",
    "Progress": "optimizer.solving.result",
    "Result": "optimizer.solving.result",
    "SolveOptions": "optimizer.model.backend",
    "solve": "optimizer.solving.solve",
}

__all__ = ["Instance", "Plan", "Progress", "Result", "SolveOptions", "solve"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

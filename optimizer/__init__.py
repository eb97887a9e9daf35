"""Groups GP practices into hubs and hubs into networks: the problem, its formulations, plans and the command.

The public names are loaded on first use, so that a solver's worker process does not pay for pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instances import InputError, Instance
    from optimizer.api import solve, write_outputs, write_report
    from optimizer.model.backend import SolveOptions
    from optimizer.model.plan import Plan
    from optimizer.solving.result import Progress, Result

_HOMES = {
    "InputError": "instances",
    "Instance": "instances",
    "Plan": "optimizer.model.plan",
    "Progress": "optimizer.solving.result",
    "Result": "optimizer.solving.result",
    "SolveOptions": "optimizer.model.backend",
    "solve": "optimizer.api",
    "write_outputs": "optimizer.api",
    "write_report": "optimizer.api",
}

__all__ = [
    "InputError",
    "Instance",
    "Plan",
    "Progress",
    "Result",
    "SolveOptions",
    "solve",
    "write_outputs",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    if not hasattr(home, name):  # somebody else's folder
        raise ImportError(
            f"{home} is not caregroup's: rename it, or `from caregroup import {name}`, which finds its own"
        )
    return getattr(home, name)

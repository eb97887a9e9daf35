"""caregroup for Python callers: `from caregroup import Instance, solve`.

All public names in one place, under the name of the distribution. Its other packages have names that a folder beside
one's script may have as well (`optimizer`, `instances`); once this one is imported, they are its own.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instances import CareModel, Fault, Hospital, HubRules, InputError, Instance, Practice, Role
    from optimizer.api import iter_solve, read_plan, solve, verify, write_outputs, write_report
    from optimizer.model.backend import Limit, Reason, SolveOptions, SolverError
    from optimizer.model.plan import Hub, Network, Plan
    from optimizer.solving.result import Progress, Result, VerifiedPlan

_HOMES = {
    **dict.fromkeys(
        ("CareModel", "Fault", "Hospital", "HubRules", "InputError", "Instance", "Practice", "Role"), "instances"
    ),
    **dict.fromkeys(("Hub", "Network", "Plan"), "optimizer.model.plan"),
    **dict.fromkeys(("Progress", "Result", "VerifiedPlan"), "optimizer.solving.result"),
    **dict.fromkeys(("Limit", "Reason", "SolveOptions", "SolverError"), "optimizer.model.backend"),
    **dict.fromkeys(("iter_solve", "read_plan", "solve", "verify", "write_outputs", "write_report"), "optimizer.api"),
}

__all__ = [
    "CareModel",
    "Fault",
    "Hospital",
    "Hub",
    "HubRules",
    "InputError",
    "Instance",
    "Limit",
    "Network",
    "Plan",
    "Practice",
    "Progress",
    "Reason",
    "Result",
    "Role",
    "SolveOptions",
    "SolverError",
    "VerifiedPlan",
    "iter_solve",
    "read_plan",
    "solve",
    "verify",
    "write_outputs",
    "write_report",
]

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("instances", "optimizer", "solvers", "benchmarks")


class _OwnPackages:
    """Finds the packages of this distribution where this one is, whatever else on the path has their names."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        del path
        return PathFinder.find_spec(name, [str(_ROOT)], target) if name in _PACKAGES else None


def _stand_first() -> None:
    for name in _PACKAGES:
        known = sys.modules.get(name)
        if known is not None and list(known.__path__) != [str(_ROOT / name)]:
            raise ImportError(f"{name} has been imported from elsewhere, {known}: import caregroup before it")
    sys.meta_path.insert(0, _OwnPackages)


_stand_first()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'caregroup' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__

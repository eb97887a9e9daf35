"""What a MIP backend is: one function over arrays, run in a process of its own by `mip_run.py`.

A backend's module imports its solver library inside that function only, so that importing the module is cheap and two
libraries that cannot share a process never meet.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Capability, Limit, Reason
from optimizer.model.mip import MipModel

# Passed to every solver when no gap is asked for: their own defaults (1e-4 relative and the like) would call
# "optimal" what is not within PROVEN_GAP.
TIGHT_REL_GAP = 1e-7
TIGHT_ABS_GAP = 1e-9
FEASIBILITY_TOLERANCE = 1e-7

CAPABILITIES = frozenset(Capability) - {Capability.PARAMS}  # what a MIP solver can have


class BackendError(Exception):
    """The solver refused the model or ended in an error of its own."""


@dataclass(frozen=True)
class MipSettings:
    """`SolveOptions` with every default decided: nothing that a backend would have to make up."""

    rel_gap: float = TIGHT_REL_GAP
    abs_gap: float = TIGHT_ABS_GAP
    time_limit: float | None = None
    node_limit: int | None = None
    threads: int = 1
    seed: int | None = None
    log_path: Path | None = None
    native: Mapping[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def time_left(self) -> float | None:
        """Seconds for the solver itself: model building counts too."""
        if self.time_limit is None:
            return None
        return max(0.01, self.time_limit - (time.monotonic() - self.started))


class MipEmit(Protocol):
    """Where a backend tells of its progress; callable from any thread."""

    def incumbent(self, x: FloatArray) -> None: ...

    def bound(self, value: float) -> None: ...

    def log(self, text: str) -> None: ...


@dataclass
class MipOutcome:
    """What a backend claims at the end. `x` need not be better than what was emitted before.

    `reason`: OPTIMAL, INFEASIBLE and UNBOUNDED are claims of proof; anything else means that it stopped.
    """

    reason: Reason
    limit: Limit | None = None
    x: FloatArray | None = None
    objective: float | None = None
    bound: float | None = None
    native_status: str = ""
    message: str = ""
    nodes: int | None = None
    scaling_error: float | None = None
    start_used: bool | None = None
    warnings: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    build_s: float = 0.0
    infeasible_or_unbounded: bool = False  # proven to be one of the two, not known which


class MipBackend(Protocol):
    """A function that solves a model; `start` is a complete and feasible vector."""

    def __call__(
        self, model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit
    ) -> MipOutcome: ...


def finite_or_none(value: float, infinity: float = 1e20) -> float | None:
    """A bound as the solvers report it; each has its own infinity."""
    return float(value) if np.isfinite(value) and abs(value) < infinity else None

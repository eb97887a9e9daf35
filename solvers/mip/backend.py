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

CAPABILITIES = frozenset(Capability) - {Capability.PARAMS, Capability.RESUME}  # what a MIP solver can have


class BackendError(Exception):
    """The solver refused the model or ended in an error of its own."""


@dataclass(frozen=True)
class MipSettings:
    """`SolveOptions` with every default decided: nothing that a backend would have to make up."""

    rel_gap: float = TIGHT_REL_GAP  # stop at |objective - bound| <= it x |objective|
    abs_gap: float = TIGHT_ABS_GAP  # stop at |objective - bound| <= it, pounds a year
    time_limit: float | None = None  # seconds since `started`; None = none. `time_left` is what to pass on
    node_limit: int | None = None  # branch-and-bound nodes; None = none
    threads: int = 1
    seed: int | None = None  # None = the solver's own
    log_path: Path | None = None  # absolute, where the solver's own log goes; None = nowhere
    native: Mapping[str, Any] = field(default_factory=dict)  # {name: value} in the solver's own words, set last
    started: float = field(default_factory=time.monotonic)  # seconds on the clock `time.monotonic`

    def time_left(self) -> float | None:
        """Seconds for the solver itself: model building counts too."""
        if self.time_limit is None:
            return None
        return max(0.01, self.time_limit - (time.monotonic() - self.started))


class MipEmit(Protocol):
    """Where a backend tells of its progress; callable from any thread."""

    def incumbent(self, x: FloatArray) -> None:
        """A point, [n_columns]; what does not hold, or is no better than the last, is left out."""

    def bound(self, value: float) -> None:
        """A proven bound on the objective, `offset` included, pounds a year."""

    def log(self, text: str) -> None:
        """A line for the user."""


@dataclass
class MipOutcome:
    """What a backend claims at the end. `x` need not be better than what was emitted before.

    `reason`: OPTIMAL, INFEASIBLE and UNBOUNDED are claims of proof; anything else means that it stopped.
    """

    reason: Reason
    limit: Limit | None = None  # what stopped it
    x: FloatArray | None = None  # [n_columns], its best point
    objective: float | None = None  # set by the caller, from the best point that holds
    bound: float | None = None  # on the objective, `offset` included: below it, above where the model is maximised
    native_status: str = ""  # the solver's own word for how it ended
    message: str = ""  # for the user
    nodes: int | None = None  # branch-and-bound nodes done
    scaling_error: float | None = None  # pounds a year that scaling to integers can have changed; None = not scaled
    start_used: bool | None = None  # None = judged by the caller, from the first point shown
    warnings: tuple[str, ...] = ()  # for the user
    versions: dict[str, str] = field(default_factory=dict)  # {name: version} of what solved
    build_s: float = 0.0  # seconds of wall clock until the solver had the model
    infeasible_or_unbounded: bool = False  # proven to be one of the two, not known which


class MipBackend(Protocol):
    """A function that solves a model; `start` is a complete and feasible vector."""

    def __call__(
        self, model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit
    ) -> MipOutcome: ...


def finite_or_none(value: float, infinity: float = 1e20) -> float | None:
    """A bound as the solvers report it; each has its own infinity."""
    return float(value) if np.isfinite(value) and abs(value) < infinity else None

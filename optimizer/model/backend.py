"""The contract between the optimizer and its solver backends: options in, progress and an outcome out.

Backends live in other packages and are found through the entry-point group `caregroup.solvers` (see `registry.py`);
each entry is an object that satisfies `Solver`. Importing it must be cheap and must not import a solver library.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from optimizer.model.certificate import Certificate

if TYPE_CHECKING:  # callers read options and reasons without the arrays
    from optimizer.model.problem import Problem
    from optimizer.model.solution import Solution

Proof = Literal["proven", "claimed"]  # what a bound counts as: claimed where nothing vouches for its backend


class Reason(StrEnum):
    """What is known at the end."""

    OPTIMAL = "optimal"  # proven within PROVEN_GAP, or within the tolerance that was asked for
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NO_SOLUTION = "no_solution"
    ERROR = "error"


class Limit(StrEnum):
    """What stopped the solver, if something did."""

    TIME = "time"
    GAP = "gap"
    NODE = "node"
    MEMORY = "memory"
    INTERRUPT = "interrupt"


class Ending(StrEnum):
    """What became of the solver's process."""

    COMPLETED = "completed"
    KILLED = "killed"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    UNAVAILABLE = "unavailable"


class Capability(StrEnum):
    """What a backend can honour; a capability opts it into that part of the contract tests."""

    TIME_LIMIT = "time_limit"
    REL_GAP = "rel_gap"
    ABS_GAP = "abs_gap"
    NODE_LIMIT = "node_limit"
    THREADS = "threads"
    SEED = "seed"
    MEMORY = "memory_mb"
    WARM_START = "start"
    LOG_FILE = "log_path"
    NATIVE = "native"
    PARAMS = "params"  # has parameters of its own; see `Tunable`
    INCUMBENTS = "incumbents"  # streams solutions as it finds them
    BOUND = "bound"  # reports a dual bound whenever it stops
    UNBOUNDED = "unbounded"  # tells unbounded from infeasible
    EXECUTOR = "executor"  # does its work side by side wherever an executor says
    RESUME = "resume"  # tells states that a later run goes on from; see `Resumes`


class SolveOptions(BaseModel):
    """Options that mean the same in every backend. None = the backend's own default, never an error.

    An option that is set and that the backend cannot honour is an error, or with `on_unsupported="warn"` a warning.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_limit: float | None = Field(default=None, gt=0, description="seconds of wall clock")
    rel_gap: float | None = Field(
        default=None, ge=0, lt=math.inf, description="stop at |objective - bound| <= it x |objective|"
    )
    abs_gap: float | None = Field(
        default=None, ge=0, lt=math.inf, description="stop at |objective - bound| <= it, pounds a year"
    )
    node_limit: int | None = Field(default=None, ge=1, description="branch-and-bound nodes")
    threads: int | None = Field(default=None, ge=1, description="None = all cores")
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    memory_mb: int | None = Field(default=None, ge=1, description="of the whole process group, enforced from outside")
    log_path: Path | None = Field(default=None, description="the solver's own log")
    executor: str | None = Field(
        default=None, description="where work is done side by side: processes, dask://HOST:PORT or mpi"
    )
    native: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="options in a backend's own words: {backend id: {name: value}}"
    )
    params: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="tuning parameters of structure-aware backends: {backend id: {group: {name: value}}}",
    )
    on_unsupported: Literal["error", "warn"] = "error"


@dataclass(frozen=True)
class SolverInfo:
    """What is known of a backend without importing it."""

    id: str
    title: str
    modules: tuple[str, ...]  # importable modules that it needs
    capabilities: frozenset[Capability]
    packages: tuple[str, ...] = ()  # distributions whose versions are recorded
    hint: str = ""  # what to install when a module is missing
    exact: bool = True  # whether it can prove optimality
    searches: bool = False  # whether it looks for good plans at once, so that any first plan will do


class Report(Protocol):
    """Where a backend tells of its progress while it runs."""

    @property
    def keeps_states(self) -> bool:
        """Whether somebody keeps states, so that they are worth their making."""
        ...

    def incumbent(self, solution: Solution, objective: float) -> None:
        """A better solution, with the objective that the backend claims (pounds a year)."""

    def bound(self, value: float) -> None:
        """A better proven lower bound (pounds a year)."""

    def message(self, text: str) -> None:
        """A line for the user."""

    def phase(self, text: str) -> None:
        """What it is at from now on, in a few words: searching, proving."""

    def state(self, content: bytes, bound: float | None = None) -> None:
        """What a later run can go on from, in place of the state told before: about once a minute, where kept.

        The plan is kept beside it and need not be in it. `bound`: pounds a year that it proves again.
        """


class Unheard:
    """A `Report` that nobody reads; what derives from it hears what it asks for."""

    keeps_states = False

    def incumbent(self, solution: Solution, objective: float) -> None: ...

    def bound(self, value: float) -> None: ...

    def message(self, text: str) -> None: ...

    def phase(self, text: str) -> None: ...

    def state(self, content: bytes, bound: float | None = None) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """How a solve ended. Claims only: the caller verifies the solution and recomputes objective and gap."""

    reason: Reason
    limit: Limit | None = None
    ending: Ending = Ending.COMPLETED
    solution: Solution | None = None
    objective: float | None = None  # as claimed
    bound: float | None = None
    native_status: str = ""
    message: str = ""
    start_used: bool | None = None  # judged by the first incumbent; None = no start given, or cannot tell
    warnings: tuple[str, ...] = ()
    nodes: int | None = None
    build_s: float = 0.0  # model building, seconds of wall clock
    solve_s: float = 0.0
    cpu_s: float = 0.0  # of the solver's processes
    peak_memory_mb: float = 0.0
    scaling_error: float | None = None  # pounds a year; bound on what integer scaling can have changed
    versions: dict[str, str] = field(default_factory=dict)
    certificate: Certificate | None = None  # of a bound, which may be less than `bound`; its instance is not marked


class Solver(Protocol):
    """What every backend is."""

    @property
    def info(self) -> SolverInfo: ...

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        """Minimise the problem's cost. Limits and infeasibility are outcomes, never exceptions.

        Raises `UnsupportedOption` for an option that it cannot honour, `SolverUnavailable` where a module is missing.
        """
        ...


@runtime_checkable
class Prepares(Protocol):
    """A backend that has something to do once a machine, such as compiling; others lack the method."""

    def prepare(self, problem: Problem) -> Callable[[], None] | None:
        """Begins it, and returns what waits for its end; None where nothing is to be done."""
        ...


@runtime_checkable
class Constructs(Protocol):
    """A backend that has its own way to a first plan of some problems; others lack the method."""

    def constructs(self, problem: Problem, options: SolveOptions) -> bool:
        """Whether none is to be made for it."""
        ...


@runtime_checkable
class Tunable(Protocol):
    """A backend with parameters (`Capability.PARAMS`); others lack the method."""

    def parameters(self, options: SolveOptions) -> object:
        """Those that the options state, the others at their defaults; raises `UnsupportedOption` for a name that there
        is not or a value of another type."""
        ...


@runtime_checkable
class Resumes(Protocol):
    """A backend that can go on where an earlier run stood (`Capability.RESUME`); others lack the method.

    States come from files that anybody may have written: reading one runs no code (no pickle), and nothing in it counts
    until it is proven again. One that makes no sense is told of in the outcome's warnings, and the start is begun from.
    """

    def resume(
        self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None, state: bytes
    ) -> Outcome:
        """As `Solver.solve`, from the last state that a run of this version told of the same problem."""
        ...


class SolverError(Exception):
    """A backend cannot do what was asked."""


class UnsupportedOption(SolverError):  # noqa: N818
    """An option was set that the backend cannot honour."""


class SolverUnavailable(SolverError):  # noqa: N818
    """A backend's modules are not installed here; the message says what to install."""

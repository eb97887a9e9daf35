"""Finds solver backends through the entry-point group `caregroup.solvers`; imports none before it is asked for.

A backend of another distribution is not imported here at all: what the group `caregroup.isolation` holds makes a solver
of it that runs in processes of its own.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING

from optimizer.model.backend import (
    Capability,
    Outcome,
    Proof,
    Reason,
    SolveOptions,
    Solver,
    SolverError,
    SolverInfo,
    SolverUnavailable,
    Unheard,
    UnsupportedOption,
)

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

GROUP = "caregroup.solvers"
ISOLATION = "caregroup.isolation"  # entry points: what makes a solver that is safe to call of a foreign entry
DISTRIBUTION = "caregroup"  # whose backends the contract suite tests
OPTIONS = {  # a field of SolveOptions -> what honours it
    "time_limit": Capability.TIME_LIMIT,
    "rel_gap": Capability.REL_GAP,
    "abs_gap": Capability.ABS_GAP,
    "node_limit": Capability.NODE_LIMIT,
    "seed": Capability.SEED,
    "memory_mb": Capability.MEMORY,
    "log_path": Capability.LOG_FILE,
    "executor": Capability.EXECUTOR,
}


class UnknownSolverError(SolverError):
    """No backend of that id is registered."""


def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def solver_ids() -> tuple[str, ...]:
    """Ids of all registered backends, whether or not they can run here."""
    return tuple(sorted(_entries()))


def load(solver_id: str) -> Solver:
    """The backend of that id."""
    entries = _entries()
    if solver_id not in entries:
        known = ", ".join(sorted(entries)) or "none; is the package installed (pip install -e .)?"
        close = difflib.get_close_matches(solver_id, entries, n=2, cutoff=0.5)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise UnknownSolverError(f'no solver "{solver_id}".{hint} Known solvers: {known}')
    entry = entries[solver_id]
    if not _is_own(entry):
        return _isolated(entry)
    try:
        solver: Solver = entry.load()
    except (ImportError, AttributeError) as error:
        raise SolverError(f'solver "{solver_id}" cannot be loaded from {entry.value}: {error}') from error
    return solver


def _is_own(entry: EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == DISTRIBUTION


def _isolated(entry: EntryPoint) -> Solver:
    isolations = [isolation for isolation in entry_points(group=ISOLATION) if _is_own(isolation)]
    if not isolations:
        missing = "and what runs such apart is not installed: install caregroup again (pip install -e .)"
        raise SolverError(f'solver "{entry.name}" is of another package, {missing}')
    isolate: Callable[[EntryPoint], Solver] = isolations[0].load()
    return isolate(entry)


def is_vouched_for(solver_id: str) -> bool:
    """Whether what that backend claims to have proven counts as proven.

    So it does for the exact backends that come with caregroup: they pass the contract suite. Nothing that a backend of
    another distribution says of itself makes a proof of its claims, nor of those of one that is not registered.
    """
    entry = _entries().get(solver_id)
    if entry is None or not _is_own(entry):
        return False
    return load(solver_id).info.exact


def proof_by(solver_id: str) -> Proof:
    """What a bound of that backend counts as."""
    return "proven" if is_vouched_for(solver_id) else "claimed"


def availability(info: SolverInfo) -> str | None:
    """None if the backend's modules are there, or what is missing and what to do. Imports nothing."""
    missing = [module for module in info.modules if find_spec(module.partition(".")[0]) is None]
    if not missing:
        return None
    hint = f"; {info.hint}" if info.hint else ""
    return f"{info.id} needs {', '.join(missing)}, not installed here{hint}"


def check_options(info: SolverInfo, options: SolveOptions) -> tuple[str, ...]:
    """Raise what `Solver.solve` must for modules that are missing and options that cannot be honoured.

    Return warnings instead for the latter with `on_unsupported="warn"`.
    """
    missing = availability(info)
    if missing is not None:
        raise SolverUnavailable(missing)
    faults = [
        f"{info.id} cannot honour {name}; leave it out or choose another solver"
        for name, capability in OPTIONS.items()
        if getattr(options, name) is not None and capability not in info.capabilities
    ]
    if options.threads is not None and options.threads > 1 and Capability.THREADS not in info.capabilities:
        faults.append(f"{info.id} runs on one thread only; leave out threads or choose another solver")
    if options.native.get(info.id) and Capability.NATIVE not in info.capabilities:
        faults.append(f"{info.id} takes no native options; leave them out")
    if options.params.get(info.id) and Capability.PARAMS not in info.capabilities:
        faults.append(f"{info.id} has no params; leave them out")
    if faults and options.on_unsupported == "error":
        raise UnsupportedOption("; ".join(faults))
    return tuple(f"ignored: {fault}" for fault in faults)


@dataclass(frozen=True)
class ProbeResult:
    """Whether a backend works here, tried on a real problem."""

    id: str
    title: str
    works: bool
    detail: str  # what it found, or what is wrong and what to do
    capabilities: frozenset[Capability] = frozenset()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    proof: Proof | None = None  # what its bounds count as; None = it gives none, or cannot be asked


def probe(solver_id: str, problem: Problem, *, time_limit: float = 20.0) -> ProbeResult:
    """Solves a (small) problem through the backend; never raises for what is the backend's fault."""
    began = time.monotonic()
    try:
        solver = load(solver_id)
    except SolverError as error:
        return ProbeResult(solver_id, solver_id, False, str(error))
    info = solver.info
    proof = proof_by(solver_id) if info.exact else None
    missing = availability(info)
    if missing is not None:
        return ProbeResult(info.id, info.title, False, missing, info.capabilities, proof=proof)
    try:
        options = SolveOptions(time_limit=time_limit, threads=1, on_unsupported="warn")
        outcome = solver.solve(problem, options, Unheard())
    except Exception as error:  # a backend of any package, in any state
        text, seconds = f"{type(error).__name__}: {error}", time.monotonic() - began
        return ProbeResult(info.id, info.title, False, text, info.capabilities, seconds=seconds, proof=proof)
    return ProbeResult(
        id=info.id,
        title=info.title,
        works=outcome.reason in (Reason.OPTIMAL, Reason.FEASIBLE),
        detail=_describe(outcome),
        capabilities=info.capabilities,
        versions=outcome.versions,
        seconds=time.monotonic() - began,
        proof=proof,
    )


def _describe(outcome: Outcome) -> str:
    text = str(outcome.reason)
    if outcome.limit is not None:
        text += f" ({outcome.limit} limit)"
    if outcome.objective is not None:
        text += f", {outcome.objective:,.2f}"
    return f"{text}: {outcome.message}" if outcome.message else text

"""The contract of solver backends under its public name; it is written in `optimizer.model.backend`."""

from optimizer.model.backend import (
    Capability,
    Ending,
    Limit,
    Outcome,
    Prepares,
    Proof,
    Reason,
    Report,
    Resumes,
    SolveOptions,
    Solver,
    SolverError,
    SolverInfo,
    SolverUnavailable,
    Tunable,
    Unheard,
    UnsupportedOption,
)
from optimizer.model.solution import Solution

__all__ = [
    "Capability",
    "Ending",
    "Limit",
    "Outcome",
    "Prepares",
    "Proof",
    "Reason",
    "Report",
    "Resumes",
    "Solution",
    "SolveOptions",
    "Solver",
    "SolverError",
    "SolverInfo",
    "SolverUnavailable",
    "Tunable",
    "Unheard",
    "UnsupportedOption",
]

"""The parent's side of the structure-aware backends: options checked, a child process run, its stream put together.

`search`, `columns` and `auto` differ in what their child does (`target`), not in how it is run.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from optimizer.executors.cores import available_cores
from optimizer.model.backend import (
    Capability,
    Outcome,
    Reason,
    Report,
    SolveOptions,
    SolverError,
    SolverInfo,
)
from optimizer.model.certificate import BOUND_FILE, Certificate
from optimizer.model.gap import is_reached
from optimizer.model.solution import Solution
from optimizer.solving.registry import check_options
from solvers.process.isolation import JobEnd, JobLimits, run_isolated
from solvers.process.job import Bound, Ended, Found, Line, StructuredJob
from solvers.process.params import read_params

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

CAPABILITIES = frozenset(  # of all of them
    {
        Capability.TIME_LIMIT,
        Capability.THREADS,
        Capability.SEED,
        Capability.MEMORY,
        Capability.PARAMS,
        Capability.WARM_START,
        Capability.INCUMBENTS,
    }
)
PACKAGES = ("numba", "highspy")  # kernels, linear programs
HINT = 'pip install "numba>=0.61" "highspy>=1.16,<1.17"'
_POLITE_S = 5.0  # for a job that is interrupted and has a certificate to hand over
_LOST = f"the solver's process ended before it could hand over the certificate of its bound: there is no {BOUND_FILE}"


@dataclass(frozen=True)
class StructuredSolver:
    """A structure-aware backend. `target`: the child's function, "module:attribute", of (StructuredJob, emit).

    `params`: the dataclass of its parameters, "module:Class".
    """

    info: SolverInfo
    target: str
    params: str

    def parameters(self, options: SolveOptions) -> Any:
        """An instance of the dataclass; raises `UnsupportedOption`."""
        return read_params(self.info.id, self.params, options.params.get(self.info.id, {}))

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        """Runs until the time limit, the asked gap, or until nothing is left to do."""
        asked = time.monotonic()
        warnings = check_options(self.info, options)
        params = self.parameters(options)
        seen = _Seen(report)
        if start is not None and not seen.take_start(problem, start):
            start, warnings = None, (*warnings, "the start breaks rules and was not used")
        threads = options.threads or available_cores()
        polite_s = _POLITE_S if Capability.BOUND in self.info.capabilities else JobLimits.polite_s
        end = run_isolated(
            self.target,
            StructuredJob(
                problem=problem,
                time_limit=options.time_limit,
                threads=threads,
                seed=options.seed or 0,
                params=params,
                rel_gap=options.rel_gap,
                abs_gap=options.abs_gap,
                log_path=None if options.log_path is None else options.log_path.absolute(),
                start=start,
                asked=asked,
            ),
            on_event=seen.take,
            imports=(self.target.partition(":")[0],),
            limits=JobLimits.of_solve(options, threads, polite_s),
        )
        if isinstance(end.error, SolverError):
            raise end.error
        return self._outcome(seen, end, warnings)

    def _outcome(self, seen: _Seen, end: JobEnd, warnings: tuple[str, ...]) -> Outcome:
        claim = end.result if isinstance(end.result, Ended) else Ended()
        handed_over = seen.bound is None or isinstance(end.result, Ended)
        return Outcome(
            reason=_reason(seen, end, claim),
            limit=end.limit(claim.limit),
            ending=end.ending,
            solution=seen.best.solution if seen.best is not None else None,
            objective=seen.best.objective if seen.best is not None else None,
            bound=seen.bound,
            native_status=claim.status,
            message=end.message or (str(end.error) if end.error is not None else ""),
            start_used=seen.start_used,
            warnings=warnings if handed_over else (*warnings, _LOST),
            certificate=_certificate(claim),
            build_s=claim.build_s,
            solve_s=max(0.0, end.wall_s - claim.build_s),
            cpu_s=end.cpu_s,
            peak_memory_mb=end.peak_memory_mb,
            versions={package: version(package) for package in self.info.packages},
        )


@dataclass
class _Seen:
    """What the child has streamed; survives whatever becomes of it."""

    report: Report
    best: Found | None = None
    bound: float | None = None
    start_used: bool | None = None
    lines: list[str] = field(default_factory=list)

    def take_start(self, problem: Problem, start: Solution) -> bool:
        """Whether it keeps every rule; if so, it is not lost whatever happens."""
        from optimizer.construct import adopted
        from optimizer.model.objective import objective

        self.start_used = problem.n_sites > 0 and adopted(problem, start) is not None
        if self.start_used:
            self.best = Found(start, objective(problem, start))
        return self.start_used

    def take(self, event: object) -> None:
        match event:
            case Found(solution, objective):
                self.best = event
                self.report.incumbent(solution, objective)
            case Bound(value):
                self.bound = value
                self.report.bound(value)
            case Line(text):
                self.report.message(text)


def _certificate(claim: Ended) -> Certificate | None:
    return None if claim.certificate is None else Certificate.model_validate(json.loads(claim.certificate))


def _reason(seen: _Seen, end: JobEnd, claim: Ended) -> Reason:
    if end.error is not None:
        return Reason.FEASIBLE if seen.best is not None else Reason.ERROR
    if seen.best is None:
        return Reason.INFEASIBLE if claim.no_plan else Reason.NO_SOLUTION
    proven = seen.bound is not None and is_reached(seen.best.objective, seen.bound)
    return Reason.OPTIMAL if proven else Reason.FEASIBLE

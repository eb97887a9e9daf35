"""The parent's side of the structure-aware backends: options checked, a child process run, its stream put together.

`search`, `columns` and `auto` differ in what their child does (`target`), not in how it is run.
"""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from instances import InputError
from optimizer.executors import MissingExtraError, for_a_process
from optimizer.executors.cores import available_cores
from optimizer.executors.stated import PROCESSES
from optimizer.model.backend import (
    Capability,
    Outcome,
    Reason,
    Report,
    SolveOptions,
    SolverError,
    SolverInfo,
    UnsupportedOption,
)
from optimizer.model.certificate import BOUND_FILE, Certificate
from optimizer.model.gap import is_reached
from optimizer.model.solution import Solution
from optimizer.solving.registry import check_options
from solvers.process.isolation import JobEnd, JobLimits, run_isolated
from solvers.process.job import Bound, Certified, Ended, Found, Line, Phase, State, StructuredJob
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
        Capability.RESUME,
    }
)
PROVING = CAPABILITIES | {Capability.REL_GAP, Capability.ABS_GAP, Capability.BOUND}  # of those that prove, too
PACKAGES = ("numba", "highspy")  # kernels, linear programs
HINT = 'pip install "numba>=0.61" "highspy>=1.16,<1.17"'
_POLITE_S = 5.0  # for a job that is interrupted and has a certificate to hand over
_LOST = f"the solver's process was ended before it had certified a bound: there is none, and no {BOUND_FILE}"
_LAST = "the solver's process was ended: the bound is that of the last certificate it had handed over"


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
        return self.resume(problem, options, report, start, None)

    def resume(
        self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None, state: bytes | None
    ) -> Outcome:
        """The same, from a state of an earlier run."""
        asked = time.monotonic()
        warnings = check_options(self.info, options)
        params = self.parameters(options)
        seen = _Seen(report)
        if start is not None and not seen.take_start(problem, start):
            start, warnings = None, (*warnings, "the start breaks rules and was not used")
        threads = options.threads or available_cores()
        polite_s = _POLITE_S if Capability.BOUND in self.info.capabilities else JobLimits.polite_s
        job = StructuredJob(
            problem=problem,
            time_limit=options.time_limit,
            threads=threads,
            seed=options.seed or 0,
            params=params,
            rel_gap=options.rel_gap,
            abs_gap=options.abs_gap,
            log_path=None if options.log_path is None else options.log_path.absolute(),
            start=start,
            keeps_states=report.keeps_states,
            state=state,
            asked=asked,
        )
        with ExitStack() as lent:
            end = run_isolated(
                self.target,
                replace(job, executor=_executor(lent, options)),
                on_event=seen.take,
                imports=(self.target.partition(":")[0],),
                # no grace beyond seconds: little is lost with its process
                limits=JobLimits.of_solve(options, threads, polite_s, grace_share=0.0),
            )
        if isinstance(end.error, SolverError):
            raise end.error
        return self._outcome(seen, end, warnings)

    def _outcome(self, seen: _Seen, end: JobEnd, warnings: tuple[str, ...]) -> Outcome:
        claim = end.result if isinstance(end.result, Ended) else Ended()
        bound, certified = seen.bound, seen.certified
        if bound is not None and not isinstance(end.result, Ended):  # what nobody can recheck any more does not count
            bound = 0.0 if certified is None else min(bound, certified.bound)
            warnings = (*warnings, _LOST if certified is None else _LAST)
        return Outcome(
            reason=_reason(seen, end, claim, bound),
            limit=end.limit(claim.limit),
            ending=end.ending,
            solution=seen.best.solution if seen.best is not None else None,
            objective=seen.best.objective if seen.best is not None else None,
            bound=bound,
            native_status=claim.status,
            message=end.message or (str(end.error) if end.error is not None else ""),
            start_used=seen.start_used,
            warnings=(*warnings, *claim.warnings),
            certificate=None if certified is None else _read(certified.certificate),
            build_s=claim.build_s,
            solve_s=max(0.0, end.wall_s - claim.build_s),
            cpu_s=end.cpu_s,
            peak_memory_mb=end.peak_memory_mb,
            versions={package: version(package) for package in self.info.packages},
        )


def _executor(lent: ExitStack, options: SolveOptions) -> str:
    """What the child is told; raises `UnsupportedOption` where there is no such executor."""
    try:
        return lent.enter_context(for_a_process(options.executor or PROCESSES))
    except (InputError, MissingExtraError) as error:
        raise UnsupportedOption(str(error)) from None


@dataclass
class _Seen:
    """What the child has streamed; survives whatever becomes of it."""

    report: Report
    best: Found | None = None
    bound: float | None = None
    certified: Certified | None = None
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
            case Certified():
                self.certified = event
            case Line(text):
                self.report.message(text)
            case Phase(text):
                self.report.phase(text)
            case State(content, bound):
                self.report.state(content, bound)


def _read(certificate: str) -> Certificate:
    return Certificate.model_validate(json.loads(certificate))  # pydantic's own reader allows fewer levels of a tree


def _reason(seen: _Seen, end: JobEnd, claim: Ended, bound: float | None) -> Reason:
    if end.error is not None:
        return Reason.FEASIBLE if seen.best is not None else Reason.ERROR
    if seen.best is None:
        return Reason.INFEASIBLE if claim.no_plan else Reason.NO_SOLUTION
    proven = bound is not None and is_reached(seen.best.objective, bound)
    return Reason.OPTIMAL if proven else Reason.FEASIBLE

"""The MIP backends' parent side: options decided and checked, a child process run, its claims put together.

`MipSolver` is the adaptor that satisfies `optimizer.model.backend.Solver`; `solve_mip` is the same over plain arrays.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Protocol

from optimizer.executors.cores import available_cores
from optimizer.model.arrays import FloatArray
from optimizer.model.backend import (
    Capability,
    Limit,
    Outcome,
    Reason,
    Report,
    SolveOptions,
    SolverError,
    SolverInfo,
)
from optimizer.model.gap import PROVEN_GAP, is_reached
from optimizer.model.mip import MipModel
from optimizer.model.solution import Solution
from optimizer.solving.registry import OPTIONS, check_options
from solvers.mip.backend import TIGHT_ABS_GAP, TIGHT_REL_GAP, MipOutcome, MipSettings
from solvers.mip.check import Checked, Checker
from solvers.mip.run import MipTask
from solvers.process.isolation import JobEnd, JobLimits, run_isolated
from solvers.process.job import Bound, Line

if TYPE_CHECKING:
    from optimizer.model.problem import Problem


class MipEvents(Protocol):
    """Where the parent tells of a child's progress."""

    def incumbent(self, x: FloatArray, objective: float) -> None: ...

    def bound(self, value: float) -> None: ...

    def log(self, text: str) -> None: ...


class Silent:
    """Events that nobody wants."""

    def incumbent(self, x: FloatArray, objective: float) -> None: ...

    def bound(self, value: float) -> None: ...

    def log(self, text: str) -> None: ...


@dataclass(frozen=True)
class MipResult(Outcome):
    """An outcome over arrays: `x` is the best vector known, the start included; it has been checked."""

    x: FloatArray | None = None
    peak_threads: int = 0


@dataclass(frozen=True)
class MipSolver:
    """A backend as the optimizer sees it. `target`: the `MipBackend` function, "module:attribute"."""

    info: SolverInfo
    target: str

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        """Minimises the problem's compact model; its building counts in the time limit."""
        warnings = check_options(self.info, options)
        began = time.monotonic()
        compact = problem.mip
        model: MipModel = compact.model
        x0: FloatArray | None = compact.encode(start) if start is not None else None
        build_s = time.monotonic() - began
        result = self.solve_mip(
            model, _less_time(options, build_s), x0, _Decoding(report, compact.decode), checked_options=True
        )
        return dataclasses.replace(
            result,
            solution=compact.decode(result.x) if result.x is not None else None,
            x=None,
            warnings=warnings + result.warnings,
            build_s=build_s + result.build_s,
        )

    def solve_mip(
        self,
        model: MipModel,
        options: SolveOptions,
        x0: FloatArray | None = None,
        events: MipEvents | None = None,
        *,
        checked_options: bool = False,
    ) -> MipResult:
        """Solves a model in a child process. `x0`: a complete start, kept as a solution even if the solver loses it."""
        warnings = () if checked_options else check_options(self.info, options)
        search = _Search(model, events or Silent())
        if x0 is not None:
            warnings += search.take_start(x0)
        result, end = self._run(search, options, search.start)
        if search.start is not None and _claims_too_much(end, result):
            search.forget_bound()
            result, _ = self._run(search, _less_time(options, end.wall_s), None, result)
            warnings += ("the start misled the solver, which was asked again without it",)
        if x0 is not None and search.start is None:
            result = dataclasses.replace(result, start_used=False)
        return dataclasses.replace(
            result, warnings=warnings + result.warnings, versions=_package_versions(self.info) | result.versions
        )

    def _run(
        self, search: _Search, options: SolveOptions, start: FloatArray | None, before: MipResult | None = None
    ) -> tuple[MipResult, JobEnd]:
        """One child, after another one's seconds."""
        settings = decide(self.info, options)
        end = run_isolated(
            "solvers.mip.run:run",
            MipTask(self.target, search.model, settings, start),
            on_event=search.take,
            imports=(self.target.partition(":")[0], *self.info.modules),
            limits=JobLimits.of_solve(options, settings.threads),
        )
        if isinstance(end.error, SolverError):
            raise end.error
        result = search.conclude(end, options)
        if before is not None:
            sums = {name: getattr(before, name) + getattr(result, name) for name in ("build_s", "solve_s", "cpu_s")}
            peaks = {
                name: max(getattr(before, name), getattr(result, name)) for name in ("peak_memory_mb", "peak_threads")
            }
            result = dataclasses.replace(result, **sums, **peaks, start_used=before.start_used)
        return result, end


def _claims_too_much(end: JobEnd, result: MipResult) -> bool:
    """Optimality that its own bound does not prove; where costs were scaled, roundings alone can be between the two.

    HiGHS 1.16 can take a start for a point of its reduced model that costs less than any solution, and then ends there.
    """
    claim = end.result if isinstance(end.result, MipOutcome) else None
    return (
        claim is not None
        and claim.reason is Reason.OPTIMAL
        and claim.scaling_error is None
        and (result.reason, result.limit) == (Reason.FEASIBLE, None)
    )


def decide(info: SolverInfo, options: SolveOptions) -> MipSettings:
    """Every default decided, unsupported options left out."""

    def honoured(name: str) -> Any:
        return getattr(options, name) if OPTIONS[name] in info.capabilities else None

    rel_gap, abs_gap = honoured("rel_gap"), honoured("abs_gap")
    log_path = honoured("log_path")
    threads = 1
    if Capability.THREADS in info.capabilities:
        threads = options.threads if options.threads is not None else available_cores()
    return MipSettings(
        rel_gap=TIGHT_REL_GAP if rel_gap is None else rel_gap,
        abs_gap=TIGHT_ABS_GAP if abs_gap is None else abs_gap,
        time_limit=honoured("time_limit"),
        node_limit=honoured("node_limit"),
        threads=threads,
        seed=honoured("seed"),
        log_path=None if log_path is None else log_path.absolute(),
        native=options.native.get(info.id, {}) if Capability.NATIVE in info.capabilities else {},
    )


class _Search:
    """The best vector and bound so far, and what they prove at the end."""

    def __init__(self, model: MipModel, events: MipEvents) -> None:
        self.model = model
        self._events = events
        self._sign = -1.0 if model.maximise else 1.0
        self.start: FloatArray | None = None
        self._x: FloatArray | None = None
        self._objective = 0.0
        self._bound: float | None = None

    def forget_bound(self) -> None:
        self._bound = None

    def take_start(self, x0: FloatArray) -> tuple[str, ...]:
        """An infeasible start is not passed on: some solvers draw wrong conclusions from one (HiGHS #902)."""
        checked = Checker(self.model).check(x0)
        if checked.fault:
            return (f"the start is not a solution and was not used: {checked.fault}",)
        self.start, self._x, self._objective = checked.x, checked.x, checked.objective
        return ()

    def take(self, event: object) -> None:
        match event:
            case Checked(x, objective):
                if self._x is None or self._sign * (objective - self._objective) < 0:
                    self._x, self._objective = x, objective
                self._events.incumbent(x, objective)
            case Bound(value):
                self._bound = value
                self._events.bound(value)
            case Line(text):
                self._events.log(text)

    def conclude(self, end: JobEnd, options: SolveOptions) -> MipResult:
        claim = end.result if isinstance(end.result, MipOutcome) else MipOutcome(Reason.NO_SOLUTION)
        warnings = list(claim.warnings)
        if claim.x is not None:  # every model but the empty one has streamed it already
            self.take_final(claim)
        reason, limit = self._judge(claim, end, options, warnings)
        has_plan = reason in (Reason.OPTIMAL, Reason.FEASIBLE)
        return MipResult(
            reason=reason,
            limit=limit,
            ending=end.ending,
            x=self._x if has_plan else None,
            objective=self._objective if has_plan else None,
            bound=None if reason in (Reason.INFEASIBLE, Reason.UNBOUNDED) else self._bound,
            native_status=claim.native_status,
            message=end.message or claim.message,
            start_used=claim.start_used,
            warnings=tuple(warnings),
            nodes=claim.nodes,
            build_s=claim.build_s,
            solve_s=max(0.0, end.wall_s - claim.build_s),
            cpu_s=end.cpu_s,
            peak_memory_mb=end.peak_memory_mb,
            peak_threads=end.peak_threads,
            scaling_error=claim.scaling_error,
            versions=claim.versions,
        )

    def take_final(self, claim: MipOutcome) -> None:
        assert claim.x is not None
        assert claim.objective is not None
        if self._x is None or self._sign * (claim.objective - self._objective) < 0:
            self._x, self._objective = claim.x, claim.objective
        if self._bound is None:
            self._bound = claim.bound

    def _judge(
        self, claim: MipOutcome, end: JobEnd, options: SolveOptions, warnings: list[str]
    ) -> tuple[Reason, Limit | None]:
        limit = end.limit(claim.limit)
        if claim.reason in (Reason.INFEASIBLE, Reason.UNBOUNDED):
            if self._x is None or claim.reason is Reason.UNBOUNDED:
                return claim.reason, None
            warnings.append("the solver claims that there is no solution although one is at hand; claim disregarded")
            self._bound = None
            return Reason.FEASIBLE, limit
        if self._x is None:
            failed = end.error is not None or claim.reason is Reason.ERROR
            return (Reason.ERROR if failed else Reason.NO_SOLUTION), limit
        reason = self._judge_gap(options, warnings)
        if reason is not None:
            return reason
        if claim.reason is Reason.OPTIMAL and limit is None:
            warnings.append("the solver claims optimality, but its bound does not prove it within 1e-6")
        return Reason.FEASIBLE, limit

    def _judge_gap(self, options: SolveOptions, warnings: list[str]) -> tuple[Reason, Limit | None] | None:
        if self._bound is None:
            return None
        distance = self._sign * (self._objective - self._bound)
        if distance < -PROVEN_GAP * max(1.0, abs(self._objective)):
            warnings.append(f"the solver's bound {self._bound:.10g} contradicts the solution at hand; disregarded")
            self._bound = None
            return None
        if distance <= 0:
            self._bound = self._objective
        objective, bound = self._sign * self._objective, self._sign * self._bound
        if is_reached(objective, bound):
            return Reason.OPTIMAL, None
        within = is_reached(objective, bound, options.rel_gap, options.abs_gap)
        return (Reason.OPTIMAL, Limit.GAP) if within else None


class _Decoding:
    """Forwards a child's progress as solutions."""

    def __init__(self, report: Report, decode: Callable[[FloatArray], Solution]) -> None:
        self._report = report
        self._decode = decode

    def incumbent(self, x: FloatArray, objective: float) -> None:
        self._report.incumbent(self._decode(x), objective)

    def bound(self, value: float) -> None:
        self._report.bound(value)

    def log(self, text: str) -> None:
        self._report.message(text)


def _less_time(options: SolveOptions, seconds: float) -> SolveOptions:
    if options.time_limit is None:
        return options
    return options.model_copy(update={"time_limit": max(0.01, options.time_limit - seconds)})


def _package_versions(info: SolverInfo) -> dict[str, str]:
    versions = {}
    for package in info.packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions

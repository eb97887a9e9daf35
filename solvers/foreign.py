"""Backends of other packages, each run in a process of its own: nothing that they do happens in the caller's.

`isolated` is the entry point `caregroup.isolation`, by which the registry turns one into a solver that is safe to call.
Its module is imported in children only; what comes back is made sound there, so that no object of it arrives here.
MIP backends (`MipSolver`) run in children anyway and are handed out as they are.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import psutil

from optimizer.executors.cores import available_cores
from optimizer.model.backend import (
    Capability,
    Limit,
    Outcome,
    Prepares,
    Reason,
    Report,
    Resumes,
    SolveOptions,
    Solver,
    SolverError,
    SolverInfo,
    SolverUnavailable,
    Tunable,
    UnsupportedOption,
)
from optimizer.model.plain_text import plain_line
from optimizer.model.solution import Solution
from optimizer.solving.answers import sound_number, sound_outcome, sound_solution
from solvers.mip.solver import MipSolver
from solvers.process.isolation import JobEnd, JobLimits, run_isolated
from solvers.process.job import Bound, Found, Line, Phase, State

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

_LOAD_S = 120.0  # for a backend to be imported and to say what it is
_PREPARE_S = 600.0
_MEMORY_SHARE = 0.9  # of what the machine has free, for a backend without a limit of memory
_ENFORCED = frozenset({Capability.TIME_LIMIT, Capability.MEMORY})  # from outside, whatever a backend can do


def isolated(entry: EntryPoint) -> Solver:
    """The backend of an entry point, safe to call; raises `SolverError` where it cannot be loaded in a child."""
    return _isolated(entry.name, entry.value, tuple(sys.path))


@lru_cache
def _isolated(name: str, value: str, path: tuple[str, ...]) -> Solver:
    del path  # a change of it may lead to another backend
    end = _in_child("describe", value, _Call(value), lambda _: None, JobLimits(_LOAD_S))
    if isinstance(end.result, MipSolver):
        return end.result
    if not isinstance(end.result, _Description):
        raise SolverError(f'solver "{name}" cannot be loaded from {value} in a process of its own: {_why(end)}')
    return ForeignSolver(end.result.info, value, end.result)


@dataclass(frozen=True)
class _Call:
    """The payload of every child."""

    value: str  # "module:attribute"
    problem: Problem | None = None
    options: SolveOptions = field(default_factory=SolveOptions)
    start: Solution | None = None
    keeps_states: bool = False
    state: bytes | None = None  # to go on from


@dataclass(frozen=True)
class _Description:
    info: SolverInfo
    is_tunable: bool
    prepares: bool


@dataclass(frozen=True)
class _Answer:
    """Sound; `faults`: what was not."""

    outcome: Outcome
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Malformed:
    """Something on the way that was no plan or no bound."""

    fault: str


@dataclass(frozen=True)
class ForeignSolver:
    """A backend of another package as the optimizer sees it; limits on time and memory are kept from outside."""

    own_info: SolverInfo
    value: str
    description: _Description

    @property
    def info(self) -> SolverInfo:
        return replace(self.own_info, capabilities=self.own_info.capabilities | _ENFORCED)

    def parameters(self, options: SolveOptions) -> None:
        """Has a backend with parameters check them; raises `UnsupportedOption`."""
        if self.description.is_tunable:
            end = _in_child("check_parameters", self.value, _Call(self.value, options=options), limits=_loading())
            _raise_failure(self.info.id, end)

    def prepare(self, problem: Problem) -> Callable[[], None] | None:
        """Does what a backend has to do once a machine; nothing is left to wait for."""
        if not self.description.prepares:
            return None
        end = _in_child("prepare", self.value, _Call(self.value, problem), limits=JobLimits(_PREPARE_S))
        _raise_failure(self.info.id, end)
        return (lambda: None) if end.result else None

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        """Runs it until it answers, breaks off or reaches a limit."""
        return self._run(problem, options, report, start, None)

    def resume(
        self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None, state: bytes
    ) -> Outcome:
        """The same from a state, of a backend that can (`Capability.RESUME`)."""
        return self._run(problem, options, report, start, state)

    def _run(
        self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None, state: bytes | None
    ) -> Outcome:
        malformed: list[str] = []

        def take(event: object) -> None:
            match event:
                case Found(solution, objective):
                    report.incumbent(solution, objective)
                case Bound(value):
                    report.bound(value)
                case Line(text):
                    report.message(text)
                case Phase(text):
                    report.phase(text)
                case State(content, bound):
                    report.state(content, bound)
                case _Malformed(fault):
                    malformed.append(fault)

        call = _Call(self.value, problem, self._options_inside(options), start, report.keeps_states, state)
        end = _in_child("run", self.value, call, take, self._limits(options))
        _raise_refusal(end)
        return _outcome(end, malformed[:1])

    def _options_inside(self, options: SolveOptions) -> SolveOptions:
        """Those that it knows: what is kept from outside need not be its own concern, and its cwd is another."""
        can = self.own_info.capabilities
        return options.model_copy(
            update={
                "time_limit": options.time_limit if Capability.TIME_LIMIT in can else None,
                "memory_mb": options.memory_mb if Capability.MEMORY in can else None,
                "log_path": None if options.log_path is None else options.log_path.absolute(),
            }
        )

    def _limits(self, options: SolveOptions) -> JobLimits:
        limits = JobLimits.of_solve(options, options.threads or available_cores())
        if options.memory_mb is None:
            free_mb = psutil.virtual_memory().available // 2**20
            limits = replace(limits, memory_mb=max(1, int(_MEMORY_SHARE * free_mb)), caps_addresses=False)
        return limits if Capability.TIME_LIMIT in self.own_info.capabilities else replace(limits, grace_s=0.0)


def _loading() -> JobLimits:
    return JobLimits(_LOAD_S)


def _in_child(
    target: str,
    value: str,
    call: _Call,
    on_event: Callable[[Any], None] = lambda _: None,
    limits: JobLimits | None = None,
) -> JobEnd:
    """Its module is imported before the clock starts."""
    return run_isolated(
        f"solvers.foreign:{target}", call, on_event=on_event, imports=(value.partition(":")[0],), limits=limits
    )


def _outcome(end: JobEnd, malformed: list[str]) -> Outcome:
    answer = end.result if isinstance(end.result, _Answer) else _Answer(Outcome(Reason.NO_SOLUTION))
    outcome, faults = answer.outcome, [*malformed, *answer.faults]
    if end.error is not None:
        faults.append(_why(end))
    if faults and not (end.interrupted or end.timed_out):
        outcome = replace(outcome, reason=Reason.ERROR, bound=None, message="; ".join(faults))
    return replace(
        outcome,
        limit=end.limit(outcome.limit),
        ending=end.ending if end.ending is not end.ending.COMPLETED else outcome.ending,
        message=outcome.message or _why(end),
        solve_s=outcome.solve_s or max(0.0, end.wall_s - outcome.build_s),
        cpu_s=end.cpu_s,
        peak_memory_mb=end.peak_memory_mb,
    )


def _raise_refusal(end: JobEnd) -> None:
    """What a backend says that it cannot do; everything else that it raises is a failure of its own."""
    for kind in (UnsupportedOption, SolverUnavailable):
        if isinstance(end.error, kind):
            raise kind(_why(end))


def _raise_failure(solver_id: str, end: JobEnd) -> None:
    _raise_refusal(end)
    if _why(end):
        raise SolverError(f"{solver_id} failed: {_why(end)}")


def _why(end: JobEnd) -> str:
    return plain_line(str(end.error) if isinstance(end.error, SolverError) else end.message)


# --- the child's side -------------------------------------------------------------------------------------------------


class _Streaming:
    """The `Report` inside: what is told is made sound, and sent."""

    def __init__(self, problem: Problem, emit: Callable[[object], None], keeps_states: bool) -> None:
        self._problem = problem
        self.keeps_states = keeps_states
        self._emit = emit

    def incumbent(self, solution: Solution, objective: float) -> None:
        del objective  # recomputed
        try:
            self._emit(Found(sound_solution(self._problem, solution), 0.0))
        except ValueError as error:
            self._emit(_Malformed(f"of a plan on the way, {error}"))

    def bound(self, value: float) -> None:
        try:
            number = sound_number(value)
        except ValueError as error:
            self._emit(_Malformed(f"of a bound on the way, it is {error}"))
            return
        if number is not None:
            self._emit(Bound(number))

    def message(self, text: str) -> None:
        self._emit(Line(plain_line(text if isinstance(text, str) else repr(text))))

    def phase(self, text: str) -> None:
        self._emit(Phase(plain_line(text if isinstance(text, str) else repr(text))))

    def state(self, content: bytes, bound: float | None = None) -> None:
        if not isinstance(content, bytes):
            self._emit(_Malformed(f"of a state on the way, it is of type {type(content).__name__}, where bytes go"))
            return
        try:
            self._emit(State(content, sound_number(bound)))
        except ValueError as error:
            self._emit(_Malformed(f"of a state on the way, its bound is {error}"))


def describe(call: _Call, emit: Callable[[object], None]) -> _Description | MipSolver:
    """What a backend says that it is."""
    del emit
    backend = _load(call)
    info = _sound_info(backend.info)
    if type(backend) is MipSolver:
        return MipSolver(info, backend.target)
    return _Description(info, isinstance(backend, Tunable), isinstance(backend, Prepares))


def check_parameters(call: _Call, emit: Callable[[object], None]) -> None:
    del emit
    backend = _load(call)
    assert isinstance(backend, Tunable)
    backend.parameters(call.options)


def prepare(call: _Call, emit: Callable[[object], None]) -> bool:
    """Whether there was something to do."""
    del emit
    backend = _load(call)
    assert isinstance(backend, Prepares)
    assert call.problem is not None
    wait = backend.prepare(call.problem)
    if wait is not None:
        wait()
    return wait is not None


def run(call: _Call, emit: Callable[[object], None]) -> _Answer:
    """A solve. Ctrl-C and an overrun are a KeyboardInterrupt in here, on which a backend may return what it has."""
    assert call.problem is not None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        backend, report = _load(call), _Streaming(call.problem, emit, call.keeps_states)
        if call.state is not None and isinstance(backend, Resumes):
            given = backend.resume(call.problem, call.options, report, call.start, call.state)
        else:
            given = backend.solve(call.problem, call.options, report, call.start)
        outcome, faults = sound_outcome(call.problem, given)
    except KeyboardInterrupt:
        return _Answer(Outcome(Reason.NO_SOLUTION, Limit.INTERRUPT), ("it raised KeyboardInterrupt",))
    return _Answer(outcome, tuple(faults))


def _load(call: _Call) -> Solver:
    backend: Solver = EntryPoint("", call.value, "").load()
    return backend


def _sound_info(info: object) -> SolverInfo:
    if not isinstance(info, SolverInfo):
        raise SolverError(f"its info is no SolverInfo, but of type {type(info).__name__}")
    return SolverInfo(
        id=plain_line(str(info.id)),
        title=plain_line(str(info.title)),
        modules=tuple(map(str, info.modules)),
        capabilities=frozenset(map(Capability, info.capabilities)),
        packages=tuple(map(str, info.packages)),
        hint=plain_line(str(info.hint)),
        exact=bool(info.exact),
        searches=bool(info.searches),
    )

"""Makes one run and returns its row, whatever becomes of it: the parent's side, under hard limits.

A solve and the solver that it starts are one process tree. It is ended from outside if it uses more than the memory
limit, or overruns the time limit by more than a backend's own grace needs. What was verified until then is kept.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from benchmarks import provenance
from benchmarks.grid import Run
from benchmarks.job import Ended, Job, Step
from benchmarks.row import Point, Row
from optimizer.model.backend import Ending, Outcome, Reason, SolveOptions, SolverError
from optimizer.model.compiling import are_compiled
from optimizer.model.gap import relative_gap
from optimizer.model.plan import Plan
from optimizer.solving.result import Progress, finite
from solvers.columns.warm import KERNELS
from solvers.process.isolation import JobEnd, JobLimits, run_isolated

GRACE_S = 30.0  # a hung run is rare, and a busy machine slow to start processes
GRACE_SHARE = 0.1  # of the time limit; backends' own isolation takes 3 s and 5 % of these
COMPILE_LIMIT_S = 900.0

_compiling = threading.Lock()


class ChangedCodeError(Exception):
    """The code or a package here is not what the run's key says."""


def perform(run: Run) -> Row:
    """The row of a run; raise `ChangedCodeError` rather than make it with other code."""
    _check_code(run)
    _compile_once()
    steps: list[Step] = []
    started = datetime.now(UTC)
    end = run_isolated(
        "benchmarks.job:run",
        Job(run.instance, run.backend, _options(run)),
        on_event=steps.append,
        imports=("optimizer.solving.solve",),
        limits=JobLimits(
            time_s=run.time_limit_s,
            grace_s=grace_s(run),
            memory_mb=run.memory_limit_mb,
            threads=run.threads,
        ),
    )
    return _row(run, end, steps, started)


def _options(run: Run) -> SolveOptions:
    """The memory limit is kept from outside and for all backends alike."""
    own = {name: {run.backend: run.options.get(name, {})} for name in ("native", "params")}
    options = {**run.options, **own}
    return SolveOptions(time_limit=run.time_limit_s, threads=run.threads, seed=run.seed, **options)


def grace_s(run: Run) -> float:
    """Beyond the time limit, before a run is ended from outside."""
    return GRACE_S + GRACE_SHARE * run.time_limit_s


def _check_code(run: Run) -> None:
    here = provenance.versions(run.backend)
    if here != run.versions:
        names = sorted(name for name in {*here, *run.versions} if here.get(name) != run.versions.get(name))
        told = ", ".join(f"{name} {run.versions.get(name, '-')}, here {here.get(name, '-')}" for name in names)
        raise ChangedCodeError(f"{run.name} with {run.backend} was to be run with other code than there is: {told}")


def _compile_once() -> None:
    """Compiling is no part of a run, and on a cluster each machine has its own."""
    with _compiling:
        if not (are_compiled() and are_compiled(KERNELS)):
            limits = JobLimits(time_s=COMPILE_LIMIT_S)
            end = run_isolated("benchmarks.job:compile_kernels", None, on_event=lambda _: None, limits=limits)
            if end.ending is not Ending.COMPLETED:
                raise RuntimeError(f"the kernels could not be compiled: {end.message}")


def _row(run: Run, end: JobEnd, steps: list[Step], started: datetime) -> Row:
    seen = [step.progress for step in steps if not step.progress.message]
    ended = end.result if isinstance(end.result, Ended) else _cut_off(end, seen)
    code = provenance.code()
    return Row(
        kind="run",
        key=run.key,
        suite=run.suite,
        instance=run.name,
        family=run.family,
        instance_hash=run.instance_hash,
        backend=run.backend,
        options=run.options,
        seed=run.seed,
        threads=run.threads,
        time_limit_s=run.time_limit_s,
        memory_limit_mb=run.memory_limit_mb,
        reason=ended.reason,
        limit=ended.limit,
        outcome=ended.outcome.ending,
        native_status=ended.outcome.native_status,
        message=ended.message,
        objective=ended.objective,
        claimed_objective=finite(ended.outcome.objective),
        bound=finite(ended.bound),
        proof=ended.proof,
        gap=_gap(ended),
        plan=None if ended.objective is None else _last_plan(steps),
        build_s=ended.outcome.build_s,
        solve_s=ended.outcome.solve_s,
        total_s=end.wall_s,
        cpu_s=end.cpu_s,
        peak_mb=end.peak_memory_mb,
        trajectory=tuple(
            Point(seconds=p.elapsed_s, objective=finite(p.objective), bound=finite(p.bound)) for p in seen
        ),
        versions={**run.versions, **ended.outcome.versions},
        machine=provenance.machine(),
        commit=code.commit,
        dirty=code.dirty,
        started=started,
    )


def _cut_off(end: JobEnd, seen: list[Progress]) -> Ended:
    """Of a solve that did not come to its end: what was verified before, and what ended it."""
    if isinstance(end.error, SolverError):  # a module is missing, or an option cannot be honoured
        return Ended(Outcome(Reason.ERROR, ending=Ending.UNAVAILABLE), Reason.ERROR, None, str(end.error))
    last = seen[-1] if seen else Progress(0.0)
    without_plan = Reason.ERROR if end.ending is Ending.CRASHED else Reason.NO_SOLUTION
    reason = without_plan if last.objective is None else Reason.FEASIBLE
    return Ended(
        outcome=Outcome(reason, ending=end.ending, solve_s=end.wall_s),
        reason=reason,
        limit=end.limit(),
        message=end.message,
        objective=last.objective,
        bound=last.bound,
        proof=last.proof,
    )


def _last_plan(steps: list[Step]) -> Plan | None:
    """The best: each is better than those before it."""
    return next((step.plan for step in reversed(steps) if step.plan is not None), None)


def _gap(ended: Ended) -> float | None:
    objective, bound = ended.objective, finite(ended.bound)
    return None if objective is None or bound is None else relative_gap(objective, bound)

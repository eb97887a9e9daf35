"""Makes runs on a pool, each as soon as the plan that it starts from is there, and keeps each as it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from instances import InputError
from optimizer.batch.ledger import Entry, Ledger
from optimizer.batch.runs import Run
from optimizer.executors import ConnectionLostError, Pool, call_apart
from optimizer.model.backend import Reason, SolverError
from optimizer.model.plan import Plan
from optimizer.output.document import PlanDocument
from optimizer.output.read_plan import PLAN_FILE
from optimizer.solving.result import Result, finite

_WITHOUT_PLAN = {
    Reason.INFEASIBLE: "no plan can keep every rule, which is proven; caregroup explain tells why",
    Reason.NO_SOLUTION: "no plan was found within the limits",
}


@dataclass(frozen=True)
class Answer:
    """What a worker says of a run: a result, or why there is none."""

    result: Result | None
    message: str = ""


def make(run: Run, start: Plan | None) -> Answer:
    """What a worker of the pool calls: solves in a process of its own; raise `LostWorkError` where that keeps dying."""
    here = version("caregroup")
    if here != run.version:
        return Answer(None, f"a worker has caregroup {here}, not {run.version}: install the same on all machines")
    return call_apart(_solve, run, start)


def _solve(run: Run, start: Plan | None) -> Answer:
    from optimizer.solving.solve import solve

    try:
        return Answer(solve(run.instance, run.solver, start=start, options=run.options))
    except (SolverError, InputError, OSError) as error:
        return Answer(None, str(error))


def make_all(runs: Sequence[Run], pool: Pool, ledger: Ledger, on_entry: Callable[[Run, Entry], None]) -> None:
    """Make all runs that the ledger lacks; what a run starts from is among them.

    Raises `ConnectionLostError`, and `OSError` where the folder takes no more; what has ended is kept then.
    """
    left = {run.key: run for run in runs if ledger.entry_of(run) is None}
    waiting: dict[Future[Answer], Run] = {}
    try:
        while left or waiting:
            for run in _ready(left, pool.slots - len(waiting), waiting):
                del left[run.key]
                plan = _start_plan(run, ledger)
                if run.start is not None and plan is None:
                    on_entry(run, ledger.keep(run, _without_start(run), None))
                    continue
                waiting[pool.executor.submit(make, replace(run, start=None), plan)] = run
            if not waiting:
                continue
            done, _ = pool.wait(set(waiting))
            for future in done:
                run = waiting[future]
                answer = _answer(pool, future)
                del waiting[future]
                on_entry(run, ledger.keep(run, _entry(run, answer), answer.result))
    except BaseException:
        pool.abandon(set(waiting))
        raise


def _ready(left: dict[str, Run], most: int, waiting: dict[Future[Answer], Run]) -> list[Run]:
    """Those whose starts have ended, in their order."""
    pending = {*left, *(run.key for run in waiting.values())}
    ready = [run for run in left.values() if run.start is None or run.start.key not in pending]
    return ready[: max(most, 0)]


def _start_plan(run: Run, ledger: Ledger) -> Plan | None:
    entry = None if run.start is None else ledger.entry_of(run.start)
    if entry is None or entry.folder is None:
        return None
    return PlanDocument.read(ledger.place(entry.folder) / PLAN_FILE).plan


def _answer(pool: Pool, future: Future[Answer]) -> Answer:
    """What came of a run, whatever it was: one that fails costs no other."""
    try:
        return pool.result(future)
    except ConnectionLostError:
        raise
    except Exception as error:
        return Answer(None, str(error) or type(error).__name__)


def _entry(run: Run, answer: Answer) -> Entry:
    result = answer.result
    if result is None:
        return _failed(run, answer.message)
    return Entry(
        **_who(run),
        status=result.reason,
        limit=result.limit,
        message="; ".join(filter(None, (result.message or _WITHOUT_PLAN.get(result.reason, ""), *result.warnings))),
        objective=finite(result.objective),
        seconds=round(result.elapsed_s, 3),
        memory_mb=finite(result.outcome.peak_memory_mb) or None,
    )


def _without_start(run: Run) -> Entry:
    assert run.start is not None
    said = f"not begun: {run.start.scenario} has no plan to start from"
    return _failed(run, said).model_copy(update={"begun": False})


def _failed(run: Run, message: str) -> Entry:
    return Entry(**_who(run), status=Reason.ERROR, limit=None, message=message, seconds=0.0, memory_mb=None)


def _who(run: Run) -> dict[str, object]:
    return {
        "key": run.key,
        "instance": run.place,
        "scenario": run.scenario,
        "seed": run.seed,
        "folder": None,
        "ended": datetime.now(UTC),
    }

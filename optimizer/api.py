"""The functions of the Python interface under their public names.

What they need, compiled kernels and tables among it, is imported once they are called: importing them takes no time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instances import Instance
    from optimizer.model.backend import SolveOptions
    from optimizer.model.plan import Plan
    from optimizer.solving.result import Progress, Result, VerifiedPlan
    from optimizer.solving.steps import Steps
    from optimizer.verify import Evaluation

    AnyPlan = Plan | VerifiedPlan | Result


def solve(
    instance: Instance,
    solver: str = "auto",
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    start: AnyPlan | None = None,
    stay_close: float | None = None,
    construct_anyway: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
    on_plan: Callable[[Plan], None] | None = None,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    options: SolveOptions | None = None,
    checkpoint: str | Path | None = None,
    resume: str | Path | None = None,
) -> Result:
    """Plan an instance; safe to call from several threads and processes at once.

    `time_limit` seconds of wall clock for everything but compiling, once a machine; `gap` relative. Both, `threads`,
    `seed` and `params`, the tuning of backends by id, go before `options`.
    `start` is a plan, or an earlier result, to begin from. Another one is constructed beside it, unless
    `construct_anyway` is false and the start, repaired where it has to be, keeps every rule. `stay_close` prices
    departures from the start, pounds a year for each practice whose hub is at another site than there, beside the
    objective. `on_progress` hears of every better plan and bound and of what is done, `on_plan` is given every better
    plan, verified, just before. `checkpoint` is a file that is written about once a minute; the same arguments with
    `resume`, that file, go on after a run that was killed. Raises `ValueError` where there is no start or no such
    price, `InputError` for an instance that cannot be solved as it stands and a checkpoint that is none or of another
    run, `SolverError` for a backend or option that is not to be had, `OSError` where the log cannot be written; limits,
    infeasibility and crashes are results.
    """
    from optimizer.solving.solve import solve as run

    return run(
        _instance(instance),
        solver,
        time_limit=time_limit,
        gap=gap,
        threads=threads,
        seed=seed,
        start=None if start is None else _plan(start),
        stay_close=stay_close,
        construct_anyway=construct_anyway,
        on_progress=on_progress,
        on_plan=on_plan,
        params=params,
        options=options,
        checkpoint=checkpoint,
        resume=resume,
    )


def iter_solve(instance: Instance, solver: str = "auto", **options: Any) -> Steps:
    """A solve in a thread of its own as an iterator of its progress; options as for `solve`.

        with iter_solve(instance, time_limit=600) as steps:
            for step in steps: ...
        steps.result

    Leaving the `with` statement ends the solve with the best plan so far. What `solve` would raise is raised by the
    loop and by `result`.
    """
    from optimizer.solving.steps import Steps

    on_progress = options.pop("on_progress", None)

    def run(tell: Callable[[Progress], None]) -> Result:
        def both(progress: Progress) -> None:
            if on_progress is not None:
                on_progress(progress)
            tell(progress)

        return solve(instance, solver, on_progress=both, **options)

    return Steps(run)


def verify(instance: Instance, plan: AnyPlan) -> Evaluation:
    """Judge a plan by every rule and price again, from the instance and the plan alone, in exact arithmetic."""
    from optimizer.verify import verify as judge

    return judge(_instance(instance), _plan(plan))


def read_plan(path: str | Path, instance: Instance) -> Plan:
    """The plan in a plan.json, its folder, an assignments.csv or a plan.xlsx; raises `InputError` with every fault.

    Whether it keeps the rules is for `verify` to say.
    """
    from optimizer.output.read_plan import read_plan as read

    return read(path, instance)


def write_outputs(result: Result, folder: str | Path, settings: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write the files of a result that has a plan, in place of an older plan's; return their paths.

    `settings` are the changes that were made to the instance since it was read, kept in plan.json.
    """
    from optimizer.output.files import write_outputs as write

    return write(result, folder, settings)


def write_report(
    result: Result,
    path: str | Path,
    *,
    place_outlines: str | Path | None = None,
    outlines: str | Path | None = None,
) -> Path:
    """Write the plan of a result as one page and return its path; raises `ImportError` without the extra `report`.

    `place_outlines` (by id of a place) and `outlines` (with names) are files that the map shows; they take the extra
    `geo`. Raises `InputError` for one that cannot be drawn.
    """
    from optimizer.output.geography import read_geography
    from optimizer.output.report import HOW_TO_GET, Subject, is_available, write_report

    if not is_available():
        raise ImportError(f"a page takes packages that are not installed: {HOW_TO_GET}")
    path, files = Path(path), [None if file is None else Path(file) for file in (place_outlines, outlines)]
    geography = read_geography(result.instance, *files)
    write_report(replace(Subject.of_result(result), geography=geography), path)
    return path


def _instance(given: Instance) -> Instance:
    from instances import Instance

    if isinstance(given, Instance):
        return given
    how = "Instance.read(path) reads a file, Instance.from_frames(practices, ...) takes DataFrames"
    raise TypeError(f"an Instance is wanted, not {type(given).__name__}: {how}")


def _plan(given: AnyPlan) -> Plan:
    """A plan's decisions, however it comes."""
    from optimizer.model.plan import Plan
    from optimizer.solving.result import Result, VerifiedPlan

    if isinstance(given, Result) and given.plan is None:
        raise ValueError("this result has no plan")
    plan = given.plan if isinstance(given, Result) else given
    plan = plan.plan if isinstance(plan, VerifiedPlan) else plan
    if isinstance(plan, Plan):
        return plan
    raise TypeError(f"a Plan or Result is wanted, not {type(given).__name__}: read_plan(path, instance) reads a file")

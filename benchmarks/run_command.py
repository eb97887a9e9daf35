"""`caregroup bench run`: the runs of a suite that have no row yet, made, shown and stored."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.arguments import Executor, Workers
from optimizer.cli.terminal import ExitCode, fail, guarded, stderr, stdout, stoppable, warn

if TYPE_CHECKING:
    from benchmarks.grid import Run
    from benchmarks.store import Store
    from benchmarks.suite import Suite

HOME = Path("out/bench")
GOES_ON = "Every row is stored; the same command goes on from here."
WIDTH = 160  # characters of the table, where output goes to a file or pipe


class Retry(StrEnum):
    """Which runs are made again."""

    FAILED = "failed"


@guarded
def run(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="A suite's name, or a file that ends in .toml.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The store.", show_default=f"{HOME}/NAME of the suite")
    ] = None,
    backend: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this backend, of any suite; may be repeated.")
    ] = None,
    instance: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this one, or a pattern (p*); may be repeated.")
    ] = None,
    time_limit: Annotated[float | None, typer.Option(metavar="S", help="Seconds, in place of the suite's.")] = None,
    memory: Annotated[int | None, typer.Option(metavar="MB", help="Memory of a run, in place of the suite's.")] = None,
    threads: Annotated[
        list[int] | None, typer.Option(metavar="N", help="In place of the suite's; may be repeated.")
    ] = None,
    seed: Annotated[
        list[int] | None, typer.Option(metavar="N", help="In place of the suite's; may be repeated.")
    ] = None,
    retry: Annotated[
        Retry | None,
        typer.Option(help="Make runs again that crashed, were killed or ended in an error, and no others."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would run and how long it may take.")] = False,
    most_time: Annotated[
        float | None,
        typer.Option(metavar="S", help="Begin no run that may end later; the same command goes on from there."),
    ] = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Only part I of N, for job arrays.")] = None,
    executor: Executor = "processes",
    workers: Workers = None,
) -> None:
    """Run a benchmark, or go on with it: runs that have a row in the store are not made again."""
    from benchmarks.grid import Shard, is_failed, left_to_do, runs_of, with_backends, with_names, without_seeds
    from benchmarks.plan_ahead import estimate, listing, slots_of
    from benchmarks.read_suite import cases_of, changed, read_suite, suite_file
    from benchmarks.store import Store
    from benchmarks.summary import summary
    from instances import Fault, InputError

    path = suite_file(suite)
    wanted = changed(read_suite(path), time_limit_s=time_limit, memory_limit_mb=memory, threads=threads, seeds=seed)
    wanted = with_backends(wanted, backend or [])
    for backend_id in without_seeds(wanted):
        stderr().print(f"{backend_id} takes no seed: its runs are without one, once each", soft_wrap=True)
    if most_time is not None and not wanted.time_limit_s <= most_time:
        least = f"at least the {wanted.time_limit_s:g} s of a run"
        raise InputError([Fault("--most-time", least, value=f"{most_time:g}")])
    part = Shard.parse(shard) if shard is not None else Shard(1, 1)
    runs = part.of(runs_of(wanted, with_names(cases_of(wanted, path), instance or [])))
    with Store(out or HOME / wanted.name) as store:
        keys = {run.key for run in runs}
        rows = [row for row in store.rows() if row.key in keys]
        left = left_to_do(runs, rows, retry_failed=retry is Retry.FAILED)
        limit = f"{wanted.time_limit_s:g} s each" if left else "nothing to do"
        stderr().print(f"runs to make: {len(left)}, {limit}; {len(rows)} of {len(keys)} are there", soft_wrap=True)
        console = stdout()
        if not console.is_terminal:
            console.width = WIDTH
        if dry_run:
            console.print(listing(left))
            console.print(estimate(left, slots_of(executor, workers, max(wanted.threads))), soft_wrap=True)
            return
        most_s = math.inf if most_time is None else most_time
        made = _make(left, store, wanted, executor=executor, workers=workers, most_s=most_s)
        rows = [row for row in store.rows() if row.key in keys]
        console.print(summary(rows))
        console.print(f"{len(rows)} rows in {store.folder}", soft_wrap=True)
    if made < len(left):
        still = f"{len(left) - made} runs are still to make"
        stderr().print(f"--most-time is over: {still}; the same command goes on from here", soft_wrap=True)
    failed = sum(map(is_failed, rows))
    if failed:
        warn(f"{failed} of them failed; --retry failed makes these again")


def _make(left: list[Run], store: Store, suite: Suite, *, executor: str, workers: int | None, most_s: float) -> int:
    from benchmarks.progress import RowsProgress
    from benchmarks.runner import run_all
    from optimizer.executors import open_pool
    from optimizer.executors.cores import available_cores
    from solvers.process.isolation import WORKER

    most_threads = max(suite.threads)
    if executor == "processes" and most_threads > available_cores():
        warn(f"{most_threads} threads on {available_cores()} cores: times will say little")
    with (
        what_stops_runs_told(),
        stoppable(),
        open_pool(executor, threads=most_threads, workers=workers, module=WORKER, on_news=warn) as pool,
    ):
        longest_s = min(most_s, suite.time_limit_s * -(-len(left) // pool.slots))
        with RowsProgress(len(left), longest_s) as progress:
            return run_all(left, pool, store, reference_every=suite.reference_every, on_row=progress, most_s=most_s)


@contextmanager
def what_stops_runs_told() -> Iterator[None]:
    """What ends a benchmark before its last run ends in a message that says how to go on."""
    from benchmarks.perform import ChangedCodeError
    from optimizer.executors import LostWorkError

    try:
        yield
    except KeyboardInterrupt:
        raise fail(ExitCode.INTERRUPTED, "Stopped.", GOES_ON) from None
    except ChangedCodeError as error:
        advice = (
            "Run it again: runs of the code as it is now are new runs. On a cluster, install the same on all machines."
        )
        raise fail(ExitCode.FAILED, str(error), advice) from None
    except LostWorkError as error:
        raise fail(ExitCode.FAILED, f"A run was lost: {error}.", GOES_ON) from None

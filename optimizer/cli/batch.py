"""`caregroup batch`: scenarios of a file solved on an executor, each kept as it ends, and one comparison of all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.arguments import Executor, TablesAnywhere, Workers
from optimizer.cli.terminal import ExitCode, fail, guarded, stderr, stdout, stoppable, undisturbed, warn

if TYPE_CHECKING:
    from optimizer.batch.ledger import Entry, Ledger
    from optimizer.batch.runs import Run
    from optimizer.batch.table import BatchTable

GOES_ON = "What had ended is kept; the same command goes on from there."


@guarded
def batch(
    scenarios: Annotated[Path, typer.Argument(metavar="SCENARIOS.toml", help="Instances, settings and seeds.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where plans, table and ledger go.")],
    executor: Executor = "processes",
    workers: Workers = None,
    resume: Annotated[
        bool, typer.Option(help="Make only what is missing in FOLDER, or everything again in place of it.")
    ] = True,
    tables_anywhere: TablesAnywhere = False,
) -> None:
    """Solve instances x settings x seeds, keep every plan as it ends, and compare them in one table."""
    from optimizer.batch.files import PAGE_FILE, write_table
    from optimizer.batch.ledger import RUNS, Ledger
    from optimizer.batch.read_scenarios import read_scenarios
    from optimizer.batch.runs import runs_of
    from optimizer.batch.view import batch_view
    from optimizer.output.report import HOW_TO_GET

    runs = runs_of(read_scenarios(scenarios), scenarios, tables_anywhere=tables_anywhere)
    with stoppable(), Ledger(out, warn) as ledger:
        if not resume:
            ledger.forget(runs)
        try:
            _make(runs, ledger, executor, workers)
            table = _table(scenarios.stem, runs, ledger)
        except KeyboardInterrupt:
            raise fail(ExitCode.INTERRUPTED, "Stopped.", GOES_ON) from None
        with undisturbed():
            files = write_table(table, out)
    stdout().print(batch_view(table))
    stdout().print(f"Written to {out}: {', '.join(file.name for file in files)}; plans in {out / RUNS}", soft_wrap=True)
    if out / PAGE_FILE not in files:
        stdout().print(f"No page: it takes {HOW_TO_GET}", soft_wrap=True)
    raise typer.Exit(_code(table))


def _make(runs: list[Run], ledger: Ledger, executor: str, workers: int | None) -> None:
    from optimizer.batch.work import make_all
    from optimizer.cli.runs_progress import RunsProgress
    from optimizer.executors import open_pool

    left = {run.key: run for run in runs if ledger.entry_of(run) is None}
    there = len({run.key for run in runs}) - len(left)
    stderr().print(f"runs to make: {len(left)}; {there} are there", soft_wrap=True)
    if not left:
        return
    limits = [run.options.time_limit or 0.0 for run in left.values()]
    threads = max(run.options.threads or 1 for run in left.values())
    with open_pool(executor, threads=threads, workers=workers, on_news=warn) as pool:
        longest_s = max(max(limits), sum(limits) / pool.slots)
        with RunsProgress(len(left), longest_s) as progress:
            make_all(runs, pool, ledger, lambda run, entry: progress.made(_line(run, entry)))


def _line(run: Run, entry: Entry) -> str:
    words = [run.words, str(entry.status).replace("_", " "), f"{entry.seconds:.1f} s"]
    if entry.objective is not None:
        words.insert(2, f"{entry.objective:,.0f}")
    if entry.folder is None and entry.message:
        words.append(" ".join(entry.message.split())[:300])
    return "  ".join(words)


def _table(name: str, runs: list[Run], ledger: Ledger) -> BatchTable:
    from optimizer.batch.table import batch_table

    with stderr().status("Verifying plans ...") as status:
        return batch_table(name, runs, ledger, lambda n: status.update(f"Verifying plans: {n} of {len(runs)} ..."))


def _code(table: BatchTable) -> ExitCode:
    """By the worst that there is: failed, a plan that is not true any more, no plan found, none exists."""
    failed = table.failed
    if not failed:
        return ExitCode.DONE
    told = ", ".join(f"{number} {status.replace('_', ' ')}" for status, number in failed.items())
    warn(f"runs without a plan: {told}; the table says why")
    codes = {
        "error": ExitCode.FAILED,
        "wrong": ExitCode.WRONG,
        "no_solution": ExitCode.NO_PLAN_FOUND,
        "infeasible": ExitCode.NO_PLAN_EXISTS,
    }
    return next((code for status, code in codes.items() if status in failed), ExitCode.FAILED)

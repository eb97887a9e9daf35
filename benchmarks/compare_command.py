"""`caregroup bench compare`: the same runs in two stores, or of two commits, held against each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.run_command import WIDTH
from optimizer.cli.terminal import ExitCode, fail, guarded, stdout, warn

if TYPE_CHECKING:
    import pandas as pd

    from benchmarks.report.columns import Column
    from benchmarks.rows import StoredRows

SIDE = "A store or a report's runs.parquet; STORE@COMMIT: only its runs of that commit."


@guarded
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help=SIDE)],
    after: Annotated[str, typer.Argument(metavar="AFTER", help=SIDE)],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Every pair of runs as CSV.", show_default="none")
    ] = None,
) -> None:
    """What got better or worse between two stores or commits: for each backend, and each run that differs."""
    from benchmarks.measures.regressions import pairs, totals
    from benchmarks.report.columns import CHANGES, TOTALS
    from benchmarks.report.write import missing_modules
    from instances.files import write_together
    from optimizer.solving.tables import as_csv

    missing = missing_modules()
    if missing:
        lack = f"A comparison needs {', '.join(missing)}, not installed here."
        raise fail(ExitCode.FAILED, lack, 'pip install "caregroup[bench]"')
    compared = pairs(*_measured(_side(before), _side(after)))
    if compared.empty:
        raise fail(ExitCode.BAD_INPUT, "The two have no run in common: instance, backend, options, seed and limits.")
    if set(compared["machine_id_before"]) != set(compared["machine_id_after"]):
        warn("the two were made on different machines: times say little")
    differing = compared[compared["verdict"] != "same"]
    console = stdout()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(_shown(totals(compared), TOTALS))
    if len(differing):
        console.print(_shown(differing, CHANGES))
    console.print(f"{len(compared):,} runs in both, {len(compared) - len(differing):,} of them the same")
    if out is not None:
        write_together({out: as_csv(compared).encode()})
        console.print(str(out), soft_wrap=True)


def _side(text: str) -> StoredRows:
    """The rows that BEFORE or AFTER names; raise `InputError`."""
    from benchmarks.rows import read_rows
    from instances import Fault, InputError

    store, at, commit = ("", "", "") if Path(text).exists() else text.rpartition("@")
    rows = read_rows(Path(store if at else text))
    table = rows.table[(rows.table["kind"] == "run") & rows.table["commit"].str.startswith(commit)]
    if table.empty:
        known = sorted(set(rows.table["commit"].str.slice(0, 7)))
        raise InputError([Fault(store or text, f"runs of a commit that it has: {', '.join(known)}", value=commit)])
    return replace(rows, table=table.reset_index(drop=True))


def _measured(*sides: StoredRows) -> list[pd.DataFrame]:
    """The runs of each with what a report measures, all against the best plans that any has."""
    from benchmarks.kept import Kept
    from benchmarks.measures.published import Literature
    from benchmarks.report.prepare import evaluate

    known = Kept()
    for side in sides:
        known = known.joined(evaluate(side, Literature()).kept)
    return [evaluate(side, Literature(), known, "the other").runs for side in sides]


def _shown(table: pd.DataFrame, columns: tuple[Column, ...]) -> Table:
    from benchmarks.report.columns import cells

    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        shown.add_column(column.heading, justify="right" if column.numeric else "left", overflow="fold")
    for row in cells(table, columns):
        shown.add_row(*(cell.text for cell in row))
    return shown

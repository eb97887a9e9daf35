"""`caregroup bench report`: a store of runs to tables, a summary and a page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from optimizer.terminal import ExitCode, fail, guarded, stdout, warn

DEFAULT_OUT = Path("out/bench-report")


@guarded
def report(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The folder that caregroup bench run wrote.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")] = DEFAULT_OUT,
    best_known: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Published objectives: set, instance, best_known, source, status."),
    ] = None,
) -> None:
    """Compare backends from the rows of a store: report.html, summary.md, and tables as CSV and Parquet."""
    from benchmarks.report.prepare import evaluate, read_literature
    from benchmarks.report.write import missing_modules, write_report
    from benchmarks.rows import read_rows

    missing = missing_modules()
    if missing:
        lack = f"A report needs {', '.join(missing)}, not installed here."
        raise fail(ExitCode.FAILED, lack, 'pip install "caregroup[bench]"')
    evaluated = evaluate(read_rows(store), read_literature(best_known))
    write_report(evaluated, out)
    if evaluated.torn_lines:
        warn(f"cut off in writing and left out: {evaluated.torn_lines} of the store's lines")
    for alarm in evaluated.alarm_texts:
        warn(alarm)
    published = sum(not math.isnan(best.published) for best in evaluated.known.values())
    known = f" ({published} of them in {best_known.name})" if best_known is not None else ""
    stdout().print(
        f"{len(evaluated.runs):,} runs of {evaluated.runs['solver'].nunique()} backends on "
        f"{len(evaluated.known):,} instances{known}; alarms: {len(evaluated.alarm_texts)}\n{out / 'report.html'}",
        soft_wrap=True,
    )

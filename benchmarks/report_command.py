"""`caregroup bench report`: stores of runs to tables, a summary and a page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.terminal import ExitCode, fail, guarded, stdout, warn

DEFAULT_OUT = Path("out/bench-report")
KEPT = "best_known.json"


@guarded
def report(
    stores: Annotated[
        list[Path],
        typer.Argument(metavar="STORE...", help="Folders that caregroup bench run wrote, or a report's runs.parquet."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")] = DEFAULT_OUT,
    best_known: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Published objectives: set, instance, best_known, source, status."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where best known plans are kept.", show_default=f"DIR/{KEPT}"),
    ] = None,
) -> None:
    """Compare backends from the rows of stores: report.html, summary.md, and tables as CSV and Parquet.

    Every bound is held against every plan of the same instance, also those kept by earlier reports; a claim that one
    contradicts is an alarm.
    """
    from benchmarks.kept import read_kept
    from benchmarks.report.prepare import evaluate, read_literature
    from benchmarks.report.write import missing_modules, write_report
    from benchmarks.rows import read_rows

    missing = missing_modules()
    if missing:
        lack = f"A report needs {', '.join(missing)}, not installed here."
        raise fail(ExitCode.FAILED, lack, 'pip install "caregroup[bench]"')
    file = keep or out / KEPT
    evaluated = evaluate(read_rows(*stores), read_literature(best_known), read_kept(file), file.name)
    write_report(evaluated, out, file)
    if evaluated.torn_lines:
        warn(f"cut off in writing and left out: {evaluated.torn_lines} of the stores' lines")
    if evaluated.ends_only:
        warn(f"without a trajectory, so that what they reached counts from their end: {evaluated.ends_only:,} runs")
    for alarm in evaluated.alarm_texts:
        warn(alarm)
    published = sum(not math.isnan(best.published) for best in evaluated.known.values())
    known = f" ({published} of them published)" if published else ""
    stdout().print(
        f"{len(evaluated.runs):,} runs of {evaluated.runs['solver'].nunique()} backends on "
        f"{len(evaluated.known):,} instances{known}; alarms: {len(evaluated.alarm_texts)}\n{out / 'report.html'}\n"
        f"{file}: the best plans known of {len(evaluated.kept.instances):,} instances",
        soft_wrap=True,
    )

"""`caregroup solve`: the plan of least cost and disruption."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.arguments import (
    InstancePath,
    Outlines,
    PlaceOutlines,
    Seed,
    Settings,
    TablesAnywhere,
    Threads,
    solver_names,
)
from optimizer.cli.inputs import read, solve_options
from optimizer.cli.terminal import guarded

DEFAULT_TIME_LIMIT_S = 60.0


class OnUnsupported(StrEnum):
    """What to do about an option that the backend cannot honour."""

    ERROR = "error"
    WARN = "warn"


@guarded
def solve(
    instance: InstancePath,
    solver: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The backend; caregroup solvers lists them.", autocompletion=solver_names),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", help="Seconds of wall clock, files and page included; inf = none.")
    ] = DEFAULT_TIME_LIMIT_S,
    gap: Annotated[float | None, typer.Option(metavar="G", help="Stop within this relative gap, such as 0.01.")] = None,
    abs_gap: Annotated[float | None, typer.Option(metavar="POUNDS", help="The same in pounds a year.")] = None,
    threads: Threads = None,
    seed: Seed = None,
    node_limit: Annotated[int | None, typer.Option(metavar="N", help="Branch-and-bound nodes.")] = None,
    memory: Annotated[int | None, typer.Option(metavar="MB", help="Most memory of the backend.")] = None,
    executor: Annotated[
        str | None,
        typer.Option(
            metavar="WHERE", help="Where regions of a country are planned: processes, dask://HOST:PORT or mpi."
        ),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="Begin from a plan.json, its folder, an assignments.csv or plan.xlsx."),
    ] = None,
    stay_close: Annotated[
        float | None,
        typer.Option(metavar="POUNDS", help="Price a year of each practice whose hub is not where it is in --start."),
    ] = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the files go.", show_default="out/NAME of the instance")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in --out, which a run that was killed has left.")
    ] = False,
    log: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the backend's own log goes.")] = None,
    native: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="An option in the backend's own words; may be repeated."),
    ] = None,
    on_unsupported: Annotated[
        OnUnsupported, typer.Option(help="For an option that the backend cannot honour.")
    ] = OnUnsupported.ERROR,
    report: Annotated[bool, typer.Option(help="Write report.html, the page to read.")] = True,
    place_outlines: PlaceOutlines = None,
    outlines: Outlines = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TOML file with options of this command; what is typed goes before it."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only warnings and errors.")] = False,
) -> None:
    """Find the plan of least cost and disruption; Ctrl-C stops and keeps the best so far."""
    del config  # `Configured` has read it
    began = time.monotonic()
    from optimizer.cli.solve_run import SolveRequest, run

    request = SolveRequest(
        instance=read(instance, settings, tables_anywhere=tables_anywhere),
        instance_file=instance,
        solver=solver,
        options=solve_options(
            time_limit=time_limit,
            rel_gap=gap,
            abs_gap=abs_gap,
            threads=threads,
            seed=seed,
            node_limit=node_limit,
            memory_mb=memory,
            log_path=log,
            executor=executor,
            on_unsupported=on_unsupported.value,
        ),
        native=native or [],
        start=start,
        stay_close=stay_close,
        out=out,
        resume=resume,
        settings=settings or [],
        report=report,
        place_outlines=place_outlines,
        outlines=outlines,
        quiet=quiet,
        began=began,
    )
    raise typer.Exit(run(request))

"""`caregroup alternatives`: plans that cost little more than the best and are as different as were found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.arguments import InstancePath, Seed, Settings, Start, TablesAnywhere, Threads
from optimizer.cli.inputs import read, slug, solve_options
from optimizer.cli.terminal import ExitCode, fail, guarded, not_written, stderr, stdout, stoppable, undisturbed, warn

if TYPE_CHECKING:
    from rich.table import Table

    from optimizer.analysis.alternatives import Alternatives

DEFAULT_TIME_LIMIT_S = 180.0


@guarded
def alternatives(
    instance: InstancePath,
    within: Annotated[float, typer.Option(metavar="PERCENT", min=0, help="How much dearer than the best known.")] = 2.0,
    number: Annotated[int, typer.Option("-k", metavar="K", min=2, help="Plans, the best known among them.")] = 5,
    start: Start = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", min=1, max=1e7, help="Seconds for everything.")
    ] = DEFAULT_TIME_LIMIT_S,
    threads: Threads = None,
    seed: Seed = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder a plan goes here.", show_default="out/NAME-alternatives"),
    ] = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
) -> None:
    """Up to K plans within some per cent of the best known, as different as were found, each verified."""
    from optimizer.analysis.alternatives import find_alternatives
    from optimizer.output.files import write_outputs
    from optimizer.output.read_plan import read_plan

    given = read(instance, settings, tables_anywhere=tables_anywhere)
    first = None if start is None else read_plan(start, given)
    options = solve_options(time_limit=time_limit, threads=threads, seed=seed)
    with stoppable(), stderr().status("Looking for plans ...") as status:
        found = find_alternatives(
            given,
            within=within / 100,
            most=number,
            options=options,
            start=first,
            tell=lambda text: status.update(f"{text[:1].upper()}{text[1:]} ..."),
        )
    if found is None:
        raise fail(ExitCode.NO_PLAN_FOUND, "No plan was found.", "caregroup explain tells what stands in the way.")
    folder = out or Path("out") / f"{slug(given.name)}-alternatives"
    with undisturbed():
        for k, result in enumerate(found.results, 1):
            write_outputs(result, folder / str(k), settings or [], on_fault=not_written)
    if (folder / str(len(found.results) + 1)).exists():
        warn(f"{folder}/{len(found.results) + 1} is of an earlier run.")
    stdout().print(_table(found))
    stdout().print(_said(found, number, within), soft_wrap=True)
    stdout().print(f"Written to {folder}/1 to {folder}/{len(found.results)}", soft_wrap=True)


def _table(found: Alternatives) -> Table:
    from optimizer.model.plan_distance import difference
    from optimizer.output.fitted import FittedTable

    table = FittedTable(title="Plans", title_justify="left", title_style="bold", header_style="bold")
    for column in ("plan", "£ a year", "dearer by", "hubs", "practices that sit differently", "pairs", "nearest"):
        table.add_column(column, justify="right")
    base = found.results[0]
    for k, (result, nearest) in enumerate(zip(found.results, found.nearest, strict=True), 1):
        if result.plan is None or base.plan is None or not base.objective or result.objective is None:
            continue
        change = difference(base.plan.plan, result.plan.plan)
        more = result.objective / base.objective - 1
        hubs, practices = str(len(result.plan.plan.hubs)), str(len(change.practices))
        table.add_row(
            str(k), f"{result.objective:,.0f}", f"{more:.2%}", hubs, practices, f"{change.pairs:.0%}", f"{nearest:.0%}"
        )
    return table


def _said(found: Alternatives, number: int, within: float) -> str:
    from optimizer.analysis.params import DEFAULTS
    from optimizer.solving.assurance import Assurance, percent

    base = found.results[0]
    said = "pairs: of practices grouped differently than in plan 1; nearest: than in the nearest plan above."
    if len(found.results) < number:
        said += f" Of {found.tried} plans found, no more cost at most {within:g} % more and differ in at least "
        said += f"{DEFAULTS.alternatives.least_difference:.0%} of the pairs."
    known = Assurance.of(base)
    if known.gap is not None:
        within_best = f"Plan 1 is within {percent(known.gap)} of the best possible."
        said += f" {known.attributed(within_best)}"
    return said

"""`caregroup frontier`: what less disruption costs, or shorter ways of the most deprived, plan by plan."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.arguments import InstancePath, Seed, Settings, Start, TablesAnywhere, Threads, solver_names
from optimizer.cli.inputs import read, slug, solve_options
from optimizer.cli.terminal import ExitCode, fail, guarded, not_written, stderr, stdout, stoppable, undisturbed, warn

if TYPE_CHECKING:
    from rich.table import Table

    from optimizer.analysis.frontier import Frontier
    from optimizer.solving.result import Result

DEFAULT_TIME_LIMIT_S = 600.0


class Trade(StrEnum):
    """What cost is traded against."""

    DISRUPTION = "disruption"
    EQUITY = "equity"


@guarded
def frontier(
    instance: InstancePath,
    against: Annotated[
        Trade, typer.Option(help="Disruption, or equity: how far the most deprived fifth lives from its hubs.")
    ] = Trade.DISRUPTION,
    points: Annotated[int, typer.Option(metavar="N", min=2, max=200, help="Points, both ends among them.")] = 7,
    solver: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="A backend for every solve.", show_default="auto and search", autocompletion=solver_names
        ),
    ] = None,
    start: Start = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", min=1, max=1e7, help="Seconds for all points together.")
    ] = DEFAULT_TIME_LIMIT_S,
    threads: Threads = None,
    seed: Seed = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Table, page, and a folder a plan go here.", show_default="out/NAME-frontier"),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the page goes.", show_default="frontier.html in --out")
    ] = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
) -> None:
    """The trade-off of cost against disruption or equity: N plans along it, each with a proven gap."""
    from optimizer.analysis.frontier import NoPlan, find_frontier
    from optimizer.analysis.frontier_equity import find_equity_frontier
    from optimizer.output.frontier_page import PAGE_FILE
    from optimizer.output.read_plan import read_plan
    from optimizer.output.report import HOW_TO_GET, is_available
    from optimizer.solving.solve import DEFAULT_SOLVER

    if html is not None and not is_available():
        raise fail(ExitCode.BAD_INPUT, f"--html takes packages that are not installed: {HOW_TO_GET}")
    given = read(instance, settings, tables_anywhere=tables_anywhere)
    first = None if start is None else read_plan(start, given)
    options = solve_options(time_limit=time_limit, threads=threads, seed=seed)
    folder = out or Path("out") / f"{slug(given.name)}-frontier"
    find = find_frontier if against is Trade.DISRUPTION else find_equity_frontier
    try:
        with stoppable(), stderr().status("Looking for plans ...") as status:
            found = find(
                given,
                points=points,
                options=options,
                solver=solver or DEFAULT_SOLVER,
                start=first,
                tell=lambda text: status.update(f"{text[:1].upper()}{text[1:]} ..."),
            )
    except NoPlan as none:
        raise _no_plan(none.result) from None
    for warning in found.warnings:
        warn(warning)
    page = (html or folder / PAGE_FILE) if is_available() else None
    with undisturbed():
        _write(found, folder, page, instance, settings or [])
    stdout().print(_table(found))
    stdout().print(_said(found), soft_wrap=True)
    stdout().print(f"Written to {folder}: frontier.csv, plans 1 to {len(found.points)}", soft_wrap=True)
    stdout().print(f"Page: {page}" if page else f"No page: it takes {HOW_TO_GET}", soft_wrap=True)


def _no_plan(result: Result) -> typer.Exit:
    from optimizer.model.backend import Reason

    if result.reason is Reason.INFEASIBLE:
        return fail(ExitCode.NO_PLAN_EXISTS, "No plan can keep every rule.", "caregroup explain tells why.")
    if result.reason is Reason.ERROR:
        return fail(ExitCode.FAILED, result.message, "caregroup solvers shows which backends work here.")
    advice = "Give it more time, or ask caregroup explain what stands in the way."
    said = (f"  {line}" for line in result.message.splitlines() if line.strip())
    return fail(ExitCode.NO_PLAN_FOUND, "No plan was found.", *said, advice)


def _write(found: Frontier, folder: Path, page: Path | None, instance: Path, settings: list[str]) -> None:
    from instances.files import write_together
    from optimizer.output.files import write_outputs
    from optimizer.output.frontier_page import CSV_FILE, frontier_csv, write_page

    for number, point in enumerate(found.points, 1):
        write_outputs(point.plan.result, folder / str(number), settings, instance, not_written)
    write_together({folder / CSV_FILE: frontier_csv(found).encode()})
    if page is not None:
        write_page(found, page)
    if (folder / str(len(found.points) + 1)).exists():
        warn(f"{folder}/{len(found.points) + 1} is of an earlier run.")


def _table(found: Frontier) -> Table:
    from optimizer.output.fitted import FittedTable
    from optimizer.output.frontier_page import rows

    unit, name = found.against.unit, found.against.name
    title = f"Cost against {name}"
    table = FittedTable(title=title, title_justify="left", title_style="bold", header_style="bold")
    first = f"{name} £" if unit == "£" else "deprived km"
    for column in ("plan", first, "cost £", "no plan below £", "gap", f"saved per {unit}", "hubs", "moved"):
        table.add_column(column, justify="right")
    for row in rows(found):
        table.add_row(
            *(str(row["plan"]), f"{row[found.against.column]:,.{found.against.shown}f}"),
            *(_pounds(row["cost"]), _pounds(row["cost_bound"])),
            "" if row["gap"] is None else f"{row['gap']:.2%}",
            "" if row["price"] is None else f"{row['price']:,.2f}",
            *(str(row["hubs"]), str(row["moved_practices"])),
        )
    return table


def _pounds(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _said(found: Frontier) -> str:
    if found.against.unit == "£":
        said = "Unweighted pounds a year. No plan below: of those that disrupt at most as much. "
        said += "Saved per £: cost, for each pound of disruption more than in the plan above."
    else:
        said = "Cost: the objective, pounds a year. Deprived km: road km from home to the hub, mean over the most "
        said += (
            "deprived fifth of patients. No plan below: of those with as few km. Saved per km: cost, for each km more "
        )
        said += "than in the plan above."
    if found.least is not None:
        said += f" No plan disrupts less than £{found.least:,.0f}."
    if found.stopped:
        said += " Stopped before every point was tried."
    elif len(found.points) < found.asked:
        said += f" {found.asked} points were asked for; the others are no better than one of these."
    return said

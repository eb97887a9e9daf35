"""`caregroup check`: is the file right, can any plan exist?"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.answers import add_result
from optimizer.cli.arguments import AsJson, InstancePath, Settings, TablesAnywhere
from optimizer.cli.inputs import read
from optimizer.cli.terminal import ExitCode, fail, guarded, say, warn

if TYPE_CHECKING:
    from instances import Hospital, Instance, Practice
    from optimizer.model.problem import Problem

_CROSSINGS_SHOWN = 10  # practices


@guarded
def check(
    instance: InstancePath,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List the figures that are assumed, with their sources.")
    ] = False,
    land: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Polygons of land: which pairs within reach have water between them?"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Is the file right, is the data plausible, can any plan exist (necessary conditions that are cheap to test)?"""
    from optimizer.analysis.check_data import data_warnings
    from optimizer.model.build import build_problem
    from optimizer.output.as_json import check_json
    from optimizer.output.display import instance_view
    from optimizer.solving.check import chain_impossibilities, chain_remarks, impossibilities, remarks

    given = read(instance, settings, tables_anywhere=tables_anywhere)
    problem = build_problem(given)
    reasons = [*impossibilities(problem), *chain_impossibilities(given)]
    if as_json:
        add_result(**check_json(given, problem.n_sites, reasons))
    say(instance_view(given, problem.n_sites, assumptions=assumptions))
    if land is not None:
        _show_crossings(given, problem, land)
    for warning in (*data_warnings(given), *remarks(problem), *chain_remarks(given)):
        warn(warning)
    if reasons:
        advice = "Change these rules (try --set first) or the data they speak of; caregroup explain says how far."
        raise fail(ExitCode.NO_PLAN_EXISTS, "No plan can keep every rule:", *(f"  {r}" for r in reasons), advice)
    say("The file is right, and no simple reason rules a plan out.")


def _show_crossings(given: Instance, problem: Problem, land: Path) -> None:
    from optimizer.model.locked import known_as
    from optimizer.travel.crossings import WATER_KM, crossings

    found = crossings(given, problem, land)
    add_result(water=[crossing._asdict() for crossing in found])
    if not found:
        say(f"No straight line between a practice and a site within reach has {WATER_KM:g} km of water on it.")
        return
    places: list[Practice | Hospital] = [*given.practices, *given.hospitals]
    names = {place.id: known_as(place) for place in places}
    warn(
        f"{len(found):,} pairs of a practice and a site within reach have more than {WATER_KM:g} km of water in one "
        "stretch on the straight line between them; caregroup travel measures the way around:"
    )
    by_practice = [list(group) for _, group in groupby(found, key=lambda crossing: crossing.practice)]
    for nearest, *others in by_practice[:_CROSSINGS_SHOWN]:
        say(
            f"  {names[nearest.practice]}, {nearest.patients:,} patients, to {names[nearest.site]}: "
            f"{nearest.water_km:.1f} km of water, {nearest.road_km:.1f} km by road as the model has it"
            + (f"; and to {len(others):,} further away" if others else ""),
            soft_wrap=True,
        )
    if len(by_practice) > _CROSSINGS_SHOWN:
        say(f"  and from {len(by_practice) - _CROSSINGS_SHOWN:,} more practices")

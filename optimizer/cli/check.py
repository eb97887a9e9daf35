"""`caregroup check`: is the file right, can any plan exist?"""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.cli.answers import add_result
from optimizer.cli.arguments import AsJson, InstancePath, Settings, TablesAnywhere
from optimizer.cli.inputs import read
from optimizer.cli.terminal import ExitCode, fail, guarded, say, warn


@guarded
def check(
    instance: InstancePath,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List the figures that are assumed, with their sources.")
    ] = False,
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
    for warning in (*data_warnings(given), *remarks(problem), *chain_remarks(given)):
        warn(warning)
    if reasons:
        advice = "Change these rules (try --set first) or the data they speak of; caregroup explain says how far."
        raise fail(ExitCode.NO_PLAN_EXISTS, "No plan can keep every rule:", *(f"  {r}" for r in reasons), advice)
    say("The file is right, and no simple reason rules a plan out.")

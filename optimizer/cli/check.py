"""`caregroup check`: is the file right, can any plan exist?"""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.cli.arguments import InstancePath, Settings, TablesAnywhere
from optimizer.cli.inputs import read
from optimizer.cli.terminal import ExitCode, fail, guarded, stdout, warn


@guarded
def check(
    instance: InstancePath,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List the figures that are assumed, with their sources.")
    ] = False,
) -> None:
    """Is the file right, is the data plausible, can any plan exist (necessary conditions that are cheap to test)?"""
    from optimizer.analysis.check_data import data_warnings
    from optimizer.model.build import build_problem
    from optimizer.output.display import instance_view
    from optimizer.solving.check import impossibilities, remarks

    given = read(instance, settings, tables_anywhere=tables_anywhere)
    problem = build_problem(given)
    stdout().print(instance_view(given, problem.n_sites, assumptions=assumptions))
    for warning in (*data_warnings(given), *remarks(problem)):
        warn(warning)
    reasons = impossibilities(problem)
    if reasons:
        advice = "Change these rules (try --set first) or the data they speak of; caregroup explain says how far."
        raise fail(ExitCode.NO_PLAN_EXISTS, "No plan can keep every rule:", *(f"  {r}" for r in reasons), advice)
    stdout().print("The file is right, and no simple reason rules a plan out.")

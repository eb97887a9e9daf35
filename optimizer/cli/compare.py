"""`caregroup compare`: plans side by side, and against today's groups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.answers import add_result
from optimizer.cli.arguments import AsJson, InstancePath, Settings, TablesAnywhere
from optimizer.cli.inputs import read
from optimizer.cli.terminal import ExitCode, fail, guarded, say, warn

if TYPE_CHECKING:
    from instances import Instance
    from optimizer.solving.judged import JudgedPlan

TODAY = "today"


@guarded
def compare(
    instance: InstancePath,
    plans: Annotated[
        list[str],
        typer.Argument(
            metavar="PLAN...", help="Each a plan.json, its folder, an assignments.csv or plan.xlsx, or the word today."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the comparison too: a page (.html) or a table (.csv).")
    ] = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    as_json: AsJson = False,
) -> None:
    """Plans side by side by the same rules and prices, the first being what the others are held against."""
    from optimizer.analysis.compare import compare as gather
    from optimizer.output.as_json import comparison_json
    from optimizer.output.compare_page import SUFFIXES, write_comparison
    from optimizer.output.compare_view import comparison_view

    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise fail(ExitCode.BAD_INPUT, f"--out {out}: a comparison's file name ends in .html or .csv.")
    given = read(instance, settings, tables_anywhere=tables_anywhere)
    comparison = gather(given, [_judged(given, plan) for plan in dict.fromkeys(plans)])
    if as_json:
        add_result(**comparison_json(comparison))
    say(comparison_view(comparison))
    if out is not None:
        write_comparison(comparison, out)
        say(f"Written to {out}", soft_wrap=True)


def _judged(instance: Instance, named: str) -> JudgedPlan:
    from optimizer.output.claims import check_statements
    from optimizer.output.document import PlanDocument
    from optimizer.output.read_plan import plan_file, read_plan
    from optimizer.solving.judged import JudgedPlan
    from optimizer.solving.today import judged_today
    from optimizer.verify import verify

    if named == TODAY:
        today = judged_today(instance)
        if today is None:
            raise fail(ExitCode.BAD_INPUT, "today: no practice of this instance has a group today.")
        return today
    file = plan_file(Path(named))
    plan = read_plan(file, instance)
    judged = JudgedPlan(named, plan, verify(instance, plan))
    if file.suffix.lower() == ".json":
        note = check_statements(PlanDocument.read(file), instance, judged.evaluation).note
        if note:
            warn(f"{named}: {note}")
    return judged

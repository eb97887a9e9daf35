"""`caregroup report`: the page of a plan that was made before, by whomever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.arguments import Outlines, PlaceOutlines, TablesAnywhere
from optimizer.cli.inputs import geography, read
from optimizer.cli.terminal import ExitCode, fail, guarded, stderr, stdout, warn

if TYPE_CHECKING:
    from instances import Instance
    from optimizer.output.document import PlanDocument


@guarded
def report(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="A plan.json, its folder, an assignments.csv or plan.xlsx.")
    ],
    instance: Annotated[
        Path | None,
        typer.Option(metavar="INSTANCE", help="Its instance.", show_default="where plan.json says it was"),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of --instance; may be repeated."),
    ] = None,
    tables_anywhere: TablesAnywhere = False,
    place_outlines: PlaceOutlines = None,
    outlines: Outlines = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the page goes.", show_default="report.html beside PLAN")
    ] = None,
) -> None:
    """Write a plan as one page to read, print and send: map, tables, rules, cost, who moves and why."""
    from optimizer.output.document import PlanDocument
    from optimizer.output.files import REPORT_FILE
    from optimizer.output.read_plan import plan_file, read_plan
    from optimizer.output.report import HOW_TO_GET, Subject, is_available, write_report
    from optimizer.solving.result import VerifiedPlan
    from optimizer.solving.today import todays_evaluation
    from optimizer.verify import verify

    if not is_available():
        raise fail(ExitCode.BAD_INPUT, f"Writing a report takes packages that are not installed: {HOW_TO_GET}")
    file = plan_file(plan)
    document = PlanDocument.read(file) if file.suffix.lower() == ".json" else None
    given = _instance(file, document, instance, settings, tables_anywhere=tables_anywhere)
    chosen = document.plan if document is not None else read_plan(file, given)
    ground = geography(given, place_outlines, outlines)
    path = out or file.with_name(REPORT_FILE)
    if path.is_dir():
        path = path / REPORT_FILE
    with stderr().status("Writing the page ..."):
        departures = None if document is None else document.departures
        verified = VerifiedPlan(given, chosen, verify(given, chosen, departures))
        write_report(replace(Subject.of(verified, document, todays_evaluation(given)), geography=ground), path)
    if not verified.evaluation.ok:
        warn(f"the plan breaks rules in {len(verified.evaluation.violations)} places; the page says which")
    stdout().print(f"{path}: {path.stat().st_size / 1e6:.1f} MB", soft_wrap=True)


def _instance(
    file: Path,
    document: PlanDocument | None,
    stated: Path | None,
    settings: list[str] | None,
    *,
    tables_anywhere: bool,
) -> Instance:
    if stated is not None:
        return read(stated, settings, tables_anywhere=tables_anywhere)
    if document is None or document.instance.file is None:
        raise fail(ExitCode.BAD_INPUT, f"{file.name} does not say which instance it is for; name it with --instance.")
    if settings:
        raise fail(ExitCode.BAD_INPUT, "--set changes an instance that is named: give --instance too.")
    place = file.parent / document.instance.file
    if not place.exists():
        raise fail(ExitCode.BAD_INPUT, f"{file.name}: its instance is no longer at {place}; name it with --instance.")
    return read(place, document.instance.settings, tables_anywhere=tables_anywhere)

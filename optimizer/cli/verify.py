"""`caregroup verify`: a plan judged again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.answers import add_result
from optimizer.cli.arguments import AsJson, Executor, InstancePath, Settings, TablesAnywhere, Workers
from optimizer.cli.inputs import read
from optimizer.cli.terminal import ExitCode, fail, guarded, say, warn

DEFAULT_BOUND_TIME_LIMIT_S = 600.0
PROCESSES = "processes"


@guarded
def verify(
    instance: InstancePath,
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="A plan.json, its folder, an assignments.csv, plan.xlsx or .sol.")
    ],
    objective: Annotated[float | None, typer.Option(metavar="POUNDS", help="A claimed objective to check.")] = None,
    claimed_bound: Annotated[
        float | None, typer.Option(metavar="POUNDS", help="A lower bound claimed elsewhere, to hold against the plan.")
    ] = None,
    bound: Annotated[
        bool, typer.Option("--bound", help="Recompute the lower bound from the bound.json beside the plan.")
    ] = False,
    bound_time_limit: Annotated[
        float,
        typer.Option(
            "--bound-time-limit", "--time-limit", metavar="S", help="Seconds for that; how much was checked is said."
        ),
    ] = DEFAULT_BOUND_TIME_LIMIT_S,
    executor: Executor = PROCESSES,
    workers: Workers = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    as_json: AsJson = False,
) -> None:
    """Every rule and every pound again, from the instance and the plan alone; exit code 1 if something is wrong."""
    if not bound and (executor, workers, bound_time_limit) != (PROCESSES, None, DEFAULT_BOUND_TIME_LIMIT_S):
        raise typer.BadParameter("--time-limit, --executor and --workers are options of --bound")
    from optimizer.cli.bound import Limits, certify
    from optimizer.output.as_json import verdict_json
    from optimizer.output.claims import check_statements
    from optimizer.output.display import departing, verdict_view
    from optimizer.output.document import PlanDocument
    from optimizer.output.place_names import PlaceNames
    from optimizer.output.read_plan import plan_file, read_plan
    from optimizer.verify import check_claim
    from optimizer.verify import verify as verify_plan

    given = read(instance, settings, tables_anywhere=tables_anywhere)
    file = plan_file(plan)
    document = PlanDocument.read(file) if file.suffix.lower() == ".json" else None
    chosen = document.plan if document else read_plan(file, given)
    evaluation = verify_plan(given, chosen, document.departures if document else None)
    say(verdict_view(evaluation, PlaceNames.of(given)))
    if given.chain is not None and document is None:
        warn("Chains of hospitals are not judged: of all files of a plan, plan.json alone says which there are.")
    wrong = check_claim(evaluation, objective, claimed_bound)
    if document is not None:
        statements = check_statements(document, given, evaluation)
        if statements.note:
            warn(statements.note)
        for statement in statements.wrong:
            (warn if statements.note else wrong.append)(statement)
    end = None
    if bound:
        limits = Limits(bound_time_limit, executor, workers)
        certified = certify(given, file.parent, chosen, document, limits)
        wrong += certified.wrong
        end = certified.end
    if as_json:
        add_result(**verdict_json(given, evaluation, wrong))
    if evaluation.ok and not wrong:
        say(f"The plan keeps every rule and costs £{float(evaluation.objective):,.2f} a year.")
        if document is not None and document.departures is not None:
            say(f"Beside that: {departing(document.departures, evaluation)}.", soft_wrap=True)
        if end is not None:
            raise fail(*end)
        return
    broken = len(evaluation.violations)
    lines = (
        [f"The plan breaks rules in {broken:,} {'place' if broken == 1 else 'places'}."]
        if broken
        else ["What is said of the plan is not true:"]
    )
    raise fail(ExitCode.WRONG, *lines, *(f"  {statement}" for statement in wrong))

"""The command `caregroup`: files in, plans and verdicts out. Each command reads, calls one function and reports.

Exit codes: 0 done (solve: a plan was written), 1 verify found something wrong, 2 bad input or usage, 3 proven that no
plan exists, 4 no plan found within the limits, 5 a backend (or caregroup itself) failed, 130 stopped before the search.
Heavy imports wait until a command needs them, so that --help answers at once.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli_alternatives import alternatives
from optimizer.cli_arguments import InstancePath, Settings
from optimizer.cli_compare import compare
from optimizer.cli_explain import explain
from optimizer.cli_frontier import frontier
from optimizer.cli_import import import_app
from optimizer.cli_inputs import invalid_options, read, slug, small_instance, solve_options
from optimizer.cli_report import report
from optimizer.terminal import ExitCode, fail, guarded, stderr, stdout, warn

INSTANCE_SUFFIXES = (".toml", ".json", ".xlsx")
DEFAULT_TIME_LIMIT_S = 60.0
DEFAULT_BOUND_TIME_LIMIT_S = 600.0

app = typer.Typer(
    name="caregroup",
    help="Groups GP practices into hubs and hubs into networks, at least cost and disruption, with a proof.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(import_app, name="import")
for _function in (alternatives, compare, explain, frontier, report):
    app.command()(_function)
for _command in entry_points(group="caregroup.commands"):  # groups of commands of other packages
    app.add_typer(_command.load(), name=_command.name)


class OnUnsupported(StrEnum):
    """What to do about an option that the backend cannot honour."""

    ERROR = "error"
    WARN = "warn"


def main() -> None:
    """What the shell runs."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a pound sign where the terminal has none
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        stdout().print(f"caregroup {version('caregroup')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version


@app.command()
@guarded
def solve(
    instance: InstancePath,
    solver: Annotated[str | None, typer.Option(metavar="ID", help="The backend; caregroup solvers lists them.")] = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", help="Seconds of wall clock for everything; inf = none.")
    ] = DEFAULT_TIME_LIMIT_S,
    gap: Annotated[float | None, typer.Option(metavar="G", help="Stop within this relative gap, such as 0.01.")] = None,
    abs_gap: Annotated[float | None, typer.Option(metavar="POUNDS", help="The same in pounds a year.")] = None,
    threads: Annotated[int | None, typer.Option(metavar="N", help="Threads.", show_default="all cores")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Seed of everything random.")] = None,
    node_limit: Annotated[int | None, typer.Option(metavar="N", help="Branch-and-bound nodes.")] = None,
    memory: Annotated[int | None, typer.Option(metavar="MB", help="Most memory of the backend.")] = None,
    start: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="Begin from a plan.json, its folder, an assignments.csv or plan.xlsx."),
    ] = None,
    stay_close: Annotated[
        float | None,
        typer.Option(metavar="POUNDS", help="Price a year of each practice whose hub is not where it is in --start."),
    ] = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the files go.", show_default="out/NAME of the instance")
    ] = None,
    log: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the backend's own log goes.")] = None,
    native: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="An option in the backend's own words; may be repeated."),
    ] = None,
    on_unsupported: Annotated[
        OnUnsupported, typer.Option(help="For an option that the backend cannot honour.")
    ] = OnUnsupported.ERROR,
    report: Annotated[bool, typer.Option(help="Write report.html, the page to read.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only warnings and errors.")] = False,
) -> None:
    """Find the plan of least cost and disruption; Ctrl-C stops and keeps the best so far."""
    from optimizer.cli_solve import SolveRequest, run

    request = SolveRequest(
        instance=read(instance, settings),
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
            on_unsupported=on_unsupported.value,
        ),
        native=native or [],
        start=start,
        stay_close=stay_close,
        out=out,
        settings=settings or [],
        report=report,
        quiet=quiet,
    )
    raise typer.Exit(run(request))


@app.command()
@guarded
def check(instance: InstancePath, settings: Settings = None) -> None:
    """Is the file right, is the data plausible, can any plan exist (necessary conditions that are cheap to test)?"""
    from optimizer.build import build_problem
    from optimizer.check import impossibilities
    from optimizer.check_data import data_warnings
    from optimizer.display import instance_view

    given = read(instance, settings)
    problem = build_problem(given)
    stdout().print(instance_view(given, problem.n_sites))
    for warning in data_warnings(given):
        warn(warning)
    reasons = impossibilities(problem)
    if reasons:
        advice = "Change these rules (try --set first) or the data they speak of; caregroup explain says how far."
        raise fail(ExitCode.NO_PLAN_EXISTS, "No plan can keep every rule:", *(f"  {r}" for r in reasons), advice)
    stdout().print("The file is right, and no simple reason rules a plan out.")


@app.command()
@guarded
def verify(
    instance: InstancePath,
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="A plan.json, its folder, an assignments.csv or plan.xlsx.")
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
        typer.Option(metavar="S", help="Seconds for its tree and its enumerations; what is left out is said."),
    ] = DEFAULT_BOUND_TIME_LIMIT_S,
    settings: Settings = None,
) -> None:
    """Every rule and every pound again, from the instance and the plan alone; exit code 1 if something is wrong."""
    from optimizer.claims import check_statements
    from optimizer.cli_bound import certify
    from optimizer.display import departing, verdict_view
    from optimizer.document import PlanDocument
    from optimizer.read_plan import plan_file, read_plan
    from optimizer.verify import check_claim
    from optimizer.verify import verify as verify_plan

    given = read(instance, settings)
    file = plan_file(plan)
    document = PlanDocument.read(file) if file.suffix.lower() == ".json" else None
    chosen = document.plan if document else read_plan(file, given)
    evaluation = verify_plan(given, chosen, document.departures if document else None)
    stdout().print(verdict_view(evaluation))
    wrong = check_claim(evaluation, objective, claimed_bound)
    if document is not None:
        statements = check_statements(document, given, evaluation)
        if statements.note:
            warn(statements.note)
        for statement in statements.wrong:
            (warn if statements.note else wrong.append)(statement)
    if bound:
        wrong += certify(given, file.parent, chosen, document, bound_time_limit)
    if evaluation.ok and not wrong:
        stdout().print(f"The plan keeps every rule and costs £{float(evaluation.objective):,.2f} a year.")
        if document is not None and document.departures is not None:
            stdout().print(f"Beside that: {departing(document.departures, evaluation)}.", soft_wrap=True)
        return
    broken = len(evaluation.violations)
    lines = (
        [f"The plan breaks rules in {broken:,} {'place' if broken == 1 else 'places'}."]
        if broken
        else ["What is said of the plan is not true:"]
    )
    raise fail(ExitCode.WRONG, *lines, *(f"  {statement}" for statement in wrong))


@app.command()
@guarded
def export(
    instance: InstancePath,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ends in .mps or .lp, or in .xlsx, .json or .toml.", show_default="out/NAME.mps"
        ),
    ] = None,
    settings: Settings = None,
) -> None:
    """Write the compact model, a mixed-integer program, as MPS or LP; or the instance as .xlsx, .json or .toml."""
    from optimizer.build import build_problem
    from optimizer.export import SUFFIXES, write_model

    if out is not None and out.suffix.lower() not in (*SUFFIXES, *INSTANCE_SUFFIXES):
        written = f"a model's file name ends in .mps or .lp, an instance's in {', '.join(INSTANCE_SUFFIXES)}"
        raise fail(ExitCode.BAD_INPUT, f"--out {out}: {written}.")
    given = read(instance, settings)
    if out is not None and out.suffix.lower() in INSTANCE_SUFFIXES:
        given.write(out)
        stdout().print(f"{out}: {given.name}, {len(given.practices):,} practices", soft_wrap=True)
        return
    path = out or Path("out") / f"{slug(given.name)}.mps"
    mip = build_problem(given).mip
    write_model(mip.model, path, mip.columns.names())
    stdout().print(f"{path}: {mip.model.n_columns:,} columns, {mip.model.n_rows:,} rows", soft_wrap=True)


@app.command()
@guarded
def solvers() -> None:
    """Backends, whether each works here (a small instance is solved through it) and what it can do."""
    from optimizer.build import build_problem
    from optimizer.display import solvers_view
    from optimizer.registry import probe, solver_ids
    from optimizer.solving import DEFAULT_SOLVER

    problem = build_problem(small_instance())
    with stderr().status("Trying each backend ..."):
        probes = [probe(solver_id, problem) for solver_id in solver_ids()]
    if not probes:
        raise fail(ExitCode.FAILED, "No backend is registered.", "Install caregroup itself: pip install -e .")
    stdout().print(solvers_view(probes, DEFAULT_SOLVER))


@app.command()
@guarded
def generate(
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder, or a file ending in .toml, .json or .xlsx.")],
    kind: Annotated[str, typer.Option(help="city, market-town, rural-county or mixed.")] = "mixed",
    practices: Annotated[int, typer.Option(metavar="N", help="Number of practices.")] = 100,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="The same seed makes the same instance.")] = 1,
    name: Annotated[str | None, typer.Option(help="Of the instance.", show_default="from kind and seed")] = None,
) -> None:
    """Make a synthetic instance that looks like England."""
    from pydantic import ValidationError

    from instances.generate import GenerateSpec
    from instances.generate import generate as make

    try:
        spec = GenerateSpec.model_validate({"kind": kind, "practices": practices, "name": name})
    except ValidationError as error:
        raise invalid_options(error) from None
    made = make(spec, seed)
    path = out if out.suffix.lower() in INSTANCE_SUFFIXES else out / "instance.toml"
    made.write(path)
    patients = sum(practice.patients for practice in made.practices)
    found = f"{len(made.practices):,} practices, {patients:,} patients, {len(made.hospitals):,} hospitals"
    stdout().print(f"{made.name}: {found}\n{path}", soft_wrap=True)


@app.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of an instance."""
    import json

    from instances import Instance

    stdout().out(json.dumps(Instance.model_json_schema(), indent=2, ensure_ascii=False))

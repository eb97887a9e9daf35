"""The command `caregroup`: files in, plans and verdicts out. Each command reads, calls one function and reports.

Exit codes: 0 done (solve: a plan was written), 1 verify found something wrong, 2 bad input or usage, 3 proven that no
plan exists, 4 no plan found within the limits, 5 a backend (or caregroup itself) failed, 130 stopped before the search.
Heavy imports wait until a command needs them, so that --help answers at once.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from optimizer.cli.alternatives import alternatives
from optimizer.cli.batch import batch
from optimizer.cli.check import check
from optimizer.cli.compare import compare
from optimizer.cli.config import Configured
from optimizer.cli.explain import explain
from optimizer.cli.export import export
from optimizer.cli.frontier import frontier
from optimizer.cli.generate import generate
from optimizer.cli.group import Commands
from optimizer.cli.import_ import import_app
from optimizer.cli.models import models
from optimizer.cli.report import report
from optimizer.cli.schema import schema
from optimizer.cli.solve import solve
from optimizer.cli.solvers import solvers
from optimizer.cli.terminal import ExitCode, stdout
from optimizer.cli.travel import travel
from optimizer.cli.verify import verify

app = typer.Typer(
    name="caregroup",
    help="Groups GP practices into hubs and hubs into networks, at least cost and disruption, with a proof.",
    epilog="docs/glossary.md explains the words on screens, pages and sheets.",
    no_args_is_help=True,
    cls=Commands,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(import_app, name="import")
app.command(cls=Configured)(solve)
for _function in (
    check,
    verify,
    export,
    solvers,
    models,
    generate,
    schema,
    alternatives,
    compare,
    explain,
    frontier,
    report,
    travel,
    batch,
):
    app.command()(_function)
for _command in entry_points(group="caregroup.commands"):  # groups of commands of other packages
    app.add_typer(_command.load(), name=_command.name)


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

"""`caregroup import`: other people's files to an instance."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.arguments import INSTANCE_SUFFIXES
from optimizer.cli.nhs import nhs
from optimizer.cli.terminal import guarded, stdout, warn

if TYPE_CHECKING:
    from instances.literature import Imported

import_app = typer.Typer(help="Make an instance of other people's files.", no_args_is_help=True)
import_app.command()(nhs)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A text file of numbers.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder, or a file ending in .toml, .json or .xlsx.")]


class FacilityLayout(StrEnum):
    """What comes after the sites, as `instances.literature.Layout`."""

    SITES = "sites"
    CUSTOMERS = "customers"


@import_app.command()
@guarded
def cpmp(
    file: File,
    out: Out,
    lower: Annotated[float, typer.Option(metavar="L", help="Least load of every open median.")] = 0.0,
    floor: Annotated[bool, typer.Option("--floor", help="Round each distance down to a whole number.")] = False,
) -> None:
    """Capacitated p-median: n p, then x y capacity demand a node. Nodes become practices 1..n."""
    from instances.literature import read_cpmp

    _write(read_cpmp(file, lower=lower, floor=floor), out)


@import_app.command()
@guarded
def sscflp(
    file: File,
    out: Out,
    layout: Annotated[
        FacilityLayout | None,
        typer.Option(
            help="What follows the sites: all demands, then costs by site; or customer by customer.",
            show_default="as the file is",
        ),
    ] = None,
) -> None:
    """Single-source capacitated facility location. Customers become practices c1..cn, sites hospitals s1..sm.

    m n, then capacity and fixed cost of m sites; then n demands and m times n costs of serving all of a customer, or
    (the OR-Library's cap files) each customer's demand and its m costs.
    """
    from instances.literature import Layout, read_sscflp

    _write(read_sscflp(file, layout=None if layout is None else Layout(layout.value)), out)


def _write(imported: Imported, out: Path) -> None:
    made = imported.instance
    path = out if out.suffix.lower() in INSTANCE_SUFFIXES else out / "instance.toml"
    made.write(path)
    for note in imported.notes:
        warn(note)
    patients = sum(practice.patients for practice in made.practices)
    found = f"{len(made.practices):,} practices, {patients:,} patients, {len(made.hospitals):,} hospitals"
    stdout().print(f"{made.name}: {found}\n{path}", soft_wrap=True)

"""`caregroup generate`: a synthetic instance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.arguments import INSTANCE_SUFFIXES
from optimizer.cli.inputs import invalid_options
from optimizer.cli.terminal import guarded, stdout


@guarded
def generate(
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder, or a file ending in .toml, .json or .xlsx.")],
    kind: Annotated[str, typer.Option(help="city, market-town, rural-county or mixed.")] = "mixed",
    practices: Annotated[int, typer.Option(metavar="N", help="Number of practices.")] = 100,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="The same seed makes the same instance.")] = 1,
    homes: Annotated[bool, typer.Option("--homes", help="Say who lives where, too: homes.csv and places.csv.")] = False,
    name: Annotated[str | None, typer.Option(help="Of the instance.", show_default="from kind and seed")] = None,
) -> None:
    """Make a synthetic instance that looks like England."""
    from pydantic import ValidationError

    from instances.generate import GenerateSpec
    from instances.generate import generate as make

    try:
        spec = GenerateSpec.model_validate({"kind": kind, "practices": practices, "homes": homes, "name": name})
    except ValidationError as error:
        raise invalid_options(error) from None
    made = make(spec, seed)
    path = out if out.suffix.lower() in INSTANCE_SUFFIXES else out / "instance.toml"
    made.write(path)
    patients = sum(practice.patients for practice in made.practices)
    found = f"{len(made.practices):,} practices, {patients:,} patients, {len(made.hospitals):,} hospitals"
    stdout().print(f"{made.name}: {found}\n{path}", soft_wrap=True)

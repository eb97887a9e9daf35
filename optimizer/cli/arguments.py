"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

INSTANCE_SUFFIXES = (".toml", ".json", ".xlsx")  # of files

InstancePath = Annotated[
    Path, typer.Argument(metavar="INSTANCE", help="A .toml, .json or .xlsx file, or a folder with an instance.toml.")
]


def solver_names(incomplete: str) -> list[str]:
    """For shell completion."""
    from optimizer.solving.registry import solver_ids

    return [id_ for id_ in solver_ids() if id_.startswith(incomplete)]


Start = Annotated[
    Path | None, typer.Option(metavar="PLAN", help="Begin from a plan.json, its folder or an assignments.csv.")
]
Threads = Annotated[int | None, typer.Option(metavar="N", help="Threads.", show_default="all cores")]
Seed = Annotated[int | None, typer.Option(metavar="N", help="Seed of everything random.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, see docs/json.md.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting, such as hub.min=25000; may be repeated."),
]
TablesAnywhere = Annotated[
    bool, typer.Option("--tables-anywhere", help="Let the instance name tables outside its own folder.")
]
PlaceOutlines = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Outlines of the places of places.csv: the page shows where patients live."),
]
Outlines = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Outlines with names, such as councils, drawn as lines under the page's map."),
]
Executor = Annotated[
    str,
    typer.Option(
        metavar="WHERE", help="Where work is done: processes of this machine, dask://HOST:PORT or mpi (docs/batch.md)."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Pieces of work at the same time.", show_default="as there are cores or workers"
    ),
]

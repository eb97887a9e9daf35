"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

INSTANCE_SUFFIXES = (".toml", ".json", ".xlsx")  # of files

InstancePath = Annotated[
    Path, typer.Argument(metavar="INSTANCE", help="A .toml, .json or .xlsx file, or a folder with an instance.toml.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting, such as hub.min=25000; may be repeated."),
]

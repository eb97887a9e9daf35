"""Real areas of England, where their data are at hand: `python -m benchmarks.areas Shropshire Cornwall`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.table import Case, run
from instances import Instance

SHARED = Path(__file__).resolve().parents[2] / "shared"


def cases(areas: list[str]) -> Iterator[Case]:
    """An instance of each area, by the script that comes with the data."""
    with tempfile.TemporaryDirectory() as folder:
        for area in areas:
            target = Path(folder) / area.replace(" ", "_")
            subprocess.run([sys.executable, SHARED / "tools/make_instance.py", area, target], check=True)
            yield Case(area, Instance.read(target))


def main(
    areas: Annotated[list[str], typer.Argument(help="Parts of the names of integrated care boards.")],
    solver: Annotated[list[str] | None, typer.Option(help="Give it several times to compare.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds for each.")] = 60.0,
    threads: Annotated[int | None, typer.Option(help="All cores unless said.")] = None,
    seed: int = 0,
) -> None:
    """Solve real areas and show objective, bound and gap."""
    if not (SHARED / "data/england").is_dir():
        raise typer.BadParameter(f"there are no data in {SHARED / 'data/england'}")
    run(cases(areas), solver or ["auto"], time_limit, threads, seed)


if __name__ == "__main__":
    typer.run(main)

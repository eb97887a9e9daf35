"""spopt's PMedian on capacitated p-median files, as rows of a store: `python -m benchmarks.peers.spopt --help`.

spopt is what a Python user would find first. Its PMedian states this problem exactly; lower bounds on loads and the
fixed costs of facility location it has no words for. Its plans are verified here like everybody's.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.peers.judged import Asked
from benchmarks.peers.spopt_run import REQUIREMENTS, run_spopt
from benchmarks.row import Row
from benchmarks.store import Store
from instances import Fault, InputError
from instances.literature import read_cpmp
from optimizer.cli.terminal import guarded, stdout


class PeerSolver(StrEnum):
    """What spopt hands its model to."""

    HIGHS = "highs"
    CBC = "cbc"


@guarded
def main(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Where the rows go, beside those of other backends.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Capacitated p-median files.")],
    python: Annotated[Path, typer.Option(metavar="PATH", help=f"Python with {REQUIREMENTS.name} installed.")],
    solver: Annotated[list[PeerSolver] | None, typer.Option(help="May be repeated.", show_default="both")] = None,
    floor: Annotated[bool, typer.Option("--floor", help="Round each distance down to a whole number.")] = False,
    family: Annotated[
        str | None, typer.Option(help="Their set.", show_default="the name of each file's folder")
    ] = None,
    suite: Annotated[str, typer.Option(help="The suite whose tables the rows belong to.")] = "literature",
    time_limit: Annotated[float, typer.Option(metavar="S", help="Seconds, building the model included.")] = 60.0,
    memory: Annotated[int, typer.Option(metavar="MB", help="Of all its processes.")] = 8000,
    threads: Annotated[int, typer.Option(metavar="N")] = 1,
    seed: Annotated[int, typer.Option(metavar="N", help="1, as in the suites, unless said.")] = 1,
) -> None:
    """Run spopt's PMedian on files and append a row for each run to a store."""
    if not python.is_file():
        raise InputError([Fault("--python", f"a Python that has {REQUIREMENTS}", value=str(python))])
    with Store(store) as rows:
        for file in files:
            instance = read_cpmp(file, floor=floor).instance
            for chosen in solver or list(PeerSolver):
                row = run_spopt(
                    Asked(
                        instance=instance,
                        suite=suite,
                        family=family or file.resolve().parent.name,
                        backend=f"spopt:{chosen}",
                        seed=seed,
                        threads=threads,
                        time_limit_s=time_limit,
                        memory_limit_mb=memory,
                    ),
                    python,
                )
                rows.add(row)
                stdout().print(_said(row), soft_wrap=True)


def _said(row: Row) -> str:
    found = "no plan" if row.objective is None else f"{row.objective:,.4f}"
    bound = "none" if row.bound is None else f"{row.bound:,.4f} claimed"
    ended = f"{row.reason}, {row.outcome}, {row.total_s:.1f} s"
    return f"{row.instance}, {row.backend}: {found}, bound {bound}; {ended}{'; ' if row.message else ''}{row.message}"


if __name__ == "__main__":
    typer.run(main)

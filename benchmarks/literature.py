"""Public instances of the literature: `python -m benchmarks.literature SJC1 lin318_005 --time-limit 300`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.table import Case, run
from instances.literature import read_cpmp, read_sscflp

PUBLIC = Path(__file__).resolve().parents[2] / "shared" / "data" / "public"
FLOORED = "pmedcap"  # the one set whose distances are rounded down


def best_known() -> dict[tuple[str, str], float]:
    """Objective by (set, instance)."""
    with (PUBLIC / "best_known.csv").open(encoding="utf-8", newline="") as file:
        return {(row["set"], row["instance"]): float(row["best_known"]) for row in csv.DictReader(file)}


def cases(names: list[str], lower: float) -> Iterator[Case]:
    """Instances by name, as in best_known.csv; with `lower`, the two-sided ones."""
    known = best_known()
    for name in names:
        wanted = [key for key in known if key[1] == name and (key[0] == "cpmp_two_sided") == (lower > 0)]
        if not wanted:
            raise typer.BadParameter(f"best_known.csv has no {name}{' with a lower bound' if lower else ''}")
        yield _case(wanted[0][0], name, lower, known[wanted[0]])


def _case(family: str, name: str, lower: float, best: float) -> Case:
    file = next(path for path in sorted(PUBLIC.rglob(f"{name}*")) if path.stem == name)
    if family in ("holmberg", "yang_tb3"):
        return Case(name, read_sscflp(file).instance, best)
    return Case(name, read_cpmp(file, lower=lower, floor=family == FLOORED).instance, best)


def main(
    names: Annotated[list[str], typer.Argument(help="Instances as in best_known.csv.")],
    solver: Annotated[list[str] | None, typer.Option(help="Give it several times to compare.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds for each.")] = 60.0,
    lower: Annotated[float, typer.Option(help="Least load of every open median: the two-sided variant.")] = 0.0,
    threads: Annotated[int | None, typer.Option(help="All cores unless said.")] = None,
    seed: int = 0,
) -> None:
    """Solve published instances and hold the objective against the best known."""
    if not PUBLIC.is_dir():
        raise typer.BadParameter(f"there are no data in {PUBLIC}")
    run(cases(names, lower), solver or ["auto"], time_limit, threads, seed)


if __name__ == "__main__":
    typer.run(main)

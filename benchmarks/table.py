"""Solves instances one after the other and shows what each solver reached, a row an instance and solver.

Seconds to the first plan, to a proven gap of 1 %, and of the whole solve.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from instances import Instance
from optimizer import Result, solve

COLUMNS = ("instance", "n", "solver", "status", "objective", "bound", "gap", "plan s", "1 % s", "all s")


@dataclass(frozen=True)
class Case:
    """An instance to solve; `known`: the best objective that others have published, if any."""

    name: str
    instance: Instance
    known: float | None = None


def run(cases: Iterable[Case], solvers: Sequence[str], time_limit: float, threads: int | None, seed: int) -> None:
    """Solve every case with every solver, showing each row as soon as it is there."""
    table = Table(*COLUMNS, "to best known")
    console = Console()
    for case in cases:
        for solver in solvers:
            result = solve(case.instance, solver, time_limit=time_limit, threads=threads, seed=seed)
            row = _row(case, result)
            table.add_row(*row)
            console.print("  ".join(row), soft_wrap=True)
    console.print(table)


def _row(case: Case, result: Result) -> list[str]:
    first = next((p.elapsed_s for p in result.trajectory if p.objective is not None), None)
    near = next((p.elapsed_s for p in result.trajectory if p.gap is not None and p.gap <= 0.01), None)
    over = None if case.known is None or result.objective is None else result.objective / case.known - 1
    return [
        case.name,
        str(len(case.instance.practices)),
        result.solver,
        str(result.status),
        _number(result.objective),
        _number(result.bound),
        "-" if result.gap is None else f"{result.gap:.4%}",
        _number(first, 1),
        _number(near, 1),
        f"{result.elapsed_s:.1f}",
        "-" if over is None else f"{over:+.4%}",
    ]


def _number(value: float | None, decimals: int = 2) -> str:
    return "-" if value is None else f"{value:,.{decimals}f}"

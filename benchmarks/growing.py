"""Runs of ever larger instances, a size after the other; who got nowhere at a size is not tried at a larger one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.grid import Run, runs_of
from benchmarks.peers.spopt_run import PeerRun
from benchmarks.row import Row
from benchmarks.runner import AnyRun
from benchmarks.sources import GeneratedSource, UnionSource
from benchmarks.suite import Suite
from benchmarks.summary import with_options
from instances import InputError
from optimizer.model.backend import Ending, Limit, Reason

GENERATED, ENGLAND, P_MEDIAN = "generated", "areas of England", "generated, as p-median"

Make = Callable[[Sequence[AnyRun]], Mapping[str, Row]]  # makes what has no row yet; all rows by key
Peers = Callable[[Run], Sequence[PeerRun]]  # of other programs on the instance of a run
Sized = GeneratedSource | UnionSource


@dataclass(frozen=True)
class Cell:
    """A backend at a size: its row, or why there is none."""

    family: str
    size: int  # asked for
    backend: str  # with its options; empty where the instance is not there
    practices: int | None = None  # of the instance
    row: Row | None = None
    note: str = ""


def family_of(source: Sized) -> str:
    """What instances of a source are measured among."""
    if isinstance(source, UnionSource):
        return ENGLAND
    return P_MEDIAN if source.p_median else GENERATED


def of_size(source: Sized, size: int, data: Path) -> Sized:
    """The same source with instances of this size alone, and the data of areas in that folder."""
    if isinstance(source, UnionSource):
        return source.model_copy(update={"practices": (size,), "folder": str(data.resolve())})
    return source.model_copy(update={"practices": (size,)})


def grow(suite: Suite, sizes: Sequence[int], data: Path, make: Make, peers: Peers) -> Iterator[Cell]:
    """Every cell of backends x sizes for each source of the suite, sizes ascending.

    A backend without a plan at a size, or without anything of its own, is not tried at the next, which is told once;
    `peers` are asked for runs on p-medians, which other programs can state.
    """
    stopped: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for size in sorted(set(sizes)):
        planned: list[tuple[Cell, AnyRun]] = []
        for source in (source for source in suite.instances if isinstance(source, Sized)):
            family = family_of(source)
            try:
                runs = _runs(suite, of_size(source, size, data))
            except InputError as error:
                yield Cell(family, size, "", note=f"skipped: {error.faults[0].expected}")
                continue
            if runs[0].instance_hash in seen:
                yield Cell(family, size, "", note="skipped: the same areas as at the size before")
                continue
            seen.add(runs[0].instance_hash)
            all_runs: list[AnyRun] = [*runs, *(peers(runs[0]) if family == P_MEDIAN else ())]
            planned += [(_cell(family, size, run), run) for run in all_runs]
        left = [(cell, run) for cell, run in planned if (cell.family, cell.backend) not in stopped]
        yield from _not_tried(planned, stopped)
        rows = make([run for _, run in left])
        for cell, run in left:
            yield replace(cell, row=rows[run.key])
            why = why_out(rows[run.key])
            if why:
                stopped[cell.family, cell.backend] = f"{why} at {size:,}"


def _not_tried(planned: Sequence[tuple[Cell, AnyRun]], stopped: dict[tuple[str, str], str]) -> Iterator[Cell]:
    """Each backend that is stopped, once, and its reason is told with that."""
    for cell, _ in planned:
        why = stopped.get((cell.family, cell.backend))
        if why:
            yield replace(cell, note=f"{why}: not tried beyond")
            stopped[cell.family, cell.backend] = ""


def _runs(suite: Suite, source: Sized) -> list[Run]:
    return runs_of(suite, list(source.cases(Path())))


def _cell(family: str, size: int, run: AnyRun) -> Cell:
    asked = run.asked if isinstance(run, PeerRun) else run
    return Cell(family, size, with_options(asked.backend, asked.options), practices=len(asked.instance.practices))


def why_out(row: Row) -> str:
    """Why its backend is not tried at larger sizes; nothing where it is."""
    if row.objective is None:  # where it was proven that there is none, that is the instance's fault
        return "" if row.reason is Reason.INFEASIBLE else _without_plan(row)
    plans = {point.objective for point in row.trajectory if point.objective is not None} | {row.objective}
    proves = row.outcome is Ending.COMPLETED if row.gap is None else row.gap < 1.0
    return "" if proves or len(plans) > 1 else f"no better plan and no bound in {row.time_limit_s:g} s"


def _without_plan(row: Row) -> str:
    if row.outcome is Ending.UNAVAILABLE:
        return "unavailable"
    if row.limit is Limit.TIME:
        return f"no plan in {row.time_limit_s:g} s"
    if row.limit is Limit.MEMORY:
        return f"no plan in {row.memory_limit_mb:,} MB"
    return f"no plan ({str(row.outcome).replace('_', ' ')})"

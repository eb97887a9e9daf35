"""The speed-up of one solve with more threads, measured, and modelled for more than there are here: docs/scale.md.

python -m benchmarks.solve_speedup INSTANCE [--threads 1,2] [--modelled 16,64] [--seconds 600] [--gaps 5,4,3]

The same command goes on where it stood.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.grid import runs_of
from benchmarks.making import RowMaker
from benchmarks.measures.scaling import SolveTimes
from benchmarks.measures.times import seconds_to_gap, seconds_to_plan
from benchmarks.measures.trace import trace_of
from benchmarks.report.markdown import line
from benchmarks.report.marked import page_text, part, rewrite_part
from benchmarks.row import Row
from benchmarks.run_command import what_stops_runs_told
from benchmarks.sources import FileSource
from benchmarks.speedup import counts
from benchmarks.store import Store
from benchmarks.suite import Backend, Suite
from instances import Fault, InputError
from optimizer.cli.terminal import ExitCode, fail, guarded, stdout, stoppable, warn
from optimizer.executors import open_pool
from solvers.process.isolation import WORKER

PART = "solve-speed-up"  # of the page
FACTS, TABLE = "solve_speedup.json", "solve_speedup.md"


class Measured(BaseModel):
    """What was measured, by threads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance: str
    practices: int
    backend: str
    time_limit_s: float
    reached_s: dict[str, dict[int, float | None]] = Field(description="seconds to each milestone; null = not reached")
    gap: dict[int, float | None] = Field(description="at the end")
    peak_mb: dict[int, float]
    date: str
    commit: str
    machine: str


@guarded
def main(
    instance: Annotated[Path, typer.Argument(metavar="INSTANCE", help="What caregroup solve takes.")],
    threads: Annotated[str, typer.Option(metavar="N,N", help="Measured with so many; 1 is measured too.")] = "1,2",
    modelled: Annotated[str, typer.Option(metavar="N,N", help="Worked out for so many.")] = "16,64",
    seconds: Annotated[float, typer.Option(metavar="S", help="Of each solve.", min=1)] = 600.0,
    gaps: Annotated[str, typer.Option(metavar="P,P", help="Per cent: when was it proven to that?")] = "5,4,3.5,3,2.5",
    backend: Annotated[str, typer.Option(metavar="ID")] = "auto",
    memory: Annotated[int, typer.Option(metavar="MB", help="Of all processes of a run.", min=256)] = 8000,
    seed: Annotated[int, typer.Option(metavar="N", min=0)] = 1,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help=f"Rows of runs, {FACTS}, {TABLE}.")] = Path(
        "out/solve-speedup"
    ),
    docs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A page whose generated part is made again.")
    ] = None,
) -> None:
    """Measure, model, and print a Markdown table."""
    measured, more = sorted({1, *counts("--threads", threads)}), counts("--modelled", modelled)
    wanted = _shares(gaps)
    if docs is not None:
        part(page_text("--docs", docs), PART, str(docs))
    suite = Suite(
        name=PART,
        time_limit_s=seconds,
        memory_limit_mb=memory,
        threads=tuple(measured),
        seeds=(seed,),
        backends=(Backend(id=backend),),
        instances=(FileSource(source="file", paths=(str(instance.resolve()),)),),
    )
    runs = [run for source in suite.instances for run in runs_of(suite, list(source.cases(Path())))]
    with (
        what_stops_runs_told(),
        stoppable(),
        Store(out) as store,
        open_pool(workers=1, module=WORKER, on_news=warn) as pool,
    ):
        rows = RowMaker(suite, pool, store).make(runs)
    found = {run.threads: rows[run.key] for run in runs}
    without = next((row for row in found.values() if row.objective is None), None)
    if without is not None:
        raise fail(ExitCode.FAILED, f"No plan with {without.threads} threads: {without.message or without.outcome}")
    facts = measured_of(found, len(runs[0].instance.practices), wanted)
    said = solve_speedup_markdown(facts, more)
    (out / FACTS).write_text(facts.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / TABLE).write_text(said + "\n", encoding="utf-8")
    if docs is not None:
        rewrite_part(docs, PART, said)
    stdout().print(said, soft_wrap=True)


def _shares(stated: str) -> list[float]:
    """From per cent, "5,2.5", the largest first; raise `InputError`."""
    shares = []
    for word in stated.split(","):
        try:
            share = float(word) / 100
        except ValueError:
            share = math.nan
        if not 0 < share < 1:
            raise InputError([Fault("--gaps", "gaps in per cent, such as 5,2.5", value=word)])
        shares.append(share)
    return sorted(shares, reverse=True)


def measured_of(found: Mapping[int, Row], practices: int, gaps: Sequence[float]) -> Measured:
    """From the rows of one instance, by threads, 1 among them."""
    row = found[1]
    traces = {count: trace_of(each.model_dump()) for count, each in found.items()}
    reached = {"first plan": {count: _known(seconds_to_plan(trace)) for count, trace in traces.items()}}
    for gap in gaps:
        seconds = {count: _known(seconds_to_gap(trace, gap)) for count, trace in traces.items()}
        reached[f"gap of {100 * gap:g} %"] = seconds
    return Measured(
        instance=row.instance,
        practices=practices,
        backend=row.backend,
        time_limit_s=row.time_limit_s,
        reached_s=reached,
        gap={count: each.gap for count, each in found.items()},
        peak_mb={count: each.peak_mb for count, each in found.items()},
        date=f"{row.started:%Y-%m-%d}",
        commit=row.commit[:7] + (" and changes" if row.dirty else ""),
        machine=f"{row.machine.cpu}, {row.machine.cores} cores, {row.machine.memory_mb:,} MB",
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def solve_speedup_markdown(found: Measured, modelled: Sequence[int]) -> str:
    """A row for the first plan and for each gap."""
    ends = "; ".join(
        f"with {_threads(count)} {_gap(gap)} at the end, {found.peak_mb[count]:,.0f} MB"
        for count, gap in found.gap.items()
    )
    heads = ["reached", *(f"{_threads(count)}, s" for count in found.gap), "speed-up"]
    heads += [f"{count} modelled, s" for count in modelled]
    measured = [[reached[count] for reached in found.reached_s.values()] for count in found.gap]
    columns = [
        list(found.reached_s),
        *map(_seconds, measured),
        _speed_ups(found),
        *(_seconds(modelled_s(found, count)) for count in modelled),
    ]
    return "\n".join(
        [
            f"{found.date}, commit {found.commit}; {found.machine}: {found.instance}, {found.practices:,} practices, "
            f"`{found.backend}` for {found.time_limit_s:g} s; {ends}.",
            "",
            line(heads),
            "|---|" + "---:|" * (len(heads) - 1),
            *(line(list(cells)) for cells in zip(*columns, strict=True)),
        ]
    )


def modelled_s(found: Measured, threads: int) -> list[float | None]:
    """Seconds to each milestone, none before the one before it; None where it was not reached with one thread and with
    the most."""
    seconds: list[float | None] = []
    most, least = max(found.gap), 0.0
    for reached in found.reached_s.values():
        one, many = reached[1], reached[most]
        if most == 1 or one is None or many is None:
            seconds.append(None)
        else:
            least = max(least, SolveTimes.of(one, many, most).wall_s(threads))
            seconds.append(least)
    return seconds


def _speed_ups(found: Measured) -> list[str]:
    """Of the most threads."""
    most = max(found.gap)
    pairs = [(reached[1], reached[most]) for reached in found.reached_s.values()]
    return ["-" if most == 1 or one is None or many is None else f"{one / many:.2f}" for one, many in pairs]


def _seconds(values: Sequence[float | None]) -> list[str]:
    return ["-" if value is None else f"{value:.0f}" for value in values]


def _gap(value: float | None) -> str:
    return "no bound" if value is None else f"a gap of {value:.2%}"


def _threads(count: int) -> str:
    return f"{count} thread{'s' * (count > 1)}"


if __name__ == "__main__":
    typer.run(main)

"""The speed-up of a batch of scenarios with more workers, measured, and modelled for more than there are here.

python -m benchmarks.speedup [--workers 1,2] [--modelled 4,16,64] [--out FOLDER]

Twenty scenarios of a bundled instance, by `caregroup batch` as anybody runs it: docs/scale.md.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from pydantic import BaseModel, ConfigDict, Field

from benchmarks import provenance
from benchmarks.measures.scaling import BatchTimes
from benchmarks.report.markdown import line
from benchmarks.report.marked import page_text, part, rewrite_part
from instances import Fault, InputError
from optimizer.cli.arguments import Executor
from optimizer.cli.terminal import ExitCode, fail, guarded, stderr, stdout

PART = "speed-up"  # of the page
CHANGING = ["seconds", "memory_mb"]  # columns of batch.csv that differ from one time to the next
FACTS = "speedup.json"
SAME = "The tables are the same with every number of workers."
DIFFERENT = "Plans differ a little from one time to the next, as the time limit decides."


class Measured(BaseModel):
    """What was measured: seconds of wall clock of the command and of its solves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance: str
    time_limit_s: float
    executor: str
    runs_s: tuple[float, ...] = Field(min_length=1, description="of each solve with the fewest workers, in their order")
    wall_s: dict[int, float] = Field(description="of the whole command, by workers; with 1 among them")
    serial_s: float = Field(description="of the command once all runs are there: start, reading, table")
    alike: bool = Field(description="whether the tables are the same but for seconds and memory")
    date: str
    commit: str
    machine: str

    @property
    def times(self) -> BatchTimes:
        return BatchTimes.of(self.runs_s, self.wall_s[1], self.serial_s)


@guarded
def main(
    workers: Annotated[str, typer.Option(metavar="N,N", help="Measured with so many; 1 is measured too.")] = "1,2",
    modelled: Annotated[str, typer.Option(metavar="N,N", help="Worked out for so many.")] = "4,16,64",
    instance: Annotated[str, typer.Option(metavar="NAME", help="A bundled one.")] = "market_town",
    scenarios: Annotated[int, typer.Option(metavar="N", min=1)] = 20,
    seconds: Annotated[float, typer.Option(metavar="S", help="Of each solve, on one thread.")] = 5.0,
    executor: Executor = "processes",
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help=f"Batches, {FACTS}, speedup.md; batches there are made again.")
    ] = Path("out/speedup"),
    docs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A page whose generated part is made again.")
    ] = None,
) -> None:
    """Measure, model, and print a Markdown table."""
    measured, more = counts("--workers", workers), counts("--modelled", modelled)
    if docs is not None:
        part(page_text("--docs", docs), PART, str(docs))
    file = write_scenarios(out, instance, scenarios, seconds)
    found = measure(file, sorted({1, *measured}), executor, instance, seconds)
    said = speedup_markdown(found, more)
    (out / FACTS).write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / "speedup.md").write_text(said + "\n", encoding="utf-8")
    if docs is not None:
        rewrite_part(docs, PART, said)
    stdout().print(said, soft_wrap=True)


def counts(option: str, stated: str) -> list[int]:
    """From "1,2"; raise `InputError`."""
    words = [word.strip() for word in stated.split(",")]
    wrong = next((word for word in words if not word.isdecimal() or int(word) < 1), None)
    if wrong is not None:
        raise InputError([Fault(option, "whole numbers above 0, such as 1,2", value=wrong)])
    return [int(word) for word in words]


def write_scenarios(folder: Path, instance: str, count: int, seconds: float) -> Path:
    """As many prices of travel, of a copy of a bundled instance; raise `InputError` where none is so called."""
    bundled = Path(str(files("instances"))) / "data" / instance
    if not (bundled / "instance.toml").is_file():
        raise InputError([Fault("--instance", "a bundled instance", value=instance)])
    shutil.copytree(bundled, folder / instance, dirs_exist_ok=True)
    lines = [f"instances = {json.dumps([instance])}", "seeds = [1]", f"time_limit_s = {seconds:g}"]
    for number in range(count):
        price = f"travel.cost_per_patient_km={1 + number / 10:.1f}"
        lines += ["", "[[scenario]]", f'id = "km-{number + 1:02d}"', f"set = {json.dumps([price])}"]
    file = folder / "scenarios.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def measure(file: Path, workers: Sequence[int], executor: str, instance: str, seconds: float) -> Measured:
    """Each number of workers in a folder of its own beside the file, everything made again; then once more with nothing
    to make."""
    folders = {count: file.parent / f"workers-{count}" for count in workers}
    wall = {count: _timed(file, folder, count, executor, "--no-resume") for count, folder in folders.items()}
    serial = _timed(file, folders[1], 1, executor, "--resume")
    tables = {count: pd.read_csv(folder / "batch.csv") for count, folder in folders.items()}
    plain = [table.drop(columns=CHANGING) for table in tables.values()]
    code, machine = provenance.code(), provenance.machine()
    return Measured(
        instance=instance,
        time_limit_s=seconds,
        executor=executor.partition(":")[0],
        runs_s=tuple(tables[1]["seconds"]),
        wall_s=wall,
        serial_s=serial,
        alike=all(table.equals(plain[0]) for table in plain),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=code.commit[:7] + (" and changes" if code.dirty else ""),
        machine=f"{machine.cpu}, {machine.cores} cores, {machine.memory_mb:,} MB",
    )


def _timed(file: Path, folder: Path, workers: int, executor: str, resume: str) -> float:
    """Seconds of wall clock of the command."""
    stderr().print(f"batch with {workers} worker{'s' * (workers > 1)}, {resume.lstrip('-')}", soft_wrap=True)
    command = [sys.executable, "-m", "caregroup", "batch", file, "--out", folder, "--workers", workers]
    began = time.monotonic()
    done = subprocess.run(
        list(map(str, [*command, "--executor", executor, resume])), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise fail(ExitCode.FAILED, f"caregroup batch ended with code {done.returncode}.", done.stderr.strip()[-2000:])
    return time.monotonic() - began


def speedup_markdown(found: Measured, modelled: Sequence[int]) -> str:
    """A row for each number of workers: measured beside modelled, modelled alone beyond."""
    times = found.times
    lines = [
        f"{found.date}, commit {found.commit}; {found.machine}: {len(found.runs_s)} scenarios of {found.instance}, "
        f"{found.time_limit_s:g} s each at most, on {found.executor}; solves of {min(found.runs_s):.1f} to "
        f"{max(found.runs_s):.1f} s, {sum(found.runs_s):.0f} s together. Beside its solve a run takes "
        f"{times.overhead_s:.1f} s, and the command {found.serial_s:.1f} s that no worker shortens. "
        + (SAME if found.alike else DIFFERENT),
        "",
        line(["workers", "measured, s", "speed-up", "modelled, s", "speed-up", "efficiency"]),
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for count in sorted({*found.wall_s, *modelled}):
        wall = found.wall_s.get(count)
        measured = ["-", "-"] if wall is None else [f"{wall:.1f}", f"{found.wall_s[1] / wall:.2f}"]
        speed_up = times.speed_up(count)
        lines.append(
            line([f"{count}", *measured, f"{times.wall_s(count):.1f}", f"{speed_up:.2f}", f"{speed_up / count:.0%}"])
        )
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)

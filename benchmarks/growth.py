"""How every backend grows with the number of practices: docs/scale.md.

python -m benchmarks.growth ../shared/data [--seconds 60] [--sizes 100,200] [--backends auto,highs] [--out FOLDER]

Generated instances, unions of areas of England, and p-medians, on which spopt is run beside (--spopt PYTHON). The same
command goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.grid import Run, with_backends
from benchmarks.growing import Cell, grow
from benchmarks.making import RowMaker
from benchmarks.peers.judged import Asked
from benchmarks.peers.spopt import PeerSolver
from benchmarks.peers.spopt_run import REQUIREMENTS, PeerRun, versions_in
from benchmarks.read_suite import changed, read_suite, suite_file
from benchmarks.report.growth import growth_figure, growth_markdown, growth_table
from benchmarks.report.marked import page_text, part, rewrite_part
from benchmarks.run_command import what_stops_runs_told
from benchmarks.store import Store
from instances import Fault, InputError
from optimizer.cli.arguments import Workers
from optimizer.cli.terminal import guarded, stdout, stoppable, warn
from optimizer.executors import MissingExtraError, open_pool
from optimizer.solving.registry import solver_ids
from solvers.process.isolation import WORKER

SUITE = "growth"
PART = "growth"  # of the page
SIZES = "100,200,400,800,1600,3200,6400"
SMALLEST, LARGEST = 12, 9_999  # that the generator makes
SPOPT = "spopt:"
PEER_GAPS = (0.02, 0.01)  # spopt tells of a plan as it ends: to each of these it is a run


@guarded
def main(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The folder with england/ and nhs_raw/.")],
    seconds: Annotated[float, typer.Option(metavar="S", help="Of each run.")] = 60.0,
    sizes: Annotated[str, typer.Option(metavar="N,N", help="Numbers of practices.")] = SIZES,
    backends: Annotated[
        str | None, typer.Option(metavar="ID,ID", help="Also spopt:highs, spopt:cbc.", show_default="all")
    ] = None,
    threads: Annotated[int, typer.Option(metavar="N", min=1)] = 1,
    memory: Annotated[int, typer.Option(metavar="MB", help="Of all processes of a run.", min=256)] = 8000,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the backends.", min=0)] = 1,
    workers: Workers = None,
    spopt: Annotated[
        Path | None, typer.Option(metavar="PYTHON", help=f"A Python with {REQUIREMENTS.name} installed.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Rows of runs, growth.csv, .md, .html.")] = Path(
        "out/growth"
    ),
    docs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A page whose generated part, and picture, are made again.")
    ] = None,
) -> None:
    """Runs and their tables: how time and memory grow with the number of practices."""
    if docs is not None:
        _check_page(docs)
    ours, peers = _backends(backends, spopt)
    suite = changed(
        read_suite(suite_file(SUITE)), time_limit_s=seconds, memory_limit_mb=memory, threads=[threads], seeds=[seed]
    )
    suite = with_backends(suite, ours)
    with (
        what_stops_runs_told(),
        stoppable(),
        Store(out) as store,
        open_pool(threads=threads, workers=workers, module=WORKER, on_news=warn) as pool,
    ):
        maker = RowMaker(suite, pool, store)
        cells = list(grow(suite, _sizes(sizes), data, maker.make, peers))
    _write(cells, out, docs)
    stdout().print(f"growth.csv, growth.md and growth.html in {out}", soft_wrap=True)


def _sizes(stated: str) -> list[int]:
    """From "100,200"; raise `InputError`."""
    words = stated.split(",")
    for word in words:
        if not (word.strip().isdecimal() and SMALLEST <= int(word) <= LARGEST):
            expected = f"numbers of practices from {SMALLEST} to {LARGEST:,}, such as 100,200"
            raise InputError([Fault("--sizes", expected, value=word)])
    return [int(word) for word in words]


@dataclass(frozen=True)
class _Peers:
    """spopt beside ours, under the limits of a run of ours on the same instance."""

    solvers: tuple[PeerSolver, ...] = ()
    python: str = ""
    versions: tuple[tuple[str, str], ...] = ()

    def __call__(self, run: Run) -> list[PeerRun]:
        return [
            PeerRun(
                run.name,
                Asked(
                    instance=run.instance,
                    suite=run.suite,
                    family=run.family,
                    backend=f"{SPOPT}{solver}",
                    seed=run.seed or 1,
                    threads=run.threads,
                    time_limit_s=run.time_limit_s,
                    memory_limit_mb=run.memory_limit_mb,
                    options={"rel_gap": gap},
                ),
                self.python,
                self.versions,
            )
            for solver in self.solvers
            for gap in PEER_GAPS
        ]


def _backends(stated: str | None, spopt: Path | None) -> tuple[list[str], _Peers]:
    """Ours, and spopt's; raise `InputError` where spopt is asked for without its Python, or its Python lacks it."""
    known = [f"{SPOPT}{solver}" for solver in PeerSolver]
    default = [*solver_ids(), *([known[0]] if spopt is not None else [])]
    words = default if stated is None else [word.strip() for word in stated.split(",")]
    others = tuple(solver for solver, name in zip(PeerSolver, known, strict=True) if name in words)
    ours = [word for word in words if word not in known]
    if not ours:
        raise InputError([Fault("--backends", "at least one of ours, beside which spopt is run", value=stated)])
    if not others:
        return ours, _Peers()
    if spopt is None:
        raise InputError([Fault("--spopt", f"a Python with {REQUIREMENTS.name} installed, for {SPOPT[:-1]}")])
    return ours, _Peers(others, str(spopt.absolute()), versions_in(spopt))


def _check_page(docs: Path) -> None:
    """Raise what would keep the page from being written, before an hour of runs."""
    part(page_text("--docs", docs), PART, str(docs))
    if find_spec("kaleido") is None:
        raise MissingExtraError("--docs draws a picture: pip install kaleido, and Chromium or Chrome")


def _write(cells: Sequence[Cell], out: Path, docs: Path | None) -> None:
    table = growth_table(cells)
    table.to_csv(out / "growth.csv", index=False, lineterminator="\n")
    said, figure = growth_markdown(table), growth_figure(table)
    (out / "growth.md").write_text(said + "\n", encoding="utf-8")
    figure.write_html(out / "growth.html", include_plotlyjs=True)
    if docs is not None:
        figure.write_image(docs.with_suffix(".svg"), width=1100, height=520)
        rewrite_part(docs, PART, said)


if __name__ == "__main__":
    typer.run(main)

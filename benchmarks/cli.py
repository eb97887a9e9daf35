"""The commands `caregroup bench ...`, found through the entry-point group `caregroup.commands`."""

from __future__ import annotations

import typer

from benchmarks.compare_command import compare
from benchmarks.report_command import report
from benchmarks.run_command import run
from benchmarks.verify_command import verify

bench_app = typer.Typer(help="Benchmark backends against each other.", no_args_is_help=True)
bench_app.command()(run)
bench_app.command()(report)
bench_app.command()(compare)
bench_app.command()(verify)

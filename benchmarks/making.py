"""Rows of runs, made where there are none yet: what commands share that make their own runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.progress import RowsProgress
from benchmarks.row import Row
from benchmarks.runner import AnyRun, run_all
from benchmarks.store import Store
from benchmarks.suite import Suite
from optimizer.cli.terminal import stderr
from optimizer.executors import Pool


@dataclass(frozen=True)
class RowMaker:
    """Runs of a suite, on a pool, into a store."""

    suite: Suite
    pool: Pool
    store: Store

    def make(self, runs: Sequence[AnyRun]) -> Mapping[str, Row]:
        """Rows by key, those of earlier commands among them; only what has none yet is made."""
        kept = {row.key for row in self.store.rows()}
        left = [run for run in runs if run.key not in kept]
        stderr().print(f"runs to make: {len(left)}; {len(runs) - len(left)} are there", soft_wrap=True)
        longest_s = self.suite.time_limit_s * -(-len(left) // self.pool.slots)
        with RowsProgress(len(left), longest_s) as progress:
            run_all(left, self.pool, self.store, reference_every=self.suite.reference_every, on_row=progress)
        return {row.key: row for row in self.store.rows()}

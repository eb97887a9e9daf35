"""Reads a store of rows, a folder of .jsonl files, into a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.row import Row
from benchmarks.store import stored_rows
from instances import Fault, InputError


@dataclass(frozen=True)
class Rows:
    """All rows of a store, a column a field of `Row`; nested fields stay dicts and lists."""

    table: pd.DataFrame
    torn_lines: int  # cut off in mid-write, and left out

    @property
    def runs(self) -> pd.DataFrame:
        """Of a run that was made again, the last."""
        runs = self.table[self.table["kind"] == "run"].sort_values("started", kind="stable")
        return runs.drop_duplicates("key", keep="last").sort_index().reset_index(drop=True)

    @property
    def references(self) -> pd.DataFrame:
        return self.table[self.table["kind"] == "reference"].reset_index(drop=True)


def as_table(rows: list[Row]) -> pd.DataFrame:
    """A row each, numbers as floats where they may be missing."""
    table = pd.DataFrame([row.model_dump(mode="json") for row in rows], columns=list(Row.model_fields))
    numbers = ("objective", "claimed_objective", "bound", "gap", "memory_limit_mb", "time_limit_s")
    return table.astype(dict.fromkeys(numbers, "float64"))


def read_rows(folder: Path) -> Rows:
    """Every row below `folder`; raise `InputError` where there is none, or where a whole line is no row.

    A line without its end was cut off as its writer ended; it is counted and left out.
    """
    rows, torn = stored_rows(folder)
    if not rows:
        raise InputError([Fault(str(folder), "a folder with rows of runs in .jsonl files; it has none")])
    return Rows(as_table(rows), torn)

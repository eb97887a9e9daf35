"""Reads stores of rows, folders of .jsonl files and reports' tables of runs, into one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.row import Row
from benchmarks.store import stored_rows
from instances import Fault, InputError

PARQUET = ".parquet"
EXPECTED = "a folder with rows of runs in .jsonl files, or the runs.parquet of a report; it has none"


@dataclass(frozen=True)
class StoredRows:
    """All rows of some stores, a column a field of `Row` and `store`, where it is from; nested fields stay dicts and
    lists."""

    table: pd.DataFrame
    torn_lines: int  # cut off in mid-write, and left out

    @property
    def runs(self) -> pd.DataFrame:
        """Every run, also those that were made again."""
        return self.table[self.table["kind"] == "run"].reset_index(drop=True)

    @property
    def references(self) -> pd.DataFrame:
        return self.table[self.table["kind"] == "reference"].reset_index(drop=True)


def as_table(rows: Iterable[tuple[str, Row]]) -> pd.DataFrame:
    """A row each, with the store that it is from; numbers as floats where they may be missing."""
    table = pd.DataFrame(
        [{**row.model_dump(mode="json"), "store": store} for store, row in rows], columns=[*Row.model_fields, "store"]
    )
    numbers = ("objective", "claimed_objective", "bound", "gap", "memory_limit_mb", "time_limit_s")
    return table.astype({**dict.fromkeys(numbers, "float64"), "seed": "Int64"})


def read_rows(*stores: Path) -> StoredRows:
    """Every row of every store, those that several have once; raise `InputError` where one has none, or where a whole
    line is no row.

    A store is a folder, or a .parquet file with the table of runs of an earlier report. A line without its end was cut
    off as its writer ended; it is counted and left out.
    """
    found: list[tuple[str, Row]] = []
    torn_lines = 0
    for store in stores:
        rows, torn = _rows_of(store)
        if not rows:
            raise InputError([Fault(str(store), EXPECTED)])
        found += [(str(store), row) for row in rows]
        torn_lines += torn
    return StoredRows(as_table(_once(found)), torn_lines)


def _rows_of(store: Path) -> tuple[list[Row], int]:
    if store.suffix == PARQUET:
        from benchmarks.parquet_rows import parquet_rows

        return parquet_rows(store), 0
    return stored_rows(store)


def _once(found: Iterable[tuple[str, Row]]) -> Iterable[tuple[str, Row]]:
    """Of a row that is in several stores, as a copy or in the table of a report, the fullest."""
    kept: dict[tuple[object, ...], tuple[str, Row]] = {}
    for store, row in found:
        mark = (row.kind, row.key, row.started)
        if mark not in kept or _told(row) > _told(kept[mark][1]):
            kept[mark] = (store, row)
    return kept.values()


def _told(row: Row) -> tuple[bool, int]:
    return row.plan is not None, len(row.trajectory)

"""Writes the files of a report."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

from benchmarks.kept import write_kept
from benchmarks.report.compare import compare
from benchmarks.report.frames import tables
from benchmarks.report.markdown import summary
from benchmarks.report.page import page
from benchmarks.report.prepare import Evaluated
from optimizer.solving.tables import as_csv

NEEDED = ("jinja2", "plotly", "pyarrow")  # of the extra "bench"


def missing_modules() -> list[str]:
    """What a report needs and is not installed."""
    return [module for module in NEEDED if find_spec(module) is None]


def write_report(evaluated: Evaluated, out: Path, keep: Path) -> list[Path]:
    """report.html, summary.md, and the tables as CSV and Parquet in the folder tables; the best known plans join those
    in the file `keep`. All of them or none."""
    groups = compare(evaluated)
    contents = {
        out / "report.html": page(evaluated, groups).encode(),
        out / "summary.md": summary(evaluated, groups).encode(),
    }
    for name, table in tables(evaluated, groups).items():
        contents[out / "tables" / f"{name}.csv"] = as_csv(table).encode()
        parquet = io.BytesIO()
        table.to_parquet(parquet, index=False)
        contents[out / "tables" / f"{name}.parquet"] = parquet.getvalue()
    write_kept(keep, evaluated.kept, contents)
    return list(contents)

"""The table of a batch as files: two CSV tables, a workbook of both, and a page that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from instances.files import write_together
from optimizer.analysis.compare import Unit
from optimizer.batch.ledger import RUNS
from optimizer.batch.table import MORE, BatchTable, Column
from optimizer.output.compare_view import figure_text
from optimizer.output.pages import page_environment
from optimizer.output.plan_workbook import sheets_bytes
from optimizer.solving.tables import as_csv

RUNS_FILE, SCENARIOS_FILE, WORKBOOK_FILE, PAGE_FILE = "batch.csv", "scenarios.csv", "batch.xlsx", "batch.html"
SHOWN = (
    "objective",
    "real_money",
    "gap",
    "hubs",
    "hubs_in_band",
    "moved_practices",
    "moved_patients",
    "km_per_patient",
)
_FORMATS: dict[Unit | str, str] = {Unit.SHARE: "0.00%", Unit.KM: "0.00", Unit.FTE: "0.0", "s": "0.0"}
_WHOLE, _TENTHS = "#,##0", "#,##0.0"
_WHOLE_FROM = 1000  # means of counts have no decimals from here on


def write_table(table: BatchTable, folder: Path) -> tuple[Path, ...]:
    """Write all that can be, in place of older ones; return their paths. Without jinja2 there is no page."""
    contents = {
        folder / RUNS_FILE: as_csv(table.runs).encode(),
        folder / SCENARIOS_FILE: as_csv(table.scenarios).encode(),
        folder / WORKBOOK_FILE: _workbook(table),
    }
    try:
        contents[folder / PAGE_FILE] = batch_page(table).encode()
    except ImportError:
        (folder / PAGE_FILE).unlink(missing_ok=True)  # of an older table
    write_together(contents)
    return tuple(contents)


def _workbook(table: BatchTable) -> bytes:
    units = {column.key: column.unit for column in table.figures}

    def format_of(name: str) -> str:
        key = name.removeprefix("mean_") if name.startswith("mean_") and name not in units else name
        key = key.removeprefix("median_")
        unit = units.get(key, Unit.COUNT)
        return _FORMATS.get(unit, _TENTHS if key != name and unit is Unit.COUNT else _WHOLE)

    return sheets_bytes([("runs", table.runs), ("scenarios", table.scenarios)], format_of)


def batch_page(table: BatchTable) -> str:
    """HTML; everything from the files is escaped. Raises `ImportError` without jinja2."""
    environment = page_environment("optimizer.batch")
    environment.globals["figure"] = text_of
    environment.globals["more"] = MORE
    shown = [column for column in table.figures if column.key in SHOWN]
    more = {column.key for column in table.figures}
    scenarios = records(table.scenarios)
    names = dict.fromkeys(row["instance"] for row in scenarios)
    return environment.get_template("batch.html").render(
        table=table,
        runs=records(table.runs),
        scenarios=scenarios,
        by_instance={name: [row for row in scenarios if row["instance"] == name] for name in names},
        shown=sorted(shown, key=lambda column: SHOWN.index(column.key)),
        differing={column.key for column in shown if column.key + MORE in more},
        folder=RUNS,
    )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows by column; None for what is not known."""
    plain = table.astype(object).where(table.notna(), None)
    return [dict(zip(map(str, table.columns), row, strict=True)) for row in plain.itertuples(index=False)]


def text_of(value: float | None, column: Column, *, mean: bool = False, sign: bool = False) -> str:
    """A figure as people read it, with a sign where it is a difference; a mean of small counts with a decimal."""
    if value is None:
        return ""
    is_part = mean and column.unit is Unit.COUNT and abs(value) < _WHOLE_FROM and value != int(value)
    if isinstance(column.unit, Unit) and column.key != "gap":
        text = f"{value:,.1f}" if is_part else figure_text(value, column.unit)
    else:
        text = f"{value:.2%}" if column.key == "gap" else f"{value:,.1f}" if column.unit == "s" else f"{value:,.0f}"
    return f"+{text}" if sign and value > 0 else text

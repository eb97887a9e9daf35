"""The table of a batch on a terminal."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table

from optimizer.batch.files import records, text_of
from optimizer.batch.table import MORE, BatchTable
from optimizer.output.fitted import fitted_table

_FIGURES = {  # on a screen; the files have all
    "objective": "objective £",
    "objective_more": "more £",
    "gap": "gap",
    "real_money": "real money £",
    "hubs_in_band": "in band",
    "moved_practices": "moved",
    "km_per_patient": "km",
}


def batch_view(table: BatchTable) -> RenderableType:
    """A row a run; where scenarios have several seeds, their means as well."""
    parts: list[RenderableType] = [_runs(table)]
    if (table.scenarios["runs"] > 1).any():
        parts.append(_scenarios(table))
    return Group(*parts)


def _runs(table: BatchTable) -> Table:
    columns = {column.key: column for column in table.figures}
    has_seeds = bool(table.runs["seed"].notna().any())
    shown = _table(table, "runs", *(["#seed"] if has_seeds else []), "ended", *_headers(), "networks", "#s")
    for row in records(table.runs):
        shown.add_row(
            *_subject(table, row),
            *([_text(row, "seed")] if has_seeds else []),
            str(row["status"]).replace("_", " "),
            *_figures(table, row),
            _text(row, "network_mix"),
            text_of(row["seconds"], columns["seconds"]),
        )
    return shown


def _scenarios(table: BatchTable) -> Table:
    shown = _table(table, "means over the seeds", "#plans", *_headers())
    for row in records(table.scenarios):
        shown.add_row(*_subject(table, row), f"{row['plans']} of {row['runs']}", *_figures(table, row, "mean_"))
    return shown


def _figures(table: BatchTable, row: dict[str, Any], how: str = "") -> list[str]:
    columns = {column.key: column for column in table.figures}

    def text(key: str) -> str:
        return text_of(row[how + key], columns[key], mean=bool(how), sign=key.endswith(MORE))

    found = {key: text(key) for key in _FIGURES}
    if found["hubs_in_band"]:
        found["hubs_in_band"] += f" of {text('hubs')}"
    return list(found.values())


def _table(table: BatchTable, what: str, *columns: str) -> Table:
    title = f"{table.name}: {what}; more than {table.first}"
    shown = fitted_table(title, *(["instance"] if _has_several(table) else []), "scenario", *columns)
    shown.box, shown.padding = SIMPLE_HEAD, (0, 1, 0, 0)
    return shown


def _headers() -> list[str]:
    return [f"#{header}" for header in _FIGURES.values()]


def _subject(table: BatchTable, row: dict[str, Any]) -> list[str]:
    return [row["instance"], row["scenario"]] if _has_several(table) else [row["scenario"]]


def _has_several(table: BatchTable) -> bool:
    return table.runs["instance"].nunique() > 1


def _text(row: dict[str, Any], key: str) -> str:
    return "" if row[key] is None else str(row[key])

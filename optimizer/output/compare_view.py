"""A comparison of plans as tables on a terminal, and figures in words."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from optimizer.analysis.compare import Comparison, Section, Unit
from optimizer.output.fitted import FittedTable

MOST_SEATS = 15  # practices listed on the screen; a page has all


def comparison_view(comparison: Comparison) -> RenderableType:
    """All sections, then who sits differently."""
    parts: list[RenderableType] = [Text(comparison.name, style="bold")]
    parts += [_section(section, comparison.labels) for section in comparison.sections]
    if comparison.note:
        parts.append(Text(comparison.note))
    if comparison.seats:
        parts.append(_seats(comparison))
    return Group(*parts)


def figure_text(value: float | None, unit: Unit) -> str:
    """A figure as people read it; empty where it has no meaning."""
    if value is None:
        return ""
    if unit is Unit.SHARE:
        return f"{value:.1%}"
    decimals = {Unit.KM: 2, Unit.FTE: 1, Unit.MINUTES: 1}.get(unit, 0)
    return f"{value:,.{decimals}f}"


def named(id_: str | None, name: str) -> str:
    """A place by its name, with its id where that is another."""
    return name if id_ is None or id_ == name else f"{name} ({id_})"


def _section(section: Section, labels: tuple[str, ...]) -> Table:
    table = _table(section.title, "", *labels)
    for row in section.rows:
        table.add_row(row.name, *(figure_text(value, row.unit) for value in row.values))
    return table


def _seats(comparison: Comparison) -> Table:
    table = _table(f"Practices that sit differently, largest first: their hub in {comparison.labels[0]} and ...", "")
    for column in ("name", "patients"):
        table.add_column(column, justify="right" if column == "patients" else "left")
    for label in comparison.labels:
        table.add_column(label)
    for seat in comparison.seats[:MOST_SEATS]:
        hubs = (named(*hub) for hub in zip(seat.hubs, seat.hub_names, strict=True))
        table.add_row(seat.practice, seat.name, f"{seat.patients:,}", *hubs)
    if len(comparison.seats) > MOST_SEATS:
        table.caption = f"and {len(comparison.seats) - MOST_SEATS:,} more: --out FILE.html or FILE.csv has all"
        table.caption_justify = "left"
    return table


def _table(title: str, *columns: str) -> Table:
    table = FittedTable(title=title, title_justify="left", title_style="bold", header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table

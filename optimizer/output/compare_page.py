"""A comparison of plans as a file: one self-contained HTML page that prints well, or a CSV table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from instances.files import write_together
from optimizer.analysis.compare import Comparison
from optimizer.model.backend import SolverError
from optimizer.output.compare_view import figure_text, named
from optimizer.output.pages import page_environment
from optimizer.output.place_names import PlaceNames

TEMPLATE = "compare.html"
SUFFIXES = (".html", ".csv")
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # first characters of a cell that spreadsheets execute


class ReportUnavailable(SolverError):  # noqa: N818
    """The library that pages are made with is not installed; the message says what to install."""


def write_comparison(comparison: Comparison, path: str | Path) -> None:
    """Write as the suffix says, aside first. Raises `ReportUnavailable` for a page without jinja2."""
    path = Path(path)
    text = comparison_page(comparison) if path.suffix.lower() == ".html" else comparison_csv(comparison)
    write_together({path: text.encode()})


def comparison_page(comparison: Comparison) -> str:
    """HTML; everything from the files is escaped."""
    try:
        environment = page_environment("optimizer.output")
    except ImportError:
        raise ReportUnavailable('pages need jinja2: pip install "caregroup[report]"; or write a .csv') from None
    environment.globals["figure"] = figure_text
    environment.globals["named"] = named
    environment.globals["with_names"] = PlaceNames(comparison.names).in_text
    return environment.get_template(TEMPLATE).render(comparison=comparison)


def comparison_csv(comparison: Comparison) -> str:
    """Columns section, item, unit, then one a plan: numbers unrounded, hubs of practices that sit differently."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["section", "item", "unit", *map(_cell, comparison.labels)])
    for section in comparison.sections:
        for row in section.rows:
            writer.writerow([_cell(section.title), _cell(row.name), row.unit, *row.values])
    for seat in comparison.seats:
        hubs = (hub or name for hub, name in zip(seat.hubs, seat.hub_names, strict=True))
        writer.writerow(["Hub of practice", _cell(seat.practice), "id", *map(_cell, hubs)])
    return out.getvalue()


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) else text

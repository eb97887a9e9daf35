"""report.html: a plan as one page for people who decide, complete in itself and readable without a network.

What the page says comes from verification, `room` and `moves` of `optimizer.analysis`; here it is put into words,
tables (DataTables, by way of itables), charts and a map (plotly), and a page (jinja2, which escapes everything). These
packages are the extra `report`.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from instances.files import write_together
from optimizer.output.report.subject import Subject

NEEDED = ("itables", "jinja2", "plotly")
HOW_TO_GET = 'pip install "caregroup[report]"'

__all__ = ["HOW_TO_GET", "Subject", "is_available", "write_report"]


def is_available() -> bool:
    """Whether the packages that make the page are installed."""
    return all(find_spec(package) is not None for package in NEEDED)


def write_report(subject: Subject, path: str | Path) -> None:
    """Write the page; an older one is replaced once the new one is complete. Raises `ImportError` without the extra."""
    from optimizer.output.report.page import render

    write_together({Path(path): render(subject).encode()})

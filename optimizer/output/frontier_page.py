"""The curve of `caregroup frontier` as files: a CSV table, and a page with a plot that needs nothing else."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from instances.files import write_together
from optimizer.analysis.frontier import Frontier
from optimizer.analysis.frontier_points import Against, Point
from optimizer.output.pages import page_environment

CSV_FILE, PAGE_FILE = "frontier.csv", "frontier.html"
BOUND_STEPS = 200  # of the plotted bound
_PLAN, _BOUND, _GREY = "#003087", "#d4351c", "#768692"


def columns(frontier: Frontier) -> tuple[str, ...]:
    """Of the table; the second is what cost is traded against."""
    return (
        *("plan", frontier.against.column, "cost", "cost_bound", "gap", "hubs", "networks", "independents"),
        *("moved_practices", "moved_patients", "cost_more", "price"),
    )


def rows(frontier: Frontier) -> list[dict[str, float | int | None]]:
    """A row a point, by `columns`: money in pounds a year; what is not known or has no meaning is None.

    `cost_more`: than at the least cost; `price`: cost saved for each pound of disruption, or km, more than at the point
    before.
    """
    found: list[dict[str, float | int | None]] = []
    last = frontier.points[-1].plan.cost
    before: Point | None = None
    for number, point in enumerate(frontier.points, 1):
        plan, verified = point.plan, point.plan.result.plan
        assert verified is not None
        moved = [facts.practice for facts in verified.evaluation.practices if facts.moved]
        patients = {practice.id: practice.patients for practice in frontier.instance.practices}
        price = None
        if before is not None:
            price = (before.plan.cost - plan.cost) / (plan.against - before.plan.against)
        values = (
            *(number, plan.against, plan.cost, point.bound, point.gap),
            *(len(verified.plan.hubs), len(verified.plan.networks), len(verified.plan.independents)),
            *(len(moved), sum(patients[practice] for practice in moved), plan.cost - last, price),
        )
        found.append(dict(zip(columns(frontier), values, strict=True)))
        before = point
    return found


def frontier_csv(frontier: Frontier) -> str:
    """Columns as in `columns`, numbers unrounded."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(frontier), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(frontier))
    return out.getvalue()


def write_page(frontier: Frontier, path: str | Path) -> None:
    """Raises `ImportError` without the extra `report`."""
    write_together({Path(path): frontier_page(frontier).encode()})


def frontier_page(frontier: Frontier) -> str:
    """HTML; everything from the files is escaped."""
    from plotly.offline import get_plotlyjs

    from optimizer.output.report.embedding import json_data, script

    return (
        page_environment("optimizer.output")
        .get_template("frontier.html")
        .render(
            frontier=frontier,
            rows=rows(frontier),
            against=frontier.against,
            plotly=script(get_plotlyjs()),
            data=json_data(chart(frontier)),
        )
    )


def chart(frontier: Frontier) -> dict[str, Any]:
    """A plotly figure: plans as points and the steps that they make, and the bound below which no plan lies."""
    points = frontier.points
    against, cost = [p.plan.against for p in points], [p.plan.cost for p in points]
    unit = frontier.against
    figure = "£%{x:,.0f}" if unit.unit == "£" else f"%{{x:,.{unit.shown}f}} {unit.unit}"
    steps = {
        **{"type": "scatter", "mode": "lines+markers", "name": "best plans found", "x": against, "y": cost},
        **{"line": {"shape": "hv", "color": _PLAN, "width": 2}, "marker": {"color": _PLAN, "size": 10}},
        "text": [f"plan {k}" for k in range(1, len(points) + 1)],
        "hovertemplate": f"%{{text}}<br>{unit.name} {figure}<br>cost £%{{y:,.0f}}<extra></extra>",
    }
    data = [steps]
    grid = np.linspace(against[0], against[-1], BOUND_STEPS).tolist() if len(points) > 1 else against
    bounds = [frontier.cost_bound(value) for value in grid]
    if any(bounds):
        data.insert(
            0,
            {
                **{"type": "scatter", "mode": "lines", "name": "no plan costs less", "x": grid, "y": bounds},
                **{"line": {"color": _BOUND, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip"},
            },
        )
    return {"data": data, "layout": _layout(frontier.against)}


def _layout(against: Against) -> dict[str, Any]:
    axis = {"tickprefix": "£", "tickformat": ",.3~s", "gridcolor": "#e8edee", "zeroline": False, "automargin": True}
    below = axis if against.unit == "£" else {**axis, "tickprefix": "", "tickformat": ",.1f"}
    title = f"{against.name}, pounds a year" if against.unit == "£" else f"{against.name} from home, mean"
    return {
        "height": 480,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "xaxis": {**below, "title": {"text": title}, "rangemode": "tozero" if against.unit == "£" else "normal"},
        "yaxis": {**axis, "title": {"text": "cost, pounds a year", "standoff": 20}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "plot_bgcolor": "#ffffff",
        "paper_bgcolor": "#ffffff",
        "font": {"color": "#212b32", "size": 13},
        "hoverlabel": {"bordercolor": _GREY},
    }

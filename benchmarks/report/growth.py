"""How backends grow with the number of practices: a table of runs, what Markdown makes of it, and a figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.growing import Cell
from benchmarks.measures.growth import exponent
from benchmarks.measures.times import seconds_to_gap, seconds_to_plan
from benchmarks.measures.trace import trace_of
from benchmarks.report.markdown import line
from benchmarks.summary import status_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TARGETS = {"plan_s": "first plan, s", "gap_2_s": "gap of 2 %, s", "gap_1_s": "gap of 1 %, s"}
HEADINGS = (
    "practices", "backend", *TARGETS.values(), "objective", "bound", "gap", "peak, MB", "how it ended",
)  # fmt: skip
CLOCK_S = 0.001  # what is faster counts as this
_LEFT = {"backend", "how it ended"}
_COLORS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5b3a9b", "#7f7f7f", "#b3261e", "#6b8e23",
    "#003f5c", "#a05195", "#8c564b", "#17becf",
)  # fmt: skip
_DASHES = {"gap_2_s": "solid", "plan_s": "dot"}


def growth_table(cells: Iterable[Cell]) -> pd.DataFrame:
    """A row a cell: seconds (nan where not reached), pounds a year, megabytes, and which code on which machine."""
    return pd.DataFrame([_record(cell) for cell in cells])


def read_growth(file: Path) -> pd.DataFrame:
    """A table that was written as CSV."""
    return pd.read_csv(file, dtype={"commit": str}).fillna({"backend": ""})


def _record(cell: Cell) -> dict[str, Any]:
    known = {name: getattr(cell, name) for name in ("family", "size", "backend", "practices")}
    row = cell.row
    if row is None:
        return {**known, "ended": cell.note}
    trace = trace_of(row.model_dump())
    return {
        **known,
        "ended": status_words(row),
        "plan_s": seconds_to_plan(trace),
        "gap_2_s": seconds_to_gap(trace, 0.02),
        "gap_1_s": seconds_to_gap(trace, 0.01),
        "objective": row.objective,
        "bound": row.bound,
        "gap": row.gap,
        "peak_mb": row.peak_mb,
        "threads": row.threads,
        "time_limit_s": row.time_limit_s,
        "memory_limit_mb": row.memory_limit_mb,
        "date": f"{row.started:%Y-%m-%d}",
        "commit": row.commit[:7] + (" and changes" if row.dirty else ""),
        "machine": f"{row.machine.cpu}, {row.machine.cores} cores, {row.machine.memory_mb:,} MB",
    }


def growth_markdown(table: pd.DataFrame) -> str:
    """When, where and under which limits; then, for each family, the exponents and all that was measured."""
    return "\n".join([_origin(table), "", *(text for family in _families(table) for text in _family(family))]).strip()


def _origin(table: pd.DataFrame) -> str:
    made = table.dropna(subset="date")

    def of(column: str) -> str:
        return ", ".join(dict.fromkeys(value if isinstance(value, str) else f"{value:,.15g}" for value in made[column]))

    limits = f"{of('time_limit_s')} s, {of('memory_limit_mb')} MB, threads: {of('threads')}"
    return f"{of('date')}, commit {of('commit')}; {of('machine')}; limits of a run: {limits}."


def _families(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for family, rows in table.groupby("family", sort=False):
        yield str(family), rows.sort_values(["size", "backend"], kind="stable")


def _family(family: tuple[str, pd.DataFrame]) -> Iterator[str]:
    title, rows = family
    yield from (f"### {title[0].upper()}{title[1:]}", "")
    yield line(["exponent of the practices", *(name.removesuffix(", s") for name in TARGETS.values())])
    yield "|---|---:|---:|---:|"
    for backend, of in rows[rows["backend"] != ""].groupby("backend", sort=True):
        yield line([str(backend), *(_exponent(of, column) for column in TARGETS)])
    yield ""
    yield line(HEADINGS)
    yield "|" + "|".join("---" if heading in _LEFT else "---:" for heading in HEADINGS) + "|"
    for row in rows.to_dict("records"):
        yield line(_cells({str(name): value for name, value in row.items()}))
    yield ""


def _exponent(rows: pd.DataFrame, column: str) -> str:
    """Such as `1.52 (4 sizes)`."""
    made = rows.dropna(subset="date")
    found = exponent(made["practices"].to_list(), made[column].clip(lower=CLOCK_S).to_list())
    value = "-" if found.value is None else f"{found.value:.2f}"
    return f"{value} ({found.points} size{'' if found.points == 1 else 's'})"


def _cells(row: dict[str, Any]) -> list[str]:
    size = row["size"] if pd.isna(row["practices"]) else int(row["practices"])
    return [
        f"{size:,}",
        row["backend"],
        *(_number(row[column], ",.1f") for column in TARGETS),
        _cost(row["objective"]),
        _cost(row["bound"]),
        _number(row["gap"], ".2%"),
        _number(row["peak_mb"], ",.0f"),
        row["ended"],
    ]


def _number(value: float, kind: str) -> str:
    return "-" if pd.isna(value) or not math.isfinite(value) else format(value, kind)


def _cost(value: float) -> str:
    """Whole pounds; km of a p-median with decimals."""
    return _number(value, ",.0f" if abs(value) >= 100_000 else ",.2f")


def growth_figure(table: pd.DataFrame) -> Figure:
    """Seconds over practices, both logarithmic, a panel a family: to the first plan dotted, to a gap of 2 % drawn."""
    from plotly.graph_objects import Scatter
    from plotly.subplots import make_subplots

    families = list(_families(table))
    backends = sorted(set(table["backend"]) - {""})
    color = {backend: _COLORS[k % len(_COLORS)] for k, backend in enumerate(backends)}
    titles = [title for title, _ in families]
    figure = make_subplots(cols=len(families), subplot_titles=titles, shared_yaxes=True, horizontal_spacing=0.03)
    for backend in backends:  # for the legend: those that reached nothing, too
        shown = {"mode": "lines+markers", "line": {"color": color[backend]}, "showlegend": True}
        figure.add_trace(Scatter(x=[None], y=[None], name=backend, legendgroup=backend, **shown))
    for column, (_, rows) in enumerate(families, start=1):
        for (backend, target), x, y in _curves(rows):
            figure.add_trace(
                Scatter(
                    x=x,
                    y=y,
                    name=backend,
                    legendgroup=backend,
                    showlegend=False,
                    mode="lines+markers",
                    line={"dash": _DASHES[target], "color": color[backend]},
                    hovertemplate=f"{TARGETS[target]}: %{{y:.2f}}, %{{x}} practices",
                ),
                row=1,
                col=column,
            )
        figure.update_xaxes(tickvals=sorted(set(rows["practices"].dropna())), col=column)
    figure.update_xaxes(type="log", title="practices")
    figure.update_yaxes(type="log")
    figure.update_yaxes(title="seconds to a proven gap of 2 % (dotted: to a plan)", col=1)
    figure.update_layout(template="plotly_white", legend={"orientation": "h", "y": -0.22}, margin={"t": 40, "r": 10})
    return figure


def _curves(rows: pd.DataFrame) -> Iterator[tuple[tuple[str, str], list[float], list[float]]]:
    """(backend, target), practices and seconds, of those that reached it at some size."""
    for backend, of in rows.dropna(subset="date").groupby("backend", sort=True):
        for target in _DASHES:
            reached = of.dropna(subset=target).sort_values("practices")
            if len(reached):
                yield (str(backend), target), reached["practices"].to_list(), reached[target].to_list()

"""One HTML page that holds everything it needs: tables, the data of its charts, scripts and styles. Works offline."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measures.grading import Grade
from benchmarks.measures.times import TARGETS
from benchmarks.measures.trace import Trace
from benchmarks.report import columns
from benchmarks.report.compare import Group, Scope
from benchmarks.report.frames import known_table
from benchmarks.report.prepare import Evaluated
from optimizer.output.pages import page_environment

MOST_STEPS = 400  # of one curve; more cannot be told apart on a screen


def page(evaluated: Evaluated, groups: list[Group]) -> str:
    """The whole page; everything that comes from rows is escaped."""
    from plotly.offline import get_plotlyjs

    from optimizer.output.report.embedding import packaged, script, style

    environment = page_environment("benchmarks.report", "assets")
    environment.globals.update(cells=columns.cells, columns=columns)
    return environment.get_template("page.html.j2").render(
        evaluated=evaluated,
        groups=groups,
        known=known_table(evaluated),
        grades=_grades(evaluated.runs),
        data=_data(evaluated, groups),
        plotly=script(get_plotlyjs()),
        script=script(packaged("benchmarks.report", "assets/report.js")),
        style=style(packaged("benchmarks.report", "assets/report.css")),
    )


def _grades(runs: pd.DataFrame) -> dict[str, list[tuple[str, int]]]:
    """How often each backend got which grade, best grades first."""
    return {
        str(solver): [(str(grade), count) for grade in Grade if (count := int((rows["grade"] == str(grade)).sum()))]
        for solver, rows in runs.groupby("solver", sort=True)
    }


def _data(evaluated: Evaluated, groups: list[Group]) -> dict[str, Any]:
    """What the script draws."""
    return {
        "solvers": sorted(evaluated.runs["solver"].unique()),
        "targets": TARGETS,
        "groups": [
            {"title": group.title, "limit": group.time_limit_s, "scopes": [_scope(scope) for scope in group.scopes]}
            for group in groups
        ],
        "problems": {problem: _problem(evaluated, groups, problem) for problem in evaluated.known},
    }


def _scope(scope: Scope) -> dict[str, Any]:
    profiles: dict[str, list[dict[str, Any]]] = {target: [] for target in TARGETS}
    if len(scope.profiles):
        for (target, solver), steps in scope.profiles.groupby(["target", "backend"], sort=True):
            profiles[str(target)].append(
                {"solver": solver, "ratio": steps["ratio"].to_list(), "share": steps["share"].to_list()}
            )
    curves = []
    if len(scope.curves):
        for solver, rows in scope.curves.groupby("solver", sort=True):
            named = ("seconds", "primal_gap", "primal_dual_gap")
            curves.append({"solver": solver, **{name: rows[name].round(6).to_list() for name in named}})
    return {"title": scope.title, "profiles": profiles, "curves": curves}


def _problem(evaluated: Evaluated, groups: list[Group], problem: str) -> dict[str, Any]:
    runs = evaluated.runs[evaluated.runs["problem"] == problem]
    numbers = {(group.machine_id, group.threads, group.time_limit_s): k for k, group in enumerate(groups)}
    best = evaluated.known[problem]
    return {
        "best": _number(best.objective),
        "source": best.source,
        "runs": [
            {
                "solver": run["solver"],
                "seed": None if pd.isna(run["seed"]) else int(run["seed"]),
                "group": numbers[run["machine_id"], run["threads"], run["time_limit_s"]],
                **_steps(evaluated.traces[int(str(index))]),
            }
            for index, run in runs.iterrows()
        ],
    }


def _steps(trace: Trace) -> dict[str, list[float | None]]:
    """The points at which objective or bound changes, and the limit."""
    changed = (trace.objective[1:] != trace.objective[:-1]) | (trace.bound[1:] != trace.bound[:-1])
    kept = np.flatnonzero(np.concatenate([[True], changed]))
    if len(kept) > MOST_STEPS:
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, MOST_STEPS).astype(int))]
    kept = np.append(kept, len(trace.seconds) - 1)
    seconds = trace.seconds[kept]
    seconds[-1] = trace.time_limit_s
    return {
        "seconds": [round(float(second), 3) for second in seconds],
        "objective": [_number(value) for value in trace.objective[kept]],
        "bound": [_number(value) for value in trace.bound[kept]],
    }


def _number(value: float) -> float | None:
    """As JSON can say it."""
    return float(value) if math.isfinite(value) else None

"""The tables of a report as they go into files: CSV for reading and Parquet for computing with."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

import pandas as pd

from benchmarks.measures.consistency import Alarm
from benchmarks.measures.times import TARGETS
from benchmarks.report.compare import Group, Scope
from benchmarks.report.prepare import Evaluated

RUN_COLUMNS = (
    *("suite", "family", "instance", "problem", "instance_hash", "backend", "options", "solver", "seed"),
    *("threads", "time_limit_s", "memory_limit_mb", "machine_id"),
    *("grade", "reason", "limit", "outcome", "native_status", "message"),
    *("objective", "claimed_objective", "bound", "proof", "gap", "best_known", "to_best"),
    *TARGETS,
    *("primal_integral_s", "primal_dual_integral_s"),
    *("build_s", "solve_s", "total_s", "cpu_s", "peak_mb"),
    *("versions", "machine", "commit", "dirty", "started", "key", "store"),
)


def tables(evaluated: Evaluated, groups: list[Group]) -> dict[str, pd.DataFrame]:
    """By file name without ending."""
    return {
        "runs": _runs(evaluated),
        "trajectories": _trajectories(evaluated),
        "summary": _of_scopes(groups, "summary"),
        "times": _of_scopes(groups, "times"),
        "profiles": _of_scopes(groups, "profiles"),
        "pairs": _of_scopes(groups, "pairs"),
        "gap_over_time": _of_scopes(groups, "curves"),
        "best_known": known_table(evaluated),
        "alarms": pd.DataFrame(
            [{**asdict(alarm), "kind": str(alarm.kind)} for alarm in evaluated.alarms],
            columns=[field.name for field in fields(Alarm)],
        ).drop(columns="run"),
        "seeds": evaluated.seeds,
        "reference": evaluated.references,
    }


def known_table(evaluated: Evaluated) -> pd.DataFrame:
    """A row a problem."""
    return pd.DataFrame(
        [{**asdict(best), "gap": best.gap, "plan": evaluated.plan_file(best)} for best in evaluated.known.values()]
    )


def _runs(evaluated: Evaluated) -> pd.DataFrame:
    nested = {
        name: [json.dumps(value, sort_keys=True) for value in evaluated.runs[name]]
        for name in ("options", "versions", "machine")
    }
    return evaluated.runs.assign(**nested)[list(RUN_COLUMNS)]


def _trajectories(evaluated: Evaluated) -> pd.DataFrame:
    points = [
        (run["key"], run["problem"], run["solver"], run["seed"], point["seconds"], point["objective"], point["bound"])
        for _, run in evaluated.runs.iterrows()
        for point in run["trajectory"]
    ]
    table = pd.DataFrame(points, columns=["key", "problem", "solver", "seed", "seconds", "objective", "bound"])
    return table.astype({"seconds": "float64", "objective": "float64", "bound": "float64"})


def _of_scopes(groups: list[Group], name: str) -> pd.DataFrame:
    parts = [_marked(getattr(scope, name), group, scope) for group in groups for scope in group.scopes]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _marked(table: pd.DataFrame, group: Group, scope: Scope) -> pd.DataFrame:
    marks: dict[str, str | float] = {
        "machine_id": group.machine_id,
        "threads": group.threads,
        "time_limit_s": group.time_limit_s,
        "suite": scope.suite,
        "family": scope.family,
    }
    marked = table.assign(**marks)
    return marked[[*marks, *table.columns]]

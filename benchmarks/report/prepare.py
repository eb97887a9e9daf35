"""Rows made ready to compare: a name for each backend with its options and each instance, the newest of each run, and
what each run measures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measures.best_known import BestKnown, best_known
from benchmarks.measures.consistency import Alarm, AlarmKind, alarms
from benchmarks.measures.drift import drift, drifted, starved
from benchmarks.measures.grading import Grade, grades
from benchmarks.measures.integrals import primal_dual_integral, primal_gap, primal_integral
from benchmarks.measures.published import Literature
from benchmarks.measures.times import TARGETS, final_gap, target_times
from benchmarks.measures.trace import Trace, trace_of
from benchmarks.rows import Rows
from instances import Fault, InputError
from optimizer.assurance import whose

GROUP = ["machine_id", "threads", "time_limit_s"]  # nothing is compared across them
SAME_RUN = [*GROUP, "suite", "problem", "solver", "seed"]
UNTRUSTED = {AlarmKind.BOUND_ABOVE_PLAN, AlarmKind.BOUND_ABOVE_PUBLISHED, AlarmKind.NO_PLAN_CLAIMED}
PROOFS = ["gap_5_s", "gap_1_s", "proven_s"]


@dataclass(frozen=True)
class Evaluated:
    """All that a report shows of runs, before they are compared."""

    runs: pd.DataFrame  # the fields of Row, with problem, solver, machine_id, grade and the measures
    traces: dict[int, Trace]  # by index of runs
    known: dict[str, BestKnown]  # by problem
    alarms: list[Alarm]
    references: pd.DataFrame
    replaced: int  # older runs of what a newer run repeats
    torn_lines: int

    @property
    def alarm_texts(self) -> list[str]:
        """A sentence for every alarm, those about the machine last."""
        return [*(alarm.text for alarm in self.alarms), *drifted(self.references), *starved(self.runs)]


def evaluate(rows: Rows, literature: Literature) -> Evaluated:
    """Grade and measure the newest run of everything."""
    if rows.runs.empty:
        raise InputError([Fault("the store", "runs of backends; it has only those of the reference job")])
    named = _named(rows.runs)
    runs = named.sort_values("started", kind="stable").drop_duplicates(SAME_RUN, keep="last")
    runs = runs.sort_values([*GROUP, "suite", "family", "problem", "solver", "seed"]).reset_index(drop=True)
    known = best_known(runs, literature)
    raised = alarms(runs, literature)
    runs["grade"] = grades(runs, raised, literature)
    untrusted = {alarm.run for alarm in raised if alarm.kind in UNTRUSTED}
    untrusted |= set(runs.index[runs["proof"] == "claimed"])
    traces = {index: trace_of(run) for index, run in _without_bounds(runs, untrusted)}
    return Evaluated(
        runs=pd.concat([runs.drop(columns="gap"), _measures(runs, traces, known, untrusted)], axis=1),
        traces=traces,
        known=known,
        alarms=raised,
        references=drift(rows.references),
        replaced=len(named) - len(runs),
        torn_lines=rows.torn_lines,
    )


def read_literature(path: Path | None) -> Literature:
    return Literature() if path is None else Literature.read(path)


def _named(runs: pd.DataFrame) -> pd.DataFrame:
    """With `solver` (the backend and its options), `problem` (the instance, told apart where two share a name) and
    `machine_id`."""
    hashes = runs.groupby("instance")["instance_hash"].transform("nunique")
    told_apart = runs["instance"] + " [" + runs["instance_hash"].str.slice(0, 8) + "]"
    return runs.assign(
        solver=[_solver(row["backend"], row["options"]) for _, row in runs.iterrows()],
        problem=runs["instance"].where(hashes == 1, told_apart),
        machine_id=[machine["id"] for machine in runs["machine"]],
    )


def _solver(backend: str, options: dict[str, Any]) -> str:
    said = ", ".join(f"{name}={_plain(value)}" for name, value in sorted(options.items()))
    return f"{backend} [{said}]" if said else backend


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _without_bounds(runs: pd.DataFrame, untrusted: set[int]) -> list[tuple[int, dict[str, Any]]]:
    """Runs as dicts; a run whose bound is contradicted, or only claimed, is measured as if it had none."""
    result = []
    for position, run in enumerate(runs.to_dict("records")):
        if position in untrusted:
            points = [{**point, "bound": None} for point in run["trajectory"]]
            run = {**run, "bound": None, "trajectory": points}
        result.append((position, {str(name): value for name, value in run.items()}))
    return result


def _measures(
    runs: pd.DataFrame, traces: dict[int, Trace], known: dict[str, BestKnown], untrusted: set[int]
) -> pd.DataFrame:
    """A row a run: its final gaps, seconds to each target, integrals in seconds."""
    measured = []
    for index, run in _without_bounds(runs, untrusted):
        best = known[run["problem"]].objective  # nan where no plan is known: then there is nothing to be near to
        planned = not np.isnan(best)
        times = target_times(run, traces[index], best)
        if Grade(run["grade"]).failed:
            times |= dict.fromkeys(PROOFS, float("nan"))
        measured.append(
            {
                "gap": final_gap(run),
                "whose": "" if pd.isna(run["proof"]) else whose(run["proof"], run["backend"]),
                "best_known": best,
                "to_best": float(primal_gap(np.array([run["objective"]]), np.array([best]))[0]) if planned else np.nan,
                **{name: times[name] for name in TARGETS},
                "primal_integral_s": primal_integral(traces[index], best) if planned else np.nan,
                "primal_dual_integral_s": primal_dual_integral(traces[index]) if planned else np.nan,
            }
        )
    return pd.DataFrame(measured, index=runs.index)

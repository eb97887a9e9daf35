"""Rows made ready to compare: a name for each backend with its options and each instance, the newest of each run, and
what each run measures. Claims and plans count of older runs as well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kept import Kept, KeptInstance, Witness, plan_file
from benchmarks.measures import exceeds
from benchmarks.measures.best_known import BestKnown, Seen, best_known, best_seen, provenance
from benchmarks.measures.consistency import Alarm, AlarmKind, alarms
from benchmarks.measures.drift import drift, drifted, starved
from benchmarks.measures.grading import Grade, grades
from benchmarks.measures.integrals import primal_dual_integral, primal_gap, primal_integral
from benchmarks.measures.published import Literature, Published
from benchmarks.measures.seeds import across_seeds
from benchmarks.measures.times import TARGETS, final_gap, target_times
from benchmarks.measures.trace import Trace, trace_of
from benchmarks.rows import PARQUET, StoredRows
from instances import Fault, InputError
from optimizer.solving.assurance import whose

GROUP = ["machine_id", "threads", "time_limit_s"]  # nothing is compared across them
SAME_RUN = [*GROUP, "suite", "problem", "solver", "seed"]
KEPT = "kept in {}: {}"
UNTRUSTED = {AlarmKind.BOUND_ABOVE_PLAN, AlarmKind.BOUND_ABOVE_PUBLISHED, AlarmKind.NO_PLAN_CLAIMED}
PROOFS = ["gap_5_s", "gap_1_s", "proven_s"]


@dataclass(frozen=True)
class Evaluated:
    """All that a report shows of runs, before they are compared."""

    runs: pd.DataFrame  # the fields of Row, with problem, solver, machine_id, grade and the measures
    traces: dict[int, Trace]  # by index of runs
    known: dict[str, BestKnown]  # by problem
    alarms: list[Alarm]  # of older runs, too
    seeds: pd.DataFrame  # of `across_seeds`
    kept: Kept  # with what these runs add
    kept_name: str  # of the file that it is kept in
    references: pd.DataFrame
    replaced: int  # older runs of what a newer run repeats
    torn_lines: int

    @property
    def ends_only(self) -> int:
        """How many runs are from tables of earlier reports, without a trajectory: what they reached is known at their
        end alone."""
        return int(self.runs["store"].str.endswith(PARQUET).sum())

    def plan_file(self, best: BestKnown) -> str:
        """Where its plan is, as seen from the folder of the file of best known plans; "" where no run kept it."""
        instance = self.kept.instances[best.instance_hash]
        planned = instance.planned
        if planned is None or exceeds(planned.objective, best.objective):
            return ""
        return plan_file(self.kept_name, best.instance_hash, instance.name)

    @property
    def alarm_texts(self) -> list[str]:
        """A sentence for every alarm, those about the machine last."""
        return [*(alarm.text for alarm in self.alarms), *drifted(self.references), *starved(self.runs)]


def evaluate(rows: StoredRows, literature: Literature, kept: Kept | None = None, kept_name: str = "") -> Evaluated:
    """Grade and measure the newest run of everything; hold the claims of all runs against all plans, also those that
    earlier reports have `kept`, in a file called `kept_name`."""
    if rows.runs.empty:
        raise InputError([Fault("the store", "runs of backends; it has only those of the reference job")])
    named, count = _newest_first(_named(rows.runs))
    runs = named.iloc[:count].copy()
    before, found = kept or Kept(), _found(named, literature)
    problems = dict(zip(named["problem"], named["instance_hash"], strict=True))
    now = before.joined(found)
    published = _published(problems, now)
    seen = best_seen(named, _seen(problems, before, kept_name))
    known = best_known(named, seen, published)
    raised = alarms(named, seen, published)
    runs["grade"] = grades(runs, raised, published)
    untrusted = {alarm.run for alarm in raised if alarm.kind in UNTRUSTED}
    untrusted |= set(runs.index[runs["proof"] == "claimed"])
    traces = {index: trace_of(run) for index, run in _without_bounds(runs, untrusted)}
    return Evaluated(
        runs=pd.concat([runs.drop(columns="gap"), _measures(runs, traces, known, untrusted)], axis=1),
        traces=traces,
        known=known,
        alarms=raised,
        seeds=across_seeds(named),
        kept=now,
        kept_name=kept_name,
        references=drift(rows.references),
        replaced=len(named) - len(runs),
        torn_lines=rows.torn_lines,
    )


def read_literature(path: Path | None) -> Literature:
    return Literature() if path is None else Literature.read(path)


def _named(runs: pd.DataFrame) -> pd.DataFrame:
    """With `solver` (the backend and its options), `problem` (the instance: one name for one content, told apart where
    two contents share it), `machine_id`, `code` and `greatest_bound` (that a run ever claimed)."""
    name = runs.groupby("instance_hash")["instance"].transform("min")
    hashes = runs.groupby(name)["instance_hash"].transform("nunique")
    told_apart = name + " [" + runs["instance_hash"].str.slice(0, 8) + "]"
    return runs.assign(
        solver=[_solver(row["backend"], row["options"]) for _, row in runs.iterrows()],
        problem=name.where(hashes == 1, told_apart),
        machine_id=[machine["id"] for machine in runs["machine"]],
        code=runs["commit"].str.slice(0, 7) + runs["dirty"].map({True: " and changes", False: ""}),
        greatest_bound=[_greatest_bound(row["bound"], row["trajectory"]) for _, row in runs.iterrows()],
    )


def _greatest_bound(bound: float, trajectory: list[dict[str, Any]]) -> float:
    claimed = [bound, *(point["bound"] for point in trajectory if point["bound"] is not None)]
    return max((value for value in claimed if not np.isnan(value)), default=np.nan)


def _newest_first(runs: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The newest of each run in the order of a report, then what they repeat; and how many the newest are."""
    in_time = runs.sort_values("started", kind="stable")
    newest = in_time.drop_duplicates(["store", "key"], keep="last").drop_duplicates(SAME_RUN, keep="last")
    older = in_time.drop(index=newest.index)
    newest = newest.sort_values([*GROUP, "suite", "family", "problem", "solver", "seed"])
    return pd.concat([newest, older], ignore_index=True), len(newest)


def _found(runs: pd.DataFrame, literature: Literature) -> Kept:
    """What there is to keep: the best plan of each instance, and what the literature says of it."""
    found: dict[str, KeptInstance] = {}
    for digest, rows in runs.groupby("instance_hash", sort=True):
        names = rows[["family", "instance"]].itertuples(index=False, name=None)
        instance = KeptInstance(
            name=rows["instance"].min(), family=rows["family"].min(), published=literature.of(names)
        )
        with_plan = rows[rows["plan"].notna()]
        for witness in (_witness(with_plan), _witness(rows)):
            instance = instance.joined(instance.model_copy(update={"best": witness}))
        found[str(digest)] = instance
    return Kept(instances=found)


def _witness(runs: pd.DataFrame) -> Witness | None:
    """The best plan of these runs; of equals, the one that was there first."""
    planned = runs[runs["objective"].notna()].sort_values(["objective", "total_s"])
    if planned.empty:
        return None
    run = planned.iloc[0].to_dict()
    nullable = ("memory_limit_mb", "seed")
    told = {name: None if name in nullable and pd.isna(value) else value for name, value in run.items()}
    return Witness.model_validate({"objective": run["objective"], "run": told, "plan": run["plan"]})


def _published(problems: Mapping[str, str], kept: Kept) -> dict[str, Published]:
    known = {problem: kept.instances[digest].published for problem, digest in problems.items()}
    return {problem: published for problem, published in known.items() if published is not None}


def _seen(problems: Mapping[str, str], kept: Kept, kept_name: str) -> dict[str, Seen]:
    """The plans kept before of the problems here."""
    seen: dict[str, Seen] = {}
    for problem, digest in problems.items():
        best = kept.instances[digest].best if digest in kept.instances else None
        if best is not None:
            solver = _solver(best.run.backend, best.run.options)
            run = best.run.model_dump(mode="json") | {"solver": solver}
            seen[problem] = Seen(best.objective, solver, KEPT.format(kept_name, provenance(run)), None)
    return seen


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

"""Backends against each other: only on one machine, with one number of threads and one time limit, on the same tasks.

A task is an instance with a seed; the run of a backend that takes none counts for every seed. A scope (a suite, or a
family of instances in it) is compared on the tasks that all its members have run; a member has run at least half of the
scope's instances. What is left out is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.measures.curves import mean_gap, moments
from benchmarks.measures.grading import Grade, is_solved
from benchmarks.measures.means import charged, par10, reached_share, shifted_geometric_mean
from benchmarks.measures.profiles import profile
from benchmarks.measures.signed_rank import signed_ranks
from benchmarks.measures.times import TARGETS
from benchmarks.measures.virtual_best import virtual_best
from benchmarks.report.prepare import GROUP, Evaluated

MEMBER = 0.5  # of the scope's instances
TASK = ["problem", "seed"]
TESTED = ("proven_s", "primal_integral_s", "primal_dual_integral_s")


@dataclass(frozen=True)
class Scope:
    """One comparison."""

    suite: str
    family: str  # "" = all of the suite
    tasks: int
    all_tasks: int
    left_out: dict[str, int]  # solvers that have run too little, and how many of all tasks they have run
    summary: pd.DataFrame  # a row a solver
    times: pd.DataFrame  # a row a solver and target
    profiles: pd.DataFrame  # target, backend, ratio, share
    pairs: pd.DataFrame  # measure and the columns of signed_rank
    curves: pd.DataFrame  # solver, seconds, primal_gap, primal_dual_gap

    @property
    def title(self) -> str:
        return f"{self.suite}: {self.family}" if self.family else self.suite

    @property
    def remarks(self) -> str:
        """What it compares and what it leaves out."""
        of = f"{self.tasks:,} task{'s' if self.tasks != 1 else ''}"
        said = [of if self.tasks == self.all_tasks else f"{of} of {self.all_tasks:,} that all backends shown have run"]
        said += [f"not shown, with too few tasks: {solver} ({count:,})" for solver, count in self.left_out.items()]
        return "; ".join(said) + "."


@dataclass(frozen=True)
class Group:
    """Runs that may be compared."""

    machine_id: str
    machine: str
    threads: int
    time_limit_s: float
    runs: int
    commits: tuple[str, ...]
    versions: dict[str, tuple[str, ...]]
    scopes: tuple[Scope, ...]

    @property
    def title(self) -> str:
        return f"{self.threads} thread{'s' if self.threads != 1 else ''}, limit {self.time_limit_s:g} s, {self.machine}"


def compare(evaluated: Evaluated) -> list[Group]:
    """Every group of runs, with its comparisons."""
    return [_group(evaluated, runs) for _, runs in evaluated.runs.groupby(GROUP, sort=True)]


def _group(evaluated: Evaluated, runs: pd.DataFrame) -> Group:
    first = runs.iloc[0]
    machine = first["machine"]
    commits = runs["commit"].str.slice(0, 7) + runs["dirty"].map({True: " and changes", False: ""})
    versions: dict[str, set[str]] = {}
    for said in runs["versions"]:
        for package, version in said.items():
            versions.setdefault(package, set()).add(version)
    return Group(
        machine_id=first["machine_id"],
        machine=f"{machine['cpu']}, {machine['cores']} cores ({machine['id'][:8]})",
        threads=int(first["threads"]),
        time_limit_s=float(first["time_limit_s"]),
        runs=len(runs),
        commits=tuple(sorted(commits.unique())),
        versions={package: tuple(sorted(found)) for package, found in sorted(versions.items())},
        scopes=tuple(_scopes(evaluated, runs)),
    )


def _scopes(evaluated: Evaluated, runs: pd.DataFrame) -> Iterator[Scope]:
    """Of every suite and, where it has several, of every family in it."""
    usable = runs[runs["grade"] != str(Grade.UNAVAILABLE)]
    for suite, of_suite in usable.groupby("suite", sort=True):
        yield _scope(evaluated, of_suite, str(suite), "")
        if of_suite["family"].nunique() > 1:
            for family, of_family in of_suite.groupby("family", sort=True):
                yield _scope(evaluated, of_family, str(suite), str(family))


def _scope(evaluated: Evaluated, runs: pd.DataFrame, suite: str, family: str) -> Scope:
    runs = _for_every_seed(runs)
    everything = runs.drop_duplicates(TASK)
    instances = runs.groupby("solver")["problem"].nunique()
    members = sorted(instances[instances >= MEMBER * runs["problem"].nunique()].index)
    shared = _shared_tasks(runs[runs["solver"].isin(members)], len(members))
    by_solver = [rows for _, rows in shared.groupby("solver", sort=True)]
    virtual = [virtual_best(shared)] if len(by_solver) > 1 else []
    counts = runs.groupby("solver").size()
    profiles = [profile(_wide(shared, target)).assign(target=target) for target in TARGETS if len(shared)]
    pairs = [signed_ranks(_wide(shared, measure, charge=True)).assign(measure=measure) for measure in _tested(shared)]
    return Scope(
        suite=suite,
        family=family,
        tasks=len(shared.drop_duplicates(TASK)),
        all_tasks=len(everything),
        left_out={str(solver): int(counts[solver]) for solver in sorted(set(counts.index) - set(members))},
        summary=_with_virtual_best(_ranked(pd.DataFrame([_summary(rows) for rows in by_solver])), virtual),
        times=pd.DataFrame([row for rows in [*by_solver, *virtual] for row in _times(rows)]),
        profiles=pd.concat(profiles, ignore_index=True) if profiles else pd.DataFrame(),
        pairs=pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame(),
        curves=pd.concat([_curves(evaluated, rows) for rows in by_solver] or [pd.DataFrame()], ignore_index=True),
    )


def _for_every_seed(runs: pd.DataFrame) -> pd.DataFrame:
    """A run without a seed stands for each that others have had on its instance, so that they have tasks in common.

    Where nobody had one, its task is number 0. Each keeps its index.
    """
    without = runs["seed"].isna()
    seeds = runs.loc[~without, TASK].drop_duplicates()
    spread = runs[without].drop(columns="seed").reset_index().merge(seeds, on="problem", how="left").set_index("index")
    return pd.concat([runs[~without], spread.fillna({"seed": 0})]) if without.any() else runs


def _shared_tasks(runs: pd.DataFrame, members: int) -> pd.DataFrame:
    """Runs of the tasks that every member has run."""
    return runs[runs.groupby(TASK)["solver"].transform("nunique") == members]


def _wide(runs: pd.DataFrame, measure: str, *, charge: bool = False) -> pd.DataFrame:
    """A row a task, a column a solver; with `charge`, a target that was not reached counts as the limit."""
    wide = runs.pivot(index=TASK, columns="solver", values=measure)
    return wide.fillna(float(runs["time_limit_s"].iloc[0])) if charge else wide


def _tested(runs: pd.DataFrame) -> tuple[str, ...]:
    return TESTED if runs["solver"].nunique() > 1 else ()


def _with_virtual_best(summary: pd.DataFrame, virtual: list[pd.DataFrame]) -> pd.DataFrame:
    """Below the others, as nobody can run it."""
    return pd.concat([summary, pd.DataFrame([_summary(rows) for rows in virtual])], ignore_index=True)


def _ranked(summary: pd.DataFrame) -> pd.DataFrame:
    """The best first."""
    return summary.sort_values(["sgm10_s", "primal_dual_integral"]) if len(summary) else summary


def _summary(rows: pd.DataFrame) -> dict[str, object]:
    limit = float(rows["time_limit_s"].iloc[0])
    proven = rows["proven_s"].to_numpy()
    failed = np.array([Grade(grade).failed for grade in rows["grade"]])
    claimed = np.array([run["proof"] == "claimed" and is_solved(run) for run in rows.to_dict("records")])
    without_plan = (rows["reason"] == "infeasible") & ~failed  # as was proven: no gap is left
    return {
        "solver": rows["solver"].iloc[0],
        "tasks": len(rows),
        "with_plan": float(rows["objective"].notna().mean()),
        "solved": reached_share(proven),
        "claimed": float((claimed & ~failed).mean()) if (rows["proof"] == "claimed").any() else np.nan,
        "failed": int(failed.sum()),
        "sgm1_s": shifted_geometric_mean(charged(proven, limit), 1.0),
        "sgm10_s": shifted_geometric_mean(charged(proven, limit), 10.0),
        "par10_s": par10(proven, limit),
        "gap": float(rows["gap"].clip(upper=1.0).mask(without_plan, 0.0).fillna(1.0).mean()),
        "to_best": float(rows["to_best"].mean()),
        "primal_integral": float(rows["primal_integral_s"].mean()) / limit,
        "primal_dual_integral": float(rows["primal_dual_integral_s"].mean()) / limit,
    }


def _times(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    limit = float(rows["time_limit_s"].iloc[0])
    for target in TARGETS:
        seconds = rows[target].to_numpy()
        yield {
            "solver": rows["solver"].iloc[0],
            "target": target,
            "reached": reached_share(seconds),
            "sgm1_s": shifted_geometric_mean(charged(seconds, limit), 1.0),
            "sgm10_s": shifted_geometric_mean(charged(seconds, limit), 10.0),
            "par10_s": par10(seconds, limit),
        }


def _curves(evaluated: Evaluated, rows: pd.DataFrame) -> pd.DataFrame:
    """Over the tasks of which a plan is known; there is nothing to draw where none is."""
    planned = rows[rows["best_known"].notna()]
    if planned.empty:
        return pd.DataFrame()
    traces = [evaluated.traces[int(str(index))] for index in planned.index]
    at = moments(float(rows["time_limit_s"].iloc[0]))
    return pd.DataFrame(
        {
            "solver": rows["solver"].iloc[0],
            "seconds": at,
            "primal_gap": mean_gap(traces, planned["best_known"].to_list(), at),
            "primal_dual_gap": mean_gap(traces, [None] * len(traces), at),
        }
    )

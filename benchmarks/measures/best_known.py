"""The best plan and the best bound known of each problem, and where each is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measures import exceeds
from benchmarks.measures.published import Published
from benchmarks.row import seed_words
from optimizer.model.gap import PROVEN_GAP, relative_gap


@dataclass(frozen=True)
class BestKnown:
    """Of one problem; nan and "" where there is none."""

    problem: str
    instance_hash: str
    family: str
    objective: float
    source: str
    bound: float
    bound_source: str
    proven: bool  # the bound meets the plan, or the literature says so of its objective
    published: float  # the literature's objective, and what the best plan here is over it
    published_status: str
    published_source: str
    over_published: float

    @property
    def gap(self) -> float:
        if np.isnan(self.objective) or np.isnan(self.bound):
            return float("nan")
        return relative_gap(self.objective, self.bound)


@dataclass(frozen=True)
class Seen:
    """A verified plan of a problem and the run that it is of."""

    objective: float
    solver: str
    source: str
    run: int | None  # its index; None = a plan kept from earlier reports


def best_seen(runs: pd.DataFrame, kept: Mapping[str, Seen]) -> dict[str, Seen]:
    """By problem, its best verified plan, where there is one: of a run here or, where that is better, a kept one."""
    seen = dict(kept)
    for problem, rows in runs[runs["objective"].notna()].groupby("problem", sort=True):
        best = rows.sort_values(["objective", "total_s"]).iloc[0]  # of equals, the one that was there first
        if str(problem) not in kept or best["objective"] <= kept[str(problem)].objective:
            index = int(str(best.name))
            seen[str(problem)] = Seen(float(best["objective"]), best["solver"], provenance(best), index)
    return seen


def best_known(
    runs: pd.DataFrame, seen: Mapping[str, Seen], published: Mapping[str, Published]
) -> dict[str, BestKnown]:
    """By problem; `runs` has the fields of `Row` and the columns problem, solver and store."""
    return {
        str(problem): _of_problem(str(problem), rows, seen.get(str(problem)), published.get(str(problem)))
        for problem, rows in runs.groupby("problem", sort=True)
    }


def _of_problem(problem: str, rows: pd.DataFrame, seen: Seen | None, published: Published | None) -> BestKnown:
    here, source = (float("nan"), "") if seen is None else (seen.objective, seen.source)
    objective = here
    if published is not None and published.checked and not exceeds(published.objective, here):  # nan: no plan here
        objective, source = published.objective, f"published: {published.source}"
    bound, bound_source = _greatest_bound(rows, objective)
    proven = relative_gap(objective, bound) <= PROVEN_GAP
    if published is not None and published.checked and published.proven:
        proven = proven or objective == published.objective
    return BestKnown(
        problem=problem,
        instance_hash=str(rows.iloc[0]["instance_hash"]),
        family=str(rows.iloc[0]["family"]),
        objective=objective,
        source=source,
        bound=bound,
        bound_source=bound_source,
        proven=bool(proven),
        published=float("nan") if published is None else published.objective,
        published_status="" if published is None else published.status,
        published_source="" if published is None else published.source,
        over_published=float("nan") if published is None else here / published.objective - 1,
    )


def _greatest_bound(rows: pd.DataFrame, objective: float) -> tuple[float, str]:
    """A bound above a plan is wrong, so that it is nobody's best; nor is one that is only claimed."""
    bounded = rows[rows["bound"].notna() & (rows["proof"] != "claimed")]
    if not np.isnan(objective):
        bounded = bounded[[not exceeds(bound, objective) for bound in bounded["bound"]]]
    if bounded.empty:
        return float("nan"), ""
    best = bounded.sort_values(["bound", "total_s"], ascending=[False, True]).iloc[0]
    return float(best["bound"]), provenance(best)


def provenance(run: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """Which run it was, for a reader: everything but its machine that tells runs apart."""
    threads = f"{run['threads']} thread{'s' if run['threads'] != 1 else ''}"
    changed = " and changes" if run["dirty"] else ""
    seed = seed_words(None if pd.isna(run["seed"]) else run["seed"])
    return (
        f"{run['solver']}, {seed}, {threads}, {run['time_limit_s']:g} s, "
        f"{str(run['started'])[:10]}, commit {str(run['commit'])[:7]}{changed}, {run['store']}"
    )

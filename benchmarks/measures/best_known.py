"""The best plan and the best bound known of each problem, and where each is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measures import exceeds
from benchmarks.measures.published import Literature, Published
from optimizer.backend import PROVEN_GAP
from optimizer.result import relative_gap


@dataclass(frozen=True)
class BestKnown:
    """Of one problem; nan and "" where there is none."""

    problem: str
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


def best_known(runs: pd.DataFrame, literature: Literature) -> dict[str, BestKnown]:
    """By problem; `runs` has the fields of `Row` and the column problem."""
    found = {}
    for problem, rows in runs.groupby("problem", sort=True):
        first = rows.iloc[0]
        published = literature.find(first["family"], first["instance"])
        found[str(problem)] = _of_problem(str(problem), rows, published)
    return found


def _of_problem(problem: str, rows: pd.DataFrame, published: Published | None) -> BestKnown:
    here, source = _least(rows)
    objective = here
    if published is not None and published.checked and not exceeds(published.objective, here):  # nan: no plan here
        objective, source = published.objective, f"published: {published.source}"
    bound, bound_source = _greatest_bound(rows, objective)
    proven = relative_gap(objective, bound) <= PROVEN_GAP
    if published is not None and published.checked and published.proven:
        proven = proven or objective == published.objective
    return BestKnown(
        problem=problem,
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


def _least(rows: pd.DataFrame) -> tuple[float, str]:
    """The objective and the run of the best plan; of equals, the one that was there first."""
    planned = rows[rows["objective"].notna()]
    if planned.empty:
        return float("nan"), ""
    best = planned.sort_values(["objective", "total_s"]).iloc[0]
    return float(best["objective"]), provenance(best)


def _greatest_bound(rows: pd.DataFrame, objective: float) -> tuple[float, str]:
    """A bound above a plan is wrong, so that it is nobody's best; nor is one that is only claimed."""
    bounded = rows[rows["bound"].notna() & (rows["proof"] != "claimed")]
    if not np.isnan(objective):
        bounded = bounded[[not exceeds(bound, objective) for bound in bounded["bound"]]]
    if bounded.empty:
        return float("nan"), ""
    best = bounded.sort_values(["bound", "total_s"], ascending=[False, True]).iloc[0]
    return float(best["bound"]), provenance(best)


def provenance(run: pd.Series[Any]) -> str:
    """Which run it was, for a reader."""
    threads = f"{run['threads']} thread{'s' if run['threads'] != 1 else ''}"
    return (
        f"{run['solver']}, seed {run['seed']}, {threads}, {run['time_limit_s']:g} s, "
        f"{str(run['started'])[:10]}, commit {str(run['commit'])[:7]}{' and changes' if run['dirty'] else ''}"
    )

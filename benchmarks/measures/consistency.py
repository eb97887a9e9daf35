"""Alarms: claims of runs that cannot all be true. Plans are verified, so that what contradicts one is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from benchmarks.measures import exceeds
from benchmarks.measures.best_known import provenance
from benchmarks.measures.published import Literature, Published
from benchmarks.measures.times import claims_no_plan


class AlarmKind(StrEnum):
    """What is contradicted."""

    BOUND_ABOVE_PLAN = "bound above a plan"
    NO_PLAN_CLAIMED = "no plan claimed to exist"
    BOUND_ABOVE_PUBLISHED = "bound above a published plan"
    PLAN_NOT_VERIFIED = "plan that does not hold"
    OBJECTIVE_CLAIMED_TOO_LOW = "objective claimed too low"
    UNBOUNDED_CLAIMED = "unbounded cost claimed"
    BELOW_PROVEN = "plan below a published optimum"


# the ones that make a run a failure; the last kind speaks of the literature or of the import
AGAINST_RUN = frozenset(AlarmKind) - {AlarmKind.BELOW_PROVEN}


@dataclass(frozen=True)
class Alarm:
    """One contradiction; `run` is the index of the run it is raised against."""

    kind: AlarmKind
    problem: str
    solver: str
    against: str  # the solver or the source whose plan contradicts it; its own name where it contradicts itself
    text: str
    run: int


def alarms(runs: pd.DataFrame, literature: Literature) -> list[Alarm]:
    """Every alarm of `runs` (the fields of `Row`, with the columns problem and solver)."""
    found: list[Alarm] = []
    for _, rows in runs.groupby("problem", sort=True):
        published = literature.find(rows.iloc[0]["family"], rows.iloc[0]["instance"])
        planned = rows[rows["objective"].notna()]
        best = None if planned.empty else planned.sort_values("objective").iloc[0]
        for index, run in rows.iterrows():
            found += _of_run(int(str(index)), run, best, published)
    return found


def _of_run(
    index: int, run: pd.Series[Any], best: pd.Series[Any] | None, published: Published | None
) -> Iterator[Alarm]:
    def alarm(kind: AlarmKind, against: str, text: str) -> Alarm:
        said = f"{run['problem']}: {run['solver']} {text} ({provenance(run)})"
        return Alarm(kind, run["problem"], run["solver"], against, said, index)

    if best is not None and exceeds(run["bound"], best["objective"]):
        plan = f"{best['solver']}'s verified plan of {best['objective']:,.4f}"
        text = f"claims a bound of {run['bound']:,.4f}, above {plan}"
        yield alarm(AlarmKind.BOUND_ABOVE_PLAN, best["solver"], text)
    elif published is not None and published.checked and exceeds(run["bound"], published.objective):
        text = f"claims a bound of {run['bound']:,.4f}, above the published plan of {published.objective:,.4f}"
        yield alarm(AlarmKind.BOUND_ABOVE_PUBLISHED, published.source, text)
    if claims_no_plan(run.to_dict()) and (best is not None or (published is not None and published.checked)):
        witness = best["solver"] if best is not None else "the literature"
        yield alarm(AlarmKind.NO_PLAN_CLAIMED, witness, f"says that no plan exists, but {witness} has one")
    if run["reason"] == "unbounded":
        text = "says that the cost is unbounded, but no term is below 0"
        yield alarm(AlarmKind.UNBOUNDED_CLAIMED, run["solver"], text)
    if pd.isna(run["objective"]) and pd.notna(run["claimed_objective"]):
        text = f"claims a plan of {run['claimed_objective']:,.4f}, but none of its plans keeps the rules"
        yield alarm(AlarmKind.PLAN_NOT_VERIFIED, run["solver"], text)
    elif exceeds(run["objective"], run["claimed_objective"]):
        text = f"claims {run['claimed_objective']:,.4f}, but its best plan costs {run['objective']:,.4f}"
        yield alarm(AlarmKind.OBJECTIVE_CLAIMED_TOO_LOW, run["solver"], text)
    if published is not None and published.proven and exceeds(published.objective, run["objective"]):
        text = (
            f"has a verified plan of {run['objective']:,.4f}, below {published.objective:,.4f}, "
            f"published as {published.status!r}: the publication or the import of the instance is wrong"
        )
        yield alarm(AlarmKind.BELOW_PROVEN, published.source, text)

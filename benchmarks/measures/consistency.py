"""Alarms: claims of runs that cannot all be true. Plans are verified, so that what contradicts one is wrong.

Every claim is held against every plan of the same instance, whichever backend, seed, limit, code and store it is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from benchmarks.measures import exceeds
from benchmarks.measures.best_known import Seen, provenance
from benchmarks.measures.published import Published
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
    source: str  # which run it is raised against
    against: str  # the solver or the source whose plan contradicts it; its own name where it contradicts itself
    against_source: str  # which run that plan is of, "" where it is of none
    by: float  # by how much the two differ, in the objective's unit; nan where that is not said in figures
    text: str
    run: int


def alarms(runs: pd.DataFrame, seen: Mapping[str, Seen], published: Mapping[str, Published]) -> list[Alarm]:
    """Every alarm of `runs` (the fields of `Row`, with the columns problem, solver, store and greatest_bound).

    `seen` and `published` are by problem. A claim that the best plan does not contradict, no plan does.
    """
    return [
        alarm
        for problem, rows in runs.groupby("problem", sort=True)
        for index, run in rows.iterrows()
        for alarm in _Claims(run, int(str(index)), seen.get(str(problem)), published.get(str(problem))).alarms()
    ]


@dataclass(frozen=True)
class _Claims:
    """What one run claims, and what is known of its problem."""

    run: pd.Series[Any]
    index: int
    best: Seen | None
    published: Published | None

    def alarms(self) -> Iterator[Alarm]:
        yield from self._bound()
        yield from self._ending()
        yield from self._plan()

    def _bound(self) -> Iterator[Alarm]:
        bound = self.run["greatest_bound"]
        said = f"claims a bound of {bound:,.4f}{'' if bound == self.run['bound'] else ' on the way'}"
        published = self._checked
        if self.best is not None and exceeds(bound, self.best.objective):
            by = bound - self.best.objective
            whose = "its own" if self.best.run == self.index else f"{self.best.solver}'s"
            text = f"{said}, {_more(by, self.best.objective)} above {whose} verified plan of {self.best.objective:,.4f}"
            yield self._alarm(AlarmKind.BOUND_ABOVE_PLAN, text, by)
        elif published is not None and exceeds(bound, published.objective):
            by = bound - published.objective
            text = f"{said}, {_more(by, published.objective)} above the published plan of {published.objective:,.4f}"
            yield self._alarm(AlarmKind.BOUND_ABOVE_PUBLISHED, text, by, published.source)

    def _ending(self) -> Iterator[Alarm]:
        if claims_no_plan(self.run.to_dict()) and self.best is not None:
            text = f"says that no plan exists, but {self.best.solver} has a verified one of {self.best.objective:,.4f}"
            yield self._alarm(AlarmKind.NO_PLAN_CLAIMED, text)
        elif claims_no_plan(self.run.to_dict()) and self._checked is not None:
            text = "says that no plan exists, but the literature has one"
            yield self._alarm(AlarmKind.NO_PLAN_CLAIMED, text, against="the literature")
        if self.run["reason"] == "unbounded":
            text = "says that the cost is unbounded, but no term is below 0"
            yield self._alarm(AlarmKind.UNBOUNDED_CLAIMED, text, against=self.run["solver"])

    def _plan(self) -> Iterator[Alarm]:
        objective, claimed, published = self.run["objective"], self.run["claimed_objective"], self.published
        if pd.isna(objective) and pd.notna(claimed):
            text = f"claims a plan of {claimed:,.4f}, but none of its plans keeps the rules"
            yield self._alarm(AlarmKind.PLAN_NOT_VERIFIED, text, against=self.run["solver"])
        elif exceeds(objective, claimed):
            text = f"claims {claimed:,.4f}, but its best plan costs {objective:,.4f}"
            yield self._alarm(AlarmKind.OBJECTIVE_CLAIMED_TOO_LOW, text, objective - claimed, self.run["solver"])
        if published is not None and published.proven and exceeds(published.objective, objective):
            text = (
                f"has a verified plan of {objective:,.4f}, below {published.objective:,.4f}, "
                f"published as {published.status!r}: the publication or the import of the instance is wrong"
            )
            yield self._alarm(AlarmKind.BELOW_PROVEN, text, published.objective - objective, published.source)

    @property
    def _checked(self) -> Published | None:
        return self.published if self.published is not None and self.published.checked else None

    def _alarm(self, kind: AlarmKind, text: str, by: float = float("nan"), against: str = "") -> Alarm:
        """Against a named source, or else the best plan; the text names both runs."""
        run, source = self.run, provenance(self.run)
        other = None if against else self.best
        both = f"{source}; the plan: {other.source}" if other is not None and other.run != self.index else source
        return Alarm(
            kind=kind,
            problem=run["problem"],
            solver=run["solver"],
            source=source,
            against=against if other is None else other.solver,
            against_source="" if other is None else other.source,
            by=by,
            text=f"{run['problem']}: {run['solver']} {text} ({both})",
            run=self.index,
        )


def _more(by: float, than: float) -> str:
    return f"{by:,.4f} ({by / max(abs(than), 1e-9):.2g} of it)"

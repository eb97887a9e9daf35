"""One grade a run, after IPET's problem status codes (G. Hendel, https://github.com/GregorCH/ipet).

Where IPET trusts logs, plans here are verified: of two runs that contradict each other the one without the plan fails,
and `fail_inconsistent` does not occur. `killed`, `gaplimit` and `unavailable` are added.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pandas as pd

from benchmarks.measures import exceeds
from benchmarks.measures.consistency import AGAINST_RUN, Alarm, AlarmKind
from benchmarks.measures.published import Published
from benchmarks.measures.times import claims_no_plan, final_gap
from optimizer.model.gap import PROVEN_GAP


class Grade(StrEnum):
    """From best to worst."""

    OK = "ok"  # solved, and someone else confirms it
    SOLVED_NOT_VERIFIED = "solved_not_verified"  # solved by this backend's word alone
    BETTER = "better"  # a plan better than the published one
    GAP_LIMIT = "gaplimit"
    INTERRUPT = "interrupt"
    NODE_LIMIT = "nodelimit"
    TIME_LIMIT = "timelimit"
    MEMORY_LIMIT = "memlimit"
    UNKNOWN = "unknown"  # ended by itself without a proof, as a heuristic does
    KILLED = "killed"  # did not end at its limit, and was ended from outside
    UNAVAILABLE = "unavailable"  # is not installed: says nothing of the backend, and is in no comparison
    FAIL_DUAL_BOUND = "fail_dual_bound"  # a bound above a plan; also "no plan exists" where one does
    FAIL_OBJECTIVE_VALUE = "fail_objective_value"  # claims less than its plan costs
    FAIL_SOLUTION_INFEASIBLE = "fail_solution_infeasible"  # claims a plan, but none keeps the rules
    FAIL_ABORT = "fail_abort"  # crashed, or ended in an error

    @property
    def failed(self) -> bool:
        return self.value.startswith("fail")


_OF_ALARM = {
    AlarmKind.PLAN_NOT_VERIFIED: Grade.FAIL_SOLUTION_INFEASIBLE,
    AlarmKind.OBJECTIVE_CLAIMED_TOO_LOW: Grade.FAIL_OBJECTIVE_VALUE,
    AlarmKind.BOUND_ABOVE_PLAN: Grade.FAIL_DUAL_BOUND,
    AlarmKind.BOUND_ABOVE_PUBLISHED: Grade.FAIL_DUAL_BOUND,
    AlarmKind.NO_PLAN_CLAIMED: Grade.FAIL_DUAL_BOUND,
    AlarmKind.UNBOUNDED_CLAIMED: Grade.FAIL_DUAL_BOUND,
}
_OF_LIMIT = {
    "time": Grade.TIME_LIMIT,
    "gap": Grade.GAP_LIMIT,
    "node": Grade.NODE_LIMIT,
    "memory": Grade.MEMORY_LIMIT,
    "interrupt": Grade.INTERRUPT,
}


def grades(runs: pd.DataFrame, raised: list[Alarm], published: Mapping[str, Published]) -> pd.Series[str]:
    """A grade for each of `runs` (the fields of `Row`, with the columns problem and solver); `published` by problem."""
    against: dict[int, set[AlarmKind]] = {}
    for alarm in raised:
        if alarm.kind in AGAINST_RUN and alarm.run in runs.index:
            against.setdefault(alarm.run, set()).add(alarm.kind)
    proofs = _proofs(runs.drop(index=list(against)))
    values = [
        str(_grade(run, against.get(int(str(index)), set()), proofs, published.get(run["problem"])))
        for index, run in runs.iterrows()
    ]
    return pd.Series(values, index=runs.index, dtype="str")


def _grade(
    run: pd.Series[Any],
    against: set[AlarmKind],
    proofs: dict[str, set[str]],
    published: Published | None,
) -> Grade:
    if run["outcome"] == "unavailable":
        return Grade.UNAVAILABLE
    if run["outcome"] == "crashed":
        return Grade.FAIL_ABORT
    for kind, grade in _OF_ALARM.items():
        if kind in against:
            return grade
    if run["reason"] == "error" and run["outcome"] == "completed":
        return Grade.FAIL_ABORT
    if published is not None and exceeds(published.objective, run["objective"]):
        return Grade.BETTER
    if is_solved(run.to_dict()):
        others = proofs[run["problem"]] - {run["backend"]}
        by_literature = published is not None and published.checked and published.proven
        return Grade.OK if others or by_literature else Grade.SOLVED_NOT_VERIFIED
    if run["outcome"] == "killed":
        return Grade.KILLED
    if run["outcome"] == "out_of_memory":
        return Grade.MEMORY_LIMIT
    return _OF_LIMIT.get(run["limit"], Grade.UNKNOWN)


def is_solved(run: Mapping[Any, Any]) -> bool:
    """Whether it is proven or claimed to be: a gap of at most 1e-6, or that no plan exists."""
    return claims_no_plan(run) or final_gap(run) <= PROVEN_GAP


def _proofs(runs: pd.DataFrame) -> dict[str, set[str]]:
    """The backends that have solved each problem, and that nothing contradicts; a mere claim confirms nobody."""
    proofs: dict[str, set[str]] = {}
    for _, run in runs.iterrows():
        solved = proofs.setdefault(run["problem"], set())
        if run["proof"] != "claimed" and is_solved(run.to_dict()):
            solved.add(run["backend"])
    return proofs

"""From what another program answered to a row: its plan verified, its claims kept beside it and never called proven."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks import provenance
from benchmarks.row import Point, Row
from instances import Instance
from optimizer.model.backend import Ending, Limit, Reason
from optimizer.model.gap import PROVEN_GAP, relative_gap
from optimizer.model.plan import Hub, Plan
from optimizer.output.document import installed_versions
from optimizer.verify import verify
from solvers.process.isolation import JobEnd


@dataclass(frozen=True)
class Asked:
    """What was run."""

    instance: Instance
    suite: str
    family: str
    backend: str
    seed: int
    threads: int
    time_limit_s: float
    memory_limit_mb: int | None
    options: dict[str, Any] = field(default_factory=dict)  # as in a row: what else was asked of it


def judged(asked: Asked, end: JobEnd, began: datetime) -> Row:
    """The row; `end.result` is the answer of `spopt_child.py`, or None where there is none."""
    answer: dict[str, Any] = end.result or {}
    plan, objective, broken = _verified(asked.instance, answer)
    no_plan = objective is None and answer.get("status") == "Infeasible"
    bound = None if no_plan else answer.get("bound")
    gap = None if objective is None or bound is None else relative_gap(objective, bound)
    reason = _reason(end, objective, broken)
    done = no_plan or (gap is not None and gap <= PROVEN_GAP)
    total_s = answer.get("total_s", end.wall_s)
    code, versions = provenance.code(), {**installed_versions(()), **answer.get("versions", {})}
    claim = f"{asked.backend} claims that no plan exists" if no_plan else ""
    said = (claim, answer.get("message", ""), broken, end.message)
    return Row(
        kind="run",
        key=_key(asked, versions, code.commit),
        suite=asked.suite,
        instance=asked.instance.name,
        family=asked.family,
        instance_hash=asked.instance.sha256,
        backend=asked.backend,
        options=asked.options,
        seed=asked.seed,
        threads=asked.threads,
        time_limit_s=asked.time_limit_s,
        memory_limit_mb=asked.memory_limit_mb,
        reason=reason,
        limit=None if done else _limit(answer, end, reason),
        outcome=end.ending,
        native_status=f"{answer['status']}; {answer['solution_status']}" if answer else "",
        message="; ".join(filter(None, said)),
        objective=objective,
        claimed_objective=answer.get("objective"),
        bound=bound,
        proof="claimed" if no_plan or bound is not None else None,
        gap=gap,
        build_s=answer.get("build_s", 0.0),
        solve_s=answer.get("solve_s", 0.0),
        total_s=total_s,
        cpu_s=end.cpu_s,
        peak_mb=end.peak_memory_mb,
        trajectory=(Point(seconds=total_s, objective=objective, bound=bound),) if answer else (),
        plan=plan,
        versions=versions,
        machine=provenance.machine(),
        commit=code.commit,
        dirty=code.dirty,
        started=began,
    )


def _verified(instance: Instance, answer: dict[str, Any]) -> tuple[Plan | None, float | None, str]:
    """The plan and its objective, or None twice and what is wrong with it; answers number nodes from 0."""
    if answer.get("homes") is None:
        return None, None, ""
    ids = [practice.id for practice in instance.practices]
    members: dict[int, list[str]] = {j: [] for j in answer["opened"]}
    for i, j in enumerate(answer["homes"]):
        members.setdefault(j, []).append(ids[i])
    plan = Plan(hubs=tuple(Hub(site=ids[j], members=tuple(m)) for j, m in members.items()))
    evaluation = verify(instance, plan)
    if evaluation.ok:
        return plan, float(evaluation.objective), ""
    return None, None, "; ".join(violation.message for violation in evaluation.violations[:3])


def _reason(end: JobEnd, objective: float | None, broken: str) -> Reason:
    if broken or end.error is not None or end.ending is Ending.CRASHED:
        return Reason.ERROR
    return Reason.NO_SOLUTION if objective is None else Reason.FEASIBLE


def _limit(answer: dict[str, Any], end: JobEnd, reason: Reason) -> Limit | None:
    if end.ending is Ending.OUT_OF_MEMORY:
        return Limit.MEMORY
    if end.timed_out:
        return Limit.TIME
    if not answer or reason is Reason.ERROR:
        return None
    return Limit.GAP if answer["solution_status"] == "Optimal Solution Found" else Limit.TIME


def _key(asked: Asked, versions: dict[str, str], commit: str) -> str:
    decides = {
        "instance": asked.instance.sha256,
        "backend": asked.backend,
        "seed": asked.seed,
        "threads": asked.threads,
        "time_limit_s": asked.time_limit_s,
        "memory_limit_mb": asked.memory_limit_mb,
        **({"options": asked.options} if asked.options else {}),  # keys of before there were any stay as they are
        "versions": versions,
        "commit": commit,
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

"""MIP backends against each other and against set partitioning, on random instances: many solves in one process.

    python tests/support/agreement.py --first 20000 --count 1000 --out claims.jsonl [--backends highs,pulp:cbc]
    python tests/support/agreement.py --count 200 --practices 6 12 --set hub.contiguous=true --out claims.jsonl
    python tests/support/agreement.py --count 100 --any-rules --out claims.jsonl
    python tests/support/agreement.py --judge claims.jsonl [claims2.jsonl ...]

Writes a line for each instance and backend, and says at the end what cannot be true.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from compact_optimum import through
from partitioning import best_plan
from random_instances import random_instance
from random_rules import with_any_rules

from instances import Instance
from optimizer.model.backend import Ending, Outcome, Reason
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.problem import Problem
from optimizer.solving.registry import availability, load, solver_ids
from optimizer.verify import verify
from solvers.mip import solver as mip_solver
from solvers.mip.solver import MipSolver
from solvers.process.isolation import JobEnd, JobLimits, run_isolated
from solvers.process.worker import resolve

PARTITIONING = "partitioning"  # independent of the compact model and of the backends
TOLERANCE = 1e-6  # relative
BATCH = 50  # solves in one process
SLACK_S = 2.0  # a solve may overrun by, on average over a batch

Case = tuple[int, int]  # seed and number of practices


@dataclass(frozen=True)
class Claim:
    """What a backend says of an instance; cost and bound in pounds a year."""

    seed: int
    practices: int
    backend: str
    reason: str
    cost: float | None = None  # verified; None without a plan
    bound: float | None = None
    fault: str = ""  # of the plan, or what became of the process
    warnings: tuple[str, ...] = ()
    native_status: str = ""
    versions: str = ""
    seconds: float = 0.0


def mip_backends() -> list[str]:
    """Ids of those that are installed."""
    backends = {solver_id: load(solver_id) for solver_id in solver_ids()}
    return [
        solver_id
        for solver_id, backend in backends.items()
        if isinstance(backend, MipSolver) and availability(backend.info) is None
    ]


def claims_of(
    backend: str,
    cases: Sequence[Case],
    time_limit: float,
    threads: int = 1,
    settings: Sequence[str] = (),
    any_rules: bool = False,
) -> Iterator[Claim]:
    """One for each case, whatever becomes of the processes. Set partitioning knows no time limit."""
    left = list(cases)
    while left:
        batch, heard = left[:BATCH], list[Claim]()
        patience = None if backend == PARTITIONING else len(batch) * (time_limit + SLACK_S)
        end = run_isolated(
            "agreement:solve_batch",
            (backend, batch, time_limit, threads, tuple(settings), any_rules),
            on_event=heard.append,
            limits=JobLimits(time_s=patience, threads=threads),
        )
        yield from heard
        left = left[len(heard) :]
        if len(heard) < len(batch):
            seed, n = left.pop(0)
            yield Claim(seed, n, backend, Reason.ERROR, fault=f"{end.ending}: {end.message or end.error}")


def solve_batch(
    payload: tuple[str, list[Case], float, int, tuple[str, ...], bool], emit: Callable[[object], None]
) -> None:
    """What the child runs."""
    backend, cases, time_limit, threads, settings, any_rules = payload
    mip_solver.run_isolated = _run_here
    for seed, n in cases:
        instance = _instance(seed, n, settings, any_rules)
        began = time.monotonic()
        if backend == PARTITIONING:
            claim = _partitioning(seed, n, instance)
        else:
            claim = _backend(backend, seed, n, instance, time_limit, threads)
        emit(replace(claim, seconds=round(time.monotonic() - began, 3)))


def _instance(seed: int, n: int, settings: Iterable[str], any_rules: bool) -> Instance:
    """With settings changed; those of a care model that the instance lacks are left out."""
    instance = with_any_rules(seed, n) if any_rules else random_instance(seed, n)
    models = {model.id for model in instance.care_model}
    keys = [(text, text.split(".")) for text in settings]
    return instance.with_settings([text for text, key in keys if key[0] != "care_model" or key[1] in models])


def _run_here(target: str, payload: object, *, on_event: Callable[[Any], None], **_: object) -> JobEnd:
    """In place of a process for each solve: start-up would take most of the time."""
    began = time.monotonic()
    try:
        result = resolve(target)(payload, on_event)
    except Exception as error:
        return JobEnd(Ending.CRASHED, error=error, message=f"{type(error).__name__}: {error}")
    return JobEnd(Ending.COMPLETED, result=result, wall_s=time.monotonic() - began)


def _partitioning(seed: int, n: int, instance: Instance) -> Claim:
    best = best_plan(instance)
    if best is None:
        return Claim(seed, n, PARTITIONING, Reason.INFEASIBLE)
    return Claim(seed, n, PARTITIONING, Reason.OPTIMAL, cost=best[0], bound=best[0])


def _backend(backend: str, seed: int, n: int, instance: Instance, time_limit: float, threads: int) -> Claim:
    problem = build_problem(instance)
    outcome = through(backend, problem, time_limit, threads)
    cost, fault = _verified(instance, problem, outcome)
    return Claim(
        seed,
        n,
        backend,
        outcome.reason,
        cost,
        outcome.bound,
        fault,
        outcome.warnings,
        outcome.native_status,
        " ".join(f"{name} {version}" for name, version in sorted(outcome.versions.items())),
    )


def _verified(instance: Instance, problem: Problem, outcome: Outcome) -> tuple[float | None, str]:
    if outcome.ending is not Ending.COMPLETED or outcome.reason is Reason.ERROR:
        return None, outcome.message
    if outcome.solution is None:
        return None, ""
    evaluation = verify(instance, to_plan(problem, outcome.solution))
    if not evaluation.ok:
        return None, f"the plan breaks rules: {evaluation.violations[0].message}"
    return float(evaluation.objective), ""


def contradictions(claims: Iterable[Claim]) -> list[str]:
    """What cannot be true of one instance: one optimum, no bound above a plan, no plan where there is none."""
    claims = list(claims)
    costs = [claim.cost for claim in claims if claim.cost is not None]
    best = min(costs, default=None)
    found = []
    for claim in claims:
        who = f"{claim.backend} on {claim.seed} with {claim.practices} practices"
        if claim.fault:
            found.append(f"{who} fails: {claim.fault}")
        if best is None:
            continue
        most = best + TOLERANCE * max(1.0, abs(best))
        if claim.reason == Reason.INFEASIBLE:
            found.append(f"{who} sees no plan where one costs {best:.2f}")
        if claim.reason == Reason.OPTIMAL and claim.cost is not None and claim.cost > most:
            found.append(f"{who} calls {claim.cost:.2f} optimal where a plan costs {best:.2f}")
        if claim.bound is not None and claim.bound > most:
            found.append(f"{who} has a bound of {claim.bound:.2f} where a plan costs {best:.2f}")
    return found


def by_case(claims: Iterable[Claim]) -> dict[Case, list[Claim]]:
    ordered = sorted(claims, key=lambda claim: (claim.seed, claim.practices))
    return {case: list(group) for case, group in groupby(ordered, lambda claim: (claim.seed, claim.practices))}


def read(path: Path) -> list[Claim]:
    lines = path.read_text().splitlines()
    return [Claim(**{**record, "warnings": tuple(record["warnings"])}) for record in map(json.loads, lines)]


def summary(claims: Sequence[Claim]) -> Iterator[str]:
    """A line for each backend, then what its warnings say."""
    for backend in dict.fromkeys(claim.backend for claim in claims):
        own = [claim for claim in claims if claim.backend == backend]
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(Counter(c.reason for c in own).items()))
        slowest = max(claim.seconds for claim in own)
        versions = next((f" ({claim.versions})" for claim in own if claim.versions), "")
        yield f"{backend}{versions}: {reasons}; {sum(c.seconds for c in own):.0f} s, {slowest:.1f} s at most"
        yield from (f"  {claim.seed}: {warning}" for claim in own for warning in claim.warnings)


def _campaign(asked: argparse.Namespace) -> Iterator[Claim]:
    low, high = asked.practices
    cases = [(seed, low + seed % (high - low + 1)) for seed in range(asked.first, asked.first + asked.count)]
    of_all = [PARTITIONING] * (not asked.any_rules) + mip_backends()
    for backend in asked.backends.split(",") if asked.backends else of_all:
        for claim in claims_of(backend, cases, asked.time_limit, asked.threads, asked.set, asked.any_rules):
            if asked.out:
                with asked.out.open("a") as file:
                    file.write(json.dumps(asdict(claim)) + "\n")
            yield claim


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=20_000, metavar="SEED")
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--practices", type=int, nargs=2, default=(6, 10), metavar=("LEAST", "MOST"))
    parser.add_argument("--backends", help="ids with commas; all, and set partitioning where it knows the rules")
    parser.add_argument("--time-limit", type=float, default=5.0, help="seconds a solve")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of every instance")
    parser.add_argument("--any-rules", action="store_true", help="of all rules, some in each instance")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--judge", type=Path, nargs="+", help="judge what was written, solve nothing")
    asked = parser.parse_args()
    claims = [claim for path in asked.judge for claim in read(path)] if asked.judge else list(_campaign(asked))
    found = [text for group in by_case(claims).values() for text in contradictions(group)]
    print(*summary(claims), *found, f"{len(found)} contradictions in {len(by_case(claims))} instances", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

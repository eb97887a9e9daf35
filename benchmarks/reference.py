"""The reference job: one fixed, deterministic computation, run now and then, so that a machine that drifts shows.

A capacitated p-median of 30 places by HiGHS as SciPy brings it, on one thread: about 1.5 s of branch and bound that no
change of this project can touch. It runs beside other runs, as they do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks import provenance
from benchmarks.row import Row
from optimizer.model.backend import Limit, Reason
from optimizer.output.document import installed_versions
from solvers.process.isolation import JobLimits, run_isolated

NAME = "reference"
BACKEND = "scipy:milp"
PLACES, MEDIANS, SEED = 30, 5, 2
TIME_LIMIT_S = 120.0


@dataclass(frozen=True)
class Reference:
    """A run of the reference job within a benchmark of this suite."""

    suite: str


def measure(reference: Reference) -> Row:
    """The row of a run of the reference job, of kind "reference"; each has a key of its own."""
    started = datetime.now(UTC)
    end = run_isolated(
        "benchmarks.reference:solve",
        None,
        on_event=lambda _: None,
        imports=("scipy.optimize", "scipy.sparse"),
        limits=JobLimits(time_s=TIME_LIMIT_S, threads=1),
    )
    machine, code = provenance.machine(), provenance.code()
    job = f"{NAME} {PLACES} {MEDIANS} {SEED}"
    done = isinstance(end.result, float)
    return Row(
        kind="reference",
        key=hashlib.sha256(f"{job} {machine.id} {started.isoformat()}".encode()).hexdigest(),
        suite=reference.suite,
        instance=NAME,
        family=NAME,
        instance_hash=hashlib.sha256(job.encode()).hexdigest(),
        backend=BACKEND,
        options={},
        seed=SEED,
        threads=1,
        time_limit_s=TIME_LIMIT_S,
        memory_limit_mb=None,
        reason=Reason.FEASIBLE if done else Reason.ERROR,
        limit=Limit.TIME if end.timed_out else None,
        outcome=end.ending,
        native_status="",
        message=end.message,
        objective=end.result if done else None,
        claimed_objective=None,
        bound=end.result if done else None,
        proof="claimed" if done else None,
        gap=0.0 if done else None,
        build_s=0.0,
        solve_s=end.wall_s,
        total_s=end.wall_s,
        cpu_s=end.cpu_s,
        peak_mb=end.peak_memory_mb,
        trajectory=(),
        versions=installed_versions(("numpy", "scipy")),
        machine=machine,
        commit=code.commit,
        dirty=code.dirty,
        started=started,
    )


def solve(payload: None, emit: Callable[[object], None]) -> float:
    """The job itself, in the child: the optimal objective."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, eye_array, hstack, kron

    del payload, emit
    n, random = PLACES, np.random.default_rng(SEED)
    at = random.random((n, 2)) * 100
    cost = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).ravel()  # x[i, j]: place i served from j
    demand = random.integers(5, 20, n).astype(float)
    capacity = 1.15 * demand.sum() / MEDIANS
    opened: Any = eye_array(n)
    once = hstack([kron(opened, np.ones((1, n))), coo_array((n, n))])
    load = hstack([kron(demand[None, :], opened), -capacity * opened])
    number = np.concatenate([np.zeros(n * n), np.ones(n)])[None, :]
    solved = milp(
        np.concatenate([cost, np.zeros(n)]),
        integrality=np.ones(n * n + n, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(load, -np.inf, 0),
            LinearConstraint(number, MEDIANS, MEDIANS),
        ],
    )
    if solved.status != 0:
        raise RuntimeError(f"the reference job was not solved: {solved.message}")
    return float(solved.fun)

"""The state of a search, told now and then: the hubs of its pool, and beside them what a proof has to keep."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.model.problem import Problem
from optimizer.solving.checkpoint import wait_s
from solvers.process.incumbent import Emit
from solvers.process.job import State
from solvers.process.state import Arrays, UnusableState, integers, lists, packed, ragged, unpacked
from solvers.search.params import PoolParams
from solvers.search.pool import HubPool, PooledHub, price

OVERDUE = 1.5  # times the wait after which a state is told without waiting for the proof's share


@dataclass
class States:
    """Safe to use from any thread. `is_kept`: whether anybody wants them.

    `proof`, `bound`: what a proof keeps, and the pounds a year that it proves again.
    """

    emit: Emit
    is_kept: bool
    pool: HubPool | None = None
    proof: Arrays = field(default_factory=dict)
    bound: float | None = None

    def __post_init__(self) -> None:
        self._began = self._told = time.monotonic()
        self._lock = threading.Lock()

    @property
    def is_due(self) -> bool:
        return self._is_due(1.0)

    def tell(self) -> None:
        with self._lock:
            hubs = [] if self.pool is None else self.pool.hubs()
            self.emit(State(packed({**saved(hubs), **self.proof}), self.bound))
            self._told = time.monotonic()

    def tick(self) -> None:
        """Of those who wait: tells what nobody else has told for long."""
        if self._is_due(OVERDUE):
            self.tell()

    def _is_due(self, times: float) -> bool:
        now = time.monotonic()
        return self.is_kept and now - self._told >= times * wait_s(now - self._began)


def saved(hubs: list[PooledHub]) -> Arrays:
    return {
        "pool.site": np.array([hub.site for hub in hubs], dtype=np.int64),
        **ragged("pool.members", [hub.members for hub in hubs]),
        **ragged("pool.networks", [sorted(hub.networks) for hub in hubs]),
    }


def restored(problem: Problem, arrays: Arrays, params: PoolParams) -> list[PooledHub]:
    """The hubs of a state that the problem can have; raises `UnusableState`."""
    sites = integers(arrays, "pool.site", 0, problem.n_sites)
    members = lists(arrays, "pool.members", len(sites), 0, problem.n_practices)
    networks = lists(arrays, "pool.networks", len(sites), 0, problem.n_candidates)
    hubs = []
    for site, of, seen in zip(sites.tolist(), members, networks, strict=True):
        pairs = problem.reach.index_of(of, np.full(len(of), site))
        if len(of) and (pairs >= 0).all() and (np.diff(of) > 0).all():
            hub = price(problem, site, of, params.most_groups)
            hubs.append(replace(hub, networks=set(seen.tolist())))
    return hubs


def read(state: bytes | None) -> tuple[Arrays, tuple[str, ...]]:
    """(what a job is to go on from, warnings): nothing where there is none or none that makes sense."""
    if state is None:
        return {}, ()
    try:
        return unpacked(state), ()
    except UnusableState as error:
        return {}, (unusable(error),)


def unusable(error: UnusableState) -> str:
    return f"the state of the checkpoint cannot be used ({error}): the run began from its plan"

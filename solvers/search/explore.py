"""One thread's search: what to try next."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np

from optimizer.backend import Solution
from optimizer.construct.adopt import adopt
from optimizer.pairs import IntArray
from optimizer.problem import BoolArray, Problem
from solvers.search.best import Best
from solvers.search.recombine import recombine
from solvers.search.runs import Runs

PROPOSALS_PER_PRACTICE = 10_000  # of a run from nothing
FRESH_RUNS = 4  # on each thread, before anything else
SOFTNESS = (0.05, 0.02, 0.05, 1.0)  # first prices of refusals, in turn
RECOMBINED = (50, 180)  # practices in a recombination, at least that many; whole networks
RECOMBINING_SHARE = 0.1  # of the time limit, for one recombination at most
NEW_HUBS = 60  # in the pool before another recombination
PATIENCE = 60  # rounds without a better plan before it gives up, where there is no time limit


@dataclass
class Explorer:
    """Fresh runs first; then reheats of the best plans, and recombinations of the hubs they had."""

    runs: Runs
    best: Best
    random: np.random.Generator
    recombining: threading.Lock  # shared by all threads
    pooled: int = 0  # hubs in the pool at the last recombination
    tries: dict[float, int] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        return self.best.problem

    def run(self) -> None:
        rounds = idle = 0
        while not self.best.over and (idle < PATIENCE or np.isfinite(self.best.deadline)):
            before = self.best.plan
            if before is None or rounds < FRESH_RUNS:
                self._fresh(rounds)
            elif len(self.best.pool) > self.pooled + NEW_HUBS and self.recombining.acquire(blocking=False):
                try:
                    self._recombine()
                finally:
                    self.recombining.release()
            else:
                self._reheat()
            rounds += 1
            idle = 0 if self.best.plan is not before else idle + 1

    def _seed(self) -> int:
        return int(self.random.integers(2**31))

    def _offer(self, found: Solution | None, source: str) -> None:
        if found is not None:
            self.best.offer(found, source)

    def _fresh(self, round_: int) -> None:
        soft = SOFTNESS[round_ % len(SOFTNESS)]
        proposals = int(np.clip(PROPOSALS_PER_PRACTICE * self.problem.n_practices, 300_000, 6_000_000))
        self._offer(self.runs.fresh(self._seed(), proposals, 0.2, soft), f"a fresh run, consent from {soft}")

    def _reheat(self) -> None:
        plans = self.best.elite
        plan = plans[min(int(self.random.exponential(1.0)), len(plans) - 1)]
        focus = near_practices(self.problem, self.random, int(self.random.integers(40, 240)))
        hot = float(np.exp(self.random.uniform(np.log(0.01), np.log(0.12))))
        soft = 0.05 if self.random.random() < 0.3 else 1.0
        found = self.runs.reheat(plan.solution, self._seed(), 5_000 * len(focus), hot, soft, focus)
        self._offer(found, f"reheating {len(focus)} practices from {hot:.3f}, consent from {soft}")

    def _recombine(self) -> None:
        plan = self.best.plan
        assert plan is not None
        began = time.monotonic()
        self.pooled = len(self.best.pool)
        region = self._region(plan.solution)
        used = np.concatenate([other.solution.network_of for other in self.best.elite[:4]])
        found = recombine(
            self.problem,
            plan.solution,
            plan.objective,
            self.best.pool.hubs(),
            np.unique(used[used >= 0]),
            region,
            min(RECOMBINING_SHARE * self.best.time_limit, self.best.deadline - time.monotonic()),
        )
        text = f"recombining {self.pooled} hubs over {int(region.sum())} practices"
        if found is not None and adopt(self.runs.new_world(0), found):
            self._offer(found, text)
        self.best.log(f"{text}: {time.monotonic() - began:.1f} s")

    def _region(self, plan: Solution) -> BoolArray:
        """Practices of whole networks and hubs around a random place."""
        p, wanted = self.problem, self.random.integers(*RECOMBINED)
        region = np.zeros(p.n_practices, dtype=bool)
        network = np.where(plan.site_of >= 0, plan.network_of[plan.site_of], -1)
        for i in near_practices(p, self.random, p.n_practices):
            if region.sum() >= wanted:
                break
            if network[i] >= 0:
                region |= network == network[i]
            elif plan.site_of[i] >= 0:
                region |= plan.site_of == plan.site_of[i]
            region[i] = True
        return region


def near_practices(p: Problem, random: np.random.Generator, size: int) -> IntArray:
    """About that many practices around a random one."""
    taken = np.zeros(p.n_practices, dtype=bool)
    order = [int(random.integers(p.n_practices))]
    taken[order[0]] = True
    start = p.reach.start
    for i in order:
        entries = slice(start[i], start[i + 1])
        near = p.reach.column[entries][np.argsort(p.reach.km[entries], kind="stable")]
        for j in near[:8]:
            neighbour = p.sites.practice[j]
            if neighbour >= 0 and not taken[neighbour] and len(order) < size:
                taken[neighbour] = True
                order.append(int(neighbour))
    return np.array(order, dtype=np.int64)

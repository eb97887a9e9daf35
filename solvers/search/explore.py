"""One thread's search: what to try next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.construct import adopted
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.search.best import Best
from solvers.search.recombine import recombine
from solvers.search.regions import Neighbourhood, Regions
from solvers.search.reoptimise import MOST_NODES, reoptimise
from solvers.search.runs import Runs
from solvers.search.structure import free, near

FRESH_RUNS = 4  # on each thread, before anything else, where there are networks to find ...
ALL_FRESH_PROPOSALS = 8_000_000  # ... and no more than about that many proposals in all
FRESH_PROPOSALS = (10_000, 10_000)  # a practice, of a run from nothing, at least and at most ...
PROPOSALS = (100_000, 6_000_000)  # of it, at least and at most
HUB_TIER_PROPOSALS = (800, 2_500)  # ... without networks: at first many short runs, recombined, beat few long ones ...
LONGER, LONGEST = 0.1, 20_000  # ... later each has that share of all proposals so far, to so many a practice
SOFTNESS = (0.05, 0.02, 0.05, 1.0)  # first prices of refusals, in turn
SEVERITIES = (1.0, 10.0, 3.0)  # of prices of broken rules, in turn while there is no plan ...
LATER_SEVERITIES = (1.0, 0.1)  # ... and at random after that: what is full is found from what is overfull
REHEATED = (40, 240)  # practices in a reheat; without networks up to all
REHEAT_PROPOSALS = 5_000  # for each of them
RECOMBINED = (50, 180)  # practices in a recombination, at least that many; whole networks ...
HUB_TIER_RECOMBINED = (100, 1_000)  # ... if there are any
RECOMBINING_SHARE = 0.2  # of the time limit, for one recombination at most
NEW_HUBS = 60  # in the pool before another recombination; twice as many after one that brought nothing
LEAST_WEIGHT = 0.1  # of a kind of step that never makes the plan better; of one that always does, 1.1
MEMORY = 0.1  # of the last try, in the share of those that did
MOST_NEW_HUBS = 5_000
GROWTH = 1.2  # of the pool, at least, before another recombination
PATIENCE = 60  # rounds without a better plan before it gives up, where there is no time limit
REOPTIMISING_LIMIT_S = 3.0  # of one neighbourhood; nodes end it before
GUIDED_LIMIT_S = 10.0  # the same with the proof's pairs alone, where there are no networks
GUIDED_NODES = 2_000
PARTS_S, PART_LIMIT_S = 5.0, 3.0  # of parts of the plan that branch and price deals out anew, and of each
PART, LEAST_PART = 80, 40  # practices of the first, at least; no more parts once they would be smaller than that
PART_GROWTH, PART_LOSS = 1.05, 0.7  # times that after each that was proven, and that was not
MOST_GUIDING = 5  # nodes of the proof whose bounds of pairs are put together


@dataclass
class Size:
    """Of neighbourhoods: grows while they are proven, shrinks when they are not."""

    hubs: float = 4.0  # at most
    pairs: float = 3_000.0  # at most
    least: float = 0.0  # share of these hubs, at least; two are the fewest

    def draw(self, random: np.random.Generator) -> tuple[int, int]:
        """(hubs, pairs) of the next neighbourhood."""
        fewest = max(2, int(self.least * self.hubs))
        return int(random.integers(fewest, int(self.hubs) + 1)), int(self.pairs * 5.0 ** random.uniform(-1, 0))

    def learn(self, hubs: int, pairs: int, *, proven: bool) -> None:
        """From what became of a neighbourhood."""
        if not proven:
            self.hubs, self.pairs = max(3.0, 0.9 * self.hubs), max(500.0, 0.8 * self.pairs)
        elif hubs >= self.hubs - 1:
            self.hubs = 1.1 * self.hubs
        elif pairs >= self.pairs / 2:
            self.pairs = min(20_000.0, 1.2 * self.pairs)


@dataclass
class Explorer:
    """Fresh runs first; then reheats, exact neighbourhoods, and recombinations of the hubs that good plans had."""

    runs: Runs
    best: Best
    regions: Regions
    random: np.random.Generator
    recombining: threading.Lock  # shared by all threads
    fresh_runs: int = 0
    proposed: int = 0  # by runs of all kinds
    wait: int = NEW_HUBS  # in the pool before another recombination; longer while they bring nothing
    pooled: int = 0  # hubs in the pool at the last recombination
    size: Size = field(default_factory=Size)
    guided_size: Size = field(default_factory=lambda: Size(hubs=12.0, pairs=1_000.0, least=0.5))
    part: float = PART  # practices of the next part, at least
    proven_parts: set[bytes] = field(default_factory=set)  # in which the plan cannot be better
    won: dict[str, float] = field(default_factory=dict)  # share of late tries of each kind that made the plan better

    @property
    def problem(self) -> Problem:
        return self.best.problem

    @property
    def first_runs(self) -> int:
        """Fresh runs before anything else."""
        if not self.problem.n_candidates:
            return 0
        return min(FRESH_RUNS, ALL_FRESH_PROPOSALS // (FRESH_PROPOSALS[0] * self.problem.n_practices))

    def run(self, most_rounds: float = np.inf) -> None:
        """Until time is up; with no time limit, until there is nothing better for long or the rounds are done."""
        rounds = idle = 0
        while not self.best.over and rounds < most_rounds and (idle < PATIENCE or np.isfinite(self.best.deadline)):
            before = self.best.plan
            if before is None or rounds < self.first_runs:
                self._fresh()
            else:
                self._improve()
            rounds += 1
            idle = 0 if self.best.plan is not before else idle + 1

    def _improve(self) -> None:
        """What has brought better plans of late, more often; then recombine the hubs that it met."""
        kinds: dict[str, Callable[[], None]] = {
            "fresh": self._fresh,
            "reheat": self._reheat,
            "reoptimise": self._reoptimise,
        }
        if self.best.guides:
            kinds["guided"] = self._guided
        if self.best.by_columns is not None and self.part >= LEAST_PART:
            kinds["parts"] = self._parts
        weight = np.array([LEAST_WEIGHT + self.won.get(kind, self._expected(kind)) for kind in kinds])
        kind = str(self.random.choice(list(kinds), p=weight / weight.sum()))
        before = self.best.plan
        kinds[kind]()
        self._recombine_grown()
        won = self.won.get(kind, self._expected(kind))
        self.won[kind] = won + MEMORY * ((self.best.plan is not before) - won)

    def _expected(self, kind: str) -> float:
        """Share of tries that will make the plan better, before any: where there are networks, reheats do."""
        return 1.0 if kind == "reheat" or not self.problem.n_candidates else 0.1

    def _recombine_grown(self) -> None:
        """If the pool has grown enough, and no other thread is at it."""
        enough = max(self.pooled + self.wait, GROWTH * self.pooled)
        if len(self.best.pool) > enough and self.recombining.acquire(blocking=False):
            try:
                self._recombine()
            finally:
                self.recombining.release()

    def _seed(self) -> int:
        return int(self.random.integers(2**31))

    def _fresh(self) -> None:
        p, plan = self.problem, self.best.plan
        soft = SOFTNESS[self.fresh_runs % len(SOFTNESS)]
        severity, structure = 1.0, free(p)
        if plan is None:
            severity = SEVERITIES[self.fresh_runs % len(SEVERITIES)]
        elif self.fresh_runs >= self.first_runs:
            severity = float(self.random.choice(LATER_SEVERITIES))
            structure = near(p, plan.solution, self.random)
        self.fresh_runs += 1
        proposals = self._fresh_proposals()
        self.proposed += proposals
        self.runs.fresh(self._seed(), proposals, 0.2, soft, structure, severity)

    def _fresh_proposals(self) -> int:
        """Of the next fresh run; by proposals so far and not by time, so that a seed gives one plan."""
        p = self.problem
        low, high = np.log(FRESH_PROPOSALS if p.n_candidates else HUB_TIER_PROPOSALS)
        proposals = int(np.clip(np.exp(self.random.uniform(low, high)) * p.n_practices, *PROPOSALS))
        if p.n_candidates:
            return proposals
        return max(proposals, min(int(LONGER * self.proposed), LONGEST * p.n_practices))

    def _reheat(self) -> None:
        plans = self.best.elite
        plan = plans[min(int(self.random.exponential(1.0)), len(plans) - 1)].solution
        low, high = REHEATED
        high = high if self.problem.n_candidates else max(high, self.problem.n_practices)
        wanted = min(self.problem.n_practices, int(self.random.integers(low, high)))
        focus = self.regions.practices(self.random, wanted)
        hot = float(np.exp(self.random.uniform(np.log(0.01), np.log(0.12))))
        soft = 0.05 if self.random.random() < 0.3 else 1.0
        structure = near(self.problem, plan, self.random)
        proposals = REHEAT_PROPOSALS * len(focus)
        self.proposed += proposals
        self.runs.reheat(plan, self._seed(), proposals, hot, soft, structure, focus)

    def _reoptimise(self) -> None:
        """A few hubs, each practice with its cheapest sites among them and near them."""
        plan = self.best.plan
        assert plan is not None
        hubs, pairs = self.size.draw(self.random)
        around = self.regions.hubs(plan.solution, self.random, hubs, pairs)
        proven = self._solve(plan.solution, around, REOPTIMISING_LIMIT_S, MOST_NODES)
        self.size.learn(hubs, pairs, proven=proven)

    def _guided(self) -> None:
        """More hubs, or all, and of the pairs those with which plans of some of the proof's nodes may be cheapest."""
        plan, guides = self.best.plan, list(self.best.guides)
        assert plan is not None
        number = min(len(guides), int(self.random.integers(1, MOST_GUIDING + 1)))
        used = self.random.choice(len(guides), number, replace=False)
        guide = np.minimum.reduce([guides[k] for k in used])
        hubs, pairs = self.guided_size.draw(self.random)
        around = self.regions.guided(plan.solution, self.random, hubs, pairs, guide)
        limit = REOPTIMISING_LIMIT_S if self.problem.n_candidates else GUIDED_LIMIT_S
        proven = self._solve(plan.solution, around, limit, GUIDED_NODES)
        self.guided_size.learn(hubs, pairs, proven=proven)

    def _parts(self) -> None:
        """Parts of the plan by branch and price, one after another for some seconds."""
        until = min(time.monotonic() + PARTS_S, self.best.deadline)
        while self._part() and time.monotonic() < until and not self.best.over:
            pass

    def _part(self) -> bool:
        """Many whole hubs around a place; more next time where they were proven, fewer where not.

        Whether it was worth a try: a plan that was proven the best there is still the best.
        """
        plan, solve = self.best.plan, self.best.by_columns
        assert plan is not None
        assert solve is not None
        wanted = min(self.part, self.problem.n_practices)
        region = self.regions.networks(plan.solution, self.random, int(wanted))
        part = region.tobytes() + plan.solution.site_of[region].tobytes()
        if part in self.proven_parts:
            self.part = PART_GROWTH * wanted
            return False
        began = time.monotonic()
        found = solve(plan.solution, region, min(began + PART_LIMIT_S, self.best.deadline))
        text = f"{int(region.sum())} practices by branch and price"
        self._take(found.solution, text)
        self.best.log(f"{text}{', proven' if found.proven else ''}: {time.monotonic() - began:.1f} s")
        self.part = (PART_GROWTH if found.proven else PART_LOSS) * wanted
        if found.proven and found.solution is None:
            self.proven_parts.add(part)
        return True

    def _solve(self, plan: Solution, around: Neighbourhood, limit_s: float, most_nodes: int) -> bool:
        """Whether HiGHS proved what it made of a neighbourhood the best."""
        began = time.monotonic()
        limit = min(limit_s, self.best.deadline - began)
        found = reoptimise(self.problem, plan, around, limit, most_nodes)
        hubs = int((around.sites & plan.is_open).sum())
        text = f"{hubs} hubs and {int(around.pairs.sum())} pairs in an exact neighbourhood"
        self._take(found.solution, text)
        self.best.log(f"{text}: {time.monotonic() - began:.1f} s")
        return found.proven

    def _recombine(self) -> None:
        plan = self.best.plan
        assert plan is not None
        began = time.monotonic()
        self.pooled = len(self.best.pool)
        sizes = RECOMBINED if self.problem.n_candidates else HUB_TIER_RECOMBINED
        region = self.regions.networks(plan.solution, self.random, int(self.random.integers(*sizes)))
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
        before = self.best.plan
        self._take(found, text)
        self.wait = NEW_HUBS if self.best.plan is not before else min(2 * self.wait, MOST_NEW_HUBS)
        self.best.log(f"{text}: {time.monotonic() - began:.1f} s")

    def _take(self, found: Solution | None, source: str) -> None:
        """Offer what a program found, if it does keep every rule."""
        if found is not None and adopted(self.problem, found, self.runs.new_state(0)) is not None:
            self.best.offer(found, source)

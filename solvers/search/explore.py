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
from solvers.search.params import SizeParams
from solvers.search.recombine import recombine
from solvers.search.regions import Neighbourhood, Regions
from solvers.search.reoptimise import reoptimise
from solvers.search.runs import Runs
from solvers.search.shared import Shared
from solvers.search.structure import FREE, Structure, free, near, numbers_of_networks


class Size:
    """Of neighbourhoods: grows while they are proven, shrinks when they are not."""

    def __init__(self, params: SizeParams) -> None:
        self._params = params
        self._hubs = params.hubs  # at most
        self._pairs = params.pairs  # at most

    def draw(self, random: np.random.Generator) -> tuple[int, int]:
        """(hubs, pairs) of the next neighbourhood."""
        fewest = max(2, int(self._params.least_share * self._hubs))
        hubs = int(random.integers(fewest, int(self._hubs) + 1))
        return hubs, int(self._pairs * self._params.pairs_spread ** random.uniform(-1, 0))

    def learn(self, hubs: int, pairs: int, *, proven: bool) -> None:
        """From what became of a neighbourhood."""
        params = self._params
        if not proven:
            self._hubs = max(params.least_hubs, params.hubs_loss * self._hubs)
            self._pairs = max(params.least_pairs, params.pairs_loss * self._pairs)
        elif hubs >= self._hubs - 1:
            self._hubs = params.hubs_growth * self._hubs
        elif pairs >= self._pairs / 2:
            self._pairs = min(params.most_pairs, params.pairs_growth * self._pairs)


@dataclass
class Explorer:
    """Fresh runs first; then reheats, exact neighbourhoods, and recombinations of the hubs that good plans had."""

    runs: Runs
    shared: Shared
    regions: Regions
    random: np.random.Generator
    recombining: threading.Lock  # shared by all threads
    fresh_runs: int = 0
    proposed: int = 0  # by runs of all kinds
    pooled: int = 0  # hubs in the pool at the last recombination
    proven_parts: set[bytes] = field(default_factory=set)  # in which the plan cannot be better
    won: dict[str, float] = field(default_factory=dict)  # share of late tries of each kind that made the plan better

    def __post_init__(self) -> None:
        self.params = self.shared.params
        self.wait = self.params.recombine.new_hubs  # before another recombination; longer while they bring nothing
        self.size = Size(self.params.reoptimise.size)
        self.guided_size = Size(self.params.guided.size)
        self.part: float = self.params.parts.practices  # of the next part, at least

    @property
    def problem(self) -> Problem:
        return self.shared.problem

    @property
    def first_runs(self) -> int:
        """Fresh runs before anything else."""
        if not self.problem.n_candidates:
            return 0
        params = self.params.fresh
        return min(params.runs, params.all_proposals // (params.proposals_each[0] * self.problem.n_practices))

    def run(self, most_rounds: float = np.inf) -> None:
        """Until time is up; with no time limit, until there is nothing better for long or the rounds are done."""
        rounds = idle = 0
        patience = np.inf if np.isfinite(self.shared.deadline) else self.params.explore.patience
        while not self.shared.over and rounds < most_rounds and idle < patience:
            before = self.shared.plan
            if before is None or rounds < self.first_runs:
                self._fresh()
            else:
                self._improve()
            rounds += 1
            idle = 0 if self.shared.plan is not before else idle + 1

    def _improve(self) -> None:
        """What has brought better plans of late, more often; then recombine the hubs that it met."""
        kinds: dict[str, Callable[[], None]] = {
            "fresh": self._fresh,
            "reheat": self._reheat,
            "reoptimise": self._reoptimise,
        }
        if self.shared.sketches:
            kinds["sketch"] = self._sketch
        if self.shared.guides:
            kinds["guided"] = self._guided
        if self.shared.by_columns is not None and self.part >= self.params.parts.least_practices:
            kinds["parts"] = self._parts
        params = self.params.explore
        weight = np.array([params.least_weight + self.won.get(kind, self._expected(kind)) for kind in kinds])
        kind = str(self.random.choice(list(kinds), p=weight / weight.sum()))
        before = self.shared.plan
        kinds[kind]()
        self._recombine_grown()
        won = self.won.get(kind, self._expected(kind))
        self.won[kind] = won + params.memory * ((self.shared.plan is not before) - won)

    def _expected(self, kind: str) -> float:
        """Share of tries that will make the plan better, before any: where there are networks, reheats do."""
        params = self.params.explore
        likely = kind in ("reheat", "sketch") or not self.problem.n_candidates
        return params.expected_of_reheats if likely else params.expected

    def _recombine_grown(self) -> None:
        """If the pool has grown enough, and no other thread is at it."""
        enough = max(self.pooled + self.wait, self.params.recombine.growth * self.pooled)
        if len(self.shared.pool) > enough and self.recombining.acquire(blocking=False):
            try:
                self._recombine()
            finally:
                self.recombining.release()

    def _seed(self) -> int:
        return int(self.random.integers(2**31))

    def _fresh(self) -> None:
        p, plan, params = self.problem, self.shared.plan, self.params.fresh
        soft = params.softness[self.fresh_runs % len(params.softness)]
        severity, structure = 1.0, free(p)
        if plan is None:
            severity = params.severities[self.fresh_runs % len(params.severities)]
        elif self.fresh_runs >= self.first_runs:
            severity = float(self.random.choice(params.later_severities))
            structure = near(p, plan.solution, self.random, self.params.structure)
        self.fresh_runs += 1
        proposals = self._fresh_proposals()
        self.proposed += proposals
        self.runs.fresh(self._seed(), proposals, params.hot, soft, structure, severity)

    def _fresh_proposals(self) -> int:
        """Of the next fresh run; by proposals so far and not by time, so that a seed gives one plan."""
        p, params = self.problem, self.params.fresh
        low, high = np.log(params.proposals_each if p.n_candidates else params.hub_tier_proposals_each)
        proposals = int(np.clip(np.exp(self.random.uniform(low, high)) * p.n_practices, *params.proposals))
        if p.n_candidates:
            return proposals
        return max(proposals, min(int(params.longer * self.proposed), params.longest_each * p.n_practices))

    def _reheat(self) -> None:
        plans, params = self.shared.elite, self.params.reheat
        plan = plans[min(int(self.random.exponential(params.rank)), len(plans) - 1)].solution
        low, high = params.practices
        high = high if self.problem.n_candidates else max(high, self.problem.n_practices)
        wanted = min(self.problem.n_practices, int(self.random.integers(low, high)))
        focus = self.regions.practices(self.random, wanted)
        coolest, hottest = params.hot
        hot = float(np.exp(self.random.uniform(np.log(coolest), np.log(hottest))))
        soft = params.soft if self.random.random() < params.soft_share else 1.0
        structure = near(self.problem, plan, self.random, self.params.structure)
        proposals = params.proposals_each * len(focus)
        self.proposed += proposals
        self.runs.reheat(plan, self._seed(), proposals, hot, soft, structure, focus)

    def _sketch(self) -> None:
        """From the optimum of a node of the proof, to its numbers of networks."""
        p, params, sketch = self.problem, self.params.sketch, self.shared.take_sketch()
        if sketch is None:
            return
        coolest, hottest = params.hot
        hot = float(np.exp(self.random.uniform(np.log(coolest), np.log(hottest))))
        structure = Structure(FREE, numbers_of_networks(p, sketch))
        proposals = params.proposals_each * p.n_practices
        self.proposed += proposals
        self.shared.log(f"a node's optimum, {structure}")
        self.runs.reheat(sketch, self._seed(), proposals, hot, 1.0, structure, np.arange(p.n_practices))

    def _reoptimise(self) -> None:
        """A few hubs, each practice with its cheapest sites among them and near them."""
        plan, params = self.shared.plan, self.params.reoptimise
        assert plan is not None
        hubs, pairs = self.size.draw(self.random)
        around = self.regions.hubs(plan.solution, self.random, hubs, pairs)
        proven = self._solve(plan.solution, around, params.time_limit_s, params.most_nodes)
        self.size.learn(hubs, pairs, proven=proven)

    def _guided(self) -> None:
        """More hubs, or all, and of the pairs those with which plans of some of the proof's nodes may be cheapest."""
        plan, guides, params = self.shared.plan, list(self.shared.guides), self.params.guided
        assert plan is not None
        number = min(len(guides), int(self.random.integers(1, params.most_guiding + 1)))
        used = self.random.choice(len(guides), number, replace=False)
        guide = np.minimum.reduce([guides[k] for k in used])
        hubs, pairs = self.guided_size.draw(self.random)
        around = self.regions.guided(plan.solution, self.random, hubs, pairs, guide)
        limit = params.time_limit_s if self.problem.n_candidates else params.hub_tier_time_limit_s
        proven = self._solve(plan.solution, around, limit, params.most_nodes)
        self.guided_size.learn(hubs, pairs, proven=proven)

    def _parts(self) -> None:
        """Parts of the plan by branch and price, one after another for some seconds."""
        until = min(time.monotonic() + self.params.parts.all_s, self.shared.deadline)
        while self._part() and time.monotonic() < until and not self.shared.over:
            pass

    def _part(self) -> bool:
        """Many whole hubs around a place; more next time where they were proven, fewer where not.

        Whether it was worth a try: a plan that was proven the best there is still the best.
        """
        plan, solve, params = self.shared.plan, self.shared.by_columns, self.params.parts
        assert plan is not None
        assert solve is not None
        wanted = min(self.part, self.problem.n_practices)
        region = self.regions.networks(plan.solution, self.random, int(wanted))
        part = region.tobytes() + plan.solution.site_of[region].tobytes()
        if part in self.proven_parts:
            self.part = params.growth * wanted
            return False
        began = time.monotonic()
        found = solve(plan.solution, region, min(began + params.time_limit_s, self.shared.deadline))
        text = f"{int(region.sum())} practices by branch and price"
        self._take(found.solution, text)
        self.shared.log(f"{text}{', proven' if found.proven else ''}: {time.monotonic() - began:.1f} s")
        self.part = (params.growth if found.proven else params.loss) * wanted
        if found.proven and found.solution is None:
            self.proven_parts.add(part)
        return True

    def _solve(self, plan: Solution, around: Neighbourhood, limit_s: float, most_nodes: int) -> bool:
        """Whether HiGHS proved what it made of a neighbourhood the best."""
        began = time.monotonic()
        limit = min(limit_s, self.shared.deadline - began)
        found = reoptimise(self.problem, plan, around, limit, most_nodes, self.params.reoptimise.rel_gap)
        hubs = int((around.sites & plan.is_open).sum())
        text = f"{hubs} hubs and {int(around.pairs.sum())} pairs in an exact neighbourhood"
        self._take(found.solution, text)
        self.shared.log(f"{text}: {time.monotonic() - began:.1f} s")
        return found.proven

    def _recombine(self) -> None:
        plan, params = self.shared.plan, self.params.recombine
        assert plan is not None
        began = time.monotonic()
        self.pooled = len(self.shared.pool)
        sizes = params.practices if self.problem.n_candidates else params.hub_tier_practices
        region = self.regions.networks(plan.solution, self.random, int(self.random.integers(*sizes)))
        used = np.concatenate([other.solution.network_of for other in self.shared.elite[: params.elite]])
        found = recombine(
            self.problem,
            plan.solution,
            plan.objective,
            self.shared.pool.hubs(),
            np.unique(used[used >= 0]),
            region,
            min(params.time_share * self.shared.time_limit, self.shared.deadline - time.monotonic()),
            params,
        )
        text = f"recombining {self.pooled} hubs over {int(region.sum())} practices"
        before = self.shared.plan
        self._take(found, text)
        self.wait = params.new_hubs if self.shared.plan is not before else min(2 * self.wait, params.most_new_hubs)
        self.shared.log(f"{text}: {time.monotonic() - began:.1f} s")

    def _take(self, found: Solution | None, source: str) -> None:
        """Offer what a program found, if it does keep every rule."""
        if found is not None and adopted(self.problem, found, self.runs.new_state(0)) is not None:
            self.shared.offer(found, source)

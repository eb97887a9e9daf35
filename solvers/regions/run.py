"""The child's side of `regions`: a first plan, then prices and parts of the plan side by side, until time is up."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from instances import InputError
from optimizer.construct import SearchState, adopted, construct, mended
from optimizer.executors import (
    ConnectionLostError,
    LostWorkError,
    MissingExtraError,
    Pool,
    call_apart,
    open_pool,
)
from optimizer.executors.stated import PROCESSES
from optimizer.model.arrays import BoolArray, IntArray
from optimizer.model.backend import Limit, UnsupportedOption
from optimizer.model.solution import Solution
from solvers.auto import run as area
from solvers.auto.part import part_of
from solvers.columns.pool import columns_of
from solvers.process.incumbent import Emit, Incumbent
from solvers.process.job import Ended, Phase, StructuredJob, stopped_by_parent
from solvers.regions.bound import WholeBound
from solvers.regions.climb import Raised, climb
from solvers.regions.cut import Cutter
from solvers.regions.first import Share, plan_share, shares, together
from solvers.regions.params import RegionsParams
from solvers.regions.parts import plan_part, put_back, whole_networks
from solvers.regions.told import Teller, restore
from solvers.regions.window import Window

LOOK_S = 1.0  # between two looks at the clock
EVALUATE_S = 40.0  # between two prices of the whole, at least, within a sweep
RESERVE = 1.3  # times what the last one took is kept for the last
STATUS = {Limit.TIME: "time limit", Limit.GAP: "gap reached", None: "nothing left to do"}


@dataclass(frozen=True)
class Work:
    """A piece of work that can be done elsewhere, and what is done here with what it gives."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    take: Callable[[Any], None]


class Wait:
    """For the side's own work under way."""


WAIT = Wait()


@dataclass(frozen=True)
class UnderWay:
    work: Work
    side: str
    began: float  # time.monotonic()


def run(job: StructuredJob[RegionsParams], emit: Emit) -> Ended:
    """What `worker.py` calls."""
    job = job.begun()
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    if job.problem.n_practices <= job.params.parts.practices:  # a region by itself
        if job.executor != PROCESSES:
            raise UnsupportedOption(f"{job.problem.n_practices} practices are planned in one process: no executor")
        return area.run(job.tuned(job.params.auto, asked=None), emit)
    incumbent = Incumbent.of(job, emit)
    workers = job.threads if job.executor == PROCESSES else None
    try:
        with stopped_by_parent(incumbent.stop), open_pool(job.executor, workers=workers) as pool:
            country = Country(job, incumbent, pool)
            country.run()
    except (InputError, MissingExtraError) as error:
        raise UnsupportedOption(str(error)) from None
    limit = incumbent.limit
    return Ended(limit=limit, status=STATUS[limit], warnings=country.warnings)


@dataclass
class Country:
    """One solve."""

    job: StructuredJob[RegionsParams]
    incumbent: Incumbent
    pool: Pool
    warnings: tuple[str, ...] = ()
    _under_way: dict[Future[Any], UnderWay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.problem, self.params = self.job.problem, self.job.params
        self.cutter = Cutter(self.problem)
        self.bound = WholeBound(self.problem, self.job.threads, self.params)
        self.teller = Teller(self.incumbent, self.bound, self.job.keeps_states)
        self._empty: SearchState | None = None
        self._seconds = {"prices": 0.0, "plan": 0.0}
        self._evaluated_at, self._reserved_s = time.monotonic(), 0.0

    # --- the order of things ------------------------------------------------------------------------------------------

    def run(self) -> None:
        try:
            if self.incumbent.plan is None:
                self._say("a first plan, region by region")
                self._first_plan()
            self._begin_prices()
            self._seconds = {"prices": 0.0, "plan": 0.0}
            self._say("prices and parts of the plan")
            self._side_by_side(self._prices(), self._parts())
        finally:
            self.pool.abandon(set(self._under_way))
        if self.bound.is_raised:
            self._evaluate()
        self.teller.tell(last=True)

    def _first_plan(self) -> None:
        params, problem = self.params.first, self.problem
        regions = shares(problem, self.cutter.cut(params.practices))
        most_s = params.most_s
        if self.job.time_limit is not None:
            rounds = -(-len(regions) // self.pool.slots)
            most_s = min(most_s, params.share * self.job.time_limit / rounds)
        found: list[tuple[Share, Solution]] = []

        def work(share: Share, seed: int) -> Work:
            def take(plan: Solution | None) -> None:
                if plan is not None:
                    found.append((share, plan))

            return Work(plan_share, (share, seed, most_s, params), take)

        self._all([work(share, self.job.seed + k) for k, share in enumerate(regions)])
        plan = together(problem, found)
        if self._offer(plan, "regions, each by itself") or self.incumbent.is_over():
            return
        self._say("mending what regions break together")
        near = mended(problem, plan, self.job.seed, min(self.incumbent.time_left, params.mend_s))
        if near is not None:
            self._offer(near, "regions, mended")
        elif not self.incumbent.is_over():
            self._say("a first plan of the whole")
            anew = construct(problem, self.job.seed, self.incumbent.time_left, most_runs=1)
            if anew is not None:
                self._offer(anew, "construction of the whole")

    def _begin_prices(self) -> None:
        plan = self.incumbent.solution
        if self.job.state is not None:
            self.warnings += restore(self.bound, self.job.state)
        if self.bound.is_begun:
            self._evaluate()
        else:
            self.bound.begin([] if plan is None else columns_of(self.problem, plan))

    def _side_by_side(self, prices: Iterator[Work | Wait], parts: Iterator[Work | Wait]) -> None:
        """Whichever side has had less of its share of the time gets the next free worker."""
        sides = {"prices": prices, "plan": parts}
        while not self._is_over():
            ready = dict(sides)
            while len(self._under_way) < self.pool.slots and ready:
                name = min(ready, key=lambda name: self._spent(name))
                work = next(ready[name], None)
                if isinstance(work, Work):
                    self._submit(work, name)
                elif work is None:
                    del sides[name], ready[name]
                else:  # it waits for its own work under way
                    del ready[name]
            if not self._under_way:
                return
            self._wait()
            if self.bound.is_raised and time.monotonic() >= self._evaluated_at + EVALUATE_S:
                self._evaluate()
            self.teller.tell()

    # --- the bound ----------------------------------------------------------------------------------------------------

    def _prices(self) -> Iterator[Work | Wait]:
        """Sweeps of windows without clusters, then with them; other seams each time."""
        climb_, seams = self.params.climb, itertools.cycle(self.params.seams)
        for sweep in itertools.count():
            before = self.bound.value
            linked = sweep >= climb_.sweeps
            yield from self._sweep(next(seams), linked)
            self._evaluate()
            gained = self.bound.value - before
            if linked and gained < climb_.worth * abs(self.bound.value):
                return

    def _sweep(self, share: float, linked: bool) -> Iterator[Work | Wait]:
        climb_ = self.params.climb
        regions = self.cutter.cut(climb_.linked if linked else climb_.practices, share)
        if linked:
            self.bound.tell_apart(regions)
        self.bound.begin_sweep()
        for k in _far_apart(len(regions), self.pool.slots):
            window, columns = self.bound.window(regions[k])
            most_s = climb_.linked_most_s if linked else climb_.most_s
            most_s = min(most_s, max(1.0, self.incumbent.time_left))
            settled = climb_.linked_settled if linked else climb_.settled

            def take(raised: Raised, window: Window = window) -> None:
                self.bound.take(window, raised)

            yield Work(climb, (window, columns, most_s, settled, self.params.columns), take)
        while self._at_work("prices"):
            yield WAIT
        self.bound.end_sweep()

    def _evaluate(self) -> None:
        """Price the whole at the prices at hand; so long at least is kept for the last time."""
        began = time.monotonic()
        better = self.bound.evaluate(self.incumbent.is_over)
        self._evaluated_at = time.monotonic()
        self._reserved_s = RESERVE * (self._evaluated_at - began)
        if better:
            self.incumbent.log(f"bound {self.bound.value:,.0f}")
            self.incumbent.take_bound(self.bound.value)
            self.teller.tell()

    # --- the plan -----------------------------------------------------------------------------------------------------

    def _parts(self) -> Iterator[Work | Wait]:
        """Sweeps over the country, other seams each time, each with more time than the one before."""
        params = self.params.parts
        seconds = params.least_s
        if self.job.time_limit is not None:
            number = max(1, self.problem.n_practices // params.practices)
            seconds = params.share * self.job.time_limit * self.pool.slots / number
        for sweep, share in enumerate(itertools.cycle(self.params.seams)):
            plan = self.incumbent.solution
            if plan is None:
                return
            wanted = float(np.clip(seconds * params.longer**sweep, params.least_s, params.most_s))
            masks = whole_networks(self.problem, plan, self.cutter.cut(params.practices, share))
            for k, mask in enumerate(masks):
                yield self._part(mask, wanted, self.job.seed + 1_000 * sweep + k)
            while self._at_work("plan"):
                yield WAIT

    def _part(self, mask: BoolArray, seconds: float, seed: int) -> Work:
        plan = self.incumbent.solution
        assert plan is not None
        part = part_of(self.problem, plan, self._closed(plan, mask), self.problem.n_sites)
        seconds = min(seconds, max(1.0, self.incumbent.time_left))
        job = StructuredJob(part.problem, seconds, 1, seed, self.params.auto, start=part.solution)

        def take(found: Solution | None) -> None:
            now = self.incumbent.solution
            merged = None if found is None or now is None else put_back(part, now, found)
            if merged is not None:
                self._offer(merged, f"a part of {len(part.practices)} practices")

        return Work(plan_part, (job,), take)

    def _closed(self, plan: Solution, mask: BoolArray) -> BoolArray:
        """[n] with all of the networks and hubs of a plan that may have changed since the mask was made."""
        network = np.where(plan.site_of >= 0, plan.network_of[plan.site_of], -1)
        hubs = np.isin(plan.site_of, plan.site_of[mask & (plan.site_of >= 0)]) & (plan.site_of >= 0)
        networks = np.isin(network, network[hubs & (network >= 0)]) & (network >= 0)
        return np.asarray(mask | hubs | networks, dtype=bool)

    def _offer(self, plan: Solution, source: str) -> bool:
        """Take a plan of the whole, if it does keep every rule, and say so; leads are those nearest to its hubs."""
        if self._empty is None:
            self._empty = SearchState.empty(self.problem)
        state = adopted(self.problem, plan, self._empty.twin(0))
        if state is None:
            return False
        best = Solution(plan.site_of, state.current().network_of, plan.is_open)
        self.incumbent.take(self.incumbent.found(best), source)
        return True

    # --- workers ------------------------------------------------------------------------------------------------------

    def _all(self, works: list[Work]) -> None:
        waiting = iter(works)
        while not self.incumbent.is_over():
            for work in itertools.islice(waiting, self.pool.slots - len(self._under_way)):
                self._submit(work, "plan")
            if not self._under_way:
                return
            self._wait()

    def _submit(self, work: Work, side: str) -> None:
        future = self.pool.executor.submit(call_apart, work.function, *work.arguments)
        self._under_way[future] = UnderWay(work, side, time.monotonic())

    def _at_work(self, side: str) -> bool:
        return any(each.side == side for each in self._under_way.values())

    def _spent(self, side: str) -> float:
        """Seconds of workers, what is under way included."""
        now = time.monotonic()
        return self._seconds[side] + sum(now - each.began for each in self._under_way.values() if each.side == side)

    def _wait(self) -> None:
        left = max(0.0, min(LOOK_S, self.incumbent.time_left))
        done, _ = wait(self._under_way, timeout=left, return_when=FIRST_COMPLETED)
        for future in done:
            ended = self._under_way.pop(future)
            self._seconds[ended.side] += time.monotonic() - ended.began
            try:
                given = self.pool.result(future)
            except LostWorkError as error:  # of one piece: the others go on
                self.warnings += (f"a piece of work was lost: {error}",)
            except ConnectionLostError as error:
                self.warnings += (str(error),)
                self.incumbent.stop.set()
            else:
                ended.work.take(given)

    def _is_over(self) -> bool:
        reserved_s = self.teller.reserved_s + (self._reserved_s if self.bound.is_raised else 0.0)
        return self.incumbent.is_over() or self.incumbent.time_left <= reserved_s

    def _say(self, text: str) -> None:
        self.incumbent.emit(Phase(text))
        self.incumbent.log(text)


def _far_apart(count: int, slots: int) -> IntArray:
    """An order of regions in which those under way together are far from each other in the list."""
    return np.argsort(np.arange(count) % max(1, -(-count // slots)), kind="stable")

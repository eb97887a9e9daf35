"""The child's side of `regions`: a first plan, then prices and parts of the plan side by side, until time is up."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from instances import InputError
from optimizer.construct import SearchState, adopted, construct
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
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.auto import run as area
from solvers.auto.part import PlanPart, part_of
from solvers.columns.pool import columns_of
from solvers.process.incumbent import Emit, Incumbent
from solvers.process.job import Ended, Found, Phase, StructuredJob, stopped_by_parent
from solvers.regions.bound import WholeBound
from solvers.regions.climb import Raised, climb
from solvers.regions.cut import Cutter
from solvers.regions.first import Share, mended_soon, plan_share, shares, together
from solvers.regions.params import Climbing, RegionsParams
from solvers.regions.parts import Improved, cool_plan, put_back, recombine_part, whole_networks
from solvers.regions.told import Teller, restore
from solvers.regions.window import Window
from solvers.search.params import SearchParams

LOOK_S = 1.0  # between two looks at the clock
EVALUATE_S = 40.0  # between two prices of the whole, at least, within a sweep ...
EVALUATE = 20.0  # ... or so many times what the last one took
RESERVE = 1.3  # times what the last one took is kept for the last
MOST = 0.8  # of the time left: what a round over the plan may take
UNEVEN = 1.05  # times its share of the practices, that of one worker
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
    if job.problem.n_practices <= job.params.area:  # a region by itself
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
        self._proposals, self._cooling_s = self.params.cool.usual_speed, 1.0  # of all workers at the plan
        self._sides: dict[str, Iterator[Work | Wait]] = {}  # that have something left to do
        self._last_sketch: Solution | None = None  # from which plans were cooled
        self._line: Found | None = None  # the plan that is worked on: the best, or the best from the last sketch
        self._evaluate_from, self._reserved_s = time.monotonic() + EVALUATE_S, 0.0

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
        practices = max(params.practices, math.ceil(UNEVEN * problem.n_practices / self.pool.slots))
        regions = shares(problem, self.cutter.cut(practices))
        share_s = params.share * (np.inf if self.job.time_limit is None else self.job.time_limit)
        most_s = min(params.most_s, share_s / -(-len(regions) // self.pool.slots))
        found: list[tuple[Share, Solution]] = []

        def work(share: Share, number: int) -> Work:
            most = most_s * self._speed / max(1, len(share.practices))
            proposals = int(min(params.proposals_each, most) * len(share.practices))
            job = replace(self._job(share.problem, None, number), time_limit=min(2.0 * most_s, self._time_left))
            return Work(plan_share, (job, proposals, params), lambda plan: found.append((share, plan)))

        self._all([work(share, k) for k, share in enumerate(regions) if len(share.sites)])
        plan = together(problem, found)
        if self._offer(plan, "regions, each by itself") or self.incumbent.is_over():
            return
        self._say("mending what regions break together")
        each = int(min(params.mend_each, share_s * self._speed / problem.n_practices))
        near = mended_soon(
            problem, plan, self.job.seed, min(params.mend_s, 0.5 * self.incumbent.time_left), params, each
        )
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
        """Whichever side has had less time gets the next free worker; none has more than half of them, or one."""
        self._sides = sides = {"prices": prices, "plan": parts}
        while not self._is_over():
            ready = {name: works for name, works in sides.items() if self._has_room(name)}
            while len(self._under_way) < self.pool.slots and ready:
                name = min(ready, key=lambda name: self._spent(name))
                work = next(ready[name], None)
                if isinstance(work, Work):
                    self._submit(work, name)
                elif work is None:
                    del sides[name], ready[name]
                else:  # it waits for its own work under way
                    del ready[name]
                ready = {name: works for name, works in ready.items() if self._has_room(name)}
            if not self._under_way:
                return
            self._wait()
            if self.bound.is_raised and time.monotonic() >= self._evaluate_from:
                self._evaluate()
            self.teller.tell()

    # --- the bound ----------------------------------------------------------------------------------------------------

    def _prices(self) -> Iterator[Work | Wait]:
        """Sweeps of windows, and where there is time one to the end, which shows where hubs and networks are."""
        yield from self._raised()
        params = self.params.climb
        takes, left = params.to_the_end_s * self.problem.n_practices, self._time_left * self.pool.slots
        if self.bound.apart.any() and takes <= params.sketch_share * left:
            self._say("prices to the end, for a sketch of a plan")
            regions = self.cutter.cut(params.linked, self.params.seams[0])
            yield from self._sweep(regions, params.to_the_end_most_s, params.to_the_end)
            self.bound.make_sketch()
            self._say("parts of the plan")

    def _raised(self) -> Iterator[Work | Wait]:
        """Sweeps of windows, other seams each: networks paid for by the patient; leads told apart, then cuts; the same
        with leads told apart more finely."""
        params, seams = self.params.climb, itertools.cycle(self.params.seams)
        for _ in range(0 if self.bound.apart.any() else params.sweeps):
            yield from self._sweep(self.cutter.cut(params.practices, next(seams)), params.most_s, params.by_the_patient)
        for finer, most_km in enumerate(params.lead_km):
            for sweep in itertools.count():
                before, spent = self.bound.value, self._spent("prices")
                cuts = finer > 0 or sweep >= params.linked_sweeps
                regions = self.cutter.cut(params.linked, next(seams))
                if sweep == 0:
                    self.bound.tell_apart(regions, most_km)
                yield from self._sweep(regions, params.linked_most_s, params.with_cuts if cuts else params.told_apart)
                took, left = self._spent("prices") - spent, self._time_left * self.pool.slots
                if cuts and took > params.further * left:
                    return
                if cuts and self.bound.value - before < params.worth * abs(self.bound.value):
                    break

    def _sweep(self, regions: list[IntArray], most_s: float, how: Climbing) -> Iterator[Work | Wait]:
        self.bound.begin_sweep()
        own = self.bound.owned(regions)
        for k in _far_apart(len(regions), self.pool.slots):
            window, columns = self.bound.window(regions[k], own[k])

            def take(raised: Raised, window: Window = window) -> None:
                self.bound.take(window, raised)

            yield Work(climb, (window, columns, min(most_s, self._time_left), how, self.params.auto.columns), take)
        yield from self._until_done("prices")
        self.bound.end_sweep()
        self._evaluate()

    def _evaluate(self) -> None:
        """Price the whole at the prices at hand; so long at least is kept for the last time."""
        began = time.monotonic()
        better = self.bound.evaluate(self.incumbent.is_over)
        ended = time.monotonic()
        self._evaluate_from = ended + max(EVALUATE_S, EVALUATE * (ended - began))
        self._reserved_s = RESERVE * (ended - began)
        if better:
            self.incumbent.log(f"bound {self.bound.value:,.0f}")
            self.incumbent.take_bound(self.bound.value)
            self.teller.tell()

    # --- the plan -----------------------------------------------------------------------------------------------------

    def _parts(self) -> Iterator[Work | Wait]:
        """Stages: the plan is cooled with several seeds, for longer each stage, and put together anew from the hubs of
        all these plans; or new ones are cooled from a sketch as soon as there is another one. It ends where time is too
        short, or with a stage as long as any in vain."""
        params = self.params.cool
        before = self._line = self.incumbent.plan
        if before is None:
            return
        yield from self._cool(before.solution, params.seams_each, 1, params.seams_hot, 0)
        stage = 0
        for number in itertools.count():
            before = self.incumbent.plan
            sketched = self._has_another_sketch
            works = self._sketched(number) if sketched else self._cooled(number, stage)
            is_idle = True
            for work in itertools.chain(works, self._put_together(number, stage if sketched else stage + 1)):
                is_idle = False
                yield work
            if is_idle or (not sketched and stage >= params.stages and self.incumbent.plan is before):
                return
            stage += not sketched

    @property
    def _has_another_sketch(self) -> bool:
        """And time to cool one plan from it."""
        return self.bound.sketch is not self._last_sketch and self._affordable(0) >= 1

    def _sketched(self, number: int) -> Iterator[Work | Wait]:
        """What the masters' optimum is near to, mended and cooled with several seeds; the best of these is worked on,
        though it may cost more than the best plan: it has networks elsewhere, and passes bring more from there."""
        params = self.params.cool
        sketch = self._last_sketch = self.bound.sketch
        assert sketch is not None
        self._line = None
        times = int(min(self._affordable(0), max(params.seeds, self._workers)))
        yield from self._cool(sketch, params.proposals_each, times, params.hot, 1_000 * number + 1)
        self._line = self._line or self.incumbent.plan

    def _cooled(self, number: int, stage: int) -> Iterator[Work | Wait]:
        """From the same plan with each seed: what one comes upon here, another one comes upon there."""
        params = self.params.cool
        self._line = self.incumbent.plan
        affordable = self._affordable(stage)
        if stage > 0 and affordable < 1:
            return
        each = self._wanted(stage) * min(1.0, affordable / params.share)  # of one seed at least, in all that is left
        times = max(1, int(min(affordable, max(params.seeds, self._workers))))
        yield from self._cool(self._worked_on.solution, each, times, params.hot, 1_000 * number + 1)

    @property
    def _worked_on(self) -> Found:
        assert self._line is not None
        return self._line

    def _put_together(self, number: int, stage: int) -> Iterator[Work | Wait]:
        """Passes over the country, other seams each, the whole cooled a little after each; until there is another
        sketch, or these bring little and there is time for that stage."""
        params, n = self.params.parts, self.problem.n_practices
        for turn, share in enumerate(itertools.cycle(self.params.seams)):
            before = self._worked_on.objective
            most_s = min(params.most_s, self._worker_seconds() * params.practices / n)
            if most_s < params.least_s:
                return
            for part in self._cut_plan(params.practices, share):
                job = self._job(part.problem, part.solution)
                hubs = part.columns(self.bound.columns)
                yield Work(recombine_part, (job, params, most_s, hubs), self._taker(part, 0, "put together anew"))
            yield from self._until_done("plan")
            times = max(params.seeds, self._workers)
            each = min(params.proposals_each, self._worker_seconds() * self._speed / (n * times))
            seed = 1_000 * number + 10 * (turn + 1)
            yield from self._cool(self._worked_on.solution, each, times, params.hot, seed)
            little = before - self._worked_on.objective < params.worth * before
            if self._has_another_sketch or (little and self._affordable(stage) >= 1):
                return

    def _cool(self, start: Solution, each: float, times: int, hot: float, seed: int) -> Iterator[Work | Wait]:
        """A plan of the whole, or a sketch, with so many proposals for each practice and as many seeds; fewer, where
        there is another sketch meanwhile."""
        params, proposals = self.params.cool, int(each * self.problem.n_practices)
        if each < params.least_each:
            return
        how = "cooled from a sketch" if start is self._last_sketch else "cooled"
        for k in range(times):
            if self._has_another_sketch:
                break
            work = (self._job(self.problem, start, seed + k), proposals, hot, params.focus, self.params.first)
            yield Work(cool_plan, work, self._taker(None, proposals, how))
        yield from self._until_done("plan")

    def _wanted(self, stage: int) -> float:
        """Proposals for each practice, of one seed of a stage."""
        params = self.params.cool
        return params.proposals_each * params.longer ** min(stage, params.stages - 1)

    def _affordable(self, stage: int) -> float:
        """Seeds for which there is time."""
        proposals = self.params.cool.share * self._worker_seconds() * self._speed
        return proposals / (self._wanted(stage) * self.problem.n_practices)

    def _taker(self, part: PlanPart | None, proposals: int, how: str) -> Callable[[Improved], None]:
        """Of plans of a part, None = the whole."""
        practices = self.problem.n_practices if part is None else len(part.practices)

        def take(improved: Improved) -> None:
            self._proposals += proposals if improved.cooled_s else 0
            self._cooling_s += improved.cooled_s
            for found in improved.plans:
                plan = found if part is None else put_back(part, self._worked_on.solution, found)
                if plan is None:
                    continue
                self.incumbent.log(f"{practices} practices {how}: {objective(self.problem, plan):,.0f}")
                self.bound.learn(columns_of(self.problem, plan))
                self._offer(plan, f"{practices} practices {how}")

        return take

    def _job(self, problem: Problem, start: Solution | None, seed: int = 0) -> StructuredJob[SearchParams]:
        return StructuredJob(problem, self._time_left, 1, self.job.seed + seed, self.params.auto.search, start=start)

    def _cut_plan(self, practices: int, share: float) -> Iterator[PlanPart]:
        """Parts of the plan as it is when each is asked for."""
        for mask in whole_networks(self.problem, self._worked_on.solution, self.cutter.cut(practices, share)):
            now = self._worked_on.solution
            yield part_of(self.problem, now, self._closed(now, mask), self.problem.n_sites)

    @property
    def _time_left(self) -> float:
        """Seconds for one more piece of work."""
        return max(1.0, self.incumbent.time_left - self._kept_s)

    def _worker_seconds(self) -> float:
        """Of those who are at the plan, in most of the time that is left."""
        return MOST * self._time_left * self._workers

    @property
    def _speed(self) -> float:
        """Proposals a second of one worker, over all that were made: small parts are faster than large ones."""
        return self._proposals / self._cooling_s

    @property
    def _workers(self) -> int:
        """At the plan at a time."""
        return max(1, self.pool.slots // len(self._sides))

    def _until_done(self, side: str) -> Iterator[Wait]:
        while self._at_work(side):
            yield WAIT

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
        found = self.incumbent.found(best)
        self.incumbent.take(found, source)
        if self._line is None or found.objective < self._line.objective:
            self._line = found
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

    def _has_room(self, side: str) -> bool:
        """Whether a side may have one more worker."""
        mine = sum(each.side == side for each in self._under_way.values())
        return mine < math.ceil(self.pool.slots / len(self._sides))

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

    @property
    def _kept_s(self) -> float:
        """Before the time limit, for the last prices of the whole and the last certificate."""
        return self.teller.reserved_s + (self._reserved_s if self.bound.is_raised else 0.0)

    def _is_over(self) -> bool:
        return self.incumbent.is_over() or self.incumbent.time_left <= self._kept_s

    def _say(self, text: str) -> None:
        self.incumbent.emit(Phase(text))
        self.incumbent.log(text)


def _far_apart(count: int, slots: int) -> IntArray:
    """An order of regions in which those under way together are far from each other in the list."""
    return np.argsort(np.arange(count) % max(1, -(-count // slots)), kind="stable")

"""Why no plan exists: the fewest, smallest exemptions with which one does, each confirmed.

Simple reasons first, before any solver runs. Then plans are looked for from several sides: without the locks that the
reasons are about, from states that break few rules, with one rule loosened at a time; for areas of moderate size the
elastic model proves how little it takes, for larger ones a search begins from what was found. Last, each change is
left out in turn, limits are moved back, and other changes are tried in place of each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from instances import Instance
from optimizer.construct import unruly_states
from optimizer.explain.alternatives import Alternative, alternatives
from optimizer.explain.dials import is_open, singles
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.hard import Hard, held, keeps
from optimizer.explain.params import DEFAULTS, NoPlanParams
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.explain.steer import is_steerable, steered
from optimizer.explain.thinning import Needed, Thinning
from optimizer.explain.trials import Trials
from optimizer.model.backend import SolveOptions, Unheard
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules import RULES
from optimizer.rules.changes import Change, apply
from optimizer.rules.distance import NAME as DISTANCE
from optimizer.solving.check import impossibilities
from optimizer.solving.registry import is_vouched_for, load

_ONE = 1.0  # the least price of an exemption
_HALF = 0.5  # of an exemption: a least price above it means that at least one is needed

Tell = Callable[[str], None]


@dataclass(frozen=True)
class NoPlan:
    """What stands in the way of a plan.

    `found` is None where nothing was found in the time; no exemptions in it mean that a plan exists. `needed` are those
    of its changes that are enough when made for everybody, as settings are.
    """

    reasons: tuple[str, ...]  # simple ones, each on its own sufficient
    found: Relaxed | None
    least: float | None = None  # proven: no plan can be had for less than this price of exemptions
    needed: tuple[Needed, ...] | None = None  # None: not looked into
    instead: tuple[tuple[Alternative, ...], ...] = ()  # of each of the first exemptions: what would do in its place
    unsettled: tuple[str, ...] = ()  # what the time did not allow to find out

    @property
    def plan_exists(self) -> bool:
        return self.found is not None and not self.found.exemptions

    @property
    def is_least(self) -> bool:
        return self.found is not None and self.least is not None and self.found.price <= self.least + 1e-6


def why_no_plan(
    instance: Instance,
    *,
    time_limit: float,
    threads: int | None = None,
    seed: int = 0,
    hard: Hard | None = None,
    known: Sequence[Plan] = (),
    tell: Tell = lambda _: None,
    params: NoPlanParams = DEFAULTS.no_plan,
) -> NoPlan:
    """`hard` are settings of the instance that are not to be loosened, such as {"policy.must_open": ["a"]};
    `known` are plans of like instances, from which plans are looked for as well.

    Raises `InputError` for an instance that cannot be solved as it stands, `SolverError` without a MIP backend.
    """
    trials = Trials(seed, time.monotonic() + time_limit, params, list(known))
    return _Inquiry(instance, trials, threads, dict(hard or {}), tell, params).run()


@dataclass
class _Inquiry:
    instance: Instance
    trials: Trials
    threads: int | None
    hard: Hard
    tell: Tell
    params: NoPlanParams

    def run(self) -> NoPlan:
        reasons = tuple(impossibilities(build_problem(self.instance)))
        found, least = self._unlocked(len(reasons)) if reasons else None, _ONE if reasons else None
        if found is None or found.price > _ONE:
            found, proven = self._fewest(found)
            least = max((each for each in (least, proven) if each is not None), default=None)
            if NoPlan(reasons, found, least).is_least:
                self.trials.unsettled.clear()  # whatever was not tried, it needs no less
        if found is None or not found.exemptions:
            return NoPlan(reasons, found, least, unsettled=tuple(self.trials.unsettled))
        seconds = self.params.thinning_share * self._left()
        thinning = Thinning(self.instance, self.trials, self._proven, seconds, self.tell)
        needed, plan = thinning.thinned(found)
        found = _better(found, self._allowed(plan)) or found
        instead = tuple(self._instead(found))
        return NoPlan(reasons, found, least, needed, instead, tuple(self.trials.unsettled))

    def _fewest(self, known: Relaxed | None) -> tuple[Relaxed | None, float | None]:
        """The plan that needs least of those found, and the least price that is proven."""
        self.tell("searching for a plan that breaks few rules")
        params = self.params
        rounds, share = (1, params.search_share) if self.is_small else (params.rounds, params.large_search_share)
        found = _better(known, self._searched(rounds, share * self._left()))
        if found is not None and not found.exemptions:
            return found, None
        found = self._loosened(found, time.monotonic() + params.loosened_share * self._left())
        if self.is_small:
            self.tell("looking for the fewest exemptions")
            better, least = self._elastic(self.instance, self._left() * params.elastic_share, found)
            return _better(found, better), least
        if found is not None and found.exemptions:
            self.tell("looking for smaller exemptions")
            found = self._steered(found)
        return found, None

    @property
    def is_small(self) -> bool:
        """Whether the elastic model gets anywhere."""
        return len(self.instance.practices) <= self.params.most_for_elastic

    def _left(self) -> float:
        return max(self.trials.left(), 0.1)

    def _allowed(self, plan: Plan | None) -> Relaxed | None:
        """What a plan takes, unless it takes what is hard."""
        found = None if plan is None else relaxed(self.instance, plan)
        return found if found is not None and keeps(self.hard, found.changes) else None

    def _searched(self, rounds: int, time_limit: float) -> Relaxed | None:
        problem, best = build_problem(self.instance), None
        severities, ended = self.params.severities * rounds, 0
        for state in unruly_states(problem, self.trials.seed, severities, time_limit):
            ended += 1
            best = _better(best, self._allowed(to_plan(problem, state)))
            if best is not None and not best.exemptions:
                return best
        if ended < len(severities):
            self.trials.leave("what a longer search for plans that break few rules would find")
        return best

    def _elastic(
        self, instance: Instance, time_limit: float, start: Relaxed | None = None
    ) -> tuple[Relaxed | None, float | None]:
        """What the elastic model finds, and the least price that it proves."""
        problem = elastic_problem(instance, self.hard)
        options = SolveOptions(time_limit=time_limit, threads=self.threads, seed=self.trials.seed)
        first = None if start is None else _adopted(problem, start)
        outcome = load(self.params.elastic_solver).solve(problem, options, Unheard(), first)
        found = None if outcome.solution is None else relaxed(instance, to_plan(problem, outcome.solution))
        return found, outcome.bound if is_vouched_for(self.params.elastic_solver) else None

    def _proven(self, instance: Instance, seconds: float) -> tuple[Plan | None, bool]:
        """A plan, or whether none is proven to exist, by the elastic model."""
        if not self.is_small or seconds < self.params.least_s:
            return None, False
        found, least = self._elastic(instance, seconds)
        if found is not None and not found.exemptions:
            return found.plan, False
        return None, least is not None and least > _HALF

    def _unlocked(self, reasons: int) -> Relaxed | None:
        """A plan without the locks that simple reasons are about: one if that is enough, else several."""
        dropped: list[Change] = []
        for change in (lock.without for rule in RULES for lock in rule.locks(self.instance)):
            without = apply(self.instance, [*dropped, change])
            left = len(impossibilities(build_problem(without)))
            if left < reasons and keeps(self.hard, [change]):
                dropped, reasons = [*dropped, change], left
        if not dropped or reasons:
            return None
        self.tell("is there a plan without the locks that are in the way?")
        until = time.monotonic() + self.params.unlocked_share * self._left()
        plan = self.trials.plan(apply(self.instance, dropped), f"a plan with {_listed(dropped)}", until=until)
        return self._allowed(plan)

    def _loosened(self, found: Relaxed | None, until: float) -> Relaxed | None:
        """With a lock less, or one kind of rule loosened, from fresh starts: nothing that is known decides where."""
        for change, looser in self._looser(found, until):
            if found is not None and found.price <= _ONE:
                break
            self.tell(f"is there a plan with {change}?")
            near = None if found is None else found.plan
            plan = self.trials.plan(looser, f"a plan with {change}", near=near, until=until)
            found = _better(found, self._allowed(plan))
        return found

    def _looser(self, found: Relaxed | None, until: float) -> Iterator[tuple[str, Instance]]:
        """What is loosened and the instance; what the plan at hand breaks goes first.

        No more than that where the elastic model, which has all rules in view, is to follow and no simple reason says
        which of them count.
        """
        broken = set() if found is None else {change.key for change in found.changes}
        every = list(singles(self.instance, lambda: self.trials.left(until) > 0))
        is_narrow = self.is_small and found is not None and is_open(self.instance)
        for single in sorted(every, key=lambda each: each.change.key not in broken):
            if keeps(self.hard, [single.change]) and not (is_narrow and single.change.key not in broken):
                yield str(single.change), single.instance
        for rule in () if is_narrow else RULES:
            if rule.name == DISTANCE:
                continue  # all sites within reach of all: too many to search; a limit moved a little is among singles
            looser = held(self.instance, rule.widened(self.instance), self.hard)
            if looser is not None and looser.sha256 != self.instance.sha256 and is_open(looser):
                yield f"no limit of {rule.name}", looser

    def _steered(self, found: Relaxed) -> Relaxed:
        """With smaller exemptions, where that was found, and none of what may not be loosened."""
        if not is_steerable(found):
            return found
        seconds = max(self.params.steering_share * self._left() / len(found.changes), self.params.steering_least_s)
        options = SolveOptions(time_limit=seconds, threads=self.threads, seed=self.trials.seed)
        better = steered(self.instance, found, options=options, solver=self.params.steering_solver)
        return better if keeps(self.hard, better.changes) else found

    def _instead(self, found: Relaxed) -> Iterator[tuple[Alternative, ...]]:
        """For each of the first exemptions, what would do in its place."""
        self.tell("looking for other ways out")
        first = found.exemptions[: self.params.most_alternatives]
        for number, exemption in enumerate(first):
            until = time.monotonic() + self._left() / (len(first) - number)
            yield alternatives(self.instance, found, exemption, self.trials, self.hard, until)


def _better(one: Relaxed | None, other: Relaxed | None) -> Relaxed | None:
    found = [each for each in (one, other) if each is not None]
    return min(found, key=lambda each: each.price, default=None)


def _listed(changes: Sequence[Change]) -> str:
    return " ".join(map(str, changes))


def _adopted(problem: Problem, start: Relaxed) -> Solution | None:
    """The start in the elastic model's arrays; None where it leaves what that model can reach."""
    try:
        solution = from_plan(problem, start.plan)
        problem.mip.encode(solution)
    except ValueError:
        return None
    return solution

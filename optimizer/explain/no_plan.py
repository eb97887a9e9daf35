"""Why no plan exists: the fewest, smallest exemptions with which one does, each confirmed.

Simple reasons first, before any solver runs. Then a search for states that break few rules; for areas of moderate size
the elastic model, which proves how little it takes, for larger ones a search that begins from what was found. Last,
each change is left out in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from instances import Instance
from optimizer.construct import unruly_states
from optimizer.explain.alternatives import Alternative, alternatives, plan_by_search
from optimizer.explain.elastic import elastic_problem
from optimizer.explain.params import DEFAULTS, NoPlanParams
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.explain.steer import is_steerable, steered
from optimizer.model.backend import SolveOptions
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules import RULES
from optimizer.rules.changes import Change, apply
from optimizer.solving.check import impossibilities
from optimizer.solving.registry import is_vouched_for, load

_ONE = 1.0  # the least price of an exemption
_HALF = 0.5  # of an exemption: a least price above it means that at least one is needed

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Needed:
    """A change that stays when all others are made; `proven`: no plan exists without it, else none was found."""

    change: Change
    proven: bool


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
    enough: Relaxed | None = None  # a plan with the needed changes alone
    instead: tuple[tuple[Alternative, ...], ...] = ()  # of each of the first exemptions: what would do in its place

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
    hard: Mapping[str, Any] | None = None,
    tell: Tell = lambda _: None,
    params: NoPlanParams = DEFAULTS.no_plan,
) -> NoPlan:
    """`hard` are settings of the instance that are not to be loosened, such as {"policy.must_open": ["a"]}.

    Raises `InputError` for an instance that cannot be solved as it stands, `SolverError` without a MIP backend.
    """
    return _Inquiry(instance, time.monotonic() + time_limit, threads, seed, dict(hard or {}), tell, params).run()


@dataclass
class _Inquiry:
    instance: Instance
    deadline: float
    threads: int | None
    seed: int
    hard: dict[str, Any]
    tell: Tell
    params: NoPlanParams

    def run(self) -> NoPlan:
        reasons = tuple(impossibilities(build_problem(self.instance)))
        found = None if self.is_small or not reasons else self._unlocked(len(reasons))
        least = None
        if found is None or found.price > _ONE:
            found, least = self._fewest(found)
        if reasons:
            least = max(least or 0.0, _ONE)
        if found is None or not found.exemptions:
            return NoPlan(reasons, found, least)
        needed, enough = self._thinned(found)
        again = relaxed(self.instance, enough.plan)
        if again is not None and again.price < found.price:
            proven = {_place(one.change): one.proven for one in needed}
            found = enough = again
            needed = tuple(Needed(change, proven.get(_place(change), False)) for change in again.changes)
        return NoPlan(reasons, found, least, needed, enough, self._instead(found))

    def _fewest(self, known: Relaxed | None) -> tuple[Relaxed | None, float | None]:
        """The plan that needs least of those found, and the least price that is proven."""
        self.tell("searching for a plan that breaks few rules")
        params = self.params
        rounds, share = (1, params.search_share) if self.is_small else (params.rounds, params.large_search_share)
        found = _better(known, self._searched(rounds, share * self._left()))
        if self.is_small and (found is None or found.exemptions):
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
        return max(self.deadline - time.monotonic(), 0.1)

    def _searched(self, rounds: int, time_limit: float) -> Relaxed | None:
        problem, best = build_problem(self.instance), None
        for state in unruly_states(problem, self.seed, self.params.severities * rounds, time_limit):
            found = relaxed(self.instance, to_plan(problem, state))
            if found is not None and not self.hard.keys() & {change.key for change in found.changes}:
                best = _better(best, found)
            if best is not None and not best.exemptions:
                break
        return best

    def _elastic(
        self, instance: Instance, time_limit: float, start: Relaxed | None = None
    ) -> tuple[Relaxed | None, float | None]:
        """What the elastic model finds, and the least price that it proves."""
        problem = elastic_problem(instance, self.hard)
        options = SolveOptions(time_limit=time_limit, threads=self.threads, seed=self.seed)
        first = None if start is None else _adopted(problem, start)
        outcome = load(self.params.elastic_solver).solve(problem, options, _Silent(), first)
        found = None if outcome.solution is None else relaxed(instance, to_plan(problem, outcome.solution))
        return found, outcome.bound if is_vouched_for(self.params.elastic_solver) else None

    def _unlocked(self, reasons: int) -> Relaxed | None:
        """A plan without one of the locks that simple reasons are about."""
        best = None
        for change in (lock.without for rule in RULES for lock in rule.locks(self.instance)):
            if change.key in self.hard or self._left() < self.params.least_s:
                continue
            without = apply(self.instance, [change])
            if len(impossibilities(build_problem(without))) < reasons:
                self.tell(f"is there a plan with {change}?")
                limit = min(self.params.unlocked_share * self._left(), self.params.unlocked_s)
                plan = plan_by_search(without, seed=self.seed, time_limit=limit)
                best = _better(best, None if plan is None else relaxed(self.instance, plan))
        return best

    def _steered(self, found: Relaxed) -> Relaxed:
        """With smaller exemptions, where that was found, and none of what may not be loosened."""
        if not is_steerable(found):
            return found
        seconds = max(self.params.steering_share * self._left() / len(found.changes), self.params.steering_least_s)
        options = SolveOptions(time_limit=seconds, threads=self.threads, seed=self.seed)
        better = steered(self.instance, found, options=options, solver=self.params.steering_solver)
        return found if self.hard.keys() & {change.key for change in better.changes} else better

    def _without(self, instance: Instance, time_limit: float) -> tuple[Relaxed | None, float | None]:
        """A plan for an instance with fewer changes, and the least price that is proven for it."""
        if self.is_small:
            return self._elastic(instance, time_limit)
        plan = plan_by_search(instance, seed=self.seed, time_limit=time_limit)
        return None if plan is None else relaxed(instance, plan), None

    def _thinned(self, found: Relaxed) -> tuple[tuple[Needed, ...], Relaxed]:
        """Changes left out one at a time; one that the others, made for everybody, make needless stays out."""
        keep, needed, enough = list(found.changes), [], found
        for number, change in enumerate(found.changes):
            self.tell(f"is there a plan without {change}?")
            others = [other for other in keep if other is not change]
            without = apply(self.instance, others)
            if impossibilities(build_problem(without)):
                needed.append(Needed(change, proven=True))
                continue
            seconds = self.params.thinning_share * self._left() / (len(found.changes) - number)
            plan, least = self._without(without, seconds)
            if plan is not None and not plan.exemptions:
                keep, enough = others, plan
            else:
                needed.append(Needed(change, proven=least is not None and least > _HALF))
        return tuple(needed), enough

    def _instead(self, found: Relaxed) -> tuple[tuple[Alternative, ...], ...]:
        self.tell("looking for other ways out")
        return tuple(
            alternatives(self.instance, found, exemption, self._is_plannable)
            for exemption in found.exemptions[: self.params.most_alternatives]
            if self._left() > self.params.least_s
        )

    def _is_plannable(self, instance: Instance) -> bool:
        if impossibilities(build_problem(instance)):
            return False
        limit = min(self._left(), self.params.alternative_s)
        if plan_by_search(instance, seed=self.seed, time_limit=limit) is not None:
            return True
        if not self.is_small:
            return False
        plan, _ = self._elastic(instance, min(self._left(), self.params.alternative_s))
        return plan is not None and not plan.exemptions


def _better(one: Relaxed | None, other: Relaxed | None) -> Relaxed | None:
    found = [each for each in (one, other) if each is not None]
    return min(found, key=lambda each: each.price, default=None)


def _place(change: Change) -> tuple[str, str, str]:
    return change.table, change.row, change.key


def _adopted(problem: Problem, start: Relaxed) -> Solution | None:
    """The start in the elastic model's arrays; None where it leaves what that model can reach."""
    try:
        solution = from_plan(problem, start.plan)
        problem.mip.encode(solution)
    except ValueError:
        return None
    return solution


class _Silent:
    """A report that nobody reads."""

    def incumbent(self, solution: Solution, objective: float) -> None: ...

    def bound(self, value: float) -> None: ...

    def message(self, text: str) -> None: ...

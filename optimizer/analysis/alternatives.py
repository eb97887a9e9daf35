"""Plans within a few per cent of the best known and as different from each other as were found.

A pool is filled by heating plans, the best known first, and cooling them again (simulated annealing); how hot is
adapted to what the limit on cost allows. From the pool those are chosen, one after the other, that are furthest from
what is chosen (pairs of practices grouped differently). A heuristic: more different plans may exist.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from instances import Instance
from optimizer.analysis.params import DEFAULTS, AlternativesParams
from optimizer.construct import reheated
from optimizer.model.backend import Limit, Reason, SolveOptions
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.plan import Plan
from optimizer.model.plan_distance import pair_difference
from optimizer.model.solution import Solution
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.solving.solve import DEFAULT_SOLVER, solve
from optimizer.verify import Verifier

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Alternatives:
    """`results[0]` is the best known; `nearest[k]` how different plan k is from the nearest of those before it."""

    results: tuple[Result, ...]
    nearest: tuple[float, ...]
    tried: int  # plans found, those that cost too much among them


def find_alternatives(
    instance: Instance,
    *,
    within: float,
    most: int,
    options: SolveOptions,
    start: Plan | None = None,
    tell: Tell = lambda _: None,
    params: AlternativesParams = DEFAULTS.alternatives,
) -> Alternatives | None:
    """Up to `most` plans, the best known among them, none dearer than it by more than the share `within`.

    None where no plan was found. `options.time_limit` is for everything and must be set. Stopped on request, it ends
    with what was found. Raises what `solve` does.
    """
    limit = options.time_limit
    if limit is None:
        raise ValueError("a time limit is needed")
    deadline = time.monotonic() + limit
    tell("looking for the best plan")
    first = options.model_copy(update={"time_limit": params.base_share * limit})
    base = solve(instance, DEFAULT_SOLVER, options=first, start=start)
    if base.plan is None:
        return None
    pool = _Pool(instance, base, within, most, options.seed or 0, params)
    try:
        for number in range(params.rounds_per_plan * (most - 1)):
            if time.monotonic() > deadline or base.limit is Limit.INTERRUPT:
                break
            tell(f"looking for other plans: {pool.tried - 1} found, {len(pool.results) - 1} of them cheap enough")
            pool.grow(number)
    except KeyboardInterrupt:
        pass  # what was found is told
    chosen = pool.chosen(pool.cheap_enough())
    return Alternatives(tuple(chosen), tuple(_nearest(chosen, k) for k in range(len(chosen))), pool.tried)


class _Pool:
    """Plans that are cheap enough, as results of the instance, the best known first."""

    def __init__(
        self, instance: Instance, base: Result, within: float, most: int, seed: int, params: AlternativesParams
    ) -> None:
        self.results, self.tried = [base], 1
        self._instance, self._within, self._most, self._params = instance, within, most, params
        self._problem, self._verifier = build_problem(instance), Verifier(instance)
        self._random = np.random.default_rng(seed)
        self._heat = params.first_heat

    def grow(self, number: int) -> None:
        """One plan more, where that succeeds; from the best known and from those chosen so far in turn."""
        chosen = self.chosen(self.results)
        from_where = chosen[0 if number % 2 == 0 else int(self._random.integers(len(chosen)))].plan
        assert from_where is not None
        given = from_plan(self._problem, from_where.plan)
        found = reheated(self._problem, given, seed=int(self._random.integers(2**31)), heat=self._heat)
        is_cheap = found is not None and self._take(self._plan(found, from_where.plan))
        factor = self._params.bolder if is_cheap else self._params.gentler
        self._heat = float(np.clip(self._heat * factor, *self._params.heat))

    def _plan(self, found: Solution, like: Plan) -> Plan:
        return to_plan(self._problem, found).model_copy(update={"chains": like.chains})

    def _take(self, plan: Plan) -> bool:
        """Whether it is cheap enough; one that is cheaper than the best known takes its place."""
        verified = VerifiedPlan(self._instance, plan, self._verifier.evaluate(plan))
        if not verified.evaluation.ok:
            return False
        self.tried += 1
        result, best = _of_instance(verified, self.results[0]), self.results[0]
        if not self._is_cheap(result):
            return False
        if _objective(result) < _objective(best):
            self.results.insert(0, result)
        elif _least(result, self.results) > 0:
            self.results.append(result)
        return True

    def chosen(self, pool: list[Result]) -> list[Result]:
        """The first of a pool, then those furthest from what is chosen, while they differ enough."""
        chosen = [pool[0]]
        while len(chosen) < self._most:
            distances = [_least(result, chosen) for result in pool]
            furthest = int(np.argmax(distances))
            if distances[furthest] < self._params.least_difference:
                break
            chosen.append(pool[furthest])
        return chosen

    def cheap_enough(self) -> list[Result]:
        """By the best that is known now."""
        return [result for result in self.results if self._is_cheap(result)]

    def _is_cheap(self, result: Result) -> bool:
        return _objective(result) <= (1 + self._within) * _objective(self.results[0])


def _objective(result: Result) -> float:
    assert result.objective is not None
    return result.objective


def _of_instance(verified: VerifiedPlan, base: Result) -> Result:
    """A result whose bound is the instance's; run and certificate are those of the best known."""
    objective = float(verified.evaluation.objective)
    bound = None if base.bound is None else min(base.bound, objective)
    outcome = replace(base.outcome, certificate=None, bound=None, solution=None, objective=None)
    own = replace(base, plan=verified, bound=bound, outcome=outcome, trajectory=(), warnings=())
    return replace(own, reason=Reason.FEASIBLE, limit=base.limit or Limit.TIME)


def _nearest(chosen: list[Result], k: int) -> float:
    return _least(chosen[k], chosen[:k]) if k else 0.0


def _least(result: Result, others: list[Result]) -> float:
    assert result.plan is not None
    return min(pair_difference(result.plan.plan, other.plan.plan) for other in others if other.plan is not None)

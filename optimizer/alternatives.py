"""Plans within a few per cent of the best known and as different from each other as were found.

A pool is filled by solving again with some pairs of practices kept apart that plans so far put in one hub; how many is
adapted to what the limit on cost allows. From the pool those are chosen, one after the other, that are furthest from
what is chosen (pairs of practices grouped differently). A heuristic: more different plans may exist.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from instances import InputError, Instance
from optimizer.backend import Limit, Outcome, SolveOptions
from optimizer.plan import Plan
from optimizer.plan_distance import pair_difference
from optimizer.result import Result, VerifiedPlan
from optimizer.solving import DEFAULT_SOLVER, solve
from optimizer.verify import Verifier

POOL_SOLVER = "search"
BASE_SHARE = 0.3  # of the time
ROUNDS_PER_PLAN = 4
FIRST_SHARE = 0.15  # of the hubs of a plan, from which a pair is taken
LEAST_DIFFERENCE = 0.05  # share of pairs; a plan that is nearer to another is no alternative to it
GENTLER, BOLDER = 0.6, 1.25  # factors of this share, after a plan that costs too much and after one that does not

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
    first = options.model_copy(update={"time_limit": BASE_SHARE * limit})
    base = solve(instance, DEFAULT_SOLVER, options=first, start=start)
    if base.plan is None:
        return None
    pool, tried = [base], 1
    random = np.random.default_rng(options.seed or 0)
    share, verifier = FIRST_SHARE, Verifier(instance)
    rounds = ROUNDS_PER_PLAN * (most - 1)
    for number in range(rounds):
        left = deadline - time.monotonic()
        if left <= 0 or base.limit is Limit.INTERRUPT:
            break
        tell(f"looking for another plan, {number + 1} of {rounds}")
        asked = _apart(instance, [result.plan.plan for result in _chosen(pool, most) if result.plan], share, random)
        slot = options.model_copy(
            update={"time_limit": left / (rounds - number), "seed": (options.seed or 0) + number + 1}
        )
        result = None if asked is None else solve(asked, POOL_SOLVER, options=slot)
        if result is None or result.plan is None:
            share *= GENTLER
            continue
        tried += 1
        plan = result.plan.plan
        verified = VerifiedPlan(instance, plan, verifier.evaluate(plan))
        cheap = float(verified.evaluation.objective) <= (1 + within) * (base.objective or 0.0)
        if verified.evaluation.ok and cheap:
            pool.append(_of_instance(result, verified, base))
        share = min(share * (BOLDER if cheap else GENTLER), 1.0)
        if result.limit is Limit.INTERRUPT:
            break
    chosen = _chosen(pool, most)
    return Alternatives(tuple(chosen), tuple(_nearest(chosen, k) for k in range(len(chosen))), tried)


def _of_instance(result: Result, verified: VerifiedPlan, base: Result) -> Result:
    """The result as one of the instance itself: its bound is the instance's, its certificate is not."""
    outcome: Outcome = replace(result.outcome, certificate=None, bound=None)
    objective = float(verified.evaluation.objective)
    bound = None if base.bound is None else min(base.bound, objective)
    return replace(result, instance=verified.instance, plan=verified, bound=bound, outcome=outcome)


def _apart(instance: Instance, plans: list[Plan], share: float, random: np.random.Generator) -> Instance | None:
    """The instance with a random pair kept apart of that share of the hubs of each plan, one pair at least."""
    pairs = []
    for plan in plans:
        hubs = [hub for hub in plan.hubs if len(hub.members) > 1]
        for k in random.permutation(len(hubs))[: max(1, round(share * len(hubs)))]:
            pairs.append([str(p) for p in random.choice(hubs[k].members, 2, replace=False)])
    policy = instance.policy
    together = {frozenset(pair) for group in policy.keep_together for pair in pairwise(group)}
    kept = [list(group) for group in policy.keep_apart]
    for pair in pairs:
        if frozenset(pair) not in together and pair not in kept:
            try:
                instance.with_settings({"policy.keep_apart": [*kept, pair]})
            except InputError:
                continue  # kept together by way of others
            kept.append(pair)
    return instance.with_settings({"policy.keep_apart": kept}) if len(kept) > len(policy.keep_apart) else None


def _chosen(pool: list[Result], most: int) -> list[Result]:
    """The first of the pool, then those furthest from what is chosen, while they differ enough."""
    chosen = [pool[0]]
    while len(chosen) < most:
        distances = [_least(result, chosen) for result in pool]
        furthest = int(np.argmax(distances))
        if distances[furthest] < LEAST_DIFFERENCE:
            break
        chosen.append(pool[furthest])
    return chosen


def _nearest(chosen: list[Result], k: int) -> float:
    return _least(chosen[k], chosen[:k]) if k else 0.0


def _least(result: Result, others: list[Result]) -> float:
    assert result.plan is not None
    return min(pair_difference(result.plan.plan, other.plan.plan) for other in others if other.plan is not None)

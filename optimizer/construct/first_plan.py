"""Construction of the first plan: seed the state from today's groups, then anneal it into the rules.

Deterministic for a seed unless the time limit cuts it short.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.construct.adopt import soften_consent
from optimizer.construct.anneal import anneal
from optimizer.construct.layout import best_solution, current_solution, make_world
from optimizer.construct.seeds import seed_hubs, seed_networks
from optimizer.construct.world import World
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

PROPOSALS_PER_PRACTICE = 10_000  # of one run
HUB_TIER_PROPOSALS = 2_500  # a practice, where there are no networks to find
LEAST_PROPOSALS, MOST_PROPOSALS = 300_000, 4_000_000  # of one run
ALL_PROPOSALS = 4_000_000  # runs are added up to about this many, at least one ...
ENOUGH_RUNS = 4  # ... and at most this many once there is a plan, unless told otherwise
MOST_ATTEMPTS = 40  # runs while no plan was found
SLICE = 20_000  # proposals between two looks at the clock
HOT, COLD = 0.2, 0.003  # temperatures, in halves of a typical hub's cost
SOFT_CONSENT = 0.05  # first price of a refusal, as a share of its last ...
HARD_FROM = 0.35  # ... which it has from this share of the cooling on
SEVERITIES = (1.0, 10.0, 3.0)  # of penalties, in turn while no plan was found
NETWORK_SHARE = 0.2  # of proposals


def construct(problem: Problem, seed: int, time_limit: float, most_runs: int = ENOUGH_RUNS) -> Solution | None:
    """A plan that keeps every rule, or None if none was found within `time_limit` seconds.

    The best of up to `most_runs` coolings; of more while there is no plan.
    """
    if problem.n_practices == 0 or problem.n_sites == 0:
        return None
    deadline = time.monotonic() + time_limit
    proposals = _proposals(problem)
    best, best_cost = None, np.inf
    for attempt in range(MOST_ATTEMPTS):
        severity = SEVERITIES[attempt % len(SEVERITIES)] if best is None else 1.0
        world = _run(problem, seed * MOST_ATTEMPTS + attempt, severity, proposals, deadline)
        if world.record.best_cost < best_cost:
            best, best_cost = best_solution(world), world.record.best_cost
        enough = attempt + 1 >= most_runs or (attempt + 2) * proposals > ALL_PROPOSALS
        if (best is not None and enough) or time.monotonic() > deadline:
            break
    return best


def unruly_states(problem: Problem, seed: int, severities: Sequence[float], time_limit: float) -> Iterator[Solution]:
    """Where coolings end up, whatever rules that breaks: one state for each severity, as far as the time goes."""
    if problem.n_practices == 0 or problem.n_sites == 0:
        return
    deadline = time.monotonic() + time_limit
    for attempt, severity in enumerate(severities):
        if time.monotonic() > deadline:
            return
        world = _run(problem, seed * MOST_ATTEMPTS + attempt, severity, _proposals(problem), deadline)
        yield current_solution(world)


def _proposals(problem: Problem) -> int:
    per_practice = PROPOSALS_PER_PRACTICE if problem.n_candidates else HUB_TIER_PROPOSALS
    return int(np.clip(per_practice * problem.n_practices, LEAST_PROPOSALS, MOST_PROPOSALS))


def _run(problem: Problem, seed: int, severity: float, proposals: int, deadline: float) -> World:
    """One cooling from a fresh state."""
    world = make_world(problem, seed, severity)
    seed_hubs(problem, world)
    if problem.n_candidates:
        seed_networks(problem, world)
    slices = proposals // SLICE
    for k, (hot, cold) in enumerate(temperatures(world, HOT, COLD, slices)):
        if k <= HARD_FROM * slices:
            soften_consent(world.record, SOFT_CONSENT ** (1 - k / (HARD_FROM * slices)))
        anneal(world.record, SLICE, hot, cold, NETWORK_SHARE)
        if time.monotonic() > deadline:
            break
    return world


def temperatures(world: World, hot: float, cold: float, slices: int) -> Iterator[tuple[float, float]]:
    """(hot, cold) of every slice, pounds a year; from and to are in halves of a typical hub's cost."""
    scale = float(world.record.scale)
    grid = np.geomspace(hot * scale, cold * scale, slices + 1)
    return zip(grid[:-1].tolist(), grid[1:].tolist(), strict=True)

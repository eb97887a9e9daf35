"""Construction of the first plan: seed the state from today's groups, then anneal it into the rules.

Deterministic for a seed unless the time limit cuts it short.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from optimizer.construct.cooling import Cooling, cool
from optimizer.construct.params import DEFAULTS, Attempt, ConstructParams, FirstPlanParams
from optimizer.construct.search_state import SearchState
from optimizer.model.compiling import are_compiled, set_compiled
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def construct(
    problem: Problem,
    seed: int,
    time_limit: float,
    most_runs: int | None = None,
    params: ConstructParams = DEFAULTS,
) -> Solution | None:
    """A plan that keeps every rule, or None if none was found within `time_limit` seconds.

    The best of up to `most_runs` coolings, None = as many as `params` say; of more while there is no plan.
    """
    if problem.n_practices == 0 or problem.n_sites == 0:
        return None
    deadline = time.monotonic() + time_limit
    first = params.first_plan
    proposals = _proposals(problem, first)
    most_runs = first.enough_runs if most_runs is None else most_runs
    is_contiguous = problem.hub.contiguous or problem.models.contiguous.any()
    attempts = first.contiguous_attempts if is_contiguous else first.attempts
    best, best_cost = None, np.inf
    for attempt in range(first.most_attempts):
        how = attempts[attempt % len(attempts)] if best is None else first.attempts[0]
        state = _run(problem, seed * first.most_attempts + attempt, how, deadline, params)
        if state.best_cost < best_cost:
            best, best_cost = state.best(), state.best_cost
        enough = attempt + 1 >= most_runs or (attempt + 2) * proposals > first.all_proposals
        if (best is not None and enough) or time.monotonic() > deadline:
            break
    return best


def compile_kernels(problem: Problem) -> None:
    """Compiles what constructions call, once a machine: about half a minute, which no time limit is to pay for."""
    if not are_compiled() and problem.n_practices > 0 and problem.n_sites > 0:
        load_kernels(problem)
        set_compiled()


def load_kernels(problem: Problem) -> None:
    """Reads what is compiled, once a process: seconds on a busy machine, which a first plan may not have."""
    construct(problem, seed=0, time_limit=0.0)


def unruly_states(
    problem: Problem,
    seed: int,
    severities: Sequence[float],
    time_limit: float,
    params: ConstructParams = DEFAULTS,
) -> Iterator[Solution]:
    """Where coolings end up, whatever rules that breaks: one state for each severity, as far as the time goes."""
    if problem.n_practices == 0 or problem.n_sites == 0:
        return
    deadline = time.monotonic() + time_limit
    for attempt, severity in enumerate(severities):
        if time.monotonic() > deadline:
            return
        seed_of_run = seed * params.first_plan.most_attempts + attempt
        yield _run(problem, seed_of_run, Attempt(severity), deadline, params).current()


def _proposals(problem: Problem, params: FirstPlanParams) -> int:
    per_practice = params.proposals_per_practice if problem.n_candidates else params.hub_tier_proposals
    return int(np.clip(per_practice * problem.n_practices, params.least_proposals, params.most_proposals))


def _run(problem: Problem, seed: int, how: Attempt, deadline: float, params: ConstructParams) -> SearchState:
    """One cooling from a fresh state."""
    first = params.first_plan
    whole = int(how.hubs_whole and problem.hub.contiguous)
    world = replace(params.world, moves=replace(params.world.moves, hubs_whole=whole))
    state = SearchState.empty(problem, seed, how.severity, world)
    state.fill()
    cooling = Cooling(
        hot=how.hot,
        cold=how.cold,
        slices=_proposals(problem, first) // params.cooling.slice,
        proposals=params.cooling.slice,
        network_share=params.cooling.network_share,
        soft=first.soft_consent,
        hard_from=first.hard_from,
    )
    cool(state, cooling, deadline)
    return state

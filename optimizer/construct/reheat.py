"""Plans near a given one: heated from it, then cooled; the hotter, the less is left of it."""

from __future__ import annotations

import numpy as np

from optimizer.construct.adopt import adopted
from optimizer.construct.anneal import anneal
from optimizer.construct.first_plan import COLD, NETWORK_SHARE
from optimizer.construct.layout import best_solution, make_world
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

HEATED, COOLED = 500, 2_000  # proposals a practice


def reheated(problem: Problem, plan: Solution, *, seed: int, heat: float) -> Solution | None:
    """The best plan met in cooling, None where none was; `heat` in halves of a typical hub's cost, as in `construct`.

    The plan keeps every rule; None where the search cannot stand where it stands.
    """
    empty = make_world(problem, seed)
    limit = empty.record.moving_limit
    world = adopted(problem, plan, empty)
    if world is None:
        return None
    world.record.moving_limit = limit
    scale = float(world.record.scale)
    hot, cold = heat * scale, min(COLD, heat) * scale
    anneal(world.record, HEATED * problem.n_practices, hot, hot, NETWORK_SHARE)
    world.record.best_cost = np.inf  # what it was heated from does not count
    anneal(world.record, COOLED * problem.n_practices, hot, cold, NETWORK_SHARE)
    return best_solution(world)

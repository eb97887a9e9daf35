"""Annealing runs: from nothing, and from a plan, the whole of it or a region."""

from __future__ import annotations

import numpy as np

from optimizer.backend import Solution
from optimizer.construct.adopt import adopt, soften_consent
from optimizer.construct.anneal import anneal
from optimizer.construct.layout import best_solution, make_world
from optimizer.construct.seeds import seed_hubs, seed_networks
from optimizer.construct.world import World
from optimizer.pairs import IntArray
from optimizer.problem import Problem
from solvers.search.best import Best

SLICES = 100  # of a cooling, between which prices of refusals harden
HARD_FROM = 0.35  # of the cooling: from there on a refusal has its last price
COLD = 0.003  # last temperature, in halves of a typical hub's cost
POOLED_BELOW = 0.04  # temperature from which on the hubs of a state are pooled
NETWORK_SHARE = 0.2  # of proposals


class Runs:
    """One thread's runs. `empty`: a world without a hub, shared by all threads."""

    def __init__(self, best: Best, empty: World, worlds: list[World]) -> None:
        self._best = best
        self._problem: Problem = best.problem
        self._empty = empty
        self._worlds = worlds

    def fresh(self, seed: int, proposals: int, hot: float, soft: float) -> Solution | None:
        """From today's groups. `soft`: first price of a refusal, as a share of its last."""
        world = self.new_world(seed)
        seed_hubs(self._problem, world)
        if self._problem.n_candidates:
            seed_networks(self._problem, world)
        return self._cool(world, proposals, hot, soft)

    def reheat(
        self, plan: Solution, seed: int, proposals: int, hot: float, soft: float, focus: IntArray | None = None
    ) -> Solution | None:
        """From a plan; `focus`: the practices that moves start from."""
        world = self.new_world(seed)
        adopt(world, plan)
        if focus is not None:
            world["focus"][: len(focus)] = focus
            world.record.n_focus = len(focus)
        return self._cool(world, proposals, hot, soft)

    def new_world(self, seed: int) -> World:
        """An empty one, which the clock can stop."""
        world = self._empty.twin(seed)
        self._worlds[:] = [world]
        return world

    def _cool(self, world: World, proposals: int, hot: float, soft: float) -> Solution | None:
        w = world.record
        grid = np.geomspace(hot * w.scale, COLD * w.scale, SLICES + 1).tolist()
        for k in range(SLICES):
            if k <= SLICES * HARD_FROM:
                soften_consent(w, soft ** (1 - k / (SLICES * HARD_FROM)))
            anneal(w, proposals // SLICES, grid[k], grid[k + 1], NETWORK_SHARE)
            if grid[k] < POOLED_BELOW * w.scale:
                self._best.pool.add_state(world)
            if self._best.over:
                break
        return best_solution(world)


def empty_world(problem: Problem) -> World:
    return make_world(problem, seed=0)

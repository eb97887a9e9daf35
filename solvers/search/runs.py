"""Annealing runs: from nothing, and from a plan, the whole of it or a region."""

from __future__ import annotations

import numpy as np

from optimizer.construct.adopt import adopt, set_severity, soften_consent
from optimizer.construct.anneal import anneal
from optimizer.construct.layout import best_solution, make_world
from optimizer.construct.seeds import seed_hubs, seed_networks
from optimizer.construct.world import World
from optimizer.model.arrays import IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.search.shared import Shared
from solvers.search.structure import Structure


class Runs:
    """One thread's runs. `empty`: a world without a hub, shared by all threads."""

    def __init__(self, shared: Shared, empty: World, worlds: list[World]) -> None:
        self._shared = shared
        self._params = shared.params.runs
        self._problem: Problem = shared.problem
        self._empty = empty
        self._worlds = worlds

    def fresh(
        self, seed: int, proposals: int, hot: float, soft: float, structure: Structure, severity: float = 1.0
    ) -> None:
        """From today's groups. `soft`: first price of a refusal, as a share of its last.

        `severity`: prices of broken rules, as a multiple of the usual ones. A lower one becomes the usual one in the
        end; a higher one stays.
        """
        world = self.new_world(seed)
        set_severity(world.record, severity)
        structure.impose(world)
        seed_hubs(self._problem, world)
        if self._problem.n_candidates:
            seed_networks(self._problem, world)
        self._cool(
            world,
            proposals,
            hot,
            soft,
            f"a fresh run to {structure}, consent from {soft:g}, severity {severity:g}",
            severity,
        )

    def reheat(
        self, plan: Solution, seed: int, proposals: int, hot: float, soft: float, structure: Structure, focus: IntArray
    ) -> None:
        """From a plan; `focus`: the practices that moves start from."""
        world = self.new_world(seed)
        adopt(world, plan)
        structure.impose(world)
        world["focus"][: len(focus)] = focus
        world.record.n_focus = len(focus)
        self._cool(
            world,
            proposals,
            hot,
            soft,
            f"reheating {len(focus)} practices from {hot:.3f} to {structure}, consent from {soft:g}",
        )

    def new_world(self, seed: int) -> World:
        """An empty one, which the clock can stop."""
        world = self._empty.twin(seed)
        self._worlds[:] = [world]
        return world

    def _cool(self, world: World, proposals: int, hot: float, soft: float, source: str, severity: float = 1.0) -> None:
        """Offers what is better than the best plan after every slice."""
        w, offset = world.record, self._problem.network.dividend * self._problem.total_patients
        params, slices = self._params, self._params.slices
        pooled_below = params.pooled_below if self._problem.n_candidates else params.hub_tier_pooled_below
        grid = np.geomspace(hot * w.scale, params.cold * w.scale, slices + 1).tolist()
        for k in range(slices):
            if severity < 1:
                set_severity(w, severity ** max(0.0, 1 - k / (slices * params.severe_from)))
            if k <= slices * params.hard_from:
                soften_consent(w, soft ** (1 - k / (slices * params.hard_from)))
            anneal(w, proposals // slices, grid[k], grid[k + 1], params.network_share)
            if grid[k] < pooled_below * w.scale:
                self._shared.pool.add_state(world)
            if w.best_cost + offset < self._shared.incumbent.objective:
                self._offer(world, source)
            if self._shared.over:
                return
        self._offer(world, source)

    def _offer(self, world: World, source: str) -> None:
        found = best_solution(world)
        if found is not None:
            self._shared.offer(found, source)


def empty_world(problem: Problem) -> World:
    return make_world(problem, seed=0)

"""Numbers of hubs and of networks of each model, explored on purpose.

Annealing seldom changes them: between a plan of eleven hubs and a better one of ten full ones lie states that break
rules. A run that is told the numbers starts beyond the barrier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.construct import SearchState
from optimizer.model.arrays import IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.search.params import StructureParams

FREE = -1


@dataclass(frozen=True)
class Structure:
    """What a run is told, within what the rules allow; FREE = as many as it likes."""

    hubs: int
    networks: IntArray  # [models]

    def impose(self, state: SearchState) -> None:
        """From now on other numbers break a rule."""
        if self.hubs != FREE:
            state.impose_hubs(self.hubs)
        state.impose_networks(self.networks != FREE, self.networks)

    def __str__(self) -> str:
        told = [f"{self.hubs} hubs"] if self.hubs != FREE else []
        if (self.networks != FREE).any():
            told.append(f"{'+'.join(map(str, self.networks))} networks")
        return " and ".join(told) or "any structure"


def free(p: Problem) -> Structure:
    """Any numbers."""
    return Structure(FREE, np.full(p.n_models, FREE))


def numbers_of_networks(p: Problem, plan: Solution) -> IntArray:
    """[models]"""
    used = np.unique(plan.network_of[plan.network_of >= 0])
    return np.bincount(p.candidates.model[used], minlength=p.n_models)


def near(p: Problem, plan: Solution, random: np.random.Generator, params: StructureParams) -> Structure:
    """A plan's numbers with one changed: of hubs, of networks of a model, or a network's model; or any."""
    if random.random() < (params.free_share if p.n_candidates else params.hub_tier_free_share):
        return free(p)
    if not p.n_candidates:
        hubs = int(plan.is_open.sum()) + int(random.integers(-1, 2))
        return Structure(int(np.clip(hubs, max(1, p.hub.count_min), max(1, p.hub.count_max))), free(p).networks)
    networks = numbers_of_networks(p, plan)
    if p.n_models > 1 and random.random() < params.model_share:
        one, other = random.permutation(p.n_models)[:2]
        networks[one] -= 1
        networks[other] += 1
    else:
        networks[random.integers(p.n_models)] += random.choice([-1, 1])
    return Structure(FREE, np.clip(networks, p.models.count_min, p.models.count_max))

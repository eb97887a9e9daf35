"""Between the search and the proof: hubs of the one as columns of the other, choices of hubs as plans."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimizer.backend import Solution
from optimizer.construct.adopt import adopt
from optimizer.construct.layout import make_world
from optimizer.problem import Problem
from solvers.columns.pool import NONE, Column
from solvers.search.pool import PooledHub


def columns_of_hubs(problem: Problem, hubs: Iterable[PooledHub]) -> list[Column]:
    """Every hub outside networks and in each model it was seen in, continuing the group that saves most."""
    columns = []
    for hub in hubs:
        models = {NONE, *(int(problem.candidates.model[n]) for n in hub.networks)}
        members = tuple(sorted(hub.members.tolist()))
        group = hub.groups[0][0] if hub.groups else NONE
        columns += [Column(hub.site, model, group, members) for model in sorted(models)]
    return columns


def as_plan(problem: Problem, solution: Solution) -> Solution | None:
    """The solution with the leads that suit its networks best; None where it breaks a rule even so."""
    world = make_world(problem, seed=0)
    if not adopt(world, solution):
        return None
    hubs, networks = world["hubs"], world["networks"]
    used = np.flatnonzero((hubs["size"] > 0) & (hubs["site"] >= 0) & (hubs["network"] >= 0))
    network_of = np.full(problem.n_sites, -1, dtype=np.int64)
    network_of[hubs["site"][used]] = networks["lead"][hubs["network"][used]]
    return Solution(solution.site_of, network_of, solution.is_open)

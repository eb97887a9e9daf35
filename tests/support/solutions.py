"""Solutions drawn at random, and the hubs of any."""

from __future__ import annotations

import numpy as np

from optimizer.model.columns import Column, Columns
from optimizer.model.consequences import continued_group
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def scattered(problem: Problem, rng: np.random.Generator) -> Solution:
    """Every practice at a random site in reach, or alone; every hub in a random network in reach, or none."""
    is_open = rng.random(problem.n_sites) < 0.4
    site_of = np.full(problem.n_practices, -1, dtype=np.int64)
    for i in range(problem.n_practices):
        near = problem.reach.column[problem.reach.row == i]
        near = near[is_open[near]]
        if len(near):
            site_of[i] = problem.premises[i] if problem.premises[i] in near else rng.choice(near)
    is_open = np.isin(np.arange(problem.n_sites), site_of)
    network_of = np.full(problem.n_sites, -1, dtype=np.int64)
    for j in np.flatnonzero(is_open):
        near = problem.links.column[problem.links.row == j]
        if len(near) and rng.random() < 0.5:
            network_of[j] = rng.choice(near)
    return Solution(site_of, network_of, is_open)


def hubs_of(p: Problem, s: Solution) -> Columns:
    """In their networks' models, continuing the groups that save most."""
    group, found = continued_group(p, s), []
    for site in np.flatnonzero(s.is_open):
        network, members = int(s.network_of[site]), np.flatnonzero(s.site_of == site)
        model = int(p.candidates.model[network]) if network >= 0 else -1
        found.append(Column(int(site), model, int(group[site]), tuple(members.tolist())))
    return Columns.of(p, found)

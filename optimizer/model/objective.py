"""What a solution costs, its dependent choices at their cheapest: docs/model.md section 4 over arrays."""

from __future__ import annotations

import numpy as np

from optimizer.model.consequences import continued_group, hub_populations, required_hires
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def objective(p: Problem, solution: Solution) -> float:
    """Pounds a year of a solution that keeps every rule."""
    return _hubs(p, solution) + _practices(p, solution) + _networks(p, solution) + _hires(p, solution)


def _hubs(p: Problem, solution: Solution) -> float:
    hubs = np.flatnonzero(solution.is_open)
    population = hub_populations(p, solution)[hubs]
    size = np.bincount(solution.site_of[solution.site_of >= 0], minlength=p.n_sites)[hubs]
    under = np.maximum(p.hub.target_min - population, 0)
    over = np.where(size > 1, np.maximum(population - p.hub.target_max, 0), 0)
    return float(p.sites.cost[hubs].sum() + p.hub.price * (under + over).sum())


def _practices(p: Problem, solution: Solution) -> float:
    inside = np.flatnonzero(solution.site_of >= 0)
    site = solution.site_of[inside]
    travel = p.reach.cost[p.reach.index_of(inside, site)].sum()
    alone = p.practices.independent_cost[solution.site_of < 0].sum()
    continued = continued_group(p, solution)
    stays = np.zeros(p.n_practices, dtype=bool)
    stays[inside] = continued[site] == p.practices.group[inside]
    moved = p.practices.move_cost[~stays].sum()
    candidate = solution.network_of[site]
    networked = candidate >= 0
    misfit = p.practices.misfit_cost[inside[networked], p.candidates.model[candidate[networked]]].sum()
    outside = p.total_patients - p.practices.patients[inside[networked]].sum()
    return float(travel + alone + moved + misfit + p.network.dividend * outside)


def _networks(p: Problem, solution: Solution) -> float:
    hubs = np.flatnonzero(solution.is_open & (solution.network_of >= 0))
    candidate = solution.network_of[hubs]
    coordination = p.links.cost[p.links.index_of(hubs, candidate)].sum()
    population = np.bincount(candidate, weights=hub_populations(p, solution)[hubs], minlength=p.n_candidates)
    used = np.unique(candidate)
    model = p.candidates.model[used]
    patients = population[used]
    under = np.maximum(p.models.target_min[model] - patients, 0)
    over = np.maximum(patients - p.models.target_max[model], 0)
    return float(coordination + (p.models.cost[model] + p.models.price[model] * (under + over)).sum())


def _hires(p: Problem, solution: Solution) -> float:
    hub, network = required_hires(p, solution)
    return float(((hub.sum(axis=0) + network.sum(axis=0)) * p.roles.hire_cost).sum())

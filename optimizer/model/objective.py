"""What a solution costs, its dependent choices at their cheapest: docs/model.md section 4 over arrays."""

from __future__ import annotations

import numpy as np

from optimizer.model.consequences import hub_populations, partners, required_hires, stays
from optimizer.model.outside import outside_cost
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import forgone_dividend, hub_size, network_size


def objective(p: Problem, solution: Solution) -> float:
    """Pounds a year of a solution that keeps every rule."""
    plain = _hubs(p, solution) + _practices(p, solution) + _networks(p, solution) + _hires(p, solution)
    return plain + _further_partners(p, solution) if p.has_partners else plain


def _hubs(p: Problem, solution: Solution) -> float:
    hubs = np.flatnonzero(solution.is_open)
    population = hub_populations(p, solution)[hubs]
    members = np.bincount(solution.site_of[solution.site_of >= 0], minlength=p.n_sites)[hubs]
    below, above = hub_size(p, population, members)
    return float(p.sites.cost[hubs].sum() + p.hub.price * (below + above).sum())


def _practices(p: Problem, solution: Solution) -> float:
    inside = np.flatnonzero(solution.site_of >= 0)
    site = solution.site_of[inside]
    travel = p.reach.cost[p.reach.index_of(inside, site)].sum()
    alone = outside_cost(p, solution)
    moved = p.practices.move_cost[~stays(p, solution)].sum()
    candidate = solution.network_of[site]
    networked = candidate >= 0
    misfit = p.practices.misfit_cost[inside[networked], p.candidates.model[candidate[networked]]].sum()
    forgone = forgone_dividend(p, int(p.practices.patients[inside[networked]].sum()))
    return float(travel + alone + moved + misfit + forgone)


def _networks(p: Problem, solution: Solution) -> float:
    hubs = np.flatnonzero(solution.is_open & (solution.network_of >= 0))
    candidate = solution.network_of[hubs]
    link, patients = p.links.index_of(hubs, candidate), hub_populations(p, solution)[hubs]
    coordination = p.links.cost[link].sum() + (p.crossing_price[link] * patients).sum()
    population = np.bincount(candidate, weights=patients, minlength=p.n_candidates)
    used = np.unique(candidate)
    model = p.candidates.model[used]
    below, above = network_size(p, model, population[used])
    return float(coordination + (p.models.cost[model] + p.models.price[model] * (below + above)).sum())


def _hires(p: Problem, solution: Solution) -> float:
    hub, network = required_hires(p, solution)
    return float(((hub.sum(axis=0) + network.sum(axis=0)) * p.roles.hire_cost).sum())


def _further_partners(p: Problem, solution: Solution) -> float:
    """Of partners beyond the fewest, which are priced with their networks."""
    partner = partners(p, solution)
    number = np.bincount(partner[partner >= 0], minlength=p.n_candidates)
    used = np.unique(solution.network_of[solution.network_of >= 0])
    model = p.candidates.model[used]
    return float(p.models.partner_cost[model] @ (number[used] - p.models.partners_min[model]))

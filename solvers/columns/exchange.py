"""Between the search and the proof: hubs of the one as columns of the other, choices of hubs as plans."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimizer.construct import adopted
from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.columns import Column
from optimizer.model.consequences import hub_populations
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.branching import Fractions
from solvers.columns.clusters import Clusters
from solvers.columns.node import Node
from solvers.search.pool import PooledHub

PENNY = 0.01  # pounds a year
TOLERANCE = 1e-6  # of a row of the compact model, by which verification lets a plan miss limits on staff


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
    """The solution with the leads nearest to its hubs, or its own if they cost less; None where it breaks a rule.

    Where the nearest leads break one (of what partners bring in staff, say), its own may not.
    """
    state = adopted(problem, solution)
    if state is None:
        return solution if _keeps_rules(problem, solution) else None
    nearest = Solution(solution.site_of, state.current().network_of, solution.is_open)
    saved = objective(problem, nearest) - objective(problem, solution)
    return solution if saved > PENNY and _keeps_rules(problem, solution) else nearest


def _keeps_rules(problem: Problem, solution: Solution) -> bool:
    """As the compact model tells: states choose leads by distance, whatever staff each would bring."""
    try:
        point = problem.mip.encode(solution)
    except ValueError:
        return False
    return problem.mip.model.violation(point) <= TOLERANCE


def cheapest_lead(node: Node, s: int, sites: IntArray, patients: FloatArray) -> int:
    """Network candidate of a slot that hubs at these sites pay least for, one of which leads if it must.

    NONE where the slot has no leads, and so no hubs.
    """
    p, slot = node.problem, node.slots[s]
    best, least = next(iter(slot.leads), NONE), np.inf
    for lead in slot.leads:
        if p.models.hub_led[slot.model] and p.candidates.site[lead] not in sites:
            continue
        link = p.links.index_of(sites, np.full(len(sites), lead))
        price = p.links.cost[link] + p.crossing_price[link] * patients
        cost = float(price.sum()) if (link >= 0).all() else np.inf
        if cost < least:
            best, least = lead, cost
    return best


def sketch_of(node: Node, clusters: Clusters, optimum: Fractions) -> Solution:
    """What a master's optimum is near to; it may break rules, and leaves out who has no hub at an open site.

    Sites that are more open than closed, each in the network of its slot that coordinates it at least cost: as many
    leads as the slot has networks, from where the optimum has most of them.
    """
    p, reach = node.problem, node.problem.reach
    is_open = optimum.in_slot.sum(axis=1) > 0.5
    weight = np.where(is_open[reach.column], optimum.inside, 0.0)
    order = np.lexsort((-weight, reach.row))
    first = order[np.searchsorted(reach.row[order], np.arange(p.n_practices))] if len(reach) else order
    site_of = np.full(p.n_practices, NONE, dtype=np.int64)
    used = first[weight[first] > 0.0]
    site_of[reach.row[used]] = reach.column[used]
    is_open &= np.isin(np.arange(p.n_sites), site_of)
    patients = hub_populations(p, Solution(site_of, np.full(p.n_sites, NONE), is_open))
    network_of = np.full(p.n_sites, NONE, dtype=np.int64)
    slot_of = optimum.in_slot.argmax(axis=1)
    for s, slot in enumerate(node.slots):
        sites = np.flatnonzero(is_open & (slot_of == s))
        leads = _likely_leads(node, s, clusters, optimum.networks, sites)[: slot.high]
        if len(sites) and len(leads):
            link = p.links.index_of(np.repeat(sites, len(leads)), np.tile(leads, len(sites)))
            price = p.links.cost[link] + p.crossing_price[link] * np.repeat(patients[sites], len(leads))
            cost = np.where(link >= 0, price, np.inf).reshape(len(sites), len(leads))
            near = np.isfinite(cost).any(axis=1)
            network_of[sites[near]] = leads[cost.argmin(axis=1)][near]
    return Solution(site_of, network_of, is_open)


def _likely_leads(node: Node, s: int, clusters: Clusters, networks: FloatArray, sites: IntArray) -> IntArray:
    """Leads of the slot, those of the clusters with most networks first; one at a site with a hub where hubs lead."""
    p, mine = node.problem, clusters.of_slot(s)
    must_host = p.models.hub_led[node.slots[s].model]
    likely, others = list[int](), list[int]()
    for c in mine[np.argsort(-networks[mine], kind="stable")].tolist():
        able = [n for n in clusters.leads[c] if not must_host or p.candidates.site[n] in sites]
        count = max(1, round(float(networks[c])))
        likely += able[:count]
        others += able[count:]
    return np.array(likely + others, dtype=np.int64)


def solution_of(node: Node, whole: Fractions) -> Solution:
    """The plan of a master's optimum that is whole; all networks of a slot become one."""
    p = node.problem
    site_of = np.full(p.n_practices, NONE, dtype=np.int64)
    inside = np.flatnonzero(whole.inside > 0.5)
    site_of[p.reach.row[inside]] = p.reach.column[inside]
    is_open = whole.in_slot.sum(axis=1) > 0.5
    network_of = np.full(p.n_sites, NONE, dtype=np.int64)
    patients = hub_populations(p, Solution(site_of, network_of, is_open))
    for s in range(len(node.slots)):
        sites = np.flatnonzero(whole.in_slot[:, s] > 0.5)
        if len(sites):
            network_of[sites] = cheapest_lead(node, s, sites, patients[sites])
    return Solution(site_of, network_of, is_open)

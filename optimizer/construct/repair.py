"""A plan that keeps every rule, near one that breaks some: the search begins where a change of rules finds it.

Cooled from far below the temperature of a construction, once so cold that little moves but what breaks a rule, once
warmer; the cheaper one is it.
"""

from __future__ import annotations

import time

import numpy as np

from optimizer.construct.cooling import Cooling, cool
from optimizer.construct.params import DEFAULTS, ConstructParams
from optimizer.construct.search_state import SearchState
from optimizer.model.consequences import from_plan
from optimizer.model.plan import Hub, Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def repair(
    problem: Problem, broken: Plan, seed: int, time_limit: float, params: ConstructParams = DEFAULTS
) -> Solution | None:
    """The cheapest plan found on the way from one that breaks rules; None if none was within the seconds."""
    if problem.n_practices == 0 or problem.n_sites == 0:
        return None
    return mended(problem, _as_far_as_known(problem, broken), seed, time_limit, params)


def mended(
    problem: Problem, begun: Solution, seed: int, time_limit: float, params: ConstructParams = DEFAULTS
) -> Solution | None:
    """The same from a solution of the problem, which has sites."""
    deadline = time.monotonic() + time_limit
    found, least = None, np.inf
    for run, (hot, severity) in enumerate(params.repair.runs):
        if found is not None and run >= params.repair.always:
            break
        state = SearchState.empty(problem, seed + run, severity, params.world)
        state.adopt(begun)
        cool(state, _cooling(problem, hot, params), deadline)
        if state.best_cost < least:
            found, least = state.best(), state.best_cost
        if time.monotonic() > deadline:
            break
    return found


def _cooling(problem: Problem, hot: float, params: ConstructParams) -> Cooling:
    own, common = params.repair, params.cooling
    return Cooling(
        hot=hot,
        cold=own.coldest,
        slices=max(own.least_slices, own.proposals_per_practice * problem.n_practices // common.slice),
        proposals=common.slice,
        network_share=common.network_share,
    )


def _as_far_as_known(problem: Problem, plan: Plan) -> Solution:
    """The plan without what the problem does not know, and with what no move of the search could put right put right.

    A hub whose site is gone goes to the premises of a member; practices kept together are in the hub of the first.
    """
    p = problem
    practices, sites, candidates = set(p.practices.ids), set(p.sites.ids), set(p.candidates.ids)
    taken = {hub.site for hub in plan.hubs}
    hubs = []
    for hub in plan.hubs:
        members = tuple(member for member in hub.members if member in practices)
        free = (member for member in members if member in sites - taken)
        site = hub.site if hub.site in sites else next(free, None)
        if site is not None and members:
            taken.add(site)
            network = hub.network if hub.network in candidates else None
            hubs.append(Hub(site=site, members=members, network=network, continues=None))
    solution = from_plan(p, Plan(hubs=tuple(hubs)))
    site_of = solution.site_of.copy()
    for unit in np.unique(p.practices.together[p.practices.together >= 0]):
        inside = np.flatnonzero(p.practices.together == unit)
        site_of[inside] = site_of[inside[0]]
    opened = np.unique(site_of[site_of >= 0])
    hosts = p.host[opened]
    orphaned = opened[(hosts >= 0) & (site_of[np.maximum(hosts, 0)] != opened)]
    site_of[np.isin(site_of, orphaned)] = -1
    is_open = np.zeros(p.n_sites, dtype=bool)
    is_open[site_of[site_of >= 0]] = True
    return Solution(site_of=site_of, network_of=np.where(is_open, solution.network_of, -1), is_open=is_open)

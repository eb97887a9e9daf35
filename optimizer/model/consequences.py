"""What follows from the choices of a solution, and the way between solutions (arrays) and plans (ids).

Continuity is an assignment of groups to hubs, partners one of hospitals to networks, hires are what the workforce rules
lack: all are computed here at their cheapest, so that no backend needs to get them right.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy.optimize import linear_sum_assignment

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.outside import runners
from optimizer.model.partners import Wanted, chosen_partners
from optimizer.model.plan import Hub, Network, Plan, TrustRun
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import hub_hires, to_hire

FTE_DECIMALS = 9  # of stated hires; far inside the tolerance of verification


def hub_populations(problem: Problem, solution: Solution) -> FloatArray:
    """[m] patients of each site's hub."""
    inside = solution.site_of >= 0
    patients = problem.practices.patients[inside]
    return np.bincount(solution.site_of[inside], weights=patients, minlength=problem.n_sites).astype(np.float64)


def continued_group(problem: Problem, solution: Solution) -> IntArray:
    """[m] the group that each hub continues (-1 = none): the assignment that saves the most moving."""
    p = problem
    inside = np.flatnonzero((solution.site_of >= 0) & (p.practices.group >= 0))
    saved = np.zeros((len(p.group_ids), p.n_sites))
    np.add.at(saved, (p.practices.group[inside], solution.site_of[inside]), p.practices.moving[inside] + 1e-6)
    hubs = np.flatnonzero(solution.is_open)
    groups, positions = linear_sum_assignment(saved[:, hubs], maximize=True)
    continued = np.full(p.n_sites, -1, dtype=np.int64)
    useful = saved[groups, hubs[positions]] > 0
    continued[hubs[positions[useful]]] = groups[useful]
    return continued


def stays(problem: Problem, solution: Solution) -> BoolArray:
    """[n] whether the hub of a practice continues its group, groups continued where that saves most."""
    continued = continued_group(problem, solution)
    return np.asarray((solution.site_of >= 0) & (continued[solution.site_of] == problem.practices.group), dtype=bool)


def moving_once(problem: Problem, solution: Solution) -> float:
    """Pounds once, unweighted, of the practices that a solution moves."""
    return float(problem.practices.moving[~stays(problem, solution)].sum())


def required_hires(problem: Problem, solution: Solution) -> tuple[FloatArray, FloatArray]:
    """([m, roles], [candidates, roles]) FTE to hire by hubs, and by networks beyond what their hubs hire."""
    return hires_and_partners(problem, solution)[:2]


def partners(problem: Problem, solution: Solution) -> IntArray:
    """[hospitals] the network candidate that each is a partner of, NONE = of none; where it costs least."""
    return _partners(problem, solution, *_lacking_without_partners(problem, solution))


def hires_and_partners(problem: Problem, solution: Solution) -> tuple[FloatArray, FloatArray, IntArray]:
    """`required_hires`, and the partners by which networks lack no more."""
    hub, lacking = _lacking_without_partners(problem, solution)
    partner = _partners(problem, solution, hub, lacking)
    inside = np.flatnonzero(partner >= 0)
    if len(inside):
        np.subtract.at(lacking, partner[inside], problem.hospitals.fte[inside])
    return hub, to_hire(problem, lacking), partner


def _lacking_without_partners(problem: Problem, solution: Solution) -> tuple[FloatArray, FloatArray]:
    """([m, roles] FTE that hubs hire, [candidates, roles] what networks lack without partners; below 0: to spare)."""
    p = problem
    inside = np.flatnonzero(solution.site_of >= 0)
    site = solution.site_of[inside]
    fte = np.zeros((p.n_sites, p.n_roles))
    np.add.at(fte, site, p.practices.fte[inside])
    population = hub_populations(p, solution)
    hub = hub_hires(p, population, fte)
    networked = np.flatnonzero(solution.network_of >= 0)
    candidate = solution.network_of[networked]
    need = np.zeros((p.n_candidates, p.n_roles))
    staff = population[:, None] * p.roles.network_ratio - fte - hub
    np.add.at(need, candidate, staff[networked])
    used = np.isin(np.arange(p.n_candidates), candidate)
    lacking = (need - p.candidates.lead_fte) * used[:, None]
    return hub, lacking * (p.roles.network_ratio > 0)


def _partners(problem: Problem, solution: Solution, hub: FloatArray, lacking: FloatArray) -> IntArray:
    """As `partners`, from what is lacking without them."""
    p = problem
    if not p.has_partners:
        return np.full(len(p.hospitals.ids), NONE, dtype=np.int64)
    used = np.unique(solution.network_of[solution.network_of >= 0])
    model, leads = p.candidates.model[used], p.candidates.hospital[used]
    km = p.candidates.partner_km[used].copy()
    km[:, leads[leads >= 0]] = np.inf
    spent = p.sites.setup[solution.is_open].sum() + p.models.setup[model].sum()
    setup = p.models.partner_setup[model]
    wanted = Wanted(
        km=km,
        least=p.models.partners_min[model],
        most=p.models.partners_max[model],
        cost=p.models.partner_cost[model],
        setup=setup,
        lacking=lacking[used],
        whole=p.roles.whole_fte,
        fte=p.hospitals.fte,
        hire_cost=p.roles.hire_cost,
        market=p.roles.market - hub.sum(axis=0),
        fund=p.network.fund - spent + float(p.models.partners_min[model] @ setup),
    )
    return np.append(used, NONE)[chosen_partners(wanted)]


def to_plan(problem: Problem, solution: Solution) -> Plan:
    """The plan with its continuity and hires worked out."""
    p = problem
    continued = continued_group(p, solution)
    hub_hires, network_hires, partner = hires_and_partners(p, solution)
    order = np.argsort(solution.site_of, kind="stable")
    start = np.searchsorted(solution.site_of[order], np.arange(p.n_sites + 1))
    hubs = []
    for j in np.flatnonzero(solution.is_open):
        n = int(solution.network_of[j])
        hubs.append(
            Hub(
                site=p.sites.ids[j],
                members=tuple(p.practices.ids[i] for i in order[start[j] : start[j + 1]]),
                network=p.candidates.ids[n] if n >= 0 else None,
                continues=p.group_ids[continued[j]] if continued[j] >= 0 else None,
                hires=_hires(p, hub_hires[j]),
            )
        )
    networks = [
        Network(
            care_model=p.models.ids[p.candidates.model[n]],
            lead=p.candidates.leads[n],
            hospitals=tuple(p.hospitals.ids[h] for h in np.flatnonzero(partner == n)),
            hires=_hires(p, network_hires[n]),
            wave=p.models.waves[p.candidates.model[n]],
            bid=p.models.bids[p.candidates.model[n]],
        )
        for n in np.unique(solution.network_of[solution.network_of >= 0])
    ]
    by = runners(p, solution)
    independents = tuple(p.practices.ids[i] for i in np.flatnonzero((solution.site_of < 0) & (by < 0)))
    run = tuple(
        TrustRun(practice=p.practices.ids[i], hospital=p.hospitals.ids[p.trusts.hospital[i, by[i]]])
        for i in np.flatnonzero(by >= 0)
    )
    return Plan(hubs=tuple(hubs), networks=tuple(networks), independents=independents, trust_run=run)


def _hires(problem: Problem, fte: FloatArray) -> dict[str, float]:
    return {problem.roles.ids[r]: round(float(fte[r]), FTE_DECIMALS) for r in np.flatnonzero(fte > 1e-9)}


def _candidates_by_network(problem: Problem, plan: Plan) -> dict[str, int]:
    """Candidates by id: for networks of the plan those of their bid, wave and unit, as far as there are such."""
    p = problem
    practice_of = {name: i for i, name in enumerate(p.practices.ids)}
    wanted = {network.id: (network.bid, network.wave) for network in plan.networks}
    members: defaultdict[str | None, list[int]] = defaultdict(list)
    for hub in plan.hubs:
        members[hub.network] += [practice_of[member] for member in hub.members if member in practice_of]
    best: dict[str, tuple[bool, bool, bool]] = {}
    found: dict[str, int] = {}
    for n, name in enumerate(p.candidates.ids):
        kind = p.candidates.model[n]
        bid, wave = wanted.get(name, (None, None))
        strangers = bool(p.practices.outside[members[name], kind].any())
        fits = (p.models.bids[kind] == bid, not strangers, p.models.waves[kind] == wave)
        if name not in found or fits > best[name]:
            found[name], best[name] = n, fits
    return found


def from_plan(problem: Problem, plan: Plan) -> Solution:
    """The choices of a plan; which trust runs whom follows from them anew.

    Raises `ValueError` naming what the problem does not know or cannot join.
    """
    p = problem
    practice_of = {name: i for i, name in enumerate(p.practices.ids)}
    site_index = {name: j for j, name in enumerate(p.sites.ids)}
    candidate_of = _candidates_by_network(p, plan)
    site_of = np.full(p.n_practices, -1, dtype=np.int64)
    network_of = np.full(p.n_sites, -1, dtype=np.int64)
    is_open = np.zeros(p.n_sites, dtype=bool)
    for hub in plan.hubs:
        if hub.site not in site_index:
            raise ValueError(f"{hub.site} is no hub site of {p.name}")
        j = site_index[hub.site]
        is_open[j] = True
        for member in hub.members:
            if member not in practice_of:
                raise ValueError(f"{member} is no practice of {p.name}")
            site_of[practice_of[member]] = j
        if hub.network is not None:
            if hub.network not in candidate_of:
                raise ValueError(f"{hub.network} is no possible network of {p.name}")
            network_of[j] = candidate_of[hub.network]
    return Solution(site_of=site_of, network_of=network_of, is_open=is_open)

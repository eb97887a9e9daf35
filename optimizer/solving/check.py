"""Cheap necessary conditions: when one fails, no plan can exist, and no solver needs to run.

Each reads the problem's arrays and returns sentences for a planner. Passing them all proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.model.arrays import NO_LIMIT, FloatArray
from optimizer.model.problem import Problem

_PENNY = 0.01


def impossibilities(problem: Problem) -> list[str]:
    """Reasons why no plan exists, each on its own sufficient; empty if none was found."""
    return [reason for condition in CONDITIONS for reason in condition(problem)]


def _stranded_practices(p: Problem) -> list[str]:
    """Practices that must join a hub and have no site that could ever be large enough within reach."""
    usable = p.reach.where(usable_site(p)[p.reach.column])
    choices = np.bincount(usable.row, minlength=p.n_practices)
    reasons = []
    for i in np.flatnonzero((choices == 0) & ~p.practices.may_be_independent):
        sites = p.reach.column[p.reach.row == i]
        if len(sites) == 0 and p.practices.together[i] >= 0:
            continue  # for the locks to say
        who = f"{p.practices.names[i]} ({p.practices.patients[i]:,} patients)"
        if len(sites) == 0:
            reasons.append(f"{who} has no hub site within reach and may not be independent")
        else:
            most, least = largest_hub(p)[sites].max(), p.sites.minimum[sites].min()
            reasons.append(
                f"{who} may not be independent, and no hub within its reach can have "
                f"{least:,} patients: {most:,.0f} at most"
            )
    return reasons


def largest_hub(p: Problem) -> FloatArray:
    """[m] patients of everybody who could join the site's hub."""
    patients = p.practices.patients[p.reach.row]
    return np.bincount(p.reach.column, weights=patients, minlength=p.n_sites).astype(np.float64)


def usable_site(p: Problem) -> np.ndarray:
    """[m] whether a hub at the site could reach its minimum, its host among the members."""
    host_joins = np.ones(p.n_sites, dtype=bool)
    hosted = np.flatnonzero(p.host >= 0)
    host_joins[hosted] = p.reach.index_of(p.host[hosted], hosted) >= 0
    return np.asarray((largest_hub(p) >= p.sites.minimum) & host_joins)


def _required_sites(p: Problem) -> list[str]:
    closed = np.flatnonzero(p.sites.must_open & ~usable_site(p))
    return [f"a hub must open at {p.sites.names[j]}, but too few patients can join it" for j in closed]


def _hub_counts(p: Problem) -> list[str]:
    usable = int(usable_site(p).sum())
    reasons = []
    if p.hub.count_min > usable:
        reasons.append(f"at least {p.hub.count_min} hubs are asked for, but only {usable} sites can have one")
    required = int(p.sites.must_open.sum())
    if p.hub.count_max < required:
        reasons.append(f"at most {p.hub.count_max} hubs are allowed, but {required} must open")
    in_hubs = int(p.practices.patients[~p.practices.may_be_independent].sum())
    room = np.minimum(p.sites.capacity, np.maximum(p.hub.maximum, p.practices.patients.max(initial=0)))
    most = int(np.sort(room)[::-1][: min(p.hub.count_max, p.n_sites)].sum())
    if p.hub.count_max < NO_LIMIT and most < in_hubs:
        reasons.append(f"{p.hub.count_max} hubs hold {most:,} patients at most, but {in_hubs:,} must be in one")
    return reasons


def _staff(p: Problem) -> list[str]:
    """The ratio over everybody who must be in a hub against staff in post and the market."""
    reasons = []
    for r in np.flatnonzero(p.roles.hub_ratio > 0):
        need = p.roles.hub_ratio[r] * p.practices.patients - p.practices.fte[:, r]
        free = p.practices.may_be_independent
        # the practices that may stay outside do so where that eases the need
        least = float(need[~free].sum() + np.minimum(need[free], 0.0).sum())
        if least > p.roles.market[r] + 1e-6:
            reasons.append(
                f"role {p.roles.ids[r]}: hubs need {least:,.1f} FTE more than they have, the labour market offers "
                f"{p.roles.market[r]:,.1f}"
            )
    return reasons


def _coverage(p: Problem) -> list[str]:
    """Patients who can be in a network at all, consents and reach considered, against the coverage asked for."""
    reasons = []
    reachable = np.zeros(p.n_practices, dtype=bool)
    for k in range(p.n_models):
        links = p.links.column[p.candidates.model[p.links.column] == k]
        served = np.isin(np.arange(p.n_sites), p.links.row[np.isin(p.links.column, links)])
        inside = np.zeros(p.n_practices, dtype=bool)
        inside[p.reach.row[served[p.reach.column]]] = True
        inside &= ~p.practices.refuses[:, k]
        patients = int(p.practices.patients[inside].sum())
        if patients < p.models.patients_min[k]:
            reasons.append(
                f"model {p.models.ids[k]} is to have {p.models.patients_min[k]:,} patients, but only {patients:,} can "
                "be in one of its networks"
            )
        reachable |= inside
    patients = int(p.practices.patients[reachable].sum())
    if patients < p.network.patients_min:
        reasons.append(
            f"networks are to have {p.network.patients_min:,} patients, but only {patients:,} can be in one "
            "(no lead within reach, or no consent)"
        )
    return reasons


def _empty_bands(p: Problem) -> list[str]:
    """Shares so close together that no whole number of patients is between them."""
    bands = [("networks", p.network.patients_min, p.network.patients_max)]
    bands += [
        (f"networks of {name}", int(least), int(most))
        for name, least, most in zip(p.models.ids, p.models.patients_min, p.models.patients_max, strict=True)
    ]
    return [
        f"{what} are to have {least:,} patients at least and {most:,} at most"
        for what, least, most in bands
        if least > most
    ]


def _fixed_networks(p: Problem) -> list[str]:
    return [
        f"{p.practices.names[practice]} is to be in a network that nobody can lead"
        for practice, allowed in p.network.fixed
        if not allowed
    ]


def _locks(p: Problem) -> list[str]:
    """Practices kept together that no site can take, and those kept together and apart at once."""
    a, b = p.practices.apart[:, 0], p.practices.apart[:, 1]
    both = (p.practices.together[a] >= 0) & (p.practices.together[a] == p.practices.together[b])
    names = p.practices.names
    reasons = [f"{names[x]} and {names[y]} are to be kept together and apart" for x, y in p.practices.apart[both]]
    for k in range(int(p.practices.together.max(initial=-1)) + 1):
        members = np.flatnonzero(p.practices.together == k)
        choices = np.bincount(p.reach.column[np.isin(p.reach.row, members)], minlength=p.n_sites)
        if not (choices == len(members)).any():
            who = ", ".join(names[i] for i in members)
            reasons.append(f"{who} are to be kept together, but no hub site is within reach of all of them")
    return reasons


def _fund(p: Problem) -> list[str]:
    """What setting up takes at least: hubs for all who must be in one, networks for the least coverage."""
    if not np.isfinite(p.network.fund):
        return []
    in_hubs = max(int(p.practices.patients[~p.practices.may_be_independent].sum()), p.network.patients_min)
    largest = max(p.hub.maximum, int(p.practices.patients.max(initial=0)))
    hubs = max(-(-in_hubs // largest), p.hub.count_min)
    networks, spent_on_networks = _cheapest_networks(p)
    least = float(np.sort(p.sites.setup)[:hubs].sum()) + spent_on_networks
    if least <= p.network.fund + _PENNY:
        return []
    return [
        f"setting up {hubs:,} hubs and {networks:,} networks, as many as it takes at least, costs £{least:,.0f} once, "
        f"and the fund has £{p.network.fund:,.0f}"
    ]


def _cheapest_networks(p: Problem) -> tuple[int, float]:
    """(number, pounds once) of networks large enough together for the least coverage."""
    if p.n_models == 0:
        return 0, 0.0
    room = LinearConstraint(p.models.maximum[None, :].astype(np.float64), lb=p.network.patients_min)
    most = np.bincount(p.candidates.model, minlength=p.n_models)
    bounds = Bounds(p.models.count_min, np.maximum(most, p.models.count_min))
    found = milp(
        p.models.setup,
        integrality=np.ones(p.n_models, dtype=np.int64),
        bounds=bounds,
        constraints=room,
        options={"presolve": False},  # that of SciPy's HiGHS can lose optima
    )
    if found.x is None:
        return 0, 0.0  # too few leads: for the coverage to say
    counts = np.round(found.x)
    return int(counts.sum()), float(counts @ p.models.setup)


CONDITIONS: tuple[Callable[[Problem], list[str]], ...] = (
    _stranded_practices,
    _required_sites,
    _hub_counts,
    _staff,
    _coverage,
    _empty_bands,
    _fixed_networks,
    _locks,
    _fund,
)

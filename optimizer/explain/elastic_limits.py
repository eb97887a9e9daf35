"""The limits of docs/model.md section 3 as an elastic model carries them, at the prices of exemptions."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np

from optimizer.explain.elastic import Elastic, Limit
from optimizer.model.arrays import NO_LIMIT, FloatArray, IntArray
from optimizer.model.pairs import Pairs
from optimizer.rules.sets import site_capacity
from optimizer.rules.soft_rows import Entry


def _scale(limit: float | FloatArray | IntArray) -> FloatArray:
    return np.asarray(np.maximum(limit, 1), dtype=np.float64)


# --- practices -------------------------------------------------------------------------------------------------------


def independence(e: Elastic) -> None:
    policy, patients = e.instance.policy, e.wide.practices.patients
    price = np.array([not p.independent_allowed for p in e.instance.practices], dtype=np.float64)
    price += not policy.allow_independent
    most = policy.independent_max_patients
    price += np.where(patients > most, 1 + (patients - most) / _scale(most), 0.0)
    e.charge(e.columns["u"], price)


def hub_distance(e: Elastic) -> None:
    rules = e.instance.hub
    names = e.wide.practices.ids, e.wide.sites.ids
    e.charge(e.columns["x"], _far(e, e.wide.reach, names, rules.max_km, rules.max_minutes))


def lead_distance(e: Elastic) -> None:
    names = e.wide.sites.ids, e.wide.candidates.leads
    model = e.wide.candidates.model[e.wide.links.column]
    for k, rules in enumerate(e.instance.care_model):
        price = _far(e, e.wide.links, names, rules.max_km, rules.max_minutes)
        e.charge(e.columns["z"], np.where(model == k, price, 0.0))


def _far(
    e: Elastic, pairs: Pairs, names: tuple[tuple[str, ...], tuple[str, ...]], max_km: float, max_minutes: float | None
) -> FloatArray:
    """[pairs] the price of being further apart than the limits."""
    price = np.where(pairs.km > max_km, 1 + (pairs.km - max_km) / _scale(max_km), 0.0)
    if max_minutes is not None:
        legs = [e.prepared.travel.leg(names[0][r], names[1][c]) for r, c in zip(pairs.row, pairs.column, strict=True)]
        minutes = np.array([float(leg.minutes) if leg is not None and leg.minutes is not None else 0.0 for leg in legs])
        price += np.where(minutes > max_minutes, 1 + (minutes - max_minutes) / _scale(max_minutes), 0.0)
    return price


def consent(e: Elastic) -> None:
    """A refusal that is overridden counts once, whatever the hub."""
    p = e.wide
    for k in range(p.n_models):
        linked = np.isin(p.reach.column, p.links.row[p.candidates.model[p.links.column] == k])
        pairs = np.flatnonzero(linked & e.strict.practices.refuses[p.reach.row, k])
        model = e.columns["model"].reshape(p.n_sites, p.n_models)[p.reach.column[pairs], k]
        rows = np.arange(len(pairs))
        entries = [(rows, e.columns["x"][pairs], 1.0), (rows, model, 1.0)]
        e.soft.at_most(len(pairs), entries, 1, most=1, owner=p.reach.row[pairs])


# --- hubs ------------------------------------------------------------------------------------------------------------


def hub_minimum(e: Elastic) -> None:
    least = np.array([e.prepared.min_patients(site) for site in e.wide.sites.ids], dtype=np.float64)
    rows = np.arange(e.wide.n_sites)
    entries: list[Entry] = [(rows, e.columns["y"], least), (rows, e.columns["population"], -1.0)]
    e.soft.at_most(e.wide.n_sites, entries, 0, most=least, scale=_scale(least))


def hub_maximum(e: Elastic) -> None:
    """`hub_over` of the widened model is what a hub has above `hub.max`, one large practice alone aside."""
    rows, most = np.arange(e.wide.n_sites), float(e.instance.hub.max)
    furthest = np.maximum(site_capacity(e.wide) - most, 0)
    e.soft.at_most(e.wide.n_sites, [(rows, e.columns["hub_over"], 1.0)], 0, most=furthest, scale=_scale(most))


def capacity(e: Elastic) -> None:
    stated = [e.prepared.places[site].hub_capacity for site in e.wide.sites.ids]
    at = np.array([j for j, most in enumerate(stated) if most is not None], dtype=np.int64)
    most = np.array([value for value in stated if value is not None], dtype=np.float64)
    furthest = np.maximum(site_capacity(e.wide)[at] - most, 0)
    entries = [(np.arange(len(at)), e.columns["population"][at], 1.0)]
    e.soft.at_most(len(at), entries, most, most=furthest, scale=_scale(most))


def hub_boundaries(e: Elastic) -> None:
    """Members in an area other than the host's, or, where nobody hosts, than the one that the hub chooses."""
    p = e.wide
    if not e.strict.hub.same_area:
        return
    host = p.host[p.reach.column]
    home = np.where(host >= 0, p.practices.area[host], -1)
    stray = np.flatnonzero((host >= 0) & (home != p.practices.area[p.reach.row]))
    free = np.flatnonzero(host < 0)
    chosen = _choice(e, "hub_home", p.reach.column[free], p.practices.area[p.reach.row[free]])
    pairs = np.concatenate([stray, free])
    entries: list[Entry] = [(np.arange(len(pairs)), e.columns["x"][pairs], 1.0)]
    entries.append((len(stray) + np.arange(len(free)), chosen, -1.0))
    e.soft.at_most(len(pairs), entries, 0, most=1, owner=p.reach.column[pairs])


def network_boundaries(e: Elastic) -> None:
    p = e.wide
    if not e.strict.network.same_area:
        return
    links, area = p.links, p.sites.area
    led = p.models.hub_led[p.candidates.model[links.column]]
    stray = np.flatnonzero(led & (area[p.candidates.site[links.column]] != area[links.row]))
    free = np.flatnonzero(~led)
    chosen = _choice(e, "network_home", links.column[free], area[links.row[free]])
    pairs = np.concatenate([stray, free])
    entries: list[Entry] = [(np.arange(len(pairs)), e.columns["z"][pairs], 1.0)]
    entries.append((len(stray) + np.arange(len(free)), chosen, -1.0))
    e.soft.at_most(len(pairs), entries, 0, most=1, owner=links.column[pairs])


def _choice(e: Elastic, name: str, what: IntArray, area: IntArray) -> IntArray:
    """[n] the column that says that `what[n]` is of `area[n]`; each is of one area at most."""
    options, position = np.unique(np.column_stack([what, area]).reshape(-1, 2), axis=0, return_inverse=True)
    e.columns.add(name, binary=len(options))
    one = e.rows.block(int(what.max(initial=-1)) + 1, upper=1)
    one.add(options[:, 0], e.columns[name], 1)
    return np.asarray(e.columns[name][position.ravel()])


# --- networks --------------------------------------------------------------------------------------------------------


def lead_size(e: Elastic) -> None:
    least = np.array([model.lead_min_patients for model in e.instance.care_model], dtype=np.float64)
    for n, (model, lead) in enumerate(zip(e.wide.candidates.model, e.wide.candidates.leads, strict=True)):
        practice = e.prepared.practices.get(lead)
        if practice is not None and practice.patients < least[model]:
            e.charge(e.columns["w"][[n]], 1 + (least[model] - practice.patients) / max(least[model], 1))


def network_size(e: Elastic) -> None:
    """`network_under` and `network_over` of the widened model are what a network lacks or has too much."""
    p, rows = e.wide, np.arange(e.wide.n_candidates)
    for name, limit, furthest in (
        ("network_under", e.strict.models.minimum, e.strict.models.minimum),
        ("network_over", e.strict.models.maximum, np.full(p.n_models, p.total_patients)),
    ):
        model = p.candidates.model
        entries = [(rows, e.columns[name], 1.0)]
        e.soft.at_most(p.n_candidates, entries, 0, most=furthest[model], scale=_scale(limit[model]))


def shares(e: Elastic) -> None:
    p, strict = e.wide, e.strict
    model = p.candidates.model[p.links.column]
    bands = [(np.arange(len(p.links)), strict.network.patients_min, strict.network.patients_max)]
    for k in range(p.n_models):
        bands.append(
            (np.flatnonzero(model == k), int(strict.models.patients_min[k]), int(strict.models.patients_max[k]))
        )
    for links, least, most in bands:
        _band(e, e.columns["f"][links], least, most, p.total_patients)


def counts(e: Elastic) -> None:
    p, models = e.wide, e.strict.models
    _band(e, e.columns["y"], e.strict.hub.count_min, e.strict.hub.count_max, p.n_sites)
    for k in range(p.n_models):
        least, most = int(models.count_min[k]), int(models.count_max[k])
        _band(e, e.columns["networks"][[k]], least, most, p.n_candidates)


def _band(e: Elastic, columns: IntArray, least: int, most: int, furthest: int) -> None:
    """A sum of columns between two limits."""
    rows = np.zeros(len(columns), np.int64)
    if least > 0:
        e.soft.at_most(1, [(rows, columns, -1.0)], -least, most=least, scale=_scale(least))
    if most < min(furthest, NO_LIMIT):
        e.soft.at_most(1, [(rows, columns, 1.0)], most, most=furthest, scale=_scale(most))


# --- the plan as a whole ---------------------------------------------------------------------------------------------


def labour_market(e: Elastic) -> None:
    p, roles = e.wide, e.strict.roles
    for r in np.flatnonzero((roles.hub_ratio > 0) | (roles.network_ratio > 0)):
        hubs = e.columns["hires"].reshape(p.n_sites, p.n_roles)[:, r]
        networks = e.columns["network_hires"].reshape(p.n_candidates, p.n_roles)[:, r]
        columns = np.concatenate([hubs, networks])
        furthest = float(p.roles.market[r]) * 2
        entries = [(np.zeros(len(columns), np.int64), columns, 1.0)]
        e.soft.at_most(1, entries, float(roles.market[r]), most=furthest, scale=_scale(float(roles.market[r])))


def fund(e: Elastic) -> None:
    p, limit = e.wide, e.strict.network.fund
    if np.isinf(limit):
        return
    setup = np.concatenate([p.sites.setup, p.models.setup[p.candidates.model]])
    columns = np.concatenate([e.columns["y"], e.columns["w"]])
    entries = [(np.zeros(len(columns), np.int64), columns, setup)]
    e.soft.at_most(1, entries, limit, most=float(setup.sum()), scale=_scale(limit))


def disruption(e: Elastic) -> None:
    p, limit = e.wide, e.strict.moving_limit
    if np.isinf(limit):
        return
    entries = [(np.zeros(p.n_practices, np.int64), e.columns["e"], p.practices.moving)]
    e.soft.at_most(1, entries, limit, most=float(p.practices.moving.sum()), scale=_scale(limit))


def keep_together(e: Elastic) -> None:
    """For each list one switch: all its practices are at the same site, none is independent."""
    for together in e.instance.policy.keep_together:
        members = [e.practice_of[practice] for practice in together]
        alone = e.columns["u"][members]
        entries: list[Entry] = [(np.arange(len(members)), alone, 1.0)]
        n = len(members)
        for one, other in (*pairwise(members), *pairwise(reversed(members))):
            here, there = _at_sites(e, one), _at_sites(e, other)
            found = np.flatnonzero(here >= 0)
            entries.append((n + np.arange(len(found)), here[found], 1.0))
            both = np.flatnonzero(there[found] >= 0)
            entries.append((n + both, there[found][both], -1.0))
            n += len(found)
        e.soft.at_most(n, entries, 0, most=1, owner=np.zeros(n))


def keep_apart(e: Elastic) -> None:
    """For each list one switch: no site has two of its practices."""
    for apart in e.instance.policy.keep_apart:
        entries, n = [], 0
        for one, other in combinations([e.practice_of[practice] for practice in dict.fromkeys(apart)], 2):
            here, there = _at_sites(e, one), _at_sites(e, other)
            shared = np.flatnonzero((here >= 0) & (there >= 0))
            rows = n + np.arange(len(shared))
            entries += [(rows, here[shared], 1.0), (rows, there[shared], 1.0)]
            n += len(shared)
        e.soft.at_most(n, entries, 1, most=1, owner=np.zeros(n))


def _at_sites(e: Elastic, practice: int) -> IntArray:
    """[m] the column of a practice at each site, -1 where it can never be there."""
    sites = np.arange(e.wide.n_sites)
    index = e.wide.reach.index_of(np.full(len(sites), practice), sites)
    return np.where(index >= 0, e.columns["x"][index], -1)


def locked_places(e: Elastic) -> None:
    policy = e.instance.policy
    for practice, site in policy.fixed_hub.items():
        e.ask_for(e.pair(practice, site))
    for practice, sites in policy.barred_hub.items():
        for site in dict.fromkeys(sites):
            e.charge(e.pair(practice, site), 1.0)
    for site in dict.fromkeys(policy.must_open):
        e.ask_for(e.columns["y"][[e.site_of[site]]])
    for site in dict.fromkeys(policy.must_not_open):
        if site in e.site_of:
            e.charge(e.columns["y"][[e.site_of[site]]], 1.0)


def fixed_networks(e: Elastic) -> None:
    """A practice that is independent, or in a hub outside the network that it is to be in."""
    p = e.wide
    for practice, wanted in e.instance.policy.fixed_network.items():
        allowed = [n for n, candidate in enumerate(p.candidates.ids) if wanted in (candidate, candidate.split(":")[0])]
        links = np.flatnonzero(np.isin(p.links.column, allowed))
        here = _at_sites(e, e.practice_of[practice])
        found = np.flatnonzero(here >= 0)
        row_of = np.full(p.n_sites, -1, dtype=np.int64)
        row_of[found] = np.arange(len(found))
        joined = links[row_of[p.links.row[links]] >= 0]
        entries = [
            (np.arange(len(found)), here[found], 1.0),
            (row_of[p.links.row[joined]], e.columns["z"][joined], -1.0),
            (np.array([len(found)]), e.columns["u"][[e.practice_of[practice]]], 1.0),
        ]
        e.soft.at_most(len(found) + 1, entries, 0, most=1, owner=np.zeros(len(found) + 1))


LIMITS: tuple[Limit, ...] = (
    independence,
    hub_distance,
    hub_minimum,
    hub_maximum,
    capacity,
    hub_boundaries,
    consent,
    lead_distance,
    lead_size,
    network_size,
    network_boundaries,
    shares,
    counts,
    labour_market,
    fund,
    disruption,
    keep_together,
    keep_apart,
    locked_places,
    fixed_networks,
)

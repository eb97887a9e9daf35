"""From an Instance to a Problem: reach, prunings, prices. See docs/model.md for every formula used here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from instances import CareModel, Hospital, Instance, Practice, Role
from optimizer.model.arrays import NO_LACK, NO_LIMIT, BoolArray, FloatArray, IntArray
from optimizer.model.borders import apart, areas_at, crossing_price, hard
from optimizer.model.build_trusts import build_trusts, with_trusts
from optimizer.model.commissioning import top_ups, undelegated
from optimizer.model.consent import refusals
from optimizer.model.decimals import exact
from optimizer.model.departures import Departures
from optimizer.model.equity import asks_for_fifths, distance_limits
from optimizer.model.fit import fit_cost
from optimizer.model.home_costs import asks_for_homes, further_from_home, home_prices, travel_of_independents
from optimizer.model.home_shares import far_of_independents, far_patients_max, far_share, zone_share
from optimizer.model.homes import Homes, homes_of
from optimizer.model.kind_figures import by_kind, kind_limits, only_kinds, outside_units, worth_of
from optimizer.model.kinds import Kind, kinds_of
from optimizer.model.locked import known_as, locked
from optimizer.model.membership import without_impossible_units
from optimizer.model.neighbours import NeighbourGraph, neighbour_graph
from optimizer.model.pairs import Distances, Pairs
from optimizer.model.partner_pairs import able_leads, lead_limits, partner_km
from optimizer.model.problem import (
    Candidates,
    Hospitals,
    HubLimits,
    Models,
    NetworkLimits,
    Practices,
    Problem,
    Roles,
    Sites,
    Trusts,
)


def build_problem(instance: Instance, departures: Departures | None = None) -> Problem:
    """Arrays of an instance, departures from an earlier plan priced. Raises `InputError` for rules not supported."""
    kinds = kinds_of(instance)
    distances = Distances(instance)
    homes = homes_of(instance) if asks_for_homes(instance) or asks_for_fifths(instance) else None
    places = _site_places(instance)
    reach = _reach(instance, distances, places)
    minimum = _site_minimum(instance, places, reach)
    group_ids = tuple(dict.fromkeys(p.current_group for p in instance.practices if p.current_group))
    practices = _practices(instance, group_ids, locked(instance, distances), kinds, homes)
    sites = _sites(instance, places, minimum)
    roles = _roles(instance, practices.fte)
    models, of_kinds = _models(instance, kinds), [instance.care_model[kind.model] for kind in kinds]
    leads = able_leads(instance, of_kinds, distances, _leads(instance, places, kinds))
    hospitals = _hospitals(instance, roles)
    candidates = _candidates(instance, of_kinds, distances, leads, places, hospitals)
    reach = _prune_reach(instance, practices, sites, reach)
    if homes is not None:
        reach = _within_components(practices, reach.where(~further_from_home(instance, homes, places, reach)))
        reach = replace(reach, cost=reach.cost + home_prices(instance, homes, places, reach))
    links = _links(instance, distances, places, leads, candidates, kinds)
    hub_led = models.hub_led[candidates.model[links.column]]
    lead_site = candidates.site[links.column]
    links = links.where(~(hub_led & apart(sites.areas[links.row], sites.areas[lead_site]).any(axis=1)))
    price = crossing_price(instance, "networks", links, places, [place for _, place in leads])
    trusts = build_trusts(instance, distances)
    if homes is not None:
        trusts = replace(trusts, cost=trusts.cost + travel_of_independents(instance, homes)[:, None])
    if departures is not None:
        reach, practices, trusts = _with_departures(reach, practices, trusts, sites, departures)
    problem = Problem(
        name=instance.name,
        practices=with_trusts(practices, trusts),
        sites=sites,
        hub=_hub_limits(instance),
        roles=roles,
        models=models,
        candidates=candidates,
        hospitals=hospitals,
        network=_network_limits(instance, candidates, kinds),
        trusts=trusts,
        far=far_share(instance, homes, places, reach),
        outside_zone=zone_share(instance, homes, places, reach),
        far_max=far_patients_max(instance),
        moving_limit=_moving_limit(instance),
        moving_price=instance.weights.disruption / instance.horizon_years,
        group_ids=group_ids,
        reach=reach,
        links=links,
        crossings=replace(links, cost=price).where(price > 0),
        distances=distance_limits(instance, homes, places, reach),
    )
    return without_impossible_units(problem) if problem.models.is_whole.any() else problem


# --- practices and sites ---------------------------------------------------------------------------------------------


def _practices(
    instance: Instance,
    group_ids: tuple[str, ...],
    locks: tuple[str, ...],
    kinds: tuple[Kind, ...],
    homes: Homes | None,
) -> Practices:
    rows, policy, years = instance.practices, instance.policy, instance.horizon_years
    patients = np.array([p.patients for p in rows], dtype=np.int64)
    group_of = {g: k for k, g in enumerate(group_ids)}
    group = np.array([group_of[p.current_group] if p.current_group else -1 for p in rows], dtype=np.int64)
    moving = instance.disruption.cost_per_practice + patients * instance.disruption.cost_per_patient
    together = _components(instance)
    small = patients <= policy.independent_max_patients
    allowed = np.array([policy.allow_independent and p.independent_allowed for p in rows], dtype=bool)
    index = {p.id: i for i, p in enumerate(rows)}
    for practice in (*policy.fixed_hub, *policy.fixed_network):
        allowed[index[practice]] = False
    apart = {tuple(sorted((index[a], index[b]))) for g in policy.keep_apart for a in g for b in g if a != b}
    graph = _graph(instance)
    of_kind = [kind.model for kind in kinds]
    alone = small & allowed & (together < 0)
    alone_cost = patients.astype(np.float64) * (instance.weights.cost * policy.independent_price_per_patient)
    if homes is not None:
        alone_cost = alone_cost + travel_of_independents(instance, homes)
    in_network = fit_cost(instance)[:, of_kind] + by_kind(instance, kinds, patients) + top_ups(instance)[:, None]
    return Practices(
        ids=tuple(p.id for p in rows),
        names=tuple(map(known_as, rows)),
        locks=locks,
        patients=patients,
        group=group,
        areas=areas_at(instance, hard(instance, "hubs"), rows),
        may_be_independent=alone,
        independent_cost=alone_cost,
        may_be_alone=alone,
        alone_cost=alone_cost,
        move_cost=np.where(group >= 0, instance.weights.disruption * moving / years, 0.0),
        moving=np.where(group >= 0, moving, 0.0),
        far_alone=far_of_independents(instance, homes),
        fte=_fte(instance, patients),
        refuses=refusals(instance)[:, of_kind],
        undelegated=undelegated(instance)[:, of_kind],
        outside=outside_units(kinds, len(rows)),
        misfit_cost=instance.weights.cost * in_network,
        together=together,
        apart=np.array(sorted(apart), dtype=np.int64).reshape(-1, 2),
        neighbours=graph.edges,
        island=graph.component,
    )


def _graph(instance: Instance) -> NeighbourGraph:
    """The neighbour graph where a rule asks for it; else one without edges."""
    if instance.hub.contiguous or any(model.contiguous for model in instance.care_model):
        return neighbour_graph(instance)
    n = len(instance.practices)
    return NeighbourGraph(np.zeros((0, 2), dtype=np.int64), np.arange(n))


def _components(instance: Instance) -> IntArray:
    """[n] overlapping keep_together lists merged."""
    index = {p.id: i for i, p in enumerate(instance.practices)}
    label = np.full(len(index), -1, dtype=np.int64)
    for k, members in enumerate(instance.policy.keep_together):
        inside = np.array([index[m] for m in members], dtype=np.int64)
        touched = {int(v) for v in label[inside]} - {-1}
        label[inside] = k
        label[np.isin(label, list(touched))] = k
    return label


def _fte(instance: Instance, patients: IntArray) -> FloatArray:
    """[n, roles] reported FTE; where none is reported, the role's average per patient."""
    fte = np.full((len(patients), len(instance.role)), np.nan)
    for r, role in enumerate(instance.role):
        fte[:, r] = [p.fte.get(role.id, np.nan) for p in instance.practices]
        reported = ~np.isnan(fte[:, r])
        known = patients[reported].sum()
        average = fte[reported, r].sum() / known if known else 0.0
        fte[~reported, r] = average * patients[~reported]
    return fte


def _site_places(instance: Instance) -> list[Practice | Hospital]:
    closed = set(instance.policy.must_not_open)
    practices = [p for p in instance.practices if p.can_host_hub and p.id not in closed]
    kinds = instance.hub.hospital_sites
    hospitals = [h for h in instance.hospitals if h.can_host_hub and h.kind in kinds and h.id not in closed]
    return [*practices, *hospitals]


def _reach(instance: Instance, distances: Distances, places: list[Practice | Hospital]) -> Pairs:
    pairs = distances.within(instance.practices, places, instance.hub.max_km, instance.hub.max_minutes)
    table = instance.travel.table
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    if table is not None and table.cost is not None:
        cost = pairs.cost
    elif instance.travel.basis == "homes":
        cost = np.zeros(len(pairs))  # of pairs that rules leave, for which there is more to count
    else:
        cost = patients[pairs.row] * pairs.km * instance.travel.cost_per_patient_km
    cost = instance.weights.cost * cost
    price = crossing_price(instance, "hubs", pairs, instance.practices, places)
    crossing = price > 0
    cost[crossing] += price[crossing] * patients[pairs.row[crossing]]
    return replace(pairs, cost=cost)


def _site_minimum(instance: Instance, places: list[Practice | Hospital], reach: Pairs) -> IntArray:
    """[m] fewest patients of a hub, lower at rural sites."""
    hub = instance.hub
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    near = np.bincount(reach.column, weights=patients[reach.row], minlength=len(places))
    marked = np.array([isinstance(p, Practice) and bool(p.rural) for p in places], dtype=bool)
    rural = marked | (near < hub.rural_reach_patients)
    return np.where(rural, min(hub.min, hub.min_rural), hub.min).astype(np.int64)


def _sites(instance: Instance, places: list[Practice | Hospital], minimum: IntArray) -> Sites:
    practice_of = {p.id: i for i, p in enumerate(instance.practices)}
    hospital_of = {h.id: i for i, h in enumerate(instance.hospitals)}
    default = instance.hub.setup_cost
    setup = np.array([default if p.hub_setup_cost is None else p.hub_setup_cost for p in places], dtype=np.float64)
    return Sites(
        ids=tuple(p.id for p in places),
        names=tuple(map(known_as, places)),
        practice=np.array([practice_of.get(p.id, -1) for p in places], dtype=np.int64),
        hospital=np.array([hospital_of.get(p.id, -1) for p in places], dtype=np.int64),
        minimum=minimum,
        capacity=np.array([NO_LIMIT if p.hub_capacity is None else p.hub_capacity for p in places], dtype=np.int64),
        cost=instance.weights.cost * (instance.hub.running_cost + setup / instance.horizon_years),
        setup=setup,
        areas=areas_at(instance, hard(instance, "networks"), places),
        must_open=np.isin([p.id for p in places], list(instance.policy.must_open)),
    )


def _prune_reach(instance: Instance, practices: Practices, sites: Sites, reach: Pairs) -> Pairs:
    """Drop pairs that a rule about the two alone, or about the host, forbids."""
    i, j = reach.row, reach.column
    host = sites.practice[j] if instance.hub.host_is_member else np.full(len(reach), -1)
    hosted = (host >= 0) & (host != i)
    big = practices.patients > instance.hub.max
    keep = practices.patients[i] <= sites.capacity[j]
    keep &= ~(hosted & (big[i] | big[host]))
    keep &= ~(hosted & apart(practices.areas[i], practices.areas[host]).any(axis=1))
    keep &= ~_is_pair(practices, sites, i, j, instance.policy.barred_hub)
    fixed = {p: (s,) for p, s in instance.policy.fixed_hub.items()}
    is_fixed = np.isin(i, [k for k, p in enumerate(practices.ids) if p in fixed])
    keep &= ~is_fixed | _is_pair(practices, sites, i, j, fixed)
    keep &= ~_is_apart(practices, host, i)
    return _within_components(practices, reach.where(keep))


def _with_departures(
    reach: Pairs, practices: Practices, trusts: Trusts, sites: Sites, departures: Departures
) -> tuple[Pairs, Practices, Trusts]:
    """The price of departing on every pair with another site, and on being in no hub, on its own or run by a trust."""
    new, gone, independent = -3, -2, -1
    site_of: dict[str | None, int] = {site: j for j, site in enumerate(sites.ids)} | {None: independent}
    was = [site_of.get(departures.hubs[p], gone) if p in departures.hubs else new for p in practices.ids]
    at = np.array(was, dtype=np.int64)
    price = departures.price_per_practice
    leaves = (at[reach.row] != new) & (at[reach.row] != reach.column)
    left = price * ((at != new) & (at != independent))
    return (
        replace(reach, cost=reach.cost + price * leaves),
        replace(practices, alone_cost=practices.alone_cost + left),
        replace(trusts, cost=trusts.cost + left[:, None]),
    )


def _is_pair(
    practices: Practices, sites: Sites, i: IntArray, j: IntArray, listed: Mapping[str, tuple[str, ...]]
) -> BoolArray:
    practice_of = {p: k for k, p in enumerate(practices.ids)}
    site_of = {s: k for k, s in enumerate(sites.ids)}
    pairs = [(practice_of[p], site_of[s]) for p, places in listed.items() for s in places if s in site_of]
    keys = [a * len(sites.ids) + b for a, b in pairs]
    return np.asarray(np.isin(i * len(sites.ids) + j, keys), dtype=bool)


def _is_apart(practices: Practices, host: IntArray, i: IntArray) -> BoolArray:
    n = len(practices.ids)
    a, b = practices.apart[:, 0], practices.apart[:, 1]
    return np.asarray(np.isin(i * n + host, np.concatenate([a * n + b, b * n + a])) & (host >= 0), dtype=bool)


def _within_components(practices: Practices, reach: Pairs) -> Pairs:
    """Practices kept together can only use a site that all of them can use."""
    label = practices.together[reach.row]
    size = np.bincount(practices.together[practices.together >= 0], minlength=1)
    keys = label * reach.n_columns + reach.column
    values, position, count = np.unique(keys, return_inverse=True, return_counts=True)
    del values
    return reach.where((label < 0) | (count[position] == size[np.maximum(label, 0)]))


# --- rules and prices -------------------------------------------------------------------------------------------------


def _hub_limits(instance: Instance) -> HubLimits:
    hub = instance.hub
    return HubLimits(
        maximum=hub.max,
        target_min=hub.target_min,
        target_max=hub.target_max,
        price=instance.weights.cost * hub.price_per_patient,
        host_is_member=hub.host_is_member,
        count_min=hub.count_min or 0,
        count_max=NO_LIMIT if hub.count_max is None else hub.count_max,
        contiguous=hub.contiguous,
    )


def _roles(instance: Instance, fte: FloatArray) -> Roles:
    def ratio(value: float | None) -> float:
        return (value or 0.0) / 10_000

    roles: tuple[Role, ...] = instance.role
    by_share = np.array([r.market_fte_share for r in roles]) * fte.sum(axis=0)
    market = np.array(
        [share if r.market_fte is None else r.market_fte for r, share in zip(roles, by_share, strict=True)]
    )
    whole = np.array([r.whole_fte for r in roles], dtype=bool)
    return Roles(
        ids=tuple(r.id for r in roles),
        hub_ratio=np.array([ratio(r.min_per_10k) for r in roles]),
        network_ratio=np.array([ratio(r.network_min_per_10k) for r in roles]),
        hire_cost=instance.weights.cost * np.array([r.cost_per_fte for r in roles]),
        market=np.where(whole, np.floor(market + NO_LACK), market),
        whole_fte=whole,
    )


def _models(instance: Instance, kinds: tuple[Kind, ...]) -> Models:
    rows = [instance.care_model[kind.model] for kind in kinds]
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    total = int(patients.sum())
    alone = only_kinds(kinds)
    partners_min = np.array([m.partners_min for m in rows], dtype=np.int64)
    partner_setup = np.array([m.partner_setup_cost for m in rows], dtype=np.float64)
    partner_running = np.array([m.partner_running_cost for m in rows], dtype=np.float64)
    own_setup = np.array([kind.setup_cost(m) for kind, m in zip(kinds, rows, strict=True)], dtype=np.float64)
    own_running = np.array([m.running_cost for m in rows], dtype=np.float64) * worth_of(instance, kinds)
    setup, running = own_setup + partners_min * partner_setup, own_running + partners_min * partner_running
    hospitals = len(instance.hospitals)

    def integers(values: list[int]) -> IntArray:
        return np.array(values, dtype=np.int64)

    held = [None if kind.unit is None else int(patients[kind.unit.members].sum()) for kind in kinds]
    most = [1 if kind.unit is not None else m.count_max for kind, m in zip(kinds, rows, strict=True)]
    return Models(
        ids=tuple(m.id for m in rows),
        waves=tuple(kind.wave.id if kind.wave is not None else None for kind in kinds),
        units=tuple(kind.unit.name if kind.unit is not None else None for kind in kinds),
        bids=tuple(kind.bid.id if kind.bid is not None else None for kind in kinds),
        hub_led=np.array([m.lead == "hub" for m in rows], dtype=bool),
        minimum=integers([m.min if of is None else max(of, m.min) for of, m in zip(held, rows, strict=True)]),
        maximum=integers([m.max if of is None else min(of, m.max) for of, m in zip(held, rows, strict=True)]),
        target_min=integers([m.target_min for m in rows]),
        target_max=integers([m.target_max for m in rows]),
        price=instance.weights.cost * np.array([m.price_per_patient for m in rows], dtype=np.float64),
        cost=instance.weights.cost * (running + setup / instance.horizon_years),
        setup=setup,
        count_min=np.where(alone, integers([m.count_min for m in rows]), 0),
        count_max=integers([NO_LIMIT if of is None else of for of in most]),
        patients_min=np.where(alone, integers([math.ceil(exact(m.share_min) * total) for m in rows]), 0),
        patients_max=integers([math.floor(exact(m.share_max) * total) for m in rows]),
        contiguous=np.array([m.contiguous for m in rows], dtype=bool),
        partners_min=partners_min,
        partners_max=integers([hospitals if m.partners_max is None else m.partners_max for m in rows]),
        partner_cost=instance.weights.cost * (partner_running + partner_setup / instance.horizon_years),
        partner_setup=partner_setup,
    )


def _leads(
    instance: Instance, places: list[Practice | Hospital], kinds: tuple[Kind, ...]
) -> list[tuple[int, Practice | Hospital]]:
    """(kind, lead) of every network candidate."""
    leads: list[tuple[int, Practice | Hospital]] = []
    for k, kind in enumerate(kinds):
        model = instance.care_model[kind.model]
        if model.lead == "hub":
            eligible = [p for p in places if _may_lead_from_hub(model, p)]
        else:
            eligible = [h for h in instance.hospitals if _may_lead_from_hospital(model, h)]
        leads += [(k, p) for p in eligible if kind.unit is None or kind.unit.may_be_led_from(p.id, p.area)]
    return leads


def _may_lead_from_hub(model: CareModel, place: Practice | Hospital) -> bool:
    if isinstance(place, Hospital):
        return place.can_lead and (not place.leads or model.id in place.leads)
    return place.patients >= model.lead_min_patients


def _may_lead_from_hospital(model: CareModel, hospital: Hospital) -> bool:
    return hospital.can_lead and (model.id in hospital.leads if hospital.leads else hospital.kind == model.lead)


def _hospitals(instance: Instance, roles: Roles) -> Hospitals:
    fte = [[hospital.fte.get(role, 0.0) for role in roles.ids] for hospital in instance.hospitals]
    return Hospitals(
        ids=tuple(hospital.id for hospital in instance.hospitals),
        fte=np.array(fte, dtype=np.float64).reshape(len(fte), len(roles.ids)),
    )


def _candidates(
    instance: Instance,
    of_kinds: list[CareModel],
    distances: Distances,
    leads: list[tuple[int, Practice | Hospital]],
    places: list[Practice | Hospital],
    hospitals: Hospitals,
) -> Candidates:
    site_of = {p.id: j for j, p in enumerate(places)}
    hospital_of = {id_: h for h, id_ in enumerate(hospitals.ids)}
    hospital = np.array([hospital_of.get(p.id, -1) for _, p in leads], dtype=np.int64)
    limits = [lead_limits(instance, of_kinds[k], place) for k, place in leads]
    return Candidates(
        ids=tuple(f"{of_kinds[k].id}:{p.id}" for k, p in leads),
        leads=tuple(p.id for _, p in leads),
        model=np.array([k for k, _ in leads], dtype=np.int64),
        site=np.array([site_of.get(p.id, -1) for _, p in leads], dtype=np.int64),
        hospital=hospital,
        lead_fte=np.vstack([hospitals.fte, np.zeros(hospitals.fte.shape[1])])[hospital],
        maximum=np.array([patients for patients, _ in limits], dtype=np.int64),
        practices_max=np.array([practices for _, practices in limits], dtype=np.int64),
        partner_km=partner_km(instance, of_kinds, distances, leads),
    )


def _links(
    instance: Instance,
    distances: Distances,
    places: list[Practice | Hospital],
    leads: list[tuple[int, Practice | Hospital]],
    candidates: Candidates,
    kinds: tuple[Kind, ...],
) -> Pairs:
    """Hub site to lead within the model's limits, all kinds in one table."""
    rows, columns, km, cost = [], [], [], []
    for k, kind in enumerate(kinds):
        model = instance.care_model[kind.model]
        of_model = np.flatnonzero(candidates.model == k)
        near = distances.within(places, [leads[n][1] for n in of_model], model.max_km, model.max_minutes)
        rows.append(near.row)
        columns.append(of_model[near.column])
        km.append(near.km)
        cost.append(near.km * (instance.weights.cost * model.cost_per_hub_km))
    if not rows:
        empty = np.zeros(0, np.int64)
        return Pairs(len(places), 0, empty, empty, np.zeros(0), np.zeros(0))
    row, column = np.concatenate(rows), np.concatenate(columns)
    order = np.lexsort((column, row))
    return Pairs(
        len(places), len(leads), row[order], column[order], np.concatenate(km)[order], np.concatenate(cost)[order]
    )


def _moving_limit(instance: Instance) -> float:
    """Pounds once."""
    limit = instance.policy.max_disruption
    return math.inf if limit is None else float(exact(limit) * exact(instance.horizon_years))


def _network_limits(instance: Instance, candidates: Candidates, kinds: tuple[Kind, ...]) -> NetworkLimits:
    policy = instance.policy
    total = sum(p.patients for p in instance.practices)
    index = {p.id: i for i, p in enumerate(instance.practices)}
    fixed = []
    for practice, wanted in policy.fixed_network.items():
        match = [n for n, c in enumerate(candidates.ids) if wanted in (c, c.split(":")[0])]
        fixed.append((index[practice], tuple(match)))
    return NetworkLimits(
        patients_min=math.ceil(exact(instance.coverage_min) * total),
        patients_max=math.floor(exact(policy.coverage_max) * total),
        dividend=instance.weights.cost * policy.dividend_per_patient,
        fund=policy.transformation_fund or math.inf,
        fixed=tuple(fixed),
        limits=kind_limits(instance, kinds),
    )

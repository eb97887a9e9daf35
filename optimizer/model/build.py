"""From an Instance to a Problem: reach, prunings, prices. See docs/model.md for every formula used here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from instances import CareModel, Fault, Hospital, InputError, Instance, Practice, Role
from optimizer.model.arrays import NO_LIMIT, BoolArray, FloatArray, IntArray
from optimizer.model.build_trusts import build_trusts, with_trusts
from optimizer.model.departures import Departures
from optimizer.model.locked import known_as, locked
from optimizer.model.neighbours import NeighbourGraph, neighbour_graph
from optimizer.model.pairs import Distances, Pairs
from optimizer.model.problem import (
    Candidates,
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
    _refuse_unsupported(instance)
    distances = Distances(instance)
    places = _site_places(instance)
    reach = _reach(instance, distances, places)
    minimum = _site_minimum(instance, places, reach)
    group_ids = tuple(dict.fromkeys(p.current_group for p in instance.practices if p.current_group))
    area_ids = _area_ids(instance)
    practices = _practices(instance, group_ids, area_ids, locked(instance, distances))
    sites = _sites(instance, places, minimum, area_ids)
    roles = _roles(instance, practices.fte)
    models = _models(instance)
    leads = _leads(instance, places)
    candidates = _candidates(instance, leads, places, roles)
    reach = _prune_reach(instance, practices, sites, reach)
    links = _links(instance, distances, places, leads, candidates)
    if _respects(instance, "networks"):
        hub_led = models.hub_led[candidates.model[links.column]]
        same = sites.area[links.row] == sites.area[candidates.site[links.column]]
        links = links.where(same | ~hub_led)
    trusts = build_trusts(instance, distances, _ridit(instance, practices.patients))
    if departures is not None:
        reach, practices, trusts = _with_departures(reach, practices, trusts, sites, departures)
    return Problem(
        name=instance.name,
        practices=with_trusts(practices, trusts),
        sites=sites,
        hub=_hub_limits(instance),
        roles=roles,
        models=models,
        candidates=candidates,
        network=_network_limits(instance, candidates),
        trusts=trusts,
        moving_limit=_moving_limit(instance),
        moving_price=instance.weights.disruption / instance.horizon_years,
        group_ids=group_ids,
        reach=reach,
        links=links,
    )


def _refuse_unsupported(instance: Instance) -> None:
    text = "this rule is not built yet; set whole_area = false or leave the model out"
    faults = [
        Fault(instance.name, text, column=f"care_model.{model.id}.whole_area", value="true")
        for model in instance.care_model
        if model.whole_area
    ]
    if faults:
        raise InputError(faults)


def _respects(instance: Instance, tier: str) -> bool:
    return instance.policy.respect_areas in (True, tier)


def _exact(value: float) -> Fraction:
    """The decimal that a float was written as."""
    return Fraction(repr(value))


# --- practices and sites ---------------------------------------------------------------------------------------------


def _area_ids(instance: Instance) -> dict[str, int]:
    places: Sequence[Practice | Hospital] = (*instance.practices, *instance.hospitals)
    return {area: k for k, area in enumerate(dict.fromkeys(p.area for p in places if p.area))}


def _practices(
    instance: Instance, group_ids: tuple[str, ...], area_ids: dict[str, int], locks: tuple[str, ...]
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
    model_of = {m.id: k for k, m in enumerate(instance.care_model)}
    refuses = np.zeros((len(rows), len(model_of)), dtype=bool)
    if policy.consent:
        for i, p in enumerate(rows):
            refuses[i, [model_of[m] for m in p.refuses if m in model_of]] = True
    apart = {tuple(sorted((index[a], index[b]))) for g in policy.keep_apart for a in g for b in g if a != b}
    graph = _graph(instance)
    alone = small & allowed & (together < 0)
    alone_cost = patients.astype(np.float64) * (instance.weights.cost * policy.independent_price_per_patient)
    return Practices(
        ids=tuple(p.id for p in rows),
        names=tuple(map(known_as, rows)),
        locks=locks,
        patients=patients,
        group=group,
        area=np.array([area_ids[p.area] if p.area else -1 for p in rows], dtype=np.int64),
        may_be_independent=alone,
        independent_cost=alone_cost,
        may_be_alone=alone,
        alone_cost=alone_cost,
        move_cost=np.where(group >= 0, instance.weights.disruption * moving / years, 0.0),
        moving=np.where(group >= 0, moving, 0.0),
        fte=_fte(instance, patients),
        refuses=refuses,
        misfit_cost=instance.weights.cost * _misfit(instance, patients),
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


def _misfit(instance: Instance, patients: IntArray) -> FloatArray:
    """[n, models] pounds a year: patients x (affluent + ridit x (deprived - affluent)), or the table's price."""
    ridit = _ridit(instance, patients)
    per_patient = np.zeros((len(patients), len(instance.care_model)))
    for k, model in enumerate(instance.care_model):
        per_patient[:, k] = model.misfit_affluent + ridit * (model.misfit_deprived - model.misfit_affluent)
    index = {p.id: i for i, p in enumerate(instance.practices)}
    column = {m.id: k for k, m in enumerate(instance.care_model)}
    for row in instance.misfit:
        per_patient[index[row.practice], column[row.care_model]] = row.per_patient
    return np.asarray(per_patient * patients[:, None])


def _ridit(instance: Instance, patients: IntArray) -> FloatArray:
    """[n] share of patients in less deprived practices plus half of those equally deprived; 0.5 if unknown."""
    score = np.array([np.nan if p.deprivation is None else p.deprivation for p in instance.practices])
    known = ~np.isnan(score)
    ridit = np.full(len(score), 0.5)
    if not patients[known].sum():
        return ridit
    values, level = np.unique(score[known], return_inverse=True)
    same = np.bincount(level, weights=patients[known], minlength=len(values))
    below = np.cumsum(same) - same
    ridit[known] = ((below + same / 2) / patients[known].sum())[level]
    return ridit


def _site_places(instance: Instance) -> list[Practice | Hospital]:
    closed = set(instance.policy.must_not_open)
    practices = [p for p in instance.practices if p.can_host_hub and p.id not in closed]
    kinds = instance.hub.hospital_sites
    hospitals = [h for h in instance.hospitals if h.can_host_hub and h.kind in kinds and h.id not in closed]
    return [*practices, *hospitals]


def _reach(instance: Instance, distances: Distances, places: list[Practice | Hospital]) -> Pairs:
    pairs = distances.within(instance.practices, places, instance.hub.max_km, instance.hub.max_minutes)
    table = instance.travel.table
    if table is not None and table.cost is not None:
        cost = pairs.cost
    else:
        patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
        cost = patients[pairs.row] * pairs.km * instance.travel.cost_per_patient_km
    return Pairs(pairs.n_rows, pairs.n_columns, pairs.row, pairs.column, pairs.km, instance.weights.cost * cost)


def _site_minimum(instance: Instance, places: list[Practice | Hospital], reach: Pairs) -> IntArray:
    """[m] fewest patients of a hub, lower at rural sites."""
    hub = instance.hub
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    near = np.bincount(reach.column, weights=patients[reach.row], minlength=len(places))
    marked = np.array([isinstance(p, Practice) and bool(p.rural) for p in places], dtype=bool)
    rural = marked | (near < hub.rural_reach_patients)
    return np.where(rural, min(hub.min, hub.min_rural), hub.min).astype(np.int64)


def _sites(instance: Instance, places: list[Practice | Hospital], minimum: IntArray, area_ids: dict[str, int]) -> Sites:
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
        area=np.array([area_ids[p.area] if p.area else -1 for p in places], dtype=np.int64),
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
    if _respects(instance, "hubs"):
        keep &= ~(hosted & (practices.area[i] != practices.area[host]))
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
        same_area=_respects(instance, "hubs"),
        count_min=hub.count_min or 0,
        count_max=NO_LIMIT if hub.count_max is None else hub.count_max,
        contiguous=hub.contiguous,
    )


def _roles(instance: Instance, fte: FloatArray) -> Roles:
    def ratio(value: float | None) -> float:
        return (value or 0.0) / 10_000

    roles: tuple[Role, ...] = instance.role
    return Roles(
        ids=tuple(r.id for r in roles),
        hub_ratio=np.array([ratio(r.min_per_10k) for r in roles]),
        network_ratio=np.array([ratio(r.network_min_per_10k) for r in roles]),
        hire_cost=instance.weights.cost * np.array([r.cost_per_fte for r in roles]),
        market=np.array([r.market_fte_share for r in roles]) * fte.sum(axis=0),
    )


def _models(instance: Instance) -> Models:
    rows: tuple[CareModel, ...] = instance.care_model
    total = sum(p.patients for p in instance.practices)
    setup = np.array([m.setup_cost for m in rows], dtype=np.float64)
    running = np.array([m.running_cost for m in rows], dtype=np.float64)

    def integers(values: list[int]) -> IntArray:
        return np.array(values, dtype=np.int64)

    return Models(
        ids=tuple(m.id for m in rows),
        hub_led=np.array([m.lead == "hub" for m in rows], dtype=bool),
        minimum=integers([m.min for m in rows]),
        maximum=integers([m.max for m in rows]),
        target_min=integers([m.target_min for m in rows]),
        target_max=integers([m.target_max for m in rows]),
        price=instance.weights.cost * np.array([m.price_per_patient for m in rows], dtype=np.float64),
        cost=instance.weights.cost * (running + setup / instance.horizon_years),
        setup=setup,
        count_min=integers([m.count_min for m in rows]),
        count_max=integers([NO_LIMIT if m.count_max is None else m.count_max for m in rows]),
        patients_min=integers([math.ceil(_exact(m.share_min) * total) for m in rows]),
        patients_max=integers([math.floor(_exact(m.share_max) * total) for m in rows]),
        contiguous=np.array([m.contiguous for m in rows], dtype=bool),
    )


def _leads(instance: Instance, places: list[Practice | Hospital]) -> list[tuple[int, Practice | Hospital]]:
    """(model, lead) of every network candidate."""
    leads: list[tuple[int, Practice | Hospital]] = []
    for k, model in enumerate(instance.care_model):
        if model.lead == "hub":
            eligible = [p for p in places if _may_lead_from_hub(model, p)]
        else:
            eligible = [h for h in instance.hospitals if _may_lead_from_hospital(model, h)]
        leads += [(k, place) for place in eligible]
    return leads


def _may_lead_from_hub(model: CareModel, place: Practice | Hospital) -> bool:
    if isinstance(place, Hospital):
        return not place.leads or model.id in place.leads
    return place.patients >= model.lead_min_patients


def _may_lead_from_hospital(model: CareModel, hospital: Hospital) -> bool:
    return model.id in hospital.leads if hospital.leads else hospital.kind == model.lead


def _candidates(
    instance: Instance, leads: list[tuple[int, Practice | Hospital]], places: list[Practice | Hospital], roles: Roles
) -> Candidates:
    site_of = {p.id: j for j, p in enumerate(places)}
    hospitals = {h.id: h for h in instance.hospitals}
    fte = [[hospitals[p.id].fte.get(r, 0.0) if p.id in hospitals else 0.0 for r in roles.ids] for _, p in leads]
    return Candidates(
        ids=tuple(f"{instance.care_model[k].id}:{p.id}" for k, p in leads),
        leads=tuple(p.id for _, p in leads),
        model=np.array([k for k, _ in leads], dtype=np.int64),
        site=np.array([site_of.get(p.id, -1) for _, p in leads], dtype=np.int64),
        lead_fte=np.array(fte, dtype=np.float64).reshape(len(leads), len(roles.ids)),
    )


def _links(
    instance: Instance,
    distances: Distances,
    places: list[Practice | Hospital],
    leads: list[tuple[int, Practice | Hospital]],
    candidates: Candidates,
) -> Pairs:
    """Hub site to lead within the model's limits, all models in one table."""
    rows, columns, km, cost = [], [], [], []
    for k, model in enumerate(instance.care_model):
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
    return math.inf if limit is None else float(_exact(limit) * _exact(instance.horizon_years))


def _network_limits(instance: Instance, candidates: Candidates) -> NetworkLimits:
    policy = instance.policy
    total = sum(p.patients for p in instance.practices)
    index = {p.id: i for i, p in enumerate(instance.practices)}
    fixed = []
    for practice, wanted in policy.fixed_network.items():
        match = [n for n, c in enumerate(candidates.ids) if wanted in (c, c.split(":")[0])]
        fixed.append((index[practice], tuple(match)))
    return NetworkLimits(
        patients_min=math.ceil(_exact(instance.coverage_min) * total),
        patients_max=math.floor(_exact(policy.coverage_max) * total),
        dividend=instance.weights.cost * policy.dividend_per_patient,
        same_area=_respects(instance, "networks"),
        fund=policy.transformation_fund or math.inf,
        fixed=tuple(fixed),
    )

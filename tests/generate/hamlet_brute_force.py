"""The best plan of a small instance by trying everything, from docs/model.md alone: no solver, none of its arrays.

Covers what the hamlet uses: a plane, one role, hub-led and acute-led models, consent, independents, continuity.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from instances import CareModel, Hospital, Instance, Practice


@dataclass(frozen=True)
class BestPlan:
    """An optimum: members by hub site, network of each hub, and what the search went through."""

    objective: float
    hubs: dict[str, tuple[str, ...]]
    networks: dict[str, str]  # hub site -> "MODEL:lead", of networked hubs
    continues: dict[str, str]  # hub site -> group
    independents: tuple[str, ...]
    moved: tuple[str, ...]
    hires: dict[str, float]
    partitions: int  # that keep every rule of the hub tier


Members = dict[str, tuple[Practice, ...]]  # by site


def best_plan(instance: Instance) -> BestPlan:
    """Cheapest hub tier first; stop when the hub tier alone costs more than the best whole plan."""
    priced = sorted(
        ((_hub_tier(instance, hubs, alone), hubs, alone) for hubs, alone in _partitions(instance)), key=_first
    )
    best: tuple[float, Members, list[Practice], dict[str, str]] | None = None
    for tier, hubs, alone in priced:
        if best and tier >= best[0]:
            break
        for network_of in _network_tiers(instance, hubs):
            total = tier + _network_tier(instance, hubs, network_of)
            if best is None or total < best[0]:
                best = (total, hubs, alone, network_of)
    assert best is not None, "no plan keeps the rules"
    total, hubs, alone, network_of = best
    _, continues, moved = _disruption(instance, hubs, alone)
    return BestPlan(
        objective=total,
        hubs={site: tuple(p.id for p in members) for site, members in hubs.items()},
        networks=network_of,
        continues=continues,
        independents=tuple(p.id for p in alone),
        moved=tuple(p.id for p in moved),
        hires={site: _shortage(instance, members) for site, members in hubs.items()},
        partitions=len(priced),
    )


def _first(row: tuple[float, Members, list[Practice]]) -> float:
    return row[0]


def _sites(instance: Instance) -> list[Practice | Hospital]:
    hospitals = [h for h in instance.hospitals if h.can_host_hub and h.kind in instance.hub.hospital_sites]
    return [p for p in instance.practices if p.can_host_hub] + hospitals


def _km(instance: Instance, a: Practice | Hospital, b: Practice | Hospital) -> float:
    straight = math.dist((a.x_km or 0.0, a.y_km or 0.0), (b.x_km or 0.0, b.y_km or 0.0))
    return round(instance.travel.circuity * straight, 6)


def _patients(members: tuple[Practice, ...]) -> int:
    return sum(p.patients for p in members)


def _partitions(instance: Instance) -> Iterator[tuple[Members, list[Practice]]]:
    """Every choice of hubs and independents that keeps distance, size, host and labour-market rules."""
    sites = _sites(instance)
    for count in range(len(sites) + 1):
        for opened in itertools.combinations(sites, count):
            yield from _assigned(instance, opened)


def _assigned(instance: Instance, opened: tuple[Practice | Hospital, ...]) -> Iterator[tuple[Members, list[Practice]]]:
    policy, hub = instance.policy, instance.hub
    ids = {site.id for site in opened}
    choices: list[list[str | None]] = []
    for p in instance.practices:
        if p.id in ids:
            choices.append([p.id])
            continue
        near: list[str | None] = [s.id for s in opened if _km(instance, p, s) <= hub.max_km]
        if policy.allow_independent and p.patients <= policy.independent_max_patients:
            near.append(None)
        choices.append(near)
    for choice in _fitting(instance, choices, ids):
        hubs = {s: tuple(p for p, c in zip(instance.practices, choice, strict=True) if c == s) for s in sorted(ids)}
        hires = sum(_shortage(instance, members) for members in hubs.values())
        role = instance.role[0]
        in_post = sum(p.fte[role.id] for p in instance.practices)
        if hires <= role.market_fte_share * in_post + 1e-6:
            yield hubs, [p for p, c in zip(instance.practices, choice, strict=True) if c is None]


def _fitting(instance: Instance, choices: list[list[str | None]], ids: set[str]) -> Iterator[tuple[str | None, ...]]:
    """Depth first, cut where a hub overflows."""
    load = dict.fromkeys(ids, 0)
    chosen: list[str | None] = []

    def descend(i: int) -> Iterator[tuple[str | None, ...]]:
        if i == len(choices):
            if all(load[s] >= instance.hub.min for s in ids):
                yield tuple(chosen)
            return
        for site in choices[i]:
            patients = instance.practices[i].patients if site else 0
            if site and load[site] + patients > instance.hub.max:
                continue
            if site:
                load[site] += patients
            chosen.append(site)
            yield from descend(i + 1)
            chosen.pop()
            if site:
                load[site] -= patients

    yield from descend(0)


def _shortage(instance: Instance, members: tuple[Practice, ...]) -> float:
    role = instance.role[0]
    needed = (role.min_per_10k or 0.0) * _patients(members) / 10_000
    return max(0.0, needed - sum(p.fte[role.id] for p in members))


def _hub_tier(instance: Instance, hubs: Members, alone: list[Practice]) -> float:
    """Pounds a year of everything but the networks."""
    hub, role, sites = instance.hub, instance.role[0], {s.id: s for s in _sites(instance)}
    cost = instance.policy.independent_price_per_patient * _patients(tuple(alone))
    for site, members in hubs.items():
        size = _patients(members)
        above = max(0, size - hub.target_max) if len(members) > 1 else 0
        cost += hub.running_cost + hub.setup_cost / instance.horizon_years
        cost += hub.price_per_patient * (max(0, hub.target_min - size) + above)
        cost += role.cost_per_fte * _shortage(instance, members)
        metres = sum(p.patients * _km(instance, p, sites[site]) for p in members)
        cost += metres * instance.travel.cost_per_patient_km
    disruption, _, _ = _disruption(instance, hubs, alone)
    return instance.weights.cost * cost + instance.weights.disruption * disruption


def _disruption(
    instance: Instance, hubs: Members, alone: list[Practice]
) -> tuple[float, dict[str, str], list[Practice]]:
    """The best matching of hubs and groups: pounds a year, group continued by hub, practices moved."""
    groups = sorted({p.current_group for p in instance.practices if p.current_group})

    def moved(site: str, group: str | None) -> list[Practice]:
        return [p for p in hubs[site] if p.current_group not in (None, group)]

    once = {(site, group): _once(instance, moved(site, group)) for site in hubs for group in (*groups, None)}
    matchings = _matchings(tuple(groups), len(hubs))
    best = min(matchings, key=lambda matched: sum(map(once.__getitem__, zip(hubs, matched, strict=True))))
    continued = dict(zip(hubs, best, strict=True))
    leaving = [p for p in alone if p.current_group] + [p for s in hubs for p in moved(s, continued[s])]
    yearly = _once(instance, leaving) / instance.horizon_years
    return yearly, {site: group for site, group in continued.items() if group}, leaving


@cache
def _matchings(groups: tuple[str, ...], hubs: int) -> list[tuple[str | None, ...]]:
    """Every way for so many hubs to continue a group each, or none."""
    slots = (*groups, *[None] * hubs)
    return sorted(set(itertools.permutations(slots, hubs)), key=str)


def _once(instance: Instance, moved: list[Practice]) -> float:
    rules = instance.disruption
    return sum(rules.cost_per_practice + rules.cost_per_patient * p.patients for p in moved)


def _candidates(instance: Instance, hubs: Members) -> list[tuple[CareModel, Practice | Hospital]]:
    found: list[tuple[CareModel, Practice | Hospital]] = []
    for model in instance.care_model:
        if model.lead == "hub":
            practices = {p.id: p for p in instance.practices}
            found += [
                (model, practices[s])
                for s in hubs
                if s in practices and practices[s].patients >= model.lead_min_patients
            ]
        else:
            found += [(model, h) for h in instance.hospitals if h.kind == model.lead]
    return found


def _network_tiers(instance: Instance, hubs: Members) -> Iterator[dict[str, str]]:
    """Every choice of networks that keeps their rules, as hub site -> network."""
    candidates = {f"{model.id}:{lead.id}": (model, lead) for model, lead in _candidates(instance, hubs)}
    sites = {s.id: s for s in _sites(instance)}
    choices = [
        [None, *(n for n, (model, lead) in candidates.items() if _may_join(instance, members, sites[s], model, lead))]
        for s, members in hubs.items()
    ]
    for choice in itertools.product(*choices):
        network_of = {site: n for site, n in zip(hubs, choice, strict=True) if n}
        if all(_network_fits(hubs, network_of, n, *candidates[n]) for n in set(network_of.values())):
            covered = sum(_patients(hubs[s]) for s in network_of)
            total = _patients(instance.practices)
            if instance.coverage_min * total <= covered <= instance.policy.coverage_max * total:
                yield network_of


def _may_join(
    instance: Instance,
    members: tuple[Practice, ...],
    site: Practice | Hospital,
    model: CareModel,
    lead: Practice | Hospital,
) -> bool:
    """Distance and consent, which concern one hub alone."""
    refused = instance.policy.consent and any(model.id in p.refuses for p in members)
    return not refused and _km(instance, site, lead) <= model.max_km


def _network_fits(
    hubs: Members, network_of: dict[str, str], id: str, model: CareModel, lead: Practice | Hospital
) -> bool:
    patients = sum(_patients(hubs[s]) for s in hubs if network_of.get(s) == id)
    return model.min <= patients <= model.max and (lead.id not in hubs or network_of.get(lead.id) == id)


def _network_tier(instance: Instance, hubs: Members, network_of: dict[str, str]) -> float:
    models = {m.id: m for m in instance.care_model}
    places: dict[str, Practice | Hospital] = dict(_named(instance))
    cost = 0.0
    for id in set(network_of.values()):
        model, lead = models[id.split(":")[0]], places[id.split(":")[1]]
        inside = [s for s in hubs if network_of.get(s) == id]
        size = sum(_patients(hubs[s]) for s in inside)
        cost += model.running_cost + model.setup_cost / instance.horizon_years
        cost += model.price_per_patient * (max(0, model.target_min - size) + max(0, size - model.target_max))
        cost += sum(model.cost_per_hub_km * _km(instance, places[s], lead) for s in inside)
        cost += sum(p.patients * _misfit(instance, p, model) for s in inside for p in hubs[s])
    uncovered = _patients(instance.practices) - sum(_patients(hubs[s]) for s in network_of)
    return instance.weights.cost * (cost + instance.policy.dividend_per_patient * uncovered)


def _named(instance: Instance) -> Iterator[tuple[str, Practice | Hospital]]:
    yield from ((p.id, p) for p in instance.practices)
    yield from ((h.id, h) for h in instance.hospitals)


def _misfit(instance: Instance, practice: Practice, model: CareModel) -> float:
    scored = [p for p in instance.practices if p.deprivation is not None]
    ridit = 0.5
    if practice.deprivation is not None:
        less = sum(p.patients for p in scored if (p.deprivation or 0.0) < practice.deprivation)
        equal = sum(p.patients for p in scored if p.deprivation == practice.deprivation)
        ridit = (less + equal / 2) / sum(p.patients for p in scored)
    return model.misfit_affluent + ridit * (model.misfit_deprived - model.misfit_affluent)

"""Who may join a hub where, and what the hub costs there whatever the prices: exact, from the instance alone.

Rules about a practice and a site, or about a practice and the site's host; all others are left out, which can only
lower a bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from instances.rows import Practice
from instances.schema import Boundary, CareModel
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared

MICRO = 10**6  # hub-level money is in millionths of a pound, rounded down


def micro(pounds: Fraction) -> int:
    """Millionths of a pound, rounded down: what is below an amount is below it still."""
    return math.floor(pounds * MICRO)


@dataclass(frozen=True)
class Site:
    """A place where a hub may be."""

    id: str
    host: str | None  # practice that must be a member
    minimum: int  # patients
    capacity: int | None  # patients
    cost: int  # millionths of a pound a year: running and set-up
    travel: dict[str, int]  # the same for each practice that may join, with the price of departing to it
    coordination: dict[str, dict[str, int]]  # the same by care model and lead, within the model's limits
    crossing: dict[str, int]  # the same per patient of the hub by such a lead, where a boundary has a price


class Sites(Mapping[str, Site]):
    """By id, in the instance's order; places that `must_not_open` are none. Each is worked out when it is asked for."""

    def __init__(self, prepared: Prepared) -> None:
        closed = set(prepared.instance.policy.must_not_open)
        ids = (place for place in prepared.places if prepared.can_host(place) and place not in closed)
        self._prepared = prepared
        self._leads = {model: leads_of(prepared, of) for model, of in prepared.models.items()}
        self._found: dict[str, Site | None] = dict.fromkeys(ids)

    def __getitem__(self, id_: str) -> Site:
        site = self._found[id_]
        if site is None:
            site = self._found[id_] = _site(self._prepared, id_, self._leads)
        return site

    def __contains__(self, id_: object) -> bool:
        return id_ in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def leads_of(prepared: Prepared, model: CareModel) -> frozenset[str]:
    """Places that can lead a network of the model: the lead of a hub-led one has to be open, fewest partners have to be
    near, and a hospital has to take on the fewest patients."""
    closed = set(prepared.instance.policy.must_not_open) if model.lead == "hub" else set()
    large = {id_ for id_, p in prepared.practices.items() if p.patients >= model.lead_min_patients}
    able = (id_ for id_ in prepared.places if id_ in prepared.hospitals or id_ in large)
    leads = (id_ for id_ in able if id_ not in closed and prepared.can_lead(model, id_))
    large_enough = (id_ for id_ in leads if prepared.most_led(model, id_)[0] >= model.min)
    fewest = model.partners_min
    return frozenset(id_ for id_ in large_enough if not fewest or len(prepared.partners_of(model, id_)) >= fewest)


def _site(prepared: Prepared, id_: str, leads: dict[str, frozenset[str]]) -> Site:
    instance, place = prepared.instance, prepared.places[id_]
    host = id_ if instance.hub.host_is_member and id_ in prepared.practices else None
    weight = exact(instance.weights.cost)
    yearly = exact(instance.hub.running_cost) + prepared.hub_setup_cost(id_) / exact(instance.horizon_years)
    coordination = {
        model: _coordination(prepared, id_, prepared.models[model], of_model) for model, of_model in leads.items()
    }
    return Site(
        id=id_,
        host=host,
        minimum=prepared.min_patients(id_),
        capacity=place.hub_capacity,
        cost=micro(weight * yearly),
        travel={
            practice: micro(weight * cost + prepared.departure(practice, id_))
            for practice, cost in _travel(prepared, id_, host).items()
        },
        coordination=coordination,
        crossing={
            lead: micro(weight * price)
            for lead in set().union(*coordination.values())
            if (price := _crossing(prepared, "networks", id_, lead))
        },
    )


def _crossing(prepared: Prepared, tier: str, place: str, other: str) -> Fraction:
    """Pounds a year per patient of a practice and its hub's site, or of a hub and its lead."""
    between = (each for each in prepared.priced if each.tier == tier and _is_between(prepared, each, place, other))
    return sum((exact(each.price_per_patient) for each in between), Fraction(0))


def _is_between(prepared: Prepared, boundary: Boundary, place: str, other: str) -> bool:
    """Whether two places are in different areas; exceptions are in every area."""
    one, two = (boundary.area_of(prepared.places[each]) for each in (place, other))
    return one is not None and two is not None and one != two


def _travel(prepared: Prepared, site: str, host: str | None) -> dict[str, Fraction]:
    """Pounds a year of the practices that may join, boundaries included, unweighted; nobody if the host may not."""
    rules, found = prepared.instance.hub, {}
    for practice in prepared.travel.reaching(site, rules.max_km, rules.max_minutes):
        cost = prepared.travel_cost(practice, site) if _may_join(prepared, practice, site, host) else None
        if cost is not None:
            crossing = prepared.practices[practice].patients * _crossing(prepared, "hubs", practice, site)
            found[practice] = cost + crossing + prepared.neighbourhood_cost(practice, site)
    for practices in together(prepared):
        if not practices <= found.keys():
            found = {practice: cost for practice, cost in found.items() if practice not in practices}
    return found if host is None or host in found else {}


def _may_join(prepared: Prepared, practice: str, site: str, host: str | None) -> bool:
    policy, capacity = prepared.instance.policy, prepared.places[site].hub_capacity
    if policy.fixed_hub.get(practice, site) != site or site in policy.barred_hub.get(practice, ()):
        return False
    if prepared.is_far_from_home(practice, site):
        return False
    if capacity is not None and prepared.practices[practice].patients > capacity:
        return False
    return host in (None, practice) or _get_on(prepared, prepared.practices[practice], prepared.practices[host or ""])


def _get_on(prepared: Prepared, practice: Practice, host: Practice) -> bool:
    """Whether a practice and a host may be members of one hub."""
    policy = prepared.instance.policy
    if max(practice.patients, host.patients) > prepared.instance.hub.max:
        return False
    if any(_is_between(prepared, each, practice.id, host.id) for each in prepared.uncrossed("hubs")):
        return False
    return not any(practice.id in apart and host.id in apart for apart in policy.keep_apart)


def together(prepared: Prepared) -> list[set[str]]:
    """Practices that share a hub, lists that overlap merged."""
    merged: list[set[str]] = []
    for practices in prepared.instance.policy.keep_together:
        overlapping = [other for other in merged if other & set(practices)]
        merged = [other for other in merged if other not in overlapping]
        merged.append(set(practices).union(*overlapping))
    return merged


def _coordination(prepared: Prepared, site: str, model: CareModel, leads: frozenset[str]) -> dict[str, int]:
    per_km = exact(prepared.instance.weights.cost) * exact(model.cost_per_hub_km)
    uncrossed = prepared.uncrossed("networks") if model.lead == "hub" else []
    found = {}
    for lead in leads & prepared.travel.may_be_reached(site, model.max_km):
        leg = prepared.travel.measure(site, lead)
        apart = any(_is_between(prepared, each, site, lead) for each in uncrossed)
        if leg is not None and leg.within(model.max_km, model.max_minutes) and not apart:
            found[lead] = micro(per_km * leg.km)
    return found

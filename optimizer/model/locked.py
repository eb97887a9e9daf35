"""Locks of single practices in words: what they leave of the sites that a practice could join."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from instances import Hospital, Instance, Practice
from optimizer.model.pairs import Distances

_ANYWHERE_KM = 1e5  # further than any road
_MOST_NAMED = 3  # sites


def locked(instance: Instance, distances: Distances) -> tuple[str, ...]:
    """[n] "is to be in the hub at B, 20.1 km away where 15 km are allowed"; empty of practices without such a lock."""
    found: dict[str, str] = {}
    if instance.policy.barred_hub or instance.policy.fixed_hub:
        practices = {practice.id: practice for practice in instance.practices}
        hospitals = {hospital.id: hospital for hospital in instance.hospitals}
        found = _barred(instance, {**practices, **hospitals}) | _fixed(instance, distances, practices, hospitals)
    return tuple(found.get(practice.id, "") for practice in instance.practices)


def known_as(place: Practice | Hospital) -> str:
    return f"{place.name} [{place.id}]" if place.name else place.id


def _barred(instance: Instance, places: Mapping[str, Practice | Hospital]) -> dict[str, str]:
    found = {}
    for practice, barred in instance.policy.barred_hub.items():
        sites = list(dict.fromkeys(barred))
        where = ", ".join(known_as(places[site]) for site in sites[:_MOST_NAMED])
        where += f" and {len(sites) - _MOST_NAMED:,} more" if len(sites) > _MOST_NAMED else ""
        hubs = "every hub" if len(sites) == len(places) else f"the hub{'s' if len(sites) > 1 else ''} at {where}"
        found[practice] = f"is barred from {hubs}"
    return found


def _fixed(
    instance: Instance, distances: Distances, practices: Mapping[str, Practice], hospitals: Mapping[str, Hospital]
) -> dict[str, str]:
    """With what keeps each from its site, if the way or the site alone do."""
    fixed, hub = instance.policy.fixed_hub, instance.hub
    who = [practices[practice] for practice in fixed]
    sites = [practices.get(site) or hospitals[site] for site in fixed.values()]
    each = np.arange(len(fixed))
    ways = distances.within(who, sites, _ANYWHERE_KM, None)
    way = ways.index_of(each, each)
    is_in_time = distances.within(who, sites, _ANYWHERE_KM, hub.max_minutes).index_of(each, each) >= 0
    found = {}
    for k, (practice, site) in enumerate(zip(fixed, sites, strict=True)):
        km = float(ways.km[way[k]]) if way[k] >= 0 else math.inf
        why = ""
        if km == math.inf:
            why = ", to which the travel table has no way"
        elif km > hub.max_km:
            why = f", {math.ceil(km * 10) / 10:g} km away where {hub.max_km:g} km are allowed"
        elif not is_in_time[k]:
            why = f", further away than the {hub.max_minutes:g} minutes that are allowed"
        elif not site.can_host_hub or (isinstance(site, Hospital) and site.kind not in hub.hospital_sites):
            why = ", which cannot have a hub"
        found[practice] = f"is to be in the hub at {known_as(site)}{why}"
    return found

"""Locks of single practices in words: what they leave of the sites that a practice could join."""

from __future__ import annotations

import math

from instances import Hospital, Instance, Practice
from optimizer.model.pairs import Distances

_ANYWHERE_KM = 1e5  # further than any road
_MOST_NAMED = 3  # sites


def locked(instance: Instance, distances: Distances) -> tuple[str, ...]:
    """[n] "is to be in the hub at B, 20.1 km away where 15 km are allowed"; empty of practices without such a lock."""
    policy = instance.policy
    if not policy.fixed_hub and not policy.barred_hub:
        return ("",) * len(instance.practices)
    places: dict[str, Practice | Hospital] = {place.id: place for place in (*instance.hospitals, *instance.practices)}
    found = dict.fromkeys(places, "")
    for practice, barred in policy.barred_hub.items():
        sites = list(dict.fromkeys(barred))
        where = ", ".join(known_as(places[site]) for site in sites[:_MOST_NAMED])
        where += f" and {len(sites) - _MOST_NAMED:,} more" if len(sites) > _MOST_NAMED else ""
        found[practice] = f"is barred from the hub{'s' if len(sites) > 1 else ''} at {where}"
    for practice, site in policy.fixed_hub.items():
        why = _why_not(instance, distances, places[practice], places[site])
        found[practice] = f"is to be in the hub at {known_as(places[site])}" + (f", {why}" if why else "")
    return tuple(found[practice.id] for practice in instance.practices)


def known_as(place: Practice | Hospital) -> str:
    return f"{place.name} [{place.id}]" if place.name else place.id


def _why_not(
    instance: Instance, distances: Distances, practice: Practice | Hospital, site: Practice | Hospital
) -> str | None:
    """What keeps a practice from joining a hub at a site, if the way or the site alone do."""
    hub = instance.hub
    way = distances.within([practice], [site], _ANYWHERE_KM, None)
    if len(way) == 0:
        return "to which the travel table has no way"
    km = math.ceil(float(way.km[0]) * 10) / 10
    if way.km[0] > hub.max_km:
        return f"{km:g} km away where {hub.max_km:g} km are allowed"
    if len(distances.within([practice], [site], _ANYWHERE_KM, hub.max_minutes)) == 0:
        return f"further away than the {hub.max_minutes:g} minutes that are allowed"
    if not site.can_host_hub or (isinstance(site, Hospital) and site.kind not in hub.hospital_sites):
        return "which cannot have a hub"
    return None

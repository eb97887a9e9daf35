"""Borders between areas: who is on which side of which, and what crossing those with a price costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from instances.schema import Boundary
from instances.values import AREA
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.prepared import Prepared
from optimizer.verify.wording import Violation, breach


def hub_boundaries(case: Case) -> Iterator[Violation]:
    """Members of a hub share an area of each kind that hubs do not cross."""
    for boundary in case.prepared.uncrossed("hubs"):
        for hub in case.hubs:
            yield from _one_area(case, boundary, f"hub {hub.site}", hub.site, "members", hub.members)


def network_boundaries(case: Case) -> Iterator[Violation]:
    """The sites of a network's hubs share an area of each kind that networks do not cross."""
    for boundary in case.prepared.uncrossed("networks"):
        for network in case.networks:
            yield from _one_area(case, boundary, f"network {network.id}", network.id, "hubs", network.hubs)


def sides(prepared: Prepared, boundary: Boundary, places: Iterable[str]) -> dict[str, str]:
    """The areas of places that are on one side of a boundary; exceptions and unknown places are on none."""
    homes = {place: boundary.area_of(prepared.places[place]) for place in places if place in prepared.places}
    return {place: area for place, area in homes.items() if area is not None}


def astray(prepared: Prepared, boundary: Boundary, places: Iterable[str]) -> tuple[str, ...]:
    """Those places that are not in the area where most of them are, the first of such areas."""
    homes = sides(prepared, boundary, places)
    areas = list(homes.values())
    most = max(dict.fromkeys(areas), key=areas.count, default="")
    return tuple(place for place, area in homes.items() if area != most)


def _one_area(
    case: Case, boundary: Boundary, what: str, subject: str, of: str, places: tuple[str, ...]
) -> Iterator[Violation]:
    homes = sides(case.prepared, boundary, places)
    areas = sorted(set(homes.values()))
    if len(areas) > 1:
        kind = "" if boundary.area == AREA else f" of {boundary.area}"
        strays = len(astray(case.prepared, boundary, places))
        message = f"{what} has {of} in {len(areas)} areas{kind} ({', '.join(areas)}); {strays} of {len(homes)} stray"
        yield breach("boundaries", subject, message, strays)


def patients_across(case: Case, boundary: Boundary) -> int:
    """Of members whose hub's site is in another area than they, or of hubs whose lead is."""
    prepared = case.prepared
    if boundary.tier == "hubs":
        pairs = [(p.practice, p.hub, prepared.practices[p.practice].patients) for p in case.practices]
    else:
        lead = {network.id: network.lead for network in case.networks}
        pairs = [(hub.site, lead.get(hub.network or ""), hub.patients) for hub in case.hubs]
    return sum(
        patients
        for place, other, patients in pairs
        if other is not None and len(set(sides(prepared, boundary, (place, other)).values())) > 1
    )


def across(case: Case) -> Fraction:
    """Pounds a year of all who are taken across boundaries at a price."""
    return sum(
        (exact(each.price_per_patient) * patients_across(case, each) for each in case.prepared.priced),
        Fraction(0),
    )

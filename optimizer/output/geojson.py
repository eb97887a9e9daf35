"""plan.geojson: a plan for geographical information systems, after RFC 7946 (WGS 84, longitude first).

Four kinds of feature: hubs as areas around their practices, their sites, practices and leads as points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from instances import Hospital, Practice
from optimizer.output.outlines import LocalPlane, disc_radius_km, on_globe, outline
from optimizer.solving.result import VerifiedPlan
from optimizer.solving.tables import KM_DECIMALS, RUN_BY
from optimizer.verify import HubFacts

GEOJSON_FILE = "plan.geojson"
_DEGREE_DECIMALS = 6  # about 10 cm

Feature = dict[str, Any]


def as_geojson(plan: VerifiedPlan) -> str | None:
    """The text of the file; None where a place has no latitude and longitude."""
    if not on_globe(plan.instance):
        return None
    features = [*_hubs(plan), *_sites(plan), *_practices(plan), *_leads(plan)]
    content = {"type": "FeatureCollection", "name": plan.instance.name, "features": features}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _hubs(plan: VerifiedPlan) -> Iterator[Feature]:
    practices = {practice.id: practice for practice in plan.instance.practices}
    plane = LocalPlane(plan.instance.practices)
    radius = disc_radius_km(plane.km(plan.instance.practices))
    for hub in plan.evaluation.hubs:
        if hub.members:
            ring = outline(plane.km([practices[member] for member in hub.members]), radius)
            corners = [_rounded(*corner) for corner in plane.degrees(ring).tolist()]
            yield _feature(f"hub:{hub.site}", {"type": "Polygon", "coordinates": [corners]}, _of_hub(hub, "hub"))


def _sites(plan: VerifiedPlan) -> Iterator[Feature]:
    """Where hubs are: at a practice or at a hospital, which no other feature shows."""
    places = _places(plan)
    for hub in plan.evaluation.hubs:
        if hub.site in places:  # a plan from elsewhere may name anything
            yield _feature(f"site:{hub.site}", _point(places[hub.site]), _of_hub(hub, "site"))


def _places(plan: VerifiedPlan) -> dict[str, Practice | Hospital]:
    places: dict[str, Practice | Hospital] = {place.id: place for place in plan.instance.hospitals}
    return places | {place.id: place for place in plan.instance.practices}


def _of_hub(hub: HubFacts, kind: str) -> Feature:
    return {
        "kind": kind,
        "id": hub.site,
        "name": hub.name,
        "hub": hub.site,
        "network": hub.network,
        "care_model": hub.care_model,
        "members": len(hub.members),
        "patients": hub.patients,
        "in_band": hub.in_band,
        "continues": hub.continues,
        "mean_km": round(float(hub.mean_km), KM_DECIMALS),
        "max_km": round(float(hub.max_km), KM_DECIMALS),
    }


def _practices(plan: VerifiedPlan) -> Iterator[Feature]:
    for practice, facts in zip(plan.instance.practices, plan.evaluation.practices, strict=True):
        properties = {
            "kind": "practice",
            "id": practice.id,
            "name": practice.name,
            "hub": facts.hub,
            "network": facts.network,
            "care_model": facts.care_model,
            "patients": practice.patients,
            "current_group": practice.current_group,
            "moved": facts.moved,
            "km": None if facts.km is None else round(float(facts.km), KM_DECIMALS),
            **({} if plan.instance.trust_run is None else {RUN_BY: facts.run_by}),
        }
        yield _feature(f"practice:{practice.id}", _point(practice), properties)


def _leads(plan: VerifiedPlan) -> Iterator[Feature]:
    places = _places(plan)
    for network in plan.evaluation.networks:
        lead = places.get(network.lead)
        if lead is None:  # a plan from elsewhere may name anything
            continue
        properties = {
            "kind": "lead",
            "id": lead.id,
            "name": lead.name,
            "network": network.id,
            "care_model": network.care_model,
            "patients": network.patients,
            **({"partners": list(network.partners)} if network.partners else {}),
        }
        yield _feature(f"lead:{network.id}", _point(lead), properties)


def _feature(id_: str, geometry: Feature, properties: Feature) -> Feature:
    return {"type": "Feature", "id": id_, "geometry": geometry, "properties": properties}


def _point(place: Practice | Hospital) -> Feature:
    assert place.longitude is not None  # `on_globe` has looked
    assert place.latitude is not None
    return {"type": "Point", "coordinates": _rounded(place.longitude, place.latitude)}


def _rounded(longitude: float, latitude: float) -> list[float]:
    return [round(longitude, _DEGREE_DECIMALS), round(latitude, _DEGREE_DECIMALS)]

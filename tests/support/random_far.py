"""Homes for a random instance, and limits on shares of patients who live far from their hub or outside its zone."""

from __future__ import annotations

import random
from typing import Any

from instances import Instance


def with_far(instance: Instance, rng: random.Random) -> Instance:
    """Places around the practices, patients of each at some of them or at the practice, and one to three limits."""
    data = instance.model_dump(exclude_unset=True)
    practices: list[dict[str, Any]] = data["practices"]
    n = len(practices)
    data["places"] = [_place(rng, k, [practices[k // 2], rng.choice(practices)]) for k in range(2 * n)]
    homes = [(p["id"], place) for own, p in enumerate(practices) for place in _places_of(rng, own, p["id"])]
    data["homes"] = {
        "practice": [practice for practice, _ in homes],
        "place": [place for _, place in homes],
        "patients": [rng.randrange(0, 900) for _ in homes],
    }
    table = data["travel"].get("table")
    timed = table is not None and table.get("minutes") is not None and rng.random() < 0.7
    if timed:
        places, sites = data["places"], [*practices, *data["hospitals"]]
        _time_places(rng, table, [place["id"] for place in places], [site["id"] for site in sites])
    limits = rng.sample(["hub", "plan", "zone"], rng.choice([1, 1, 2, 3]))
    far = {"far_km": rng.choice([3.0, 4.5])} if not timed or rng.random() < 0.5 else {}
    if "hub" in limits:
        data["hub"] |= {**far, "far_share_max": rng.choice([0.25, 1 / 3, 0.5])}
    if "plan" in limits:
        data["hub"] |= far
        data["policy"]["far_share_max"] = rng.choice([0.15, 0.25, 0.4])
    if timed and ("hub" in limits or "plan" in limits):
        data["hub"]["far_minutes"] = 12.5
    if "zone" in limits:
        data["hub"] |= {"zone": "msoa", "zone_share_max": rng.choice([0.3, 0.4, 0.6])}
    return Instance.model_validate(data)


def _place(rng: random.Random, k: int, near: list[dict[str, Any]]) -> dict[str, Any]:
    """Between two practices, closer to the first."""
    share = rng.uniform(0, 0.4)
    axes = ("latitude", "longitude") if near[0].get("latitude") is not None else ("x_km", "y_km")
    where = {axis: round(near[0][axis] + share * (near[1][axis] - near[0][axis]), 5) for axis in axes}
    zone = {"msoa": rng.choice(["M1", "M1", "M1", "M2"])} if rng.random() < 0.9 else {}
    return {"id": f"L{k}", **where, "zones": zone}


def _places_of(rng: random.Random, own: int, practice: str) -> list[str]:
    """Two of its own, and one anywhere; none for some: everybody lives at the practice."""
    if rng.random() < 0.1:
        return []
    places = dict.fromkeys([f"L{2 * own}", f"L{2 * own + 1}", f"L{rng.randrange(2 * own + 2)}"])
    return [*places, *([practice] if rng.random() < 0.3 else [])]


def _time_places(rng: random.Random, table: dict[str, Any], places: list[str], sites: list[str]) -> None:
    """Measured travel from most places to most sites."""
    pairs = [(place, site) for place in places for site in sites if rng.random() < 0.8]
    columns = {name: list(table[name]) for name in ("km", "minutes", "cost") if table.get(name) is not None}
    for name, values in columns.items():
        values += [round(rng.uniform(0, {"km": 8.0, "minutes": 20.0, "cost": 30_000.0}[name]), 2) for _ in pairs]
    table |= {
        "origin": [*table["origin"], *(a for a, _ in pairs)],
        "destination": [*table["destination"], *(b for _, b in pairs)],
        **columns,
    }

"""Homes for random instances: places around practices, zones, deprivation, and all that asks where patients live."""

from __future__ import annotations

import random
from typing import Any

from instances import Instance

PLACES = 12
KM_PER_DEGREE = 111.2  # of latitude, where random instances are


def with_homes(instance: Instance, rng: random.Random) -> Instance:
    """The instance with patients' homes, travel from them, and by chance every rule and price that asks for them."""
    data: dict[str, Any] = instance.model_dump(exclude_unset=True)
    practices = data["practices"]
    data["places"] = [_place(rng, k, rng.choice(practices)) for k in range(PLACES)]
    ids = [place["id"] for place in data["places"]]
    rows = [(p["id"], place, rng.randint(1, 50)) for p in practices for place in ids if rng.random() < 0.4]
    rows += [(p["id"], p["id"], rng.randint(1, 30)) for p in practices if rng.random() < 0.3]
    data["homes"] = {name: [row[k] for row in rows] for k, name in enumerate(("practice", "place", "patients"))}
    travel, hub, policy = data.setdefault("travel", {}), data.setdefault("hub", {}), data.setdefault("policy", {})
    travel |= {"basis": "homes", "deprived_weight": rng.choice([1.0, 2.5])}
    if travel.get("table"):
        _without_cost(rng, travel, practices, ids)
    hub |= {
        "zone": "council",
        "zone_price_per_patient": 3,
        "neighbourhood_price_per_patient": rng.choice([0, 5]),
        "max_home_km": rng.choice([None, None, 4.5, 12]),
    }
    policy["deprived_km_max"] = rng.choice([None, None, 3.6, 4.4])
    policy["no_fifth_worse"] = rng.random() < 0.3 and any(p.get("current_group") for p in practices)
    return Instance.model_validate(data)


def _place(rng: random.Random, k: int, around: dict[str, Any]) -> dict[str, Any]:
    """Within 2 km east and north of a practice."""
    east, north = rng.uniform(-2, 2), rng.uniform(-2, 2)
    if around.get("x_km") is not None:
        where = {"x_km": round(around["x_km"] + east, 2), "y_km": round(around["y_km"] + north, 2)}
    else:
        latitude, longitude = around["latitude"] + north / KM_PER_DEGREE, around["longitude"] + east / KM_PER_DEGREE
        where = {"latitude": round(latitude, 5), "longitude": round(longitude, 5)}
    zone = rng.choice(["North", "South", "South", None])
    return {
        "id": f"L{k}",
        "deprivation": rng.choice([None, 3, 9.5, 21, 40]),
        "rural": rng.choice([None, True, False]),
        "zones": {} if zone is None else {"council": zone},
        **where,
    }


def _without_cost(
    rng: random.Random, travel: dict[str, Any], practices: list[dict[str, Any]], places: list[str]
) -> None:
    """A table of premises prices no travel from home; some ways from places are measured."""
    table = {name: list(column) for name, column in travel["table"].items() if name != "cost" and column is not None}
    known = set(zip(table["origin"], table["destination"], strict=True))
    for place in places:
        for practice in practices:
            if rng.random() < 0.2 and (place, practice["id"]) not in known:
                table["origin"].append(place)
                table["destination"].append(practice["id"])
                for name, most in (("km", 8.0), ("minutes", 20.0)):
                    if name in table:
                        table[name].append(round(rng.uniform(0, most), 2))
    travel["table"] = table

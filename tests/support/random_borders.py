"""Boundaries for a random instance: two kinds of area, both tiers, hard and at a price, with exceptions."""

from __future__ import annotations

import random

from instances import Instance


def with_borders(instance: Instance, rng: random.Random) -> Instance:
    """Areas of a second kind for every place, and up to four boundaries in place of `policy.respect_areas`."""
    data = instance.model_dump(exclude_unset=True)
    places = [*data["practices"], *data["hospitals"]]
    for place in places:
        place["areas"] = {"council": rng.choice(["North", "North", "South"])}
    data["policy"]["respect_areas"] = False
    data["boundary"] = [
        {
            "area": area,
            "tier": tier,
            "price_per_patient": rng.choice([None, 1.5, 12]),
            "exceptions": rng.sample([place["id"] for place in places], rng.choice([0, 1, 2])),
        }
        for area in ("area", "council")
        for tier in ("hubs", "networks")
        if rng.random() < 0.7
    ]
    return Instance.model_validate(data)

"""Hospitals as members of networks, put into small random instances by chance."""

from __future__ import annotations

import random
from typing import Any

from instances import Instance

KINDS = ("acute", "community", "other")


def with_partners(instance: Instance, rng: random.Random) -> Instance:
    """Partners of networks, leads that take on less or nothing, a hospital more; every setting is there by chance."""
    data = instance.model_dump(exclude_unset=True)
    for model in data["care_model"]:
        if rng.random() < 0.8:
            model |= _wanted(rng)
    if data["hospitals"] and instance.travel.table is None:
        places = [dict(hospital) for hospital in data["hospitals"]]
        extra = {**rng.choice(places), "id": "h9", "kind": rng.choice(KINDS), "leads": []}
        data["hospitals"] = [*places, extra]
    for hospital in data["hospitals"]:
        hospital |= {
            "can_lead": rng.random() < 0.85,
            "lead_patients_max": rng.choice([None, None, 20_000, 35_000]),
            "lead_practices_max": rng.choice([None, None, 3, 5]),
        }
    return Instance.model_validate(data)


def _wanted(rng: random.Random) -> dict[str, Any]:
    least = rng.choice([0, 1, 1, 1, 2])
    return {
        "partner_kinds": rng.sample(KINDS, rng.choice([1, 2, 3])),
        "partners_min": least,
        "partners_max": rng.choice([None, least, least + 1]),
        "partner_max_km": rng.choice([4.0, 8.0, 40.0]),
        "partner_running_cost": rng.choice([0.0, 5_000.0, 60_000.0]),
        "partner_setup_cost": rng.choice([0.0, 20_000.0]),
    }

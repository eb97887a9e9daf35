"""Random instances in which trusts run practices: prices at which it pays for some, less room than would be used."""

from __future__ import annotations

import random
from typing import Any

from instances import Instance


def with_trust_run(given: Instance, rng: random.Random) -> Instance:
    """The instance with a section trust_run, hospitals of two trusts that run practices, and some that refuse."""
    data: dict[str, Any] = given.model_dump(exclude_unset=True)
    patients = sorted(practice["patients"] for practice in data["practices"])
    price = given.policy.independent_price_per_patient
    data["trust_run"] = {
        "cost_per_practice": rng.choice([0, 500, 20_000]),
        "price_per_patient": rng.choice([0, 0.5, 0.75]) * price,
        "misfit_deprived": rng.choice([0, 0, 4]),
        "misfit_affluent": rng.choice([0, 0, 4]),
        "max_km": rng.choice([8, 15, 100]),
    }
    hospitals = list(data.get("hospitals", ()))
    while len(hospitals) < 3:
        place = rng.choice(data["practices"])
        where = {key: place[key] for key in ("latitude", "longitude", "x_km", "y_km", "area") if key in place}
        hospitals.append({"id": f"T{len(hospitals)}", "kind": "mental_health", "can_host_hub": False, **where})
    for hospital in hospitals:
        hospital["trust"] = rng.choice(["East", "West", None])
        if rng.random() < 0.6:
            hospital["runs_practices_max"] = rng.choice([0, 1, 1, 2])
        if rng.random() < 0.4:
            hospital["runs_patients_max"] = rng.choice(patients) + rng.choice([0, 1, patients[0]])
    data["hospitals"] = hospitals
    for practice in data["practices"]:
        if rng.random() < 0.15:
            practice["refuses"] = [*practice.get("refuses", ()), "TRUST_RUN"]
    return Instance.model_validate(data)

"""Commissioners, core funding and weighted lists for random instances, so that delegation and guarantee decide."""

from __future__ import annotations

import random

from instances import Instance


def with_money(instance: Instance, rng: random.Random) -> Instance:
    """The instance with a guarantee, and one of its areas without delegation where a care model needs it."""
    data = instance.model_dump(exclude_unset=True)
    for practice in data["practices"]:
        practice["core_funding_per_patient"] = rng.choice([None, 88, 93.5, 94.1, 110])
        practice["weighted_patients"] = rng.choice([None, round(practice["patients"] * rng.uniform(0.8, 1.3), 1)])
    data["practices"][0]["core_funding_per_patient"] = 91
    areas = sorted({practice["area"] for practice in data["practices"]})
    missing = rng.choice(areas)
    data["commissioners"] = [
        {"area": area, "delegated": area != missing, "management_cost": rng.choice([None, 250_000.5])} for area in areas
    ]
    for model in data["care_model"]:
        model["needs_delegated"] = rng.random() < 0.6
    data["policy"]["guarantee_per_patient"] = rng.choice([93, 95, 95.5])
    data["policy"]["dividend_reinvested_share"] = rng.choice([0, 0.25])
    return Instance.model_validate(data)

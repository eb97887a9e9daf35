"""Staff hired whole, shared by networks, and found where nobody has any today: put on a random instance."""

from __future__ import annotations

import random
from typing import Any

from instances import Instance


def with_staff(instance: Instance, rng: random.Random) -> Instance:
    """The same with other roles; each role's people are hired whole or not, from a share or from a stated market."""
    roles = rng.choice([["gp"], ["gp", "therapist"], ["therapist"], ["nurse", "therapist"], ["gp", "nurse"]])
    if not instance.care_model:
        roles = ["gp"]
    data = instance.model_dump()
    data["role"] = [_role(rng, role) for role in roles]
    for hospital in data["hospitals"]:
        if "therapist" in roles and rng.random() < 0.4:
            hospital["fte"]["therapist"] = rng.choice([0.5, 1, 1.6])
    return Instance.model_validate(data)


def _role(rng: random.Random, id_: str) -> dict[str, Any]:
    market = rng.choice([{"market_fte": rng.choice([2, 4.5, 9])}, {"market_fte_share": rng.choice([0.15, 0.4])}])
    if id_ == "therapist":
        ratios = {"network_min_per_10k": rng.choice([0.3, 0.7, 1.1])}
        market = {"market_fte": rng.choice([1, 2.5, 6])}
    elif id_ == "nurse":
        ratios = {"min_per_10k": rng.choice([2.9, 3.1]), "network_min_per_10k": 3.3}
    else:
        ratios = {"min_per_10k": rng.choice([3.5, 4.1, 4.4])}
    whole = {"whole_fte": rng.random() < 0.75, "cost_per_fte": rng.choice([40_000, 100_000])}
    return {"id": id_, **ratios, **market, **whole}

"""Random instances with whole areas, bids and waves: a random instance, some of its care models made so by chance."""

from __future__ import annotations

import random

from random_instances import random_instance

from instances import Instance


def with_kinds(seed: int, n: int = 8, *, areas: float = 0.5, bids: float = 0.5, waves: float = 0.5) -> Instance:
    """A random instance; `areas`, `bids`, `waves`: chances of each."""
    rng = random.Random(seed)
    data = random_instance(seed, n).model_dump(mode="json", exclude_unset=True)
    models = data["care_model"]
    if models and rng.random() < areas:
        whole = rng.choice(models)
        whole |= {"whole_area": True, "min": 0, "target_min": 0, "max": 200_000, "target_max": 200_000}
        whole |= {"lead_min_patients": 0, "max_km": 30}
        whole |= rng.choice([{}, {}, {"area_share_max": 0.5}, {"area_share_min": 0.5}])
        if rng.random() < 0.3:
            data["policy"]["area_groups"] = {"All": sorted({practice["area"] for practice in data["practices"]})}
    parts = [model for model in models if not model.get("whole_area")]
    if parts and rng.random() < bids:
        for model in parts:
            model |= {"min": 4_000}
        data["bids"] = [_bid(rng, k, rng.choice(parts)["id"], data["practices"]) for k in range(rng.choice([1, 2, 3]))]
        data["policy"] |= rng.choice([{}, {}, {"bids_only": True, "coverage_min": 0}])
        data["policy"] |= rng.choice([{}, {"unready_bid_price_per_patient": 3.0}, {"bid_readiness_min": 0.5}])
    if models and rng.random() < waves:
        first = rng.choice([{}, {"networks_max": 1}, {"fund": 120_000}, {"networks_max": 0}])
        data["wave"] = [{"id": "pilots", "start_year": 0, **first}]
        if data["horizon_years"] > 1:
            data["wave"].append({"id": "rest", "start_year": rng.choice([1, 2]), **rng.choice([{}, {"fund": 150_000}])})
        data["policy"] |= {"discount_rate": rng.choice([0, 0.035])}
        if rng.random() < 0.5:
            data["policy"]["delay_price_per_patient"] = 1.5
            for practice in data["practices"]:
                practice["strain"] = rng.choice([0.0, 0.25, 1.0])
    return Instance.model_validate(data)


def _bid(rng: random.Random, k: int, model: str, practices: list[dict[str, object]]) -> dict[str, object]:
    members = rng.sample([practice["id"] for practice in practices], rng.choice([2, 3, 4]))
    return {
        "id": f"b{k}",
        "care_model": model,
        "members": members,
        **rng.choice([{}, {"cost": 30_000}]),
        "readiness": rng.choice([1.0, 0.8, 0.3]),
    }

"""Small random instances in which every rule and every price turns up: some can be planned, some cannot."""

from __future__ import annotations

import random
from typing import Any

from instances import Instance

Record = dict[str, Any]

SIDE_KM = 9.0  # of a square with up to ten practices


def random_instance(seed: int, n: int = 9, **settings: Any) -> Instance:
    """`n` practices of two or three hubs' worth; every rule is there by chance. `settings` go before what is drawn."""
    rng = random.Random(seed)
    practices = [_practice(rng, k) for k in range(n)]
    hospitals = [
        _hospital(rng, k, kind) for k, kind in enumerate(["acute", "community", rng.choice(["acute", "other"])])
    ]
    _locate(rng, [*practices, *hospitals], SIDE_KM * max(1.0, (n / 10) ** 0.5))
    data: Record = {
        "name": f"random {seed}",
        "horizon_years": rng.choice([1, 4, 5]),
        "practices": practices,
        "hospitals": hospitals,
        "hub": _hub(rng),
        "role": _roles(rng),
        "care_model": _models(rng),
        "policy": _policy(rng, [p["id"] for p in practices], [h["id"] for h in hospitals]),
        "disruption": {"cost_per_practice": rng.choice([0, 5_000]), "cost_per_patient": rng.choice([0, 2.5, 10])},
        "weights": {"cost": rng.choice([1, 1, 0.75]), "disruption": rng.choice([1, 1, 2.5])},
        "travel": {"circuity": rng.choice([1, 1.3]), "cost_per_patient_km": rng.choice([0.5, 1.5])},
    }
    if _chance(rng, 0.3):
        data["misfit"] = [
            {"practice": p["id"], "care_model": "P", "per_patient": round(rng.uniform(0, 6), 1)} for p in practices[::3]
        ]
    if _chance(rng, 0.35):
        _add_table(rng, data)
    if _chance(rng, 0.2):
        data["policy"]["max_disruption"] = round(rng.choice([0.2, 0.4, 0.6]) * _disruption(data))
    _forget_absent_models(data)
    instance = Instance.model_validate(data)
    return instance.with_settings(settings) if settings else instance


def _disruption(data: Record) -> float:
    """Pounds a year if every practice moves."""
    price, grouped = data["disruption"], [p for p in data["practices"] if p["current_group"]]
    once = sum(price["cost_per_practice"] + price["cost_per_patient"] * p["patients"] for p in grouped)
    return float(once / data["horizon_years"])


def _forget_absent_models(data: Record) -> None:
    offered = {model["id"] for model in data["care_model"]}
    for rows, field in ((data["practices"], "refuses"), (data["hospitals"], "leads")):
        for row in rows:
            row[field] = [model for model in row[field] if model in offered]
    data["misfit"] = [row for row in data.get("misfit", []) if row["care_model"] in offered]


def _chance(rng: random.Random, share: float) -> bool:
    return rng.random() < share


def _practice(rng: random.Random, k: int) -> Record:
    row: Record = {
        "id": f"p{k}",
        "patients": rng.randrange(2_000, 9_000),
        "area": rng.choice(["East", "West", "West"]),
        "current_group": rng.choice([None, "G1", "G1", "G2", "G3"]),
        "deprivation": rng.choice([None, 5, 12.5, 30, 44]),
        "can_host_hub": k == 0 or _chance(rng, 0.75),
        "rural": rng.choice([None, None, None, True]),
        "refuses": rng.choice([[], [], [], ["M"], ["P"], ["M", "P"]]),
        "independent_allowed": _chance(rng, 0.9),
        "fte": {},
    }
    if k == 0 and _chance(rng, 0.3):
        row["patients"] = 23_456  # above every hub maximum
    for role, rate in (("gp", 4.2), ("nurse", 3.0)):
        if k == 1 or _chance(rng, 0.85):
            row["fte"][role] = round(row["patients"] / 10_000 * rate * rng.uniform(0.7, 1.3), 2)
    if _chance(rng, 0.2):
        row["hub_setup_cost"] = rng.choice([0, 30_000, 90_000.5])
    if _chance(rng, 0.2):
        row["hub_capacity"] = rng.randrange(10_000, 25_000)
    return row


def _hospital(rng: random.Random, k: int, kind: str) -> Record:
    return {
        "id": f"h{k}",
        "kind": kind,
        "area": rng.choice(["East", "West"]),
        "can_host_hub": _chance(rng, 0.8),
        "leads": rng.choice([[], [], [], ["P"], ["M", "P"]]),
        "fte": rng.choice([{}, {"gp": 1.25}, {"nurse": 2.5}]),
    }


def _locate(rng: random.Random, places: list[Record], side_km: float) -> None:
    on_the_globe = _chance(rng, 0.5)
    for place in places:
        east, north = rng.uniform(0, side_km), rng.uniform(0, side_km)
        if on_the_globe:
            place["latitude"], place["longitude"] = round(52 + north / 111.2, 5), round(east / 68.5 - 0.05, 5)
        else:
            place["x_km"], place["y_km"] = round(east, 2), round(north, 2)


def _hub(rng: random.Random) -> Record:
    return {
        "min": rng.choice([7_000, 9_000]),
        "min_rural": rng.choice([4_000, 9_000]),
        "rural_reach_patients": rng.choice([0, 30_000]),
        "target_min": rng.choice([9_000, 12_000]),
        "target_max": rng.choice([15_000, 18_000]),
        "max": rng.choice([19_000, 22_000]),
        "price_per_patient": rng.choice([0, 5, 20]),
        "max_km": rng.choice([5.5, 7.5]),
        "host_is_member": _chance(rng, 0.75),
        "hospital_sites": rng.choice([[], ["community"], ["community", "acute"]]),
        "running_cost": rng.choice([20_000, 60_000]),
        "setup_cost": rng.choice([0, 50_000]),
        **rng.choice([{}, {}, {}, {}, {"count_min": 3}, {"count_max": 3}, {"count_min": 2, "count_max": 4}]),
    }


def _roles(rng: random.Random) -> list[Record]:
    gp = {"id": "gp", "min_per_10k": rng.choice([3.5, 4.1]), "cost_per_fte": 100_000, "market_fte_share": 0.1}
    nurse = {"id": "nurse", "network_min_per_10k": 3.1, "cost_per_fte": 40_000, "market_fte_share": 0.1}
    both = {**gp, "network_min_per_10k": 4.3, "market_fte_share": 0.2}
    return rng.choice([[], [gp], [nurse], [gp, nurse], [both]])


def _models(rng: random.Random) -> list[Record]:
    def model(**own: Any) -> Record:
        return {
            "min": rng.choice([8_000, 15_000]),
            "target_min": rng.choice([18_000, 80_000]),
            "target_max": rng.choice([25_000, 80_000]),
            "max": 80_000,
            "price_per_patient": rng.choice([0, 2]),
            "max_km": rng.choice([5, 9]),
            "running_cost": rng.choice([20_000, 50_000]),
            "setup_cost": rng.choice([0, 100_000]),
            "cost_per_hub_km": rng.choice([0, 900]),
            **rng.choice([{}, {}, {}, {}, {"count_min": 1}, {"count_max": 1}]),
            **rng.choice([{}, {}, {}, {}, {"share_min": 0.2}, {"share_max": 0.55}]),
            **own,
        }

    by_hub = model(id="M", lead="hub", lead_min_patients=rng.choice([0, 5_000]), misfit_deprived=5)
    by_hospital = model(id="P", lead="acute", misfit_affluent=4)
    for row in (by_hub, by_hospital):
        row["target_max"] = max(row["target_min"], row["target_max"])
    return rng.choice([[by_hub, by_hospital], [by_hub, by_hospital], [by_hub], [by_hospital], []])


def _policy(rng: random.Random, practices: list[str], hospitals: list[str]) -> Record:
    pick = rng.sample(practices, 6)
    policy: Record = {
        "coverage_min": rng.choice([0, 0, 0, 0.3]),
        "coverage_max": rng.choice([1, 1, 0.8]),
        "dividend_per_patient": rng.choice([0, 8, 15]),
        "consent": _chance(rng, 0.8),
        "respect_areas": rng.choice([False, False, False, "hubs", "networks", True]),
        "allow_independent": _chance(rng, 0.85),
        "independent_max_patients": rng.choice([5_000, 10_000]),
        "independent_price_per_patient": rng.choice([0, 8]),
        "transformation_fund": rng.choice([0, 0, 0, 200_000]),
    }
    locks = {
        "keep_together": [pick[:2]],
        "keep_apart": [pick[2:4]],
        "fixed_hub": {pick[0]: rng.choice([p for p in practices if p != pick[5]])},
        "barred_hub": {pick[4]: rng.sample([*practices, *hospitals], 4)},
        "must_not_open": [pick[5]],
    }
    return policy | {name: value for name, value in locks.items() if _chance(rng, 0.15)}


def _add_table(rng: random.Random, data: Record) -> None:
    """Measured travel between most pairs; a place's way to itself is seldom stated."""
    ids = [place["id"] for place in (*data["practices"], *data["hospitals"])]
    pairs = [(a, b) for a in ids for b in ids if _chance(rng, 0.1 if a == b else 0.6)]
    columns = rng.choice([("km",), ("km", "minutes"), ("minutes",), ("minutes", "cost"), ("km", "cost")])
    most = {"km": 8.0, "minutes": 20.0, "cost": 30_000.0}
    data["travel"]["table"] = {
        "origin": [a for a, _ in pairs],
        "destination": [b for _, b in pairs],
        **{name: [round(rng.uniform(0, most[name]), 2) for _ in pairs] for name in columns},
    }
    if "minutes" in columns and _chance(rng, 0.7):
        data["hub"]["max_minutes"] = 14.5
        for model in data["care_model"]:
            model["max_minutes"] = 17

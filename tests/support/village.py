"""Eight practices made by hand, four in the west, four in the east, four of them sites: tests change a rule or price.

On a plane, circuity 1, in km; hospitals: A (acute) in the middle, C (community) in the west.
"""

from __future__ import annotations

import copy
from typing import Any

from instances import Instance

Record = dict[str, Any]

_PRACTICES = {  # patients, x, y, group, deprivation, GPs, area
    "a": (5_000, 0.0, 0.0, "G1", 10, 2.1, "West"),
    "b": (4_000, 1.0, 0.5, "G1", 20, 1.6, "West"),
    "c": (3_000, 0.5, 2.0, "G2", 20, None, "West"),
    "d": (6_000, 2.0, 2.5, "G2", 30, 2.0, "West"),
    "e": (5_000, 6.0, 0.0, "G2", 40, 2.4, "East"),
    "f": (4_000, 7.0, 1.0, "G3", None, 1.2, "East"),
    "g": (4_500, 6.5, 2.0, "G3", 50, 1.9, "East"),
    "h": (2_500, 8.0, 2.5, None, 60, 0.9, "East"),
}

_VILLAGE: Record = {
    "name": "village",
    "horizon_years": 4,
    "travel": {"circuity": 1, "cost_per_patient_km": 1.5},
    "hub": {
        "min": 7_000,
        "min_rural": 2_500,
        "rural_reach_patients": 0,
        "target_min": 9_000,
        "target_max": 11_000,
        "max": 12_000,
        "price_per_patient": 10,
        "max_km": 5,
        "running_cost": 30_000,
        "setup_cost": 20_000,
        "hospital_sites": [],
    },
    "role": [
        {"id": "gp", "min_per_10k": 3.9, "cost_per_fte": 50_000, "market_fte_share": 0.2},
        {"id": "nurse", "network_min_per_10k": 3, "cost_per_fte": 30_000, "market_fte_share": 0.5},
    ],
    "care_model": [
        {
            **{"id": "M", "lead": "hub", "lead_min_patients": 4_500, "min": 14_000, "target_min": 16_000},
            **{"target_max": 20_000, "max": 24_000, "price_per_patient": 2, "max_km": 9, "running_cost": 20_000},
            **{"setup_cost": 30_000, "cost_per_hub_km": 700, "misfit_deprived": 4, "misfit_affluent": 0.5},
        },
        {
            **{"id": "P", "lead": "acute", "min": 14_000, "target_min": 16_000},
            **{"target_max": 20_000, "max": 24_000, "price_per_patient": 2, "max_km": 9, "running_cost": 24_000},
            **{"setup_cost": 40_000, "cost_per_hub_km": 500, "misfit_deprived": 0.5, "misfit_affluent": 4},
        },
    ],
    "policy": {
        "coverage_min": 0.5,
        "dividend_per_patient": 8,
        "independent_max_patients": 3_000,
        "independent_price_per_patient": 1,
    },
    "disruption": {"cost_per_practice": 4_000, "cost_per_patient": 5},
    "practices": [
        {
            **{"id": id_, "patients": patients, "x_km": x, "y_km": y, "current_group": group, "deprivation": score},
            **{"can_host_hub": id_ in "adfg", "area": area},
            **{"fte": {"nurse": patients / 4_000} if gps is None else {"gp": gps, "nurse": patients / 4_000}},
        }
        for id_, (patients, x, y, group, score, gps, area) in _PRACTICES.items()
    ],
    "hospitals": [
        {"id": "A", "kind": "acute", "x_km": 4.5, "y_km": 1.0, "area": "West", "fte": {"nurse": 0.5}},
        {"id": "C", "kind": "community", "x_km": 1.0, "y_km": 1.0, "area": "West"},
    ],
}


def village(changes: Record | None = None) -> Instance:
    """The village with dotted settings changed; practices and hospitals go by id: `practices.a.rural`."""
    data = copy.deepcopy(_VILLAGE)
    for path, value in (changes or {}).items():
        *steps, last = path.split(".")
        record: Any = data
        for step in steps:
            record = (
                next(row for row in record if row["id"] == step)
                if isinstance(record, list)
                else record.setdefault(step, {})
            )
        record[last] = value
    return Instance.model_validate(data)

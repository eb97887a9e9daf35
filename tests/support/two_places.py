"""Four thousand patients of one practice at two places and at home, a thousand of another, two sites: by hand."""

from __future__ import annotations

from typing import Any

from instances import Instance
from optimizer.model.plan import Hub, Plan

TOGETHER = Plan(hubs=(Hub(site="b", members=("a", "b")),))
APART = Plan(hubs=(Hub(site="a", members=("a",)), Hub(site="b", members=("b",))))
NOBODY = Plan(hubs=(), independents=("a", "b"))


def places(**settings: Any) -> Instance:
    """a at 0 km, b at 10 km east. Of a's 4,000 a quarter live at a, a quarter at X (2 km), half at Y (8 km); b at b."""
    data = {
        "practices": [
            {"id": "a", "patients": 4_000, "x_km": 0.0, "y_km": 0.0, "deprivation": 10},
            {"id": "b", "patients": 1_000, "x_km": 10.0, "y_km": 0.0, "deprivation": 20},
        ],
        "places": [
            {"id": "X", "x_km": 2.0, "y_km": 0.0, "deprivation": 60, "zones": {"council": "West"}},
            {"id": "Y", "x_km": 8.0, "y_km": 0.0, "deprivation": 5, "zones": {"council": "East"}},
        ],
        "homes": {"practice": ["a", "a", "a"], "place": ["a", "X", "Y"], "patients": [10, 10, 20]},
        "travel": {"circuity": 1.0, "cost_per_patient_km": 1.5},
        "hub": {"min": 0, "min_rural": 0, "max_km": 50, "target_min": 3_000, "target_max": 5_000},
        "care_model": [],
    }
    instance = Instance.model_validate(data)
    return instance.with_settings(settings) if settings else instance

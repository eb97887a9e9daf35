"""Two pairs of practices 20 km apart, a network each, and hospitals that both would like as partners.

On a plane, circuity 1, in km:  ward (-10, 0)   w1 (0, 0)  w2 (1, 0)   mid (9, 0)   e1 (20, 0)  e2 (21, 0)

Hub w1 has w1 and w2, hub e1 has e1 and e2. Partners are within 12 km of a lead: `mid` is the nearest to w1, which also
reaches `ward`, and the only one that e1 reaches.
"""

from __future__ import annotations

from typing import Any

from instances import Instance
from optimizer.model.plan import Hub, Network, Plan

PRACTICES = {"w1": 0.0, "w2": 1.0, "e1": 20.0, "e2": 21.0}
HOSPITALS: dict[str, dict[str, Any]] = {
    "mid": {"kind": "acute", "x_km": 9.0, "fte": {"gp": 1.0}},
    "ward": {"kind": "acute", "x_km": -10.0, "fte": {"gp": 3.0}},
}
MODEL: dict[str, Any] = {
    "id": "M",
    "lead": "hub",
    "min": 15_000,
    "target_min": 15_000,
    "target_max": 30_000,
    "max": 30_000,
    "max_km": 5,
    "running_cost": 1_000,
    "setup_cost": 500,
    "partner_kinds": ["acute"],
    "partners_min": 1,
    "partner_max_km": 12,
    "partner_running_cost": 70,
    "partner_setup_cost": 50,
}


def instance(
    model: dict[str, Any] | None = None, hospitals: dict[str, dict[str, Any]] | None = None, **more: Any
) -> Instance:
    """`model`: settings of the care model; `hospitals`: all that there are; `more`: settings by section."""
    places = HOSPITALS if hospitals is None else hospitals
    return Instance.model_validate(
        {
            "horizon_years": 5,
            "practices": [
                {"id": id_, "patients": 10_000, "x_km": x, "y_km": 0, "fte": {"gp": 4.0}, "can_host_hub": id_[1] == "1"}
                for id_, x in PRACTICES.items()
            ],
            "hospitals": [{"id": id_, "y_km": 0, **of} for id_, of in places.items()],
            "care_model": [MODEL | (model or {})],
            "travel": {"circuity": 1},
            "hub": {"min": 15_000, "target_min": 15_000, "target_max": 30_000, "max": 30_000, "max_km": 5},
            "policy": {"coverage_min": 1.0, "allow_independent": False},
            **more,
        }
    )


def plan(west: tuple[str, ...] = ("ward",), east: tuple[str, ...] = ("mid",)) -> Plan:
    """Both networks, with these partners."""
    hubs = (Hub(site="w1", members=("w1", "w2"), network="M:w1"), Hub(site="e1", members=("e1", "e2"), network="M:e1"))
    networks = (
        Network(care_model="M", lead="w1", hospitals=west),
        Network(care_model="M", lead="e1", hospitals=east),
    )
    return Plan(hubs=hubs, networks=networks)

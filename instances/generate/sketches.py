"""Two places as the chief executive of the NHS sketched them in 2014, synthetic: docs/examples.md tells their stories.

What their plans look like follows from prices and rules. Prices that differ from published or default ones are
assumptions of the sketch.
"""

from __future__ import annotations

from typing import Any

from instances.generate.build import generate
from instances.generate.spec import GenerateSpec
from instances.instance import Instance

_BIRMINGHAM = GenerateSpec(
    kind="city",
    practices=50,
    name="Birmingham as sketched in 2014 (synthetic)",
    latitude=52.48,
    longitude=-1.89,
    ungrouped=0.25,
    scattered=0.0,
    refuse_mcp=0.0,
)
_NORTHUMBRIA = GenerateSpec(
    kind="rural-county",
    practices=45,
    name="Northumbria as sketched in 2014 (synthetic)",
    latitude=55.2,
    longitude=-1.9,
    patients_per_area=5_000_000,  # one commissioner
)
_GROUP_STAFF = {"physio": 0.12, "psychiatric_nurse": 0.08, "social_worker": 0.08, "specialist": 0.04}  # FTE per 10,000
_HIRED_MAX_FTE = 60.0


def birmingham_2014() -> Instance:
    """Large GP groups with shared staff, small independent practices and practices run by hospital trusts.

    Practices in no group today are not ready for one; a trust that runs any has most to give where patients are
    deprived and practices hard pressed.
    """
    data: dict[str, Any] = generate(_BIRMINGHAM, seed=1).model_dump(exclude_unset=True)
    for practice in data["practices"]:
        if not practice.get("current_group"):
            practice["readiness"] = 0.0
    for hospital in data["hospitals"]:
        if hospital["kind"] == "acute":
            hospital["runs_practices_max"] = 2
    shared = [
        {"id": role, "network_min_per_10k": least, "market_fte": _HIRED_MAX_FTE} for role, least in _GROUP_STAFF.items()
    ]
    data["role"] = [*data["role"], *shared]
    data["care_model"] = [
        {
            "id": "GROUP",
            "preset": "SUPER_PARTNERSHIP",
            "target_max": 250_000,
            "max": 300_000,
            "misfit_strained": 4.0,
        },
        {"id": "PACS", "preset": "PACS", "autonomy_price_per_patient": 4.0},
    ]
    data["trust_run"] = {
        "cost_per_practice": 10_000.0,
        "price_per_patient": 0.0,
        "misfit_affluent": 3.0,
        "misfit_unstrained": 5.0,
    }
    data["policy"] |= {
        "dividend_per_patient": 12.0,
        "independent_price_per_patient": 4.0,
        "independent_max_patients": 9_000,
        "unready_price_per_patient": 15.0,
    }
    return Instance.model_validate(data)


def northumbria_2014() -> Instance:
    """One provider of primary, community and hospital care may take the county, with all its hospitals, or be nowhere.

    Networks of GPs, of community hospitals and of hospital and GPs stand to choose beside it, at published figures.
    """
    data: dict[str, Any] = generate(_NORTHUMBRIA, seed=2).model_dump(exclude_unset=True)
    hospitals = len(data["hospitals"])
    provider = {
        "id": "ACS",
        "preset": "ACS",
        "min": 300_000,
        "target_min": 300_000,
        "running_cost": 1_200_000.0,
        "setup_cost": 4_000_000.0,
        "partner_kinds": ["acute", "community", "mental_health"],
        "partners_min": hospitals - 1,
        "partner_max_km": 120.0,
        "partner_running_cost": 50_000.0,
    }
    data["care_model"] = [*data["care_model"], provider]
    return Instance.model_validate(data)

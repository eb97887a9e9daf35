"""The hamlet: a made-up valley small enough to be solved by trying everything, with every decision of the model in it.

Coordinates are km on a plane, roads are straight, every figure is round. tests/generate/hamlet_brute_force.py finds its
optimum without a solver.
"""

from __future__ import annotations

from typing import Any

from instances.instance import Instance
from instances.policy import Disruption, Policy, Weights
from instances.rows import Hospital, Practice
from instances.schema import CareModel, HubRules, Role, TravelRules

# id, name, patients, x, y, GPs, group, deprivation, can host a hub, refuses
_PRACTICES: tuple[tuple[str, str, int, float, float, float, str | None, float, bool, tuple[str, ...]], ...] = (
    ("ZP01", "Westbridge Market Surgery", 12_000, 0, 0, 5.0, "ZG-WEST", 10, True, ()),
    ("ZP02", "Westbridge Mill Practice", 8_000, 1, 0, 3.0, "ZG-WEST", 15, False, ()),
    ("ZP03", "Westbridge Hill Surgery", 6_000, 0, 3, 2.5, "ZG-WEST", 20, True, ()),
    ("ZP04", "Westcombe Surgery", 4_000, -3, -1, 1.5, "ZG-WEST", 5, False, ("PACS",)),
    ("ZP05", "Midford Ford Surgery", 5_000, 6, 1, 2.0, "ZG-WEST", 25, False, ()),
    ("ZP06", "Midford Green Practice", 7_000, 7, -2, 3.0, "ZG-MID", 30, True, ()),
    ("ZP07", "Eastham Cross Medical Centre", 14_000, 12, 0, 4.5, "ZG-EAST", 45, True, ()),
    ("ZP08", "Eastham Spring Surgery", 9_000, 13, 1, 2.5, "ZG-EAST", 50, False, ()),
    ("ZP09", "Eastham Quay Practice", 6_000, 14, -2, 2.0, "ZG-MID", 40, False, ("MCP",)),
    ("ZP10", "Eastfield Surgery", 5_000, 11, 4, 1.5, "ZG-EAST", 35, False, ()),
    ("ZP11", "Northwick Surgery", 3_000, 2, 10, 1.5, None, 12, False, ()),
    ("ZP12", "Northwick Moor Surgery", 4_000, 7, 5, 1.5, "ZG-MID", 18, True, ()),
)


def hamlet() -> Instance:
    """12 practices, 83,000 patients, an acute and a community hospital."""
    return Instance(name="Hamlet (made by hand)", practices=_practices(), hospitals=_hospitals(), **_rules())


def _practices() -> tuple[Practice, ...]:
    columns = (
        "id",
        "name",
        "patients",
        "x_km",
        "y_km",
        "gp",
        "current_group",
        "deprivation",
        "can_host_hub",
        "refuses",
    )
    rows: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in _PRACTICES]
    return tuple(Practice(fte={"gp": row.pop("gp")}, **row) for row in rows)


def _hospitals() -> tuple[Hospital, ...]:
    return (
        Hospital(id="ZH01", name="Eastham General Hospital", kind="acute", trust="ZT01", x_km=12, y_km=-1),
        Hospital(id="ZH02", name="Midford Cottage Hospital", kind="community", trust="ZT02", x_km=6, y_km=0),
    )


def _rules() -> dict[str, Any]:
    return {
        "horizon_years": 5.0,
        "travel": TravelRules(circuity=1.0, cost_per_patient_km=1.5),
        "hub": HubRules(
            min=10_000,
            min_rural=10_000,
            rural_reach_patients=0,
            target_min=15_000,
            target_max=25_000,
            max=30_000,
            price_per_patient=20.0,
            max_km=7.5,
            host_is_member=True,
            hospital_sites=("community",),
            running_cost=60_000.0,
            setup_cost=50_000.0,
        ),
        "role": (Role(id="gp", min_per_10k=3.5, cost_per_fte=100_000.0, market_fte_share=0.05),),
        "care_model": (_mcp(), _pacs()),
        "policy": Policy(
            coverage_min=0.5,
            coverage_max=1.0,
            dividend_per_patient=8.0,
            consent=True,
            respect_areas=False,
            allow_independent=True,
            independent_max_patients=3_000,
            independent_price_per_patient=2.0,
            transformation_fund=0.0,
        ),
        "disruption": Disruption(cost_per_practice=5_000.0, cost_per_patient=25.0),
        "weights": Weights(cost=1.0, disruption=1.0),
    }


def _mcp() -> CareModel:
    return CareModel(
        id="MCP",
        lead="hub",
        lead_min_patients=8_000,
        min=30_000,
        target_min=30_000,
        target_max=60_000,
        max=70_000,
        price_per_patient=2.0,
        max_km=10.0,
        running_cost=40_000.0,
        setup_cost=100_000.0,
        cost_per_hub_km=200.0,
        misfit_deprived=5.0,
        misfit_affluent=0.0,
        capitated_budget_per_patient=775.0,
    )


def _pacs() -> CareModel:
    return CareModel(
        id="PACS",
        lead="acute",
        min=30_000,
        target_min=30_000,
        target_max=80_000,
        max=100_000,
        price_per_patient=2.0,
        max_km=13.0,
        running_cost=60_000.0,
        setup_cost=200_000.0,
        cost_per_hub_km=200.0,
        misfit_deprived=0.0,
        misfit_affluent=5.0,
        capitated_budget_per_patient=1_912.0,
    )

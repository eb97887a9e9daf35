"""Published figures per care model and staff role: the defaults where a file names one of these ids.

Sources in short; "assumption" marks planning assumptions that nobody has published.
"""

from __future__ import annotations

from typing import Any

# NHS England new care models frameworks (2016): MCP test sites served 100,000 and more, PACS about 250,000 and more.
# Running, set-up and coordination costs, upper limits and misfit prices are assumptions.
CARE_MODELS: dict[str, dict[str, Any]] = {
    "MCP": {
        "lead": "hub",
        "lead_min_patients": 12_000,
        "min": 100_000,
        "target_min": 100_000,
        "target_max": 350_000,
        "max": 350_000,
        "max_km": 30.0,
        "running_cost": 800_000.0,
        "setup_cost": 2_000_000.0,
        "misfit_deprived": 5.0,
        "misfit_affluent": 0.0,
        "capitated_budget_per_patient": 775.0,  # Dudley MCP 2017: GBP 244.3m a year for about 315,000
    },
    "PACS": {
        "lead": "acute",
        "min": 250_000,
        "target_min": 250_000,
        "target_max": 600_000,
        "max": 600_000,
        "max_km": 40.0,
        "running_cost": 1_500_000.0,
        "setup_cost": 4_000_000.0,
        "misfit_deprived": 0.0,
        "misfit_affluent": 5.0,
        "capitated_budget_per_patient": 1_912.0,  # ICB core 1,732 + primary medical 180 (2024/25)
    },
    "CHN": {
        "lead": "community",
        "min": 60_000,
        "target_min": 60_000,
        "target_max": 150_000,
        "max": 150_000,
        "max_km": 25.0,
        "running_cost": 500_000.0,
        "setup_cost": 1_000_000.0,
        "misfit_deprived": 3.0,
        "misfit_affluent": 2.0,
    },
    "ACS": {
        "lead": "acute",
        "whole_area": True,
        "min": 500_000,
        "target_min": 500_000,
        "target_max": 3_000_000,
        "max": 3_000_000,
        "max_km": 100.0,
        "running_cost": 3_000_000.0,
        "setup_cost": 8_000_000.0,
        "capitated_budget_per_patient": 1_912.0,
    },
}

# Ratio: England's full-time equivalents per 10,000 patients (NHS England workforce statistics, May 2025), lowered for
# GPs so that every area can reach it. Cost: maximum reimbursement 2025/26 with on-costs (Network Contract DES).
ROLES: dict[str, dict[str, Any]] = {
    "gp": {"min_per_10k": 3.5, "cost_per_fte": 105_882.0},
    "nurse": {"cost_per_fte": 53_319.0},
    "pharmacist": {"cost_per_fte": 66_972.0},
    "physio": {"cost_per_fte": 66_972.0},
    "paramedic": {"cost_per_fte": 66_972.0},
    "splw": {"cost_per_fte": 43_352.0},
    "care_coordinator": {"cost_per_fte": 36_050.0},
}

_FRAMEWORK = "new care models frameworks, NHS England 2016"
_REIMBURSED = "maximum reimbursement 2025/26 with on-costs, Network Contract DES"

# where a preset comes from; one that is not listed is an assumption
SOURCES: dict[str, dict[str, str]] = {
    "MCP": {
        "lead": _FRAMEWORK,
        "min": f"test sites served 100,000 and more, {_FRAMEWORK}",
        "target_min": f"test sites served 100,000 and more, {_FRAMEWORK}",
        "capitated_budget_per_patient": "Dudley MCP 2017: GBP 244.3m a year for about 315,000",
    },
    "PACS": {
        "lead": _FRAMEWORK,
        "min": f"about 250,000 and more, {_FRAMEWORK}",
        "target_min": f"about 250,000 and more, {_FRAMEWORK}",
        "capitated_budget_per_patient": "ICB core 1,732 + primary medical 180, 2024/25",
    },
    "ACS": {"capitated_budget_per_patient": "ICB core 1,732 + primary medical 180, 2024/25"},
    "gp": {
        "min_per_10k": "England has 4.2, NHS England workforce statistics, May 2025; lowered, which is an assumption",
        "cost_per_fte": _REIMBURSED,
    },
    **{role: {"cost_per_fte": _REIMBURSED} for role in ROLES if role != "gp"},
}


def preset(id_: str, field: str, default: Any) -> Any:
    """The default of a role's or care model's field: that of its id, else the given one of the schema."""
    return {**CARE_MODELS, **ROLES}.get(id_, {}).get(field, default)


def source(id_: str, field: str) -> str | None:
    """Where the preset of a role's or care model's field comes from; None where there is no preset."""
    if field not in {**CARE_MODELS, **ROLES}.get(id_, {}):
        return None
    return SOURCES.get(id_, {}).get(field, "assumption")

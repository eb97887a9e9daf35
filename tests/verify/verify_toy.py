"""A small instance and a plan that keeps every rule, worked by hand; tests change one thing at a time.

On a plane, circuity 1, in km:  a (0, 0)  b (3, 4)  c (0, 2)  h (10, 0)  d (20, 0)  e (20, 3)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from instances import Instance
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import RULE_NAMES, Violation, verify

PRACTICES: dict[str, dict[str, Any]] = {
    "a": {
        "patients": 12_000,
        "x_km": 0,
        "y_km": 0,
        "current_group": "G1",
        "deprivation": 10,
        "fte": {"gp": 5},
        "area": "West",
    },
    "b": {
        "patients": 9_000,
        "x_km": 3,
        "y_km": 4,
        "current_group": "G1",
        "deprivation": 20,
        "fte": {"gp": 3.5},
        "area": "West",
    },
    "c": {"patients": 6_000, "x_km": 0, "y_km": 2, "current_group": "G2", "deprivation": 20, "area": "West"},
    "d": {
        "patients": 15_000,
        "x_km": 20,
        "y_km": 0,
        "current_group": "G2",
        "deprivation": 30,
        "fte": {"gp": 6},
        "area": "East",
    },
    "e": {"patients": 10_000, "x_km": 20, "y_km": 3, "fte": {"gp": 2.5}, "area": "East"},
}
HOSPITALS: dict[str, dict[str, Any]] = {"h": {"kind": "acute", "x_km": 10, "y_km": 0, "fte": {"gp": 2}}}
MODEL: dict[str, Any] = {
    "min": 40_000,
    "target_min": 40_000,
    "target_max": 51_000,
    "max": 60_000,
    "price_per_patient": 0.5,
    "max_km": 25,
    "running_cost": 3_000,
    "setup_cost": 1_000,
    "cost_per_hub_km": 7,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "travel": {"circuity": 1, "cost_per_patient_km": 0.1},
    "hub": {
        "min": 20_000,
        "min_rural": 5_000,
        "rural_reach_patients": 0,
        "target_min": 26_000,
        "target_max": 28_000,
        "max": 30_000,
        "price_per_patient": 2,
        "max_km": 15,
        "running_cost": 1_000,
        "setup_cost": 500,
    },
    "policy": {"dividend_per_patient": 3, "independent_price_per_patient": 1.1},
    "disruption": {"cost_per_practice": 50, "cost_per_patient": 0.25},
}
MODELS: dict[str, dict[str, Any]] = {
    "M": dict(lead="hub", misfit_deprived=4, misfit_affluent=1, **MODEL),
    "P": dict(lead="acute", misfit_deprived=0, misfit_affluent=0.2, **MODEL),
}
ROLES: dict[str, dict[str, Any]] = {"gp": {"min_per_10k": 4, "cost_per_fte": 100, "market_fte_share": 0.5}}

HIRED_A = Fraction(4 * 27_000, 10_000) - Fraction("8.5") - Fraction(17, 46_000) * 6_000  # c is estimated
HIRED_D = Fraction(4 * 25_000, 10_000) - Fraction("8.5")


def instance(
    *,
    practices: dict[str, dict[str, Any]] | None = None,
    hospitals: dict[str, dict[str, Any]] | None = None,
    models: dict[str, dict[str, Any]] | None = None,
    roles: dict[str, dict[str, Any]] | None = None,
    misfit: tuple[dict[str, Any], ...] = (),
    boundary: tuple[dict[str, Any], ...] = (),
    **settings: dict[str, Any],
) -> Instance:
    """The toy instance with rows and settings changed or added."""
    return Instance.model_validate(
        {
            "horizon_years": 5,
            **{
                section: {**SETTINGS.get(section, {}), **settings.get(section, {})}
                for section in (*SETTINGS, *settings)
            },
            "role": _rows(ROLES, roles),
            "care_model": _rows(MODELS, models),
            "practices": _rows(PRACTICES, practices),
            "hospitals": _rows(HOSPITALS, hospitals),
            "misfit": misfit,
            "boundary": boundary,
        }
    )


def _rows(base: dict[str, dict[str, Any]], changes: dict[str, dict[str, Any]] | None) -> list[dict[str, Any]]:
    changes = changes or {}
    return [{"id": id_, **base.get(id_, {}), **changes.get(id_, {})} for id_ in {**base, **changes}]


def hub(site: str, members: str, network: str | None = "M:a", continues: str | None = None, **hires: float) -> Hub:
    """`members` one letter a practice; GPs are hired in plenty unless stated."""
    return Hub(site=site, members=tuple(members), network=network, continues=continues, hires={"gp": 2.0, **hires})


A = hub("a", "abc", continues="G1")
D = hub("d", "de", continues="G2")


def plan(*hubs: Hub, networks: tuple[str, ...] = ("M:a",), independents: str = "") -> Plan:
    """The given hubs, or hub a of a, b, c and hub d of d, e, in one network that a leads."""
    pairs = [network.split(":") for network in networks]
    return Plan(
        hubs=hubs or (A, D),
        networks=tuple(Network(care_model=model, lead=lead) for model, lead in pairs),
        independents=tuple(independents),
    )


def broken(of: Instance, by: Plan) -> list[tuple[str, str, str, Fraction]]:
    """Violations as (rule, subject, message, excess)."""
    return [_as_tuple(violation) for violation in verify(of, by).violations]


def only(rule: str, of: Instance, by: Plan) -> list[tuple[str, str, Fraction]]:
    """Violations of one rule as (subject, message, excess)."""
    assert rule in RULE_NAMES
    return [found[1:] for found in broken(of, by) if found[0] == rule]


def _as_tuple(violation: Violation) -> tuple[str, str, str, Fraction]:
    return violation.rule, violation.subject, violation.message, violation.excess

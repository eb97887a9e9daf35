"""Generated instances can be planned under their own rules: cheap conditions that every plan needs."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest

from instances import Instance
from instances.generate import GenerateSpec, Kind, generate
from instances.generate.fields import Floats


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("practices", [12, 40, 170, 600])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_necessary_conditions(kind: Kind, practices: int, seed: int) -> None:
    instance = generate(GenerateSpec(kind=kind, practices=practices), seed)
    assert not _without_a_hub(instance)
    assert _gps_suffice(instance)
    assert _reachable_by_a_network(instance) >= 0.5


def _road_km(instance: Instance, rows: list[object], columns: list[object]) -> Floats:
    """float64[n_rows, n_columns] of road km."""
    a, b = (np.radians([(p.latitude, p.longitude) for p in places]) for places in (rows, columns))  # type: ignore[attr-defined]
    dlat, dlon = a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]
    h = np.sin(dlat / 2) ** 2 + np.cos(a[:, None, 0]) * np.cos(b[None, :, 0]) * np.sin(dlon / 2) ** 2
    return instance.travel.circuity * 2 * 6371.0088 * np.arcsin(np.sqrt(h))


def _without_a_hub(instance: Instance) -> list[str]:
    """Practices too large to be independent for which no reachable site has enough patients around it."""
    hub, practices = instance.hub, list(instance.practices)
    near = _road_km(instance, practices, practices) <= hub.max_km
    patients = np.array([p.patients for p in practices])
    around = near.T @ patients
    rural = np.array([bool(p.rural) for p in practices]) | (around < hub.rural_reach_patients)
    usable = around >= np.where(rural, hub.min_rural, hub.min)
    placed = (near & usable).any(axis=1) | (patients <= instance.policy.independent_max_patients)
    return [p.id for p, fine in zip(practices, placed, strict=True) if not fine]


def _gps_suffice(instance: Instance) -> bool:
    role = instance.role[0]
    told = [p for p in instance.practices if role.id in p.fte]
    in_post = sum(p.fte[role.id] for p in told) / sum(p.patients for p in told)
    return in_post * (1 + role.market_fte_share) * 10_000 >= (role.min_per_10k or math.inf)


def _reachable_by_a_network(instance: Instance) -> float:
    """Share of patients for whom some model has a lead near enough with consenting patients enough around it."""
    practices = list(instance.practices)
    patients = np.array([p.patients for p in practices])
    reached = np.zeros(len(practices), bool)
    for model in instance.care_model:
        leads: list[object] = [h for h in instance.hospitals if h.kind == model.lead]
        if model.lead == "hub":
            leads = [p for p in practices if p.patients >= model.lead_min_patients]
        willing = np.array([model.id not in p.refuses for p in practices])
        near = (_road_km(instance, practices, leads) <= model.max_km) & willing[:, None]
        reached |= near[:, near.T @ patients >= model.min].any(axis=1)
    return float(patients[reached].sum() / patients.sum())

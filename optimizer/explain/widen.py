"""The widened instance: every limit that can be loosened is loose, so that a plan always exists.

Its compact model is the hard core of the elastic model; `elastic.py` adds the limits of the original instance as rows
that may be broken at a price. The soft limits of the widened model (targets) stand for hard ones of the original:
hubs above `hub.max`, networks outside `[min, max]`. It costs nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from instances import CareModel, Hospital, Instance, Practice
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem

WIDEST_HUB_KM = 20_000.0  # half the globe: no limit
LEAD_WIDENING = 2.0  # hubs up to this many times their model's limit from a lead
_MOST = 1_000_000_000  # patients


def widen(instance: Instance, hard: Mapping[str, Any] | None = None) -> Problem:
    """The arrays of the widened instance. Practices are those of the instance, in the same order.

    `hard` are settings of the widened instance: what may not be loosened, such as {"policy.must_open": ["a"]}.
    """
    travel = instance.travel.model_copy(update={"cost_per_patient_km": 0.0})
    widened = instance.model_copy(
        update={
            "hub": _hub(instance),
            "travel": travel,
            "care_model": tuple(map(_care_model, instance.care_model)),
            "policy": _policy(instance),
            "weights": instance.weights.model_copy(update={"cost": 0.0, "disruption": 0.0}),
            "practices": tuple(_practice(p, instance.policy.max_disruption is not None) for p in instance.practices),
            "hospitals": tuple(map(_hospital, instance.hospitals)),
        }
    )
    problem = build_problem(widened.with_settings(dict(hard)) if hard else widened)
    need = problem.roles.hub_ratio + problem.roles.network_ratio
    market = np.maximum(problem.roles.market, 2 * need * problem.total_patients + 1)
    return replace(problem, roles=replace(problem.roles, market=market))


def _hub(instance: Instance) -> Any:
    return instance.hub.model_copy(
        update={
            **{"min": 0, "min_rural": 0, "target_min": 0, "target_max": instance.hub.max, "max": _MOST},
            **{"price_per_patient": 0.0, "max_km": WIDEST_HUB_KM, "max_minutes": None},
            **{"count_min": None, "count_max": None},
        }
    )


def _care_model(model: CareModel) -> CareModel:
    return model.model_copy(
        update={
            **{"target_min": model.min, "target_max": model.max, "min": 0, "max": _MOST, "lead_min_patients": 0},
            **{"max_km": LEAD_WIDENING * model.max_km, "max_minutes": None},
            **{"misfit_deprived": 0.0, "misfit_affluent": 0.0},
            **{"share_min": 0.0, "share_max": 1.0, "count_min": 0, "count_max": None},
        }
    )


def _policy(instance: Instance) -> Any:
    policy = instance.policy
    empty: dict[str, Any] = dict.fromkeys(("keep_together", "keep_apart", "must_open", "must_not_open"), ())
    empty |= {name: {} for name in ("fixed_hub", "barred_hub", "fixed_network")}
    return policy.model_copy(
        update={
            **empty,
            **{"coverage_min": 0.0, "coverage_max": 1.0, "consent": False, "respect_areas": False},
            **{"allow_independent": True, "independent_max_patients": _MOST},
            **{"transformation_fund": 0.0, "max_disruption": None},
        }
    )


def _practice(practice: Practice, grouped: bool) -> Practice:
    """Without its group, unless a limit on disruption asks who is moved."""
    group = practice.current_group if grouped else None
    return practice.model_copy(update={"current_group": group, "independent_allowed": True, "hub_capacity": None})


def _hospital(hospital: Hospital) -> Hospital:
    return hospital.model_copy(update={"hub_capacity": None})

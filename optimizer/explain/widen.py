"""The widened instance: every limit that can be loosened is loose, so that a plan always exists.

Its compact model is the hard core of the elastic model, to which rules add the limits of the original instance as rows
that may be broken at a price. It costs nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.rules import RULES
from optimizer.rules.widening import with_hubs, with_models


def widen(instance: Instance, hard: Mapping[str, Any] | None = None) -> Problem:
    """The arrays of the widened instance. Practices are those of the instance, in the same order.

    `hard` are settings of the widened instance: what may not be loosened, such as {"policy.must_open": ["a"]}.
    """
    widened = _free(instance)
    for rule in RULES:
        widened = rule.widened(widened)
    problem = build_problem(widened.with_settings(dict(hard)) if hard else widened)
    for rule in RULES:
        problem = rule.lifted(problem)
    return problem


def _free(instance: Instance) -> Instance:
    """Without prices."""
    weightless = instance.weights.model_copy(update={"cost": 0.0, "disruption": 0.0})
    travel = instance.travel.model_copy(update={"cost_per_patient_km": 0.0})
    free_hubs = {"price_per_patient": 0.0, "zone_price_per_patient": 0.0, "neighbourhood_price_per_patient": 0.0}
    free = with_models(with_hubs(instance, **free_hubs), misfit_deprived=0.0, misfit_affluent=0.0)
    return free.model_copy(update={"weights": weightless, "travel": travel})

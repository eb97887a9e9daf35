"""Who is in no network of a care model, who is placed in one all the same, and what reluctance costs."""

from __future__ import annotations

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.strain import is_strained


def refusals(instance: Instance) -> BoolArray:
    """[n, models] refusals that bind: all but those that the commissioner may set aside, none without `consent`."""
    return _refused(instance) & ~_may_be_placed(instance)[:, None]


def reluctance_per_patient(instance: Instance) -> FloatArray:
    """[n, models] pounds a year, in a network of the model: reluctant, not ready, or placed against a refusal."""
    policy, rows = instance.policy, instance.practices
    readiness = np.array([1.0 if p.readiness is None else p.readiness for p in rows])
    set_aside = _refused(instance) & _may_be_placed(instance)[:, None]
    reluctant = _named(instance, [p.reluctant for p in rows])
    return np.asarray(
        policy.unready_price_per_patient * (1 - readiness)[:, None]
        + policy.reluctant_price_per_patient * reluctant
        + policy.imposed_price_per_patient * set_aside
    )


def _refused(instance: Instance) -> BoolArray:
    """[n, models] refusals, as far as consent is asked for."""
    rows = instance.practices
    return _named(instance, [p.refuses if instance.policy.consent else () for p in rows])


def _may_be_placed(instance: Instance) -> BoolArray:
    """[n] whether there is a ground for the commissioner's last resort."""
    policy = instance.policy
    if not policy.last_resort:
        return np.zeros(len(instance.practices), dtype=bool)
    named = {*policy.unplaced_after_mediation, *policy.serious_problems}
    placed = np.array([p.id in named for p in instance.practices], dtype=bool)
    return placed if policy.serious_strain is None else placed | is_strained(instance, policy.serious_strain)


def _named(instance: Instance, models: list[tuple[str, ...]]) -> BoolArray:
    """[n, models] whether each practice names each care model."""
    pairs = [[model.id in named for model in instance.care_model] for named in models]
    return np.array(pairs, dtype=bool).reshape(len(models), len(instance.care_model))

"""What commissioners decide of a single practice: whether a care model is open to it, what it is paid in a network."""

from __future__ import annotations

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray, FloatArray


def undelegated(instance: Instance) -> BoolArray:
    """[n, models] whether the model needs a delegated commissioner and the practice's is none."""
    delegated = {row.area for row in instance.commissioners if row.delegated}
    lacking = np.array([practice.area not in delegated for practice in instance.practices], dtype=bool)
    needing = np.array([model.needs_delegated for model in instance.care_model], dtype=bool)
    return np.asarray(lacking[:, None] & needing)


def top_ups(instance: Instance) -> FloatArray:
    """[n] pounds a year that raise the core funding of each practice to the guarantee; 0 where it is not reported."""
    guarantee = instance.policy.guarantee_per_patient
    core = np.array(
        [np.inf if p.core_funding_per_patient is None else p.core_funding_per_patient for p in instance.practices]
    )
    patients = np.array([p.patients for p in instance.practices], dtype=np.float64)
    return np.asarray(np.maximum((0.0 if guarantee is None else guarantee) - core, 0.0) * patients)

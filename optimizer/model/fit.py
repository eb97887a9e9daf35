"""What it costs to have a practice in a network of a care model: misfit, reluctance, autonomy (docs/model.md)."""

from __future__ import annotations

import numpy as np

from instances import Instance
from optimizer.model.arrays import FloatArray
from optimizer.model.consent import reluctance_per_patient
from optimizer.model.strain import ridits, strain


def fit_cost(instance: Instance) -> FloatArray:
    """[n, models] pounds a year."""
    patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
    autonomy = np.array([model.autonomy_price_per_patient for model in instance.care_model])
    per_patient = _misfit(instance) + reluctance_per_patient(instance) + autonomy
    return np.asarray(per_patient * patients[:, None])


def _misfit(instance: Instance) -> FloatArray:
    """[n, models] pounds per patient a year: of deprivation and of strain, or the table's."""
    deprived = deprivation(instance)
    per_patient = np.zeros((len(deprived), len(instance.care_model)))
    for k, model in enumerate(instance.care_model):
        per_patient[:, k] = model.misfit_affluent + deprived * (model.misfit_deprived - model.misfit_affluent)
    if any(model.misfit_strained or model.misfit_unstrained for model in instance.care_model):
        strained = strain(instance)
        for k, model in enumerate(instance.care_model):
            per_patient[:, k] += model.misfit_unstrained + strained * (model.misfit_strained - model.misfit_unstrained)
    index = {p.id: i for i, p in enumerate(instance.practices)}
    column = {m.id: k for k, m in enumerate(instance.care_model)}
    for row in instance.misfit:
        per_patient[index[row.practice], column[row.care_model]] = row.per_patient
    return per_patient


def deprivation(instance: Instance) -> FloatArray:
    """[n] the ridit of each practice's score, 0.5 without one."""
    found = ridits([p.deprivation for p in instance.practices], [p.patients for p in instance.practices])
    return np.array([0.5 if rank is None else float(rank) for rank in found])

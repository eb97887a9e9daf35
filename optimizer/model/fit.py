"""What it costs to have a practice in a network of a care model: misfit, reluctance, autonomy (docs/model.md)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from instances import Instance
from instances.schema import CareModel, TrustRun
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
    per_patient = fit_per_patient(instance, instance.care_model)
    index = {p.id: i for i, p in enumerate(instance.practices)}
    column = {m.id: k for k, m in enumerate(instance.care_model)}
    for row in instance.misfit:
        per_patient[index[row.practice], column[row.care_model]] = row.per_patient
    return per_patient


def fit_per_patient(instance: Instance, fits: Sequence[CareModel | TrustRun]) -> FloatArray:
    """[n, fits] pounds per patient a year, of deprivation and of strain."""
    deprived = _deprivation(instance)
    per_patient = np.zeros((len(deprived), len(fits)))
    for k, of in enumerate(fits):
        per_patient[:, k] = of.misfit_affluent + deprived * (of.misfit_deprived - of.misfit_affluent)
    if any(of.misfit_strained or of.misfit_unstrained for of in fits):
        strained = strain(instance)
        for k, of in enumerate(fits):
            per_patient[:, k] += of.misfit_unstrained + strained * (of.misfit_strained - of.misfit_unstrained)
    return per_patient


def _deprivation(instance: Instance) -> FloatArray:
    """[n] the ridit of each practice's score, 0.5 without one."""
    found = ridits([p.deprivation for p in instance.practices], [p.patients for p in instance.practices])
    return np.array([0.5 if rank is None else float(rank) for rank in found])

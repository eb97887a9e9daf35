"""Terms of the objective, each formula once: for whole hubs, for plans and for programs (docs/model.md, section 4).

What is a field of a Problem already (sites, travel, coordination, networks) has no formula. Whoever adds terms up keeps
an order of its own, as the last bit of a cost decides what a search finds. Verification and the compiled kernels code
every term again, on purpose.
"""

from __future__ import annotations

import numpy as np

from optimizer.model.arrays import NO_LACK, FloatArray, IntArray
from optimizer.model.partner_pairs import most_of_hospitals
from optimizer.model.problem import Problem

CLEARLY = 1e-3  # FTE, between two figures of which verification is to find the same one larger


def hub_size(p: Problem, patients: int | FloatArray, members: int | IntArray) -> tuple[FloatArray, FloatArray]:
    """Patients below and above the targets of a hub, or of [H] hubs: one of a single member is never above."""
    below = np.maximum(p.hub.target_min - patients, 0)
    return below, np.maximum(patients - p.hub.target_max, 0) * (members > 1)


def network_size(p: Problem, model: IntArray, patients: IntArray | FloatArray) -> tuple[FloatArray, FloatArray]:
    """([N], [N]) patients below and above the targets of networks of these models with so many patients."""
    below = np.maximum(p.models.target_min[model] - patients, 0)
    return below, np.maximum(patients - p.models.target_max[model], 0)


def hub_hires(p: Problem, patients: int | FloatArray, fte: FloatArray) -> FloatArray:
    """[roles] or [H, roles] FTE that hubs with so many patients hire beyond those of their members, `fte`."""
    ratio = p.roles.hub_ratio
    return to_hire(p, np.multiply.outer(patients, ratio) - fte) * (ratio > 0)


def to_hire(p: Problem, lacking: FloatArray) -> FloatArray:
    """[roles] or [H, roles] FTE that make up for what is lacking, rounded up where a role is hired whole."""
    lacking = np.maximum(lacking, 0.0)
    return np.where(p.roles.whole_fte, np.ceil(lacking - NO_LACK), lacking) if p.roles.whole_fte.any() else lacking


def least_network_hires(p: Problem) -> tuple[FloatArray, FloatArray]:
    """([models, roles] FTE, [models, roles] FTE a patient): what a network of a model hires is as much as either.

    Whatever practices, hubs and hospitals it has: the first is what its least patients call for beyond everybody's
    staff, the second the ratio of a role that nobody has.
    """
    roles, models = p.roles, p.models
    brought = np.zeros((p.n_models, p.n_roles))
    np.maximum.at(brought, p.candidates.model, most_of_hospitals(p))
    there = brought + p.practices.fte.sum(axis=0)
    counted = (roles.network_ratio > 0) & (roles.hub_ratio == 0)
    least = to_hire(p, np.outer(models.minimum, roles.network_ratio) - there) * counted
    return least, np.where(counted & (there == 0), roles.network_ratio, 0.0)


def priced_network_hires(p: Problem) -> tuple[FloatArray, FloatArray]:
    """The same with 0 in the one of each two that is less for a network of a usual size: a bound prices the other."""
    least, per_patient = least_network_hires(p)
    most = np.minimum(np.minimum(p.models.target_max, p.models.maximum), p.total_patients)
    usual = (np.maximum(p.models.target_min, p.models.minimum) + most) / 2
    by_patient = usual[:, None] * per_patient > least + CLEARLY
    return np.where(by_patient, 0.0, least), np.where(by_patient, per_patient, 0.0)


def least_network_cost(p: Problem) -> tuple[FloatArray, FloatArray]:
    """([models] pounds a year of a network, [models] of a patient in one): with the hires that a bound prices."""
    least, per_patient = priced_network_hires(p)
    hire = p.roles.hire_cost
    return p.models.cost + np.asarray(least @ hire), np.asarray(per_patient @ hire)


def misfit_less_dividend(p: Problem, misfit: FloatArray, patients: int | FloatArray) -> FloatArray:
    """What being in a network costs so many patients of this misfit."""
    return misfit - p.network.dividend * patients


def forgone_dividend(p: Problem, networked: int = 0) -> float:
    """Of all patients but those in networks; with none, the constant of programs where patients in one earn it."""
    return p.network.dividend * (p.total_patients - networked)


def independence(p: Problem) -> FloatArray:
    """[n] what each practice costs on its own, being moved included; the dividend comes on top."""
    return p.practices.independent_cost + p.practices.move_cost

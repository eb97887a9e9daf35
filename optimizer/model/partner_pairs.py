"""Hospitals in networks: which can be partners of which lead, how much a lead takes on, whether there are enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from instances import CareModel, Hospital, Instance, Practice
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.pairs import Distances
from optimizer.model.problem import Problem

Lead = tuple[int, Practice | Hospital]  # place of its care model in a list of them, and where it is


def partner_km(instance: Instance, models: Sequence[CareModel], distances: Distances, leads: list[Lead]) -> FloatArray:
    """[leads, hospitals] road km of each hospital to the lead, inf where it cannot be a partner there."""
    km = np.full((len(leads), len(instance.hospitals)), np.inf)
    for k, model in enumerate(models):
        mine = np.array([n for n, (of, _) in enumerate(leads) if of == k], dtype=np.int64)
        able = np.array(
            [h for h, place in enumerate(instance.hospitals) if place.kind in model.partner_kinds], np.int64
        )
        hospitals = [instance.hospitals[h] for h in able]
        near = distances.within(hospitals, [leads[n][1] for n in mine], model.partner_max_km, None)
        km[mine[near.column], able[near.row]] = near.km
    hospital_of = {hospital.id: h for h, hospital in enumerate(instance.hospitals)}
    for n, (_, place) in enumerate(leads):
        if place.id in hospital_of:
            km[n, hospital_of[place.id]] = np.inf
    return km


def able_leads(instance: Instance, models: Sequence[CareModel], distances: Distances, leads: list[Lead]) -> list[Lead]:
    """Those that reach as many hospitals as a network has partners at least, and can take on its fewest patients."""
    if any(model.partners_min for model in models):
        reached = np.isfinite(partner_km(instance, models, distances, leads)).sum(axis=1).tolist()
        leads = [lead for lead, n in zip(leads, reached, strict=True) if n >= models[lead[0]].partners_min]
    return [(k, place) for k, place in leads if lead_limits(instance, models[k], place)[0] >= models[k].min]


def lead_limits(instance: Instance, model: CareModel, place: Practice | Hospital) -> tuple[int, int]:
    """(patients, practices) that a network led from there has at most."""
    patients, practices = model.max, len(instance.practices)
    if isinstance(place, Hospital):
        patients = min(patients, patients if place.lead_patients_max is None else place.lead_patients_max)
        practices = min(practices, practices if place.lead_practices_max is None else place.lead_practices_max)
    return patients, practices


def most_of_hospitals(p: Problem) -> FloatArray:
    """[candidates, roles] most FTE that the lead, if it is a hospital, and partners bring to a network."""
    found = p.candidates.lead_fte.copy()
    for n in np.flatnonzero(np.isfinite(p.candidates.partner_km).any(axis=1)).tolist():
        able = np.flatnonzero(np.isfinite(p.candidates.partner_km[n]))
        most = p.models.partners_max[p.candidates.model[n]]
        found[n] += np.sort(p.hospitals.fte[able], axis=0)[::-1][:most].sum(axis=0)
    return found


def hospitals_suffice(p: Problem, candidates: IntArray) -> bool:
    """Whether these networks can all be open: no hospital leads two, and each finds its fewest partners."""
    leads = p.candidates.hospital[candidates]
    leads = leads[leads >= 0]
    if len(np.unique(leads)) < len(leads):
        return False
    able = np.isfinite(p.candidates.partner_km[candidates])
    able[:, leads] = False
    wanted = np.repeat(able, p.models.partners_min[p.candidates.model[candidates]], axis=0)
    if not len(wanted):
        return True
    matched = maximum_bipartite_matching(csr_array(wanted), perm_type="column")
    return bool((matched >= 0).all())

"""The patients in networks of a care model are within shares of all patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from instances import Instance
from optimizer.model.membership import can_be_in
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.bands import empty_band, share_exemptions, share_loosenings, share_room
from optimizer.rules.kinds import kind_name, totals_over_kinds
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.widening import with_models
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "model-shares"


def _totals(p: Problem) -> Iterator[Total]:
    for k in range(p.n_models):
        inside = Sum(p, networked=(np.arange(p.n_models) == k).astype(np.float64))
        least, most = float(p.models.patients_min[k]), float(p.models.patients_max[k])
        yield Total(kind_name(p, k), inside, low=least, high=most, most=p.total_patients)
    yield from totals_over_kinds(p, NAME)


def _restrict(p: Problem, rest: Rest) -> Problem:
    inside = rest.networks.patients
    if not inside.any():
        return p
    least, most = np.maximum(0, p.models.patients_min - inside), p.models.patients_max - inside
    return replace(p, models=replace(p.models, patients_min=least, patients_max=most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for model in case.prepared.instance.care_model:
        has = sum(network.patients for network in case.networks if network.care_model == model.id)
        who, key = f"networks of {model.id}", f"care_model.{model.id}.share"
        limits = model.share_min, model.share_max
        yield from share_exemptions(NAME, model.id, who, key, has, case.prepared.patients, limits)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        yield from share_loosenings(model.id, f"care_model.{model.id}.share", model.share_min, model.share_max)


def _impossible(p: Problem) -> Iterator[str]:
    for k, model in enumerate(p.models.ids):
        least, patients = int(p.models.patients_min[k]), int(p.practices.patients[can_be_in(p, k)].sum())
        if patients < least:
            yield (f"model {model} is to have {least:,} patients, but only {patients:,} can be in one of its networks")
        yield from empty_band(f"networks of {model}", least, int(p.models.patients_max[k]))


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    patients = max(sum(practice.patients for practice in instance.practices), 1)
    for model in instance.care_model:
        held = sum(network.patients for network in evaluation.networks if network.care_model == model.id)
        yield from share_room(model.id, 100 * held / patients, model.share_min or None, model.share_max)


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    widened=lambda given: with_models(given, share_min=0.0, share_max=1.0),
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)

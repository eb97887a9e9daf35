"""The patients in networks of a care model are within shares of all patients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.bands import can_be_in, empty_band, share_exemptions
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.units import SHARE, fewer, more
from optimizer.rules.widening import with_models
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "model-shares"


def _totals(p: Problem) -> Iterator[Total]:
    for k, model in enumerate(p.models.ids):
        inside = Sum(p, networked=(np.arange(p.n_models) == k).astype(np.float64))
        least, most = float(p.models.patients_min[k]), float(p.models.patients_max[k])
        yield Total(model, inside, low=least, high=most, most=p.total_patients)


def _exemptions(case: Case) -> Iterator[Exemption]:
    for model in case.prepared.instance.care_model:
        has = sum(network.patients for network in case.networks if network.care_model == model.id)
        who, key = f"networks of {model.id}", f"care_model.{model.id}.share"
        limits = model.share_min, model.share_max
        yield from share_exemptions(NAME, model.id, who, key, has, case.prepared.patients, limits)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        key = f"care_model.{model.id}"
        if model.share_min:
            words = f"{{:.0%}} of patients in {model.id} at least"
            yield fewer(words, f"{key}.share_min", float(model.share_min), SHARE)
        if model.share_max < 1:
            words = f"{{:.0%}} of patients in {model.id} at most"
            yield more(words, f"{key}.share_max", float(model.share_max), SHARE, highest=1.0)


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
        share, what = 100 * held / patients, f"patients in {model.id}"
        if model.share_min > 0:
            yield Room("plan", "plan", what, share, 100 * model.share_min, True, "%")
        if model.share_max < 1:
            yield Room("plan", "plan", f"{what}, at most", share, 100 * model.share_max, False, "%")


RULE = Rule(
    NAME,
    totals=_totals,
    widened=lambda given: with_models(given, share_min=0.0, share_max=1.0),
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)

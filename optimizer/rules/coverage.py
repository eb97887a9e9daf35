"""The patients in networks are within shares of all patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from instances import Instance
from optimizer.model.membership import can_be_in
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.bands import empty_band, share_exemptions, share_loosenings, share_room
from optimizer.rules.changes import Loosest
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.units import DEAR_PATIENT
from optimizer.rules.widening import with_policy
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "coverage"


def _totals(p: Problem) -> Iterator[Total]:
    limits, inside = p.network, Sum(p, networked=np.ones(p.n_models))
    yield Total("plan", inside, low=limits.patients_min, high=limits.patients_max, most=p.total_patients)


def _restrict(p: Problem, rest: Rest) -> Problem:
    inside = int(rest.networks.patients.sum())
    least, most = max(0, p.network.patients_min - inside), p.network.patients_max - inside
    return replace(p, network=replace(p.network, patients_min=least, patients_max=most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    limits = instance.coverage_min, instance.policy.coverage_max
    has, total = case.covered, case.prepared.patients
    for exemption in share_exemptions(NAME, "plan", "networks", "policy.coverage", has, total, limits):
        is_too_little = exemption.change.loosest is Loosest.SMALLEST
        yield replace(exemption, dear={"policy.dividend_per_patient": DEAR_PATIENT}) if is_too_little else exemption


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    most = instance.policy.coverage_max if instance.care_model else 1.0
    yield from share_loosenings("networks", "policy.coverage", instance.coverage_min, most)


def _impossible(p: Problem) -> Iterator[str]:
    reachable = np.zeros(p.n_practices, dtype=bool)
    for k in range(p.n_models):
        reachable |= can_be_in(p, k)
    patients, least = int(p.practices.patients[reachable].sum()), p.network.patients_min
    if patients < least:
        why = "no lead within reach, or no consent"
        why += ", or no delegated commissioner" if p.practices.undelegated.any() else ""
        yield f"networks are to have {least:,} patients, but only {patients:,} can be in one ({why})"
    yield from empty_band("networks", least, p.network.patients_max)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    if instance.care_model:
        covered = 100 * float(evaluation.coverage)
        yield from share_room("networks", covered, instance.coverage_min, instance.policy.coverage_max)


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    widened=lambda given: with_policy(given, coverage_min=0.0, coverage_max=1.0),
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)

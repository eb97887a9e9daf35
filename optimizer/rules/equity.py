"""Deprivation fifths live no further from their hubs than from today's, the most deprived one no further than a limit.

Sums over the plan of patient-kilometres from home; practices in no hub count to their own premises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from instances import Instance
from optimizer.model.arrays import IntArray
from optimizer.model.equity import UNLIMITED
from optimizer.model.homes import MM
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.units import more
from optimizer.rules.words import missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.equity import DEPRIVED, FIFTH_NAMES, distances
from optimizer.verify.facts import Case
from optimizer.verify.prepared import Prepared

NAME = "equity"
KEY, AGAINST_TODAY = "policy.deprived_km_max", "policy.no_fifth_worse"
KM, DECIMALS = 0.1, 3  # one more unit of the limit; metres


def _totals(p: Problem) -> Iterator[Total]:
    limits = p.distances
    for k, subject in enumerate(limits.subjects):
        alone, most = limits.alone[:, k] / MM, limits.most[k]
        summed = Sum(p, of_pairs=limits.mm(k, p.reach.row, p.reach.column) / MM, independents=alone)
        high = np.inf if most == UNLIMITED else float(most) / MM
        yield Total(subject, summed, high=high, most=float(_extremes(p, k, largest=True).sum()) / MM)


def _extremes(p: Problem, limit: int, *, largest: bool) -> IntArray:
    """[n] the most, or least, patient-millimetres of each practice wherever it may be; 0 where it may be nowhere."""
    mm = p.distances.mm(limit, p.reach.row, p.reach.column).astype(np.int64)
    nowhere = -UNLIMITED if largest else UNLIMITED
    found = np.where(p.practices.may_be_independent, p.distances.alone[:, limit], nowhere)
    (np.maximum if largest else np.minimum).at(found, p.reach.row, mm)
    return np.where(found == nowhere, 0, found)


def _restrict(p: Problem, rest: Rest) -> Problem:
    limits, hubs = p.distances, rest.hubs
    if not limits.subjects:
        return p
    site = hubs.site[hubs.owner]
    inside = [int(limits.mm(k, hubs.member, site).sum()) for k in range(len(limits.subjects))]
    used = limits.alone[rest.outside].sum(axis=0) + np.array(inside, dtype=np.int64)
    return replace(p, distances=limits.less(used))


def _lifted(p: Problem) -> Problem:
    most = np.full(len(p.distances.subjects), UNLIMITED)
    return replace(p, distances=replace(p.distances, most=most))


def _impossible(p: Problem) -> Iterator[str]:
    """Each practice where its patients of the fifth have the shortest way."""
    limits = p.distances
    for k, subject in enumerate(limits.subjects):
        least, patients = int(_extremes(p, k, largest=False).sum()), max(float(limits.patients[k]), 1e-3)
        if least > limits.most[k]:
            km, most = (f"{mm / MM / patients:,.3f} km" for mm in (least, int(limits.most[k])))
            fifth = FIFTH_NAMES[_fifth_of(subject)]
            limit = "the limit is" if subject == DEPRIVED else "with today's groups it is"
            yield f"patients of the {fifth} live {km} at least from any hubs on average, and {limit} {most}"


def _fifth_of(subject: str) -> int:
    return 0 if subject == DEPRIVED else int(subject[-1]) - 1


def _exemptions(case: Case) -> Iterator[Exemption]:
    for found in distances(case.prepared, case.practices):
        if found.is_kept:
            continue
        km, most = float(found.km), float(found.most_km)
        who = f"patients of the {FIFTH_NAMES[found.fifth]} live {km:,.3f} km from their hubs on average"
        if found.subject == DEPRIVED:
            change = Change(KEY, up(found.km, DECIMALS), Loosest.LARGEST)
            words = f"{who}, {most:,.3f} km are allowed: allow {change.value:g} km"
        else:
            change = Change(AGAINST_TODAY, False, Loosest.EITHER)
            words = f"{who}, {most:,.3f} km with today's groups: allow more than today"
        over = missed_by(Fraction(found.mm, int(MM)), Fraction(found.most, int(MM)))
        yield Exemption(NAME, found.subject, words, change, over)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    policy = instance.policy
    if policy.deprived_km_max is not None:
        yield more("{:g} km from home for the most deprived fifth", KEY, policy.deprived_km_max, KM)
    if policy.no_fifth_worse:
        yield Loosening("deprivation fifths that travel further than today", {AGAINST_TODAY: False})


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    for found in distances(Prepared(instance), evaluation.practices):
        words = "from home, no more than today" if found.subject != DEPRIVED else "from home"
        rule = f"{FIFTH_NAMES[found.fifth]} {words}"
        yield Room("plan", "plan", rule, float(found.km), float(found.most_km), False, "km")


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    lifted=_lifted,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)

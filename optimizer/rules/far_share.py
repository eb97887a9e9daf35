"""At most a share of a hub's patients, and of the plan's, live far from their hub.

Of practices in no hub those count who live as far from their own practice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from instances import Instance
from optimizer.model.arrays import NO_LIMIT, IntArray
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.hub_shares import HubShareRule
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.units import SHARE, more
from optimizer.rules.widening import with_hubs, with_policy
from optimizer.rules.words import SHARE_DECIMALS, missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.home_shares import far_in_all, patients_far
from optimizer.verify.homes import Homes

NAME = "far-share"
KEY = "policy.far_share_max"

_HUBS = HubShareRule(
    NAME,
    key="hub.far_share_max",
    who="live far from it",
    share=lambda p: p.far,
    stated=lambda instance: instance.hub.far_share_max,
    count=patients_far,
)


def _totals(p: Problem) -> Iterator[Total]:
    if p.far_max < NO_LIMIT:
        yield Total("plan", _sum(p), high=p.far_max, most=p.total_patients)


def _sum(p: Problem) -> Sum:
    far = p.far.of(p.reach.row, p.reach.column)
    return Sum(p, of_pairs=far.astype(np.float64), independents=p.practices.far_alone.astype(np.float64))


def _restrict(p: Problem, rest: Rest) -> Problem:
    if p.far_max == NO_LIMIT:
        return p
    used = _sum(p).of_columns(rest.hubs).sum() + p.practices.far_alone[rest.outside].sum()
    return replace(p, far_max=p.far_max - round(used))


# --- explanations -----------------------------------------------------------------------------------------------------


def _widened(instance: Instance) -> Instance:
    """Who is far is counted still."""
    if instance.hub.far_share_max is not None:
        instance = with_hubs(instance, far_share_max=1.0)
    return instance if instance.policy.far_share_max is None else with_policy(instance, far_share_max=1.0)


def _exemptions(case: Case) -> Iterator[Exemption]:
    yield from _HUBS.exemptions(case)
    most, everybody = case.prepared.instance.policy.far_share_max, case.prepared.patients
    if most is None:
        return
    has, allowed = far_in_all(case), int(exact(most) * everybody)
    if has > allowed:
        share = up(Fraction(has, everybody), SHARE_DECIMALS)
        words = (
            f"{has / everybody:.1%} of all patients live far from their hub, {most:.1%} is the most: allow {share:.2%}"
        )
        yield Exemption(NAME, "plan", words, Change(KEY, share, Loosest.LARGEST), missed_by(has, allowed))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    hub, most = instance.hub, instance.policy.far_share_max
    yield from _HUBS.loosenings(instance)
    if most is not None and most < 1:
        yield more("{:.0%} of all patients far from their hub", KEY, float(most), SHARE, highest=1.0)
    if hub.far_km is not None:
        yield more("patients far from {:g} km on", "hub.far_km", float(hub.far_km), 1.0)
    if hub.far_minutes is not None:
        yield more("patients far from {:g} minutes on", "hub.far_minutes", float(hub.far_minutes), 1.0)


def _impossible(p: Problem) -> Iterator[str]:
    """Wherever each practice goes by itself, too many are far."""
    yield from _HUBS.impossible(p)
    if p.far_max < NO_LIMIT:
        least = int(_least(p).sum())
        if least > p.far_max:
            yield (
                f"at least {least:,} patients live far from wherever their practices can go, and {KEY} allows "
                f"{p.far_max:,}"
            )


def _least(p: Problem) -> IntArray:
    """[n] patients of each practice who are far at least; none of one that can go nowhere."""
    least = np.where(p.practices.may_be_independent, p.practices.far_alone, NO_LIMIT)
    np.minimum.at(least, p.reach.row, p.far.of(p.reach.row, p.reach.column))
    return np.where(least < NO_LIMIT, least, 0)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    homes, most = Homes(instance), instance.policy.far_share_max
    yield from _HUBS.room(instance, evaluation, homes.far)
    if most is not None and evaluation.practices:
        has = sum(homes.far(facts.practice, facts.hub or facts.practice) for facts in evaluation.practices)
        percent = 100 * has / max(1, sum(practice.patients for practice in instance.practices))
        yield Room("plan", "plan", "patients who live far from their hub", percent, 100 * most, False, "%")


RULE = Rule(
    NAME,
    totals=_totals,
    rows=_HUBS.rows,
    restrict=_restrict,
    keeps=_HUBS.keeps,
    widened=_widened,
    soften=_HUBS.soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    remarks=_HUBS.remarks,
    room=_room,
)

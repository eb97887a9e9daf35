"""Moving practices costs no more than the disruption allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from instances import Instance
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.units import DEAR, DISRUPTION_POUNDS, more
from optimizer.rules.widening import with_policy, with_practices
from optimizer.rules.words import POUND_DECIMALS, missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.costs import DISRUPTION, moved_patients, moved_practices
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case

NAME = "disruption"
KEY = "policy.max_disruption"


def _totals(p: Problem) -> Iterator[Total]:
    moving = p.practices.moving
    yield Total("plan", Sum(p, moved=moving), high=p.moving_limit, most=float(moving.sum()))


def _restrict(p: Problem, rest: Rest) -> Problem:
    return replace(
        p, moving_limit=p.moving_limit - float(rest.hubs.moving.sum() + p.practices.moving[rest.moved].sum())
    )


def _widened(instance: Instance) -> Instance:
    """Without a limit nobody asks who is moved: practices have no group then."""
    if instance.policy.max_disruption is None:
        return with_practices(instance, current_group=None)
    return with_policy(instance, max_disruption=None)


def _exemptions(case: Case) -> Iterator[Exemption]:
    stated = case.prepared.instance.policy.max_disruption
    if stated is None:
        return
    limit, caused = exact(stated), moved_practices(case) + moved_patients(case)
    if caused > limit:
        words = (
            f"moving practices costs £{float(caused):,.0f} a year, £{float(limit):,.0f} is allowed: "
            f"allow £{float(caused - limit):,.0f} more"
        )
        change = Change(KEY, up(caused, POUND_DECIMALS), Loosest.LARGEST)
        yield Exemption(NAME, "plan", words, change, missed_by(caused, limit), {"weights.disruption": DEAR})


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    limit = instance.policy.max_disruption
    if limit is not None:
        yield more("disruption of £{:,.0f} a year", KEY, limit, DISRUPTION_POUNDS)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    limit = instance.policy.max_disruption
    if limit is not None:
        caused = float(sum(evaluation.terms[term.__name__] for term in DISRUPTION))
        yield Room("plan", "plan", "disruption, a year", caused, limit, False, "£")


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    widened=_widened,
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)

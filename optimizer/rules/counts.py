"""The number of hubs is within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from instances import Instance
from optimizer.model.arrays import NO_LIMIT
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.bands import count_exemptions, count_loosenings, count_room
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.sets import usable_site
from optimizer.rules.widening import with_hubs
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "counts"


def _totals(p: Problem) -> Iterator[Total]:
    most = np.inf if p.hub.count_max >= NO_LIMIT else p.hub.count_max  # a huge number misleads presolve
    yield Total("plan", Sum(p, hubs=np.ones(p.n_sites)), low=p.hub.count_min, high=most, most=p.n_sites)


def _restrict(p: Problem, rest: Rest) -> Problem:
    most = p.hub.count_max if p.hub.count_max >= NO_LIMIT else p.hub.count_max - len(rest.hubs)
    return replace(p, hub=replace(p.hub, count_min=max(0, p.hub.count_min - len(rest.hubs)), count_max=most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    hub = case.prepared.instance.hub
    yield from count_exemptions(NAME, "plan", "hubs", "hub", len(case.hubs), hub.count_min or 0, hub.count_max)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    yield from count_loosenings("hubs", "hub", instance.hub.count_min or 0, instance.hub.count_max)


def _impossible(p: Problem) -> Iterator[str]:
    usable = int(usable_site(p).sum())
    if p.hub.count_min > usable:
        yield f"at least {p.hub.count_min} hubs are asked for, but only {usable} sites can have one"
    required = int(p.sites.must_open.sum())
    if p.hub.count_max < required:
        yield f"at most {p.hub.count_max} hubs are allowed, but {required} must open"
    in_hubs = int(p.practices.patients[~p.practices.may_be_independent].sum())
    room = np.minimum(p.sites.capacity, np.maximum(p.hub.maximum, p.practices.patients.max(initial=0)))
    most = int(np.sort(room)[::-1][: min(p.hub.count_max, p.n_sites)].sum())
    if p.hub.count_max < NO_LIMIT and most < in_hubs:
        yield f"{p.hub.count_max} hubs hold {most:,} patients at most, but {in_hubs:,} must be in one"


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    yield from count_room("hubs", len(evaluation.hubs), instance.hub.count_min, instance.hub.count_max, "hubs")


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    widened=lambda given: with_hubs(given, count_min=None, count_max=None),
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)

"""Other ways out in place of an exemption: another lock, limit or switch; a smaller hub, a longer way, independence.

Each is offered only with a plan that was found for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from instances import Hospital, Instance, Practice
from optimizer.explain.dials import Single, a_little_less, is_open, singles
from optimizer.explain.hard import Hard, keeps
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.explain.thinning import narrowed
from optimizer.explain.trials import Trials
from optimizer.model.build import build_problem
from optimizer.model.pairs import Distances
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem
from optimizer.rules import Exemption
from optimizer.rules.changes import Change, Loosest, apply, merge
from optimizer.rules.words import KM_DECIMALS
from optimizer.verify import verify

_STRANDED = ("one-group-each", "distance", "hub-population")  # rules that a practice without a hub breaks


@dataclass(frozen=True)
class Alternative:
    """In place of an exemption."""

    words: str
    changes: tuple[Change, ...]


def alternatives(
    instance: Instance, found: Relaxed, exemption: Exemption, trials: Trials, hard: Hard, until: float
) -> tuple[Alternative, ...]:
    """Those with which, all other exemptions granted, a plan was found; of each key one."""
    others = [other.change for other in found.exemptions if other is not exemption]
    offered = []
    for option in _options(instance, _stranded(found, exemption)):
        if not _is(option, exemption) and keeps(hard, option.changes):
            looser = apply(instance, merge([*others, *option.changes]))
            if trials.plan(looser, f"whether {option.words} is enough", near=found.plan, until=until) is not None:
                offered.append(option)
    rest = apply(instance, merge(others))
    if trials.plan(rest, "whether the other exemptions are enough", near=found.plan, until=until) is None:
        taken = {exemption.change.key, *(change.key for option in offered for change in option.changes)}
        for single in singles(rest, lambda: trials.left(until) > 0):
            if single.change.key not in taken and keeps(hard, [single.change]):
                offered += _in_place(rest, single, found.plan, trials, until)
    return tuple(offered)


def _in_place(rest: Instance, single: Single, near: Plan, trials: Trials, until: float) -> Iterator[Alternative]:
    """One lock, limit or switch, if it is enough by itself: a limit moved little first where that is what reasons ask.

    Where no simple reason says how far, it is moved far first, and back from there.
    """
    tries = single.further[-1:] or (single,) if is_open(rest) else (single, *single.further)
    for each in tries:
        plan = trials.plan(each.instance, f"whether {each.change} is enough", near=near, until=until)
        if plan is not None:
            changes = _taken(rest, each, plan)
            if len(changes) == 1:
                change, _ = narrowed(rest, [], changes[0], plan, trials, until, lambda _: None)
                changes = (change,)
            if changes:
                yield _alternative(rest, changes)
            return


def _taken(rest: Instance, single: Single, plan: Plan) -> tuple[Change, ...]:
    """The change, as small as the plan takes it where it takes nothing else; what it takes besides where it has to."""
    taken = relaxed(rest, plan)
    is_it = taken is not None and {change.key for change in taken.changes} == {single.change.key}
    if not is_it and verify(apply(rest, [single.change]), plan).ok:
        return (single.change,)
    return () if taken is None else taken.changes


def _alternative(rest: Instance, changes: tuple[Change, ...]) -> Alternative:
    words = " ".join(map(str, changes))
    little = a_little_less(rest, changes[0]) if len(changes) == 1 else None
    if little is not None and not is_open(apply(rest, [little])):
        words += f" ({little.value:,.10g} is too little: proven)"
    return Alternative(words, changes)


def _stranded(found: Relaxed, exemption: Exemption) -> tuple[str, ...]:
    """The practices that an exemption is about."""
    homes = {facts.practice: facts.hub for facts in found.evaluation.practices}
    if exemption.rule not in _STRANDED or exemption.change.key.startswith("care_model"):
        return ()
    if exemption.rule == "hub-population":
        small = exemption.change.loosest is Loosest.SMALLEST
        return tuple(p for p, hub in homes.items() if hub == exemption.subject) if small else ()
    return (exemption.subject,)


def _is(option: Alternative, exemption: Exemption) -> bool:
    """Whether the option is the exemption again."""
    keys = {change.key for change in option.changes}
    minimum = {"hub.min", "hub.min_rural"}
    return exemption.change.key in keys or bool(keys & minimum and exemption.change.key in minimum)


def _options(instance: Instance, practices: Sequence[str]) -> Iterator[Alternative]:
    if not practices:
        return
    problem = build_problem(instance)
    rows = [problem.practices.ids.index(practice) for practice in practices]
    yield from _smaller_hub(instance, problem, rows)
    yield from _longer_way(instance, problem, rows)
    yield from _independence(instance, practices)


def _smaller_hub(instance: Instance, problem: Problem, rows: Sequence[int]) -> Iterator[Alternative]:
    """The largest hub that all of them can reach, where it is below its minimum."""
    reached = np.bincount(
        problem.reach.column, weights=problem.practices.patients[problem.reach.row], minlength=problem.n_sites
    )
    shared = [set(problem.reach.column[problem.reach.row == i].tolist()) for i in rows]
    common = sorted(set.intersection(*shared)) if shared else []
    if not common:
        return
    site = max(common, key=lambda j: float(reached[j]))
    patients, least = int(reached[site]), int(problem.sites.minimum[site])
    if patients >= least:
        return
    hub = instance.hub
    key = "hub.min_rural" if least < hub.min else "hub.min"
    change = Change(key, patients, Loosest.SMALLEST)
    yield Alternative(f"one hub of {patients:,} patients", (change,))


def _longer_way(instance: Instance, problem: Problem, rows: Sequence[int]) -> Iterator[Alternative]:
    """The shortest limit at which each reaches a site that enough patients reach."""
    places: dict[str, Practice | Hospital] = {practice.id: practice for practice in instance.practices}
    places |= {hospital.id: hospital for hospital in instance.hospitals}
    sites = [places[site] for site in problem.sites.ids]
    far = Distances(instance).within(instance.practices, sites, math.inf if instance.travel.table else 20_000.0, None)
    patients = problem.practices.patients
    enough_km = np.full(len(sites), np.inf)
    for j in range(len(sites)):
        near = np.flatnonzero(far.column == j)
        near = near[np.argsort(far.km[near], kind="stable")]
        total = np.cumsum(patients[far.row[near]])
        first = int(np.searchsorted(total, problem.sites.minimum[j]))
        if first < len(near):
            enough_km[j] = far.km[near][first]
    needed = [np.maximum(far.km, enough_km[far.column])[far.row == i].min(initial=np.inf) for i in rows]
    km = math.ceil(max(needed) * 10**KM_DECIMALS) / 10**KM_DECIMALS if np.isfinite(max(needed)) else math.inf
    if instance.hub.max_km < km < math.inf:
        yield Alternative(f"{km:g} km to the hub", (Change("hub.max_km", km, Loosest.LARGEST),))


def _independence(instance: Instance, practices: Sequence[str]) -> Iterator[Alternative]:
    policy = instance.policy
    rows: list[Practice] = [practice for practice in instance.practices if practice.id in practices]
    changes = []
    if not policy.allow_independent:
        changes.append(Change("policy.allow_independent", True, Loosest.EITHER))
    largest = max(practice.patients for practice in rows)
    if largest > policy.independent_max_patients:
        changes.append(Change("policy.independent_max_patients", largest, Loosest.LARGEST))
    for practice in rows:
        if not practice.independent_allowed:
            changes.append(Change("independent_allowed", True, Loosest.EITHER, "practices", practice.id))
    if changes:
        who = "its independence" if len(rows) == 1 else f"independence of its {len(rows)} practices"
        yield Alternative(f"{who} ({largest:,} patients)", tuple(changes))

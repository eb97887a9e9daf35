"""How many of a hub's, and of all, patients live far from their hub, or outside the zone of its site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from optimizer.verify.exact import exact
from optimizer.verify.facts import Case, HubFacts
from optimizer.verify.wording import Violation, breach, figure, unlike


def far_share(case: Case) -> Iterator[Violation]:
    instance = case.prepared.instance
    most = instance.hub.far_share_max
    if most is not None:
        yield from _hubs(case, "far-share", "live far from it", most, patients_far)
    of_all = instance.policy.far_share_max
    if of_all is not None and far_in_all(case) > exact(of_all) * case.prepared.patients:
        has, whole = far_in_all(case), case.prepared.patients
        share, limit = unlike(Fraction(100 * has, whole), 100 * exact(of_all))
        message = (
            f"{figure(has)} of {figure(whole)} patients, {share} %, live far from their hub, or from their practice "
            f"where it is in none; more than the {limit} % allowed"
        )
        yield breach("far-share", "plan", message, has - exact(of_all) * whole)


def zone_share(case: Case) -> Iterator[Violation]:
    most = case.prepared.instance.hub.zone_share_max
    if most is not None:
        yield from _hubs(case, "zone-share", "live outside the zone of its site", most, patients_outside)


def patients_far(case: Case, hub: HubFacts) -> int:
    return sum(case.prepared.homes.far(member, hub.site) for member in hub.members)


def patients_outside(case: Case, hub: HubFacts) -> int:
    kind = case.prepared.instance.hub.zone
    return 0 if kind is None else sum(case.prepared.homes.outside(member, hub.site, kind) for member in hub.members)


def far_in_all(case: Case) -> int:
    """Of patients of hubs, and of practices in none, who are as far as they are from their practice."""
    return sum(case.prepared.homes.far(facts.practice, facts.hub or facts.practice) for facts in case.practices)


def _hubs(case: Case, rule: str, who: str, most: float, count: Callable[[Case, HubFacts], int]) -> Iterator[Violation]:
    for hub in case.hubs:
        has, allowed = count(case, hub), exact(most) * hub.patients
        if has > allowed:
            share, limit = unlike(Fraction(100 * has, hub.patients), 100 * exact(most))
            message = (
                f"{figure(has)} of the {figure(hub.patients)} patients of hub {hub.site}, {share} %, {who}; "
                f"more than the {limit} % allowed"
            )
            yield breach(rule, hub.site, message, has - allowed)

"""The rules of single hubs: how far, how large, hosted by whom, staffed how well."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.exact import exact
from optimizer.verify.facts import Case, HubFacts
from optimizer.verify.prepared import needed_fte
from optimizer.verify.travel import Leg
from optimizer.verify.wording import TOLERANCE_FTE, Violation, breach, figure, plural, unlike


def hub_distance(case: Case) -> Iterator[Violation]:
    rules = case.prepared.instance.hub
    for facts in case.practices:
        if facts.hub is not None and facts.hub in case.prepared.places:
            way = f"practice {facts.practice} is {{}} from hub {facts.hub}"
            yield from too_far(facts.practice, way, case.leg(facts.practice), rules.max_km, rules.max_minutes)
            if case.prepared.is_far_from_home(facts.practice, facts.hub):
                yield from _too_far_from_home(case, facts.practice, facts.hub)


def _too_far_from_home(case: Case, practice: str, hub: str) -> Iterator[Violation]:
    limit = exact(case.prepared.instance.hub.max_home_km or 0)
    mean = case.prepared.homes.mean_km(practice, hub)
    km, most = unlike(mean, limit)
    message = (
        f"patients of practice {practice} live {km} km from hub {hub} on average, more than the limit of {most} km"
    )
    yield breach("distance", practice, message, mean - limit)


def too_far(subject: str, way: str, leg: Leg | None, max_km: float, max_minutes: float | None) -> Iterator[Violation]:
    """`way` says who is from whom, with `{}` for how far."""
    if leg is None:
        yield breach("distance", subject, way.format("out of reach") + ": no travel between them is known")
        return
    if leg.km > exact(max_km):
        km, limit = unlike(leg.km, exact(max_km))
        message = f"{way.format(f'{km} km')}, further than the limit of {limit} km"
        yield breach("distance", subject, message, leg.km - exact(max_km))
    if max_minutes is not None and leg.minutes is not None and leg.minutes > exact(max_minutes):
        minutes, limit = unlike(leg.minutes, exact(max_minutes))
        message = f"{way.format(f'{minutes} minutes')}, further than the limit of {limit} minutes"
        yield breach("distance", subject, message, leg.minutes - exact(max_minutes))


def hub_population(case: Case) -> Iterator[Violation]:
    rule, most = "hub-population", case.prepared.instance.hub.max
    for hub in case.hubs:
        if hub.patients < hub.minimum:
            yield breach(
                rule,
                hub.site,
                f"hub {hub.site} has {figure(hub.patients)} patients, fewer than its minimum of {figure(hub.minimum)}",
                hub.minimum - hub.patients,
            )
        if hub.patients > most and not _oversize(case, hub):
            yield breach(
                rule,
                hub.site,
                f"hub {hub.site} has {figure(hub.patients)} patients, more than the maximum of {figure(most)}",
                hub.patients - most,
            )


def oversize(case: Case) -> Iterator[Violation]:
    for hub in case.hubs:
        large, others = _oversize(case, hub), len(hub.members) - 1
        if large and others:
            message = (
                f"practice {large[0]} has {figure(case.prepared.practices[large[0]].patients)} patients, more than the "
                f"hub maximum of {figure(case.prepared.instance.hub.max)}, and shares hub {hub.site} with "
                f"{plural(others, 'other practice')}"
            )
            yield breach("oversize", hub.site, message, others)


def _oversize(case: Case, hub: HubFacts) -> list[str]:
    """Members too large for any hub but one of their own."""
    most = case.prepared.instance.hub.max
    return [member for member in hub.members if case.prepared.practices[member].patients > most]


def capacity(case: Case) -> Iterator[Violation]:
    for hub in case.hubs:
        place = case.prepared.places.get(hub.site)
        most = None if place is None else place.hub_capacity
        if most is not None and hub.patients > most:
            yield breach(
                "capacity",
                hub.site,
                f"hub {hub.site} has {figure(hub.patients)} patients, more than its capacity of {figure(most)}",
                hub.patients - most,
            )


def host(case: Case) -> Iterator[Violation]:
    if not case.prepared.instance.hub.host_is_member:
        return
    for hub in case.hubs:
        if hub.site in case.prepared.practices and hub.site not in hub.members:
            yield breach("host", hub.site, f"practice {hub.site} hosts hub {hub.site} and is not a member of it")


def hub_workforce(case: Case) -> Iterator[Violation]:
    for hub in case.hubs:
        for role, own in hub.fte.items():
            has, needed = own + hub.hires[role], needed_fte(case.prepared.roles[role].min_per_10k, hub.patients)
            short = needed - has
            if short > TOLERANCE_FTE:
                there, called_for = unlike(has, needed)
                message = (
                    f"hub {hub.site} has {there} FTE of {role} (hires included), fewer than the {called_for} "
                    f"that {figure(hub.patients)} patients call for"
                )
                yield breach("hub-workforce", hub.site, message, short)


def continuity(case: Case) -> Iterator[Violation]:
    """A group exists and is continued once."""
    sites: dict[str, list[str]] = {}
    for hub in case.hubs:
        if hub.continues is not None:
            sites.setdefault(hub.continues, []).append(hub.site)
    for group, at in sites.items():
        if group not in case.prepared.groups:
            yield breach("continuity", group, f"hub {at[0]} continues group {group}, which no practice belongs to")
        if len(at) > 1:
            message = f"group {group} is continued by {len(at)} hubs: {', '.join(at)}"
            yield breach("continuity", group, message, len(at) - 1)

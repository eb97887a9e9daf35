"""Whether a plan is a plan at all: every id known, every practice placed once, every hub and network possible."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from optimizer.model.plan import Hub, Network
from optimizer.verify.facts import Case
from optimizer.verify.wording import Violation, breach, figure


def one_group_each(case: Case) -> Iterator[Violation]:
    rule = "one-group-each"
    placed = [member for hub in case.plan.hubs for member in hub.members]
    places = Counter((*placed, *case.plan.outside))
    for practice in places:
        if practice not in case.prepared.practices:
            yield breach(
                rule, practice, f"practice {practice} is in the plan and not in the instance", places[practice]
            )
    for practice in case.prepared.practices:
        if places[practice] == 0:
            yield breach(rule, practice, f"practice {practice} is in no hub and not independent")
        elif places[practice] > 1:
            where = ", ".join(_whereabouts(case, practice))
            yield breach(
                rule, practice, f"practice {practice} has {places[practice]} places: {where}", places[practice] - 1
            )


def _whereabouts(case: Case, practice: str) -> Iterator[str]:
    for hub in case.plan.hubs:
        yield from (f"hub {hub.site}" for member in hub.members if member == practice)
    yield from ("independent" for independent in case.plan.independents if independent == practice)
    yield from (f"run by {run.hospital}" for run in case.plan.trust_run if run.practice == practice)


def independence(case: Case) -> Iterator[Violation]:
    """Independent only by the policy, the practice's row and its size."""
    rule, policy = "one-group-each", case.prepared.instance.policy
    for id_ in dict.fromkeys(case.plan.independents):
        practice = case.prepared.practices.get(id_)
        if practice is None:
            continue
        if not policy.allow_independent:
            yield breach(rule, id_, f"practice {id_} is independent, which the policy does not allow")
        if not practice.independent_allowed:
            yield breach(rule, id_, f"practice {id_} is independent, which its row does not allow")
        if practice.patients > policy.independent_max_patients:
            yield breach(
                rule,
                id_,
                f"practice {id_} is independent with {figure(practice.patients)} patients, "
                f"more than the {figure(policy.independent_max_patients)} allowed",
                practice.patients - policy.independent_max_patients,
            )


def sites(case: Case) -> Iterator[Violation]:
    """A hub is at a place that can host one, and no place has two."""
    rule = "site"
    for site, number in Counter(hub.site for hub in case.plan.hubs).items():
        if site not in case.prepared.places:
            yield breach(rule, site, f"hub {site} is at a place that is not in the instance")
        elif not case.prepared.can_host(site):
            yield breach(rule, site, f"hub {site} is at a place that cannot host a hub")
        if number > 1:
            yield breach(rule, site, f"site {site} has {number} hubs", number - 1)


def networks(case: Case) -> Iterator[Violation]:
    """Hubs name networks that are listed; a network is listed once, of a known model, and has a hub."""
    rule = "network"
    listed = Counter(network.id for network in case.plan.networks)
    named = {hub.network for hub in case.plan.hubs}
    for hub in case.plan.hubs:
        if hub.network is not None and hub.network not in listed:
            yield breach(rule, hub.site, f"hub {hub.site} is in network {hub.network}, which the plan does not list")
    for network in {network.id: network for network in case.plan.networks}.values():
        if network.care_model not in case.prepared.models:
            yield breach(
                rule, network.id, f"network {network.id} is of model {network.care_model}, which is not in the instance"
            )
        if listed[network.id] > 1:
            yield breach(
                rule, network.id, f"network {network.id} is listed {listed[network.id]} times", listed[network.id] - 1
            )
        if network.id not in named:
            yield breach(rule, network.id, f"network {network.id} has no hub")


def hires(case: Case) -> Iterator[Violation]:
    """Hires are quantities, of roles that exist, and whole where these are hired whole."""
    for subject, part in _parts(case):
        for role, fte in part.hires.items():
            if role not in case.prepared.roles:
                yield breach("hires", subject, f"{subject} hires for role {role}, which is not in the instance")
            elif not math.isfinite(fte):
                yield breach("hires", subject, f"{subject} hires {fte} FTE of {role}, which is not a quantity")
            elif fte < 0:
                yield breach("hires", subject, f"{subject} hires {fte} FTE of {role}, less than none")
            elif case.prepared.roles[role].whole_fte and fte != round(fte):
                yield breach("hires", subject, f"{subject} hires {fte} FTE of {role}, who are hired whole")


def _parts(case: Case) -> Iterator[tuple[str, Hub | Network]]:
    yield from ((hub.site, hub) for hub in case.plan.hubs)
    yield from ((network.id, network) for network in case.plan.networks)

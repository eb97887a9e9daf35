"""The rules of single networks: who leads, how far, how large, staffed how well, of which area."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.hub_rules import too_far
from optimizer.verify.prepared import needed_fte
from optimizer.verify.wording import TOLERANCE_FTE, Violation, breach, figure, plural, unlike


def network_distance(case: Case) -> Iterator[Violation]:
    for network in case.networks:
        model = case.prepared.models[network.care_model]
        for hub in case.hubs_of[network.id]:
            if hub.site in case.prepared.places and network.lead in case.prepared.places:
                way = f"hub {hub.site} is {{}} from the lead of network {network.id}"
                leg = case.prepared.travel.leg(hub.site, network.lead)
                yield from too_far(hub.site, way, leg, model.max_km, model.max_minutes)


def may_lead(case: Case) -> Iterator[Violation]:
    """The lead is a place that can lead such a network."""
    for network in case.networks:
        model, practice = case.prepared.models[network.care_model], case.prepared.practices.get(network.lead)
        if not case.prepared.can_lead(model, network.lead):
            yield breach(
                "lead", network.id, f"network {network.id}: {network.lead} cannot lead a network of {model.id}"
            )
        elif practice is not None and practice.patients < model.lead_min_patients:
            yield breach(
                "lead",
                network.id,
                f"network {network.id}: its lead has {figure(practice.patients)} patients, "
                f"fewer than the {figure(model.lead_min_patients)} that leading takes",
                model.lead_min_patients - practice.patients,
            )


def lead_is_inside(case: Case) -> Iterator[Violation]:
    """A hub-led network is led by one of its hubs; a lead that hosts a hub has it in its network."""
    for network in case.networks:
        at_lead = case.hubs_at.get(network.lead, [])
        if not at_lead and case.prepared.models[network.care_model].lead == "hub":
            yield breach("lead", network.id, f"network {network.id} is led from {network.lead}, where there is no hub")
        elif at_lead and all(hub.network != network.id for hub in at_lead):
            where = at_lead[0].network or "none"
            yield breach(
                "lead",
                network.id,
                f"network {network.id} is led from {network.lead}, whose hub is not in it (its network: {where})",
            )


def network_population(case: Case) -> Iterator[Violation]:
    for network in case.networks:
        model = case.prepared.models[network.care_model]
        has = f"network {network.id} has {figure(network.patients)} patients"
        if network.patients < model.min:
            message = f"{has}, fewer than its minimum of {figure(model.min)}"
            yield breach("network-population", network.id, message, model.min - network.patients)
        if network.patients > model.max:
            message = f"{has}, more than its maximum of {figure(model.max)}"
            yield breach("network-population", network.id, message, network.patients - model.max)


def network_workforce(case: Case) -> Iterator[Violation]:
    for network in case.networks:
        for role, present in network.fte.items():
            ratio = case.prepared.roles[role].network_min_per_10k
            has, needed = present + network.hires[role], needed_fte(ratio, network.patients)
            short = needed - has
            if short > TOLERANCE_FTE:
                there, called_for = unlike(has, needed)
                message = (
                    f"network {network.id} has {there} FTE of {role} (hires included), fewer than the {called_for} "
                    f"that {figure(network.patients)} patients call for"
                )
                yield breach("network-workforce", network.id, message, short)


def consent(case: Case) -> Iterator[Violation]:
    for facts in case.practices:
        practice, model = case.prepared.practices[facts.practice], facts.care_model
        if model is not None and case.prepared.consent.forbids(practice, model):
            message = f"practice {facts.practice} refuses {facts.care_model} and is in network {facts.network}"
            yield breach("consent", facts.practice, message)


def delegation(case: Case) -> Iterator[Violation]:
    """Practices in networks of a model that needs a delegated commissioner have one."""
    for facts in case.practices:
        if facts.care_model is None:
            continue
        model, practice = case.prepared.models[facts.care_model], case.prepared.practices[facts.practice]
        if case.prepared.lacks_delegation(practice, model):
            message = (
                f"practice {practice.id} is in network {facts.network}, and {model.id} needs a delegated commissioner: "
                f"that of {practice.area} is not"
            )
            yield breach("delegation", practice.id, message)


def model_shares(case: Case) -> Iterator[Violation]:
    for model in case.prepared.models.values():
        patients = sum(network.patients for network in case.networks if network.care_model == model.id)
        yield from share(
            case, "model-shares", model.id, f"networks of {model.id}", patients, model.share_min, model.share_max
        )


def coverage(case: Case) -> Iterator[Violation]:
    instance = case.prepared.instance
    yield from share(
        case, "coverage", "plan", "networks", case.covered, instance.coverage_min, instance.policy.coverage_max
    )


def share(
    case: Case, rule: str, subject: str, who: str, patients: int, least: float, most: float
) -> Iterator[Violation]:
    """A number of patients within shares of all patients."""
    total = case.prepared.patients
    for limit, sign, comparison in (
        (exact(least), 1, "less than the minimum"),
        (exact(most), -1, "more than the maximum"),
    ):
        excess = sign * (limit * total - patients)
        if excess > 0:
            percent, allowed = unlike(Fraction(100 * patients, total), 100 * limit)
            message = (
                f"{who} have {percent} % of all patients ({figure(patients)} of {figure(total)}), "
                f"{comparison} of {allowed} %"
            )
            yield breach(rule, subject, message, excess)


def model_counts(case: Case) -> Iterator[Violation]:
    for model in case.prepared.models.values():
        number = sum(network.care_model == model.id for network in case.networks)
        what = f"the plan has {plural(number, 'network')} of {model.id}"
        if number < model.count_min:
            message = f"{what}, fewer than the minimum of {model.count_min:,}"
            yield breach("model-counts", model.id, message, model.count_min - number)
        if model.count_max is not None and number > model.count_max:
            message = f"{what}, more than the maximum of {model.count_max:,}"
            yield breach("model-counts", model.id, message, number - model.count_max)

"""The rules of hospitals in networks: partners that a network can have, one network each, and what a lead takes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from instances.schema import CareModel
from optimizer.model.plan import Network
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.wording import Violation, breach, figure, plural, unlike


def partners(case: Case) -> Iterator[Violation]:
    """Hospitals of the model's kinds, near enough to the lead, neither too few nor too many."""
    for network in case.plan.networks:
        model = case.prepared.models.get(network.care_model)
        if model is None:
            continue
        listed = Counter(network.hospitals)
        for id_, times in listed.items():
            yield from _stranger(case, model, network, id_)
            if times > 1:
                yield breach("partners", network.id, f"network {network.id} lists {id_} {times} times", times - 1)
        what = f"network {network.id} has {plural(len(listed), 'partner')}"
        if len(listed) < model.partners_min:
            message = f"{what}, fewer than the minimum of {model.partners_min:,}"
            yield breach("partners", network.id, message, model.partners_min - len(listed))
        if model.partners_max is not None and len(listed) > model.partners_max:
            message = f"{what}, more than the maximum of {model.partners_max:,}"
            yield breach("partners", network.id, message, len(listed) - model.partners_max)


def _stranger(case: Case, model: CareModel, network: Network, partner: str) -> Iterator[Violation]:
    """Why a place cannot be a partner of the network."""
    what = f"network {network.id}: its partner {partner}"
    hospital, lead = case.prepared.hospitals.get(partner), network.lead
    if hospital is None:
        yield breach("partners", network.id, f"{what} is no hospital of the instance")
        return
    if partner == lead:
        yield breach("partners", network.id, f"{what} is its lead already")
        return
    if hospital.kind not in model.partner_kinds:
        kinds = " or ".join(model.partner_kinds) or "none"
        yield breach("partners", network.id, f"{what} is {hospital.kind}; the kinds allowed are {kinds}")
    leg = case.prepared.travel.leg(partner, lead) if lead in case.prepared.places else None
    if leg is None:
        yield breach("partners", network.id, f"{what} has no way to its lead")
    elif leg.km > exact(model.partner_max_km):
        km, most = unlike(leg.km, exact(model.partner_max_km))
        message = f"{what} is {km} km from its lead, more than the {most} km allowed"
        yield breach("partners", network.id, message, leg.km - exact(model.partner_max_km))


def one_network_each(case: Case) -> Iterator[Violation]:
    """A hospital is in one network at most, as its lead or as a partner."""
    inside: dict[str, list[str]] = {}
    for network in case.networks:
        for place in (network.lead, *network.partners):
            if place in case.prepared.hospitals:
                inside.setdefault(place, []).append(network.id)
    for hospital, networks in inside.items():
        if len(networks) > 1:
            message = f"hospital {hospital} is in {len(networks)} networks: {', '.join(networks)}"
            yield breach("one-network-each", hospital, message, len(networks) - 1)


def lead_capacity(case: Case) -> Iterator[Violation]:
    """A network that a hospital leads is no larger than what that takes on."""
    for network in case.networks:
        hospital = case.prepared.hospitals.get(network.lead)
        if hospital is None:
            continue
        for has, most, of in (
            (network.patients, hospital.lead_patients_max, "patients"),
            (network.practices, hospital.lead_practices_max, "practices"),
        ):
            if most is not None and has > most:
                message = (
                    f"network {network.id} has {figure(has)} {of}, "
                    f"more than the {figure(most)} that {network.lead} can take on"
                )
                yield breach("lead-capacity", network.id, message, has - most)

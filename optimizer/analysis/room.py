"""How much room a plan leaves under each limit: every hub, every network and the plan as a whole, figure by figure.

The figures are verification's own; whether a rule is kept is its verdict, this page is for reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from instances import CareModel, Instance
from optimizer.verify import Evaluation, HubFacts, NetworkFacts
from optimizer.verify.costs import DISRUPTION
from optimizer.verify.exact import exact
from optimizer.verify.prepared import needed_fte
from optimizer.verify.travel import Travel

Tier = Literal["hub", "network", "plan"]


@dataclass(frozen=True)
class Check:
    """A figure beside its limit."""

    tier: Tier
    subject: str  # id of the hub or network; "plan"
    rule: str  # in a planner's words
    value: float
    limit: float
    at_least: bool  # whether the limit is the least or the most
    unit: str

    @property
    def room(self) -> float:
        """How far the value is from the limit; below 0 where the rule is broken."""
        return self.value - self.limit if self.at_least else self.limit - self.value

    @property
    def kept(self) -> bool:
        return self.room >= -1e-6


def checks(instance: Instance, evaluation: Evaluation) -> list[Check]:
    """All of a plan, hubs first."""
    members = {hub.site: hub for hub in evaluation.hubs}
    models = {model.id: model for model in instance.care_model}
    travel = Travel(instance) if instance.hub.max_minutes is not None else None
    capacity = {place.id: place.hub_capacity for place in (*instance.practices, *instance.hospitals)}
    found = [check for hub in evaluation.hubs for check in _hub(instance, hub, capacity.get(hub.site), models, travel)]
    for network in evaluation.networks:
        hubs = [members[site] for site in network.hubs]
        found += _network(instance, network, models[network.care_model], hubs)
    return [*found, *_plan(instance, evaluation)]


def _hub(
    instance: Instance, hub: HubFacts, capacity: int | None, models: dict[str, CareModel], travel: Travel | None
) -> Iterator[Check]:
    rules, id_ = instance.hub, hub.site
    yield Check("hub", id_, "patients, at least", hub.patients, hub.minimum, True, "patients")
    if hub.patients <= rules.max or len(hub.members) > 1:  # a larger practice alone is exempt
        yield Check("hub", id_, "patients, at most", hub.patients, rules.max, False, "patients")
    if capacity is not None:
        yield Check("hub", id_, "capacity of the site", hub.patients, capacity, False, "patients")
    yield Check("hub", id_, "furthest practice", float(hub.max_km), rules.max_km, False, "km")
    if travel is not None and rules.max_minutes is not None:
        legs = [travel.leg(member, id_) for member in hub.members]
        minutes = max((float(leg.minutes) for leg in legs if leg is not None and leg.minutes is not None), default=0.0)
        yield Check("hub", id_, "slowest practice", minutes, rules.max_minutes, False, "minutes")
    for role in instance.role:
        if role.min_per_10k is not None:
            needed = float(needed_fte(role.min_per_10k, hub.patients))
            there = float(hub.fte[role.id] + hub.hired(role.id))
            yield Check("hub", id_, f"{role.id} FTE, hires included", there, needed, True, "FTE")
    if hub.care_model is not None and hub.km_to_lead is not None:
        limit = models[hub.care_model].max_km
        yield Check("hub", id_, "distance to the lead", float(hub.km_to_lead), limit, False, "km")


def _network(instance: Instance, network: NetworkFacts, model: CareModel, hubs: list[HubFacts]) -> Iterator[Check]:
    yield Check("network", network.id, "patients, at least", network.patients, model.min, True, "patients")
    yield Check("network", network.id, "patients, at most", network.patients, model.max, False, "patients")
    yield Check("network", network.id, "furthest hub", float(network.max_km), model.max_km, False, "km")
    hospital = next((place for place in instance.hospitals if place.id == network.lead), None)
    for role in instance.role:
        if role.network_min_per_10k is not None:
            needed = float(needed_fte(role.network_min_per_10k, network.patients))
            there = sum((hub.fte[role.id] + hub.hired(role.id) for hub in hubs), network.hired(role.id))
            there += exact(hospital.fte.get(role.id, 0)) if hospital is not None else 0
            yield Check("network", network.id, f"{role.id} FTE, hires included", float(there), needed, True, "FTE")


def _plan(instance: Instance, evaluation: Evaluation) -> Iterator[Check]:
    patients = sum(practice.patients for practice in instance.practices)
    covered = 100 * float(evaluation.coverage)
    if instance.care_model:
        yield Check("plan", "plan", "patients in networks", covered, 100 * instance.coverage_min, True, "%")
        if instance.policy.coverage_max < 1:
            limit = 100 * instance.policy.coverage_max
            yield Check("plan", "plan", "patients in networks, at most", covered, limit, False, "%")
    for model in instance.care_model:
        networks = [network for network in evaluation.networks if network.care_model == model.id]
        share = 100 * sum(network.patients for network in networks) / max(patients, 1)
        if model.share_min > 0:
            yield Check("plan", "plan", f"patients in {model.id}", share, 100 * model.share_min, True, "%")
        if model.share_max < 1:
            yield Check("plan", "plan", f"patients in {model.id}, at most", share, 100 * model.share_max, False, "%")
        if model.count_min > 0:
            yield Check("plan", "plan", f"networks of {model.id}", len(networks), model.count_min, True, "networks")
        if model.count_max is not None:
            what = f"networks of {model.id}, at most"
            yield Check("plan", "plan", what, len(networks), model.count_max, False, "networks")
    if instance.hub.count_min is not None:
        yield Check("plan", "plan", "hubs", len(evaluation.hubs), instance.hub.count_min, True, "hubs")
    if instance.hub.count_max is not None:
        yield Check("plan", "plan", "hubs, at most", len(evaluation.hubs), instance.hub.count_max, False, "hubs")
    for role, hired in evaluation.hires.items():
        market = float(evaluation.market[role])
        if any(r.id == role and (r.min_per_10k or r.network_min_per_10k) for r in instance.role):
            yield Check("plan", "plan", f"{role} to hire", float(hired), market, False, "FTE")
    if instance.policy.transformation_fund > 0:
        once, fund = _setup_once(instance, evaluation), instance.policy.transformation_fund
        yield Check("plan", "plan", "set-up, once", once, fund, False, "£")
    if instance.policy.max_disruption is not None:
        caused = float(sum(evaluation.terms[term.__name__] for term in DISRUPTION))
        yield Check("plan", "plan", "disruption, a year", caused, instance.policy.max_disruption, False, "£")


def _setup_once(instance: Instance, evaluation: Evaluation) -> float:
    return float((evaluation.terms["hub_setup"] + evaluation.terms["network_setup"]) * exact(instance.horizon_years))

"""Partners of a plan's networks, where its author left them out or an instance allows others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from instances import Hospital, Instance, Practice, Role
from optimizer.model.pairs import Distances
from optimizer.model.partner_pairs import partner_km
from optimizer.model.partners import Wanted, chosen_partners
from optimizer.model.plan import Plan
from optimizer.verify import Evaluation, verify
from optimizer.verify.facts import NetworkFacts
from optimizer.verify.prepared import needed_fte


def with_partners(instance: Instance, plan: Plan) -> Plan:
    """The plan with the hospitals that its networks have as partners at least cost, whatever partners it states.

    Networks that cannot have their fewest partners have as many as can be.
    """
    stated = any(network.hospitals for network in plan.networks)
    if not stated and not any(model.partner_kinds for model in instance.care_model):
        return plan
    evaluation = verify(instance, _with_hospitals(plan, {}))
    places = {place.id for place in (*instance.practices, *instance.hospitals)}
    networks = [network for network in evaluation.networks if network.lead in places]
    chosen = chosen_partners(_wanted(instance, evaluation, networks))
    partners = {
        network.id: tuple(instance.hospitals[h].id for h in np.flatnonzero(chosen == n))
        for n, network in enumerate(networks)
    }
    return _with_hospitals(plan, partners)


def _with_hospitals(plan: Plan, partners: dict[str, tuple[str, ...]]) -> Plan:
    networks = tuple(n.model_copy(update={"hospitals": partners.get(n.id, ())}) for n in plan.networks)
    return plan.model_copy(update={"networks": networks})


def _wanted(instance: Instance, evaluation: Evaluation, networks: Sequence[NetworkFacts]) -> Wanted:
    """`evaluation` is of the plan without partners."""
    models = [next(m for m in instance.care_model if m.id == network.care_model) for network in networks]
    index = {model.id: k for k, model in enumerate(instance.care_model)}
    places: dict[str, Practice | Hospital] = {p.id: p for p in instance.practices}
    places |= {h.id: h for h in instance.hospitals}
    leads = [(index[network.care_model], places[network.lead]) for network in networks]
    km = partner_km(instance, instance.care_model, Distances(instance), leads)
    km[:, [h for h, hospital in enumerate(instance.hospitals) if hospital.id in {n.lead for n in networks}]] = np.inf
    roles, years, fund = instance.role, instance.horizon_years, instance.policy.transformation_fund
    spent = float(evaluation.terms["hub_setup"] + evaluation.terms["network_setup"]) * years
    hubs = [sum(float(hub.hired(role.id)) for hub in evaluation.hubs) for role in roles]
    lacking = [[float(_lacking(role, network)) for role in roles] for network in networks]
    fte = [[hospital.fte.get(role.id, 0.0) for role in roles] for hospital in instance.hospitals]
    most = [len(instance.hospitals) if model.partners_max is None else model.partners_max for model in models]
    return Wanted(
        km=km,
        least=np.array([model.partners_min for model in models], dtype=np.int64),
        most=np.array(most, dtype=np.int64),
        cost=np.array([model.partner_running_cost + model.partner_setup_cost / years for model in models]),
        setup=np.array([model.partner_setup_cost for model in models]),
        lacking=np.array(lacking, dtype=np.float64).reshape(len(networks), len(roles)),
        whole=np.array([role.whole_fte for role in roles], dtype=bool),
        fte=np.array(fte, dtype=np.float64).reshape(len(instance.hospitals), len(roles)),
        hire_cost=np.array([role.cost_per_fte for role in roles]),
        market=np.array([float(evaluation.market[role.id]) for role in roles]) - hubs,
        fund=fund - spent if fund else math.inf,
    )


def _lacking(role: Role, network: NetworkFacts) -> Fraction:
    """FTE that a network lacks of what its patients call for."""
    if role.network_min_per_10k is None:
        return Fraction(0)
    return needed_fte(role.network_min_per_10k, network.patients) - network.fte[role.id]

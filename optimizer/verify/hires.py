"""The hires that a plan's workforce rules call for, where its author left them out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from instances.instance import Instance
from optimizer.model.plan import Plan
from optimizer.verify import verify


def with_hires(instance: Instance, plan: Plan) -> Plan:
    """The plan with the FTE that its hubs and networks lack, whatever hires it states."""
    evaluation = verify(instance, without_hires(plan))
    hub_hires = {hub.site: _positive(hub.hires_needed) for hub in evaluation.hubs}
    network_hires = {network.id: _positive(network.hires_needed) for network in evaluation.networks}
    return _hiring(plan, hub_hires, network_hires)


def without_hires(plan: Plan) -> Plan:
    """The plan with no hires stated: it counts with those that it needs."""
    return _hiring(plan, {}, {})


def _hiring(plan: Plan, hubs: Mapping[str, dict[str, float]], networks: Mapping[str, dict[str, float]]) -> Plan:
    """The plan with these hires by site and by network, and no others."""
    return plan.model_copy(
        update={
            "hubs": tuple(hub.model_copy(update={"hires": hubs.get(hub.site, {})}) for hub in plan.hubs),
            "networks": tuple(of.model_copy(update={"hires": networks.get(of.id, {})}) for of in plan.networks),
        }
    )


def _positive(fte: Mapping[str, Fraction]) -> dict[str, float]:
    return {role: float(need) for role, need in fte.items() if need}

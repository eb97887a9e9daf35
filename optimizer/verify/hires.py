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
    return Plan(
        hubs=tuple(h.model_copy(update={"hires": hub_hires.get(h.site, {})}) for h in plan.hubs),
        networks=tuple(n.model_copy(update={"hires": network_hires.get(n.id, {})}) for n in plan.networks),
        independents=plan.independents,
        trust_run=plan.trust_run,
    )


def without_hires(plan: Plan) -> Plan:
    """The plan with no hires stated: it counts with those that it needs."""
    return plan.model_copy(
        update={
            "hubs": tuple(hub.model_copy(update={"hires": {}}) for hub in plan.hubs),
            "networks": tuple(network.model_copy(update={"hires": {}}) for network in plan.networks),
        }
    )


def _positive(fte: Mapping[str, Fraction]) -> dict[str, float]:
    return {role: float(need) for role, need in fte.items() if need}

"""Chains of hospitals as an instance of their own, with which everything that plans hubs plans chains.

Each hospital that may be in a chain is a practice of one patient, a chain is a hub, its lead the host, and the price of
being unlike the lead is the cost of travel. Practices of the instance have no part in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from statistics import mean, pstdev

import numpy as np

from instances import Hospital, Instance
from instances.chains import KIND, compared
from instances.policy import Policy
from instances.rows import Practice, TravelTable
from instances.schema import ChainRules, HubRules, TravelRules
from optimizer.model.arrays import FloatArray
from optimizer.model.plan import Chain, Hub, Plan

Z_DECIMALS = 6


def stand_in(instance: Instance) -> Instance:
    """The instance whose hubs are chains; the objective of a plan of it is that of the chains."""
    chain, hospitals = _rules(instance), instance.chain_hospitals
    lead = [chain.can_lead(hospital) for hospital in hospitals]
    apart = unlikeness(chain, hospitals)
    pairs = [(i, j) for j in np.flatnonzero(lead) for i in range(len(hospitals))]
    table = TravelTable(
        origin=tuple(hospitals[i].id for i, _ in pairs),
        destination=tuple(hospitals[j].id for _, j in pairs),
        cost=tuple(chain.price_per_unlikeness * float(apart[i, j]) for i, j in pairs),
    )
    hub = HubRules(
        min=chain.members_min,
        min_rural=chain.members_min,
        target_min=chain.members_min,
        target_max=chain.members_max,
        max=chain.members_max,
        rural_reach_patients=0,
        running_cost=chain.running_cost,
        setup_cost=chain.setup_cost,
    )
    policy = Policy(
        dividend_per_patient=0.0,
        allow_independent=chain.alone_allowed,
        independent_max_patients=1,
        independent_price_per_patient=chain.alone_price,
    )
    return Instance(
        name=f"chains of {instance.name}",
        horizon_years=instance.horizon_years,
        travel=TravelRules(table=table),
        hub=hub,
        policy=policy,
        practices=tuple(
            Practice(id=hospital.id, name=hospital.name, patients=1, can_host_hub=can)
            for hospital, can in zip(hospitals, lead, strict=True)
        ),
    )


def unlikeness(chain: ChainRules, hospitals: Sequence[Hospital]) -> FloatArray:
    """[n, n] weighted sums of differences of z-scores, and the weight of the kind where kinds differ."""
    apart = np.zeros((len(hospitals), len(hospitals)))
    for feature, weight in compared(chain).items():
        scores = _z_scores([hospital.features[feature] for hospital in hospitals])
        apart += weight * np.abs(scores[:, None] - scores)
    kinds = np.array([hospital.kind for hospital in hospitals])
    apart += chain.features.get(KIND, 0.0) * (kinds[:, None] != kinds)
    return apart


def _z_scores(values: Sequence[float]) -> FloatArray:
    """[n] rounded as docs/model.md has them; worked out in fractions, as a large mean would swallow the differences."""
    if min(values) == max(values):
        return np.zeros(len(values))
    exact = [Fraction(value) for value in values]
    centre, spread = mean(exact), Fraction(pstdev(exact))
    return np.array([round(float((value - centre) / spread), Z_DECIMALS) for value in exact])


def chain_counts(instance: Instance) -> range:
    """How many chains can have every hospital between them, for want of which there is none or there are lone ones."""
    chain, number = _rules(instance), len(instance.chain_hospitals)
    leads = sum(map(chain.can_lead, instance.chain_hospitals))
    fewest = max(-(-number // chain.members_max), 1)
    return range(fewest, min(number // chain.members_min, leads) + 1)


def first_plan(instance: Instance) -> Plan:
    """Some plan of the stand-in: everybody alone, or dealt out to as few chains as can be."""
    chain, ids = _rules(instance), [hospital.id for hospital in instance.chain_hospitals]
    if chain.alone_allowed:
        return Plan(hubs=(), independents=tuple(ids))
    leads = [hospital.id for hospital in instance.chain_hospitals if chain.can_lead(hospital)]
    number = chain_counts(instance).start
    others = [hospital for hospital in ids if hospital not in leads[:number]]
    return Plan(hubs=tuple(Hub(site=lead, members=(lead, *others[k::number])) for k, lead in enumerate(leads[:number])))


def chains_of(plan: Plan) -> tuple[Chain, ...]:
    """The chains that a plan of the stand-in is."""
    return tuple(Chain(lead=hub.site, members=hub.members) for hub in plan.hubs)


def _rules(instance: Instance) -> ChainRules:
    if instance.chain is None:
        raise ValueError("the instance has no chains")
    return instance.chain

"""The cost terms of a plan, pounds a year, each from the plan's figures alone and in the order they are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from optimizer.verify.exact import exact
from optimizer.verify.facts import Case, HubFacts


def _sum(amounts: Iterable[Fraction]) -> Fraction:
    return sum(amounts, Fraction(0))


def hub_running(case: Case) -> Fraction:
    return exact(case.prepared.instance.hub.running_cost) * len(case.hubs)


def hub_setup_once(case: Case) -> Fraction:
    """Pounds once."""
    return _sum(case.prepared.hub_setup_cost(hub.site) for hub in case.hubs)


def network_setup_once(case: Case) -> Fraction:
    """Pounds once."""
    return _sum(exact(case.prepared.models[network.care_model].setup_cost) for network in case.networks)


def hub_setup(case: Case) -> Fraction:
    return hub_setup_once(case) / _years(case)


def network_running(case: Case) -> Fraction:
    return _sum(exact(case.prepared.models[network.care_model].running_cost) for network in case.networks)


def network_setup(case: Case) -> Fraction:
    return network_setup_once(case) / _years(case)


def travel(case: Case) -> Fraction:
    price = exact(case.prepared.instance.travel.cost_per_patient_km)
    stated, patient_km = Fraction(0), Fraction(0)
    for facts in case.practices:
        leg = case.leg(facts.practice)
        if leg is None:
            continue
        if leg.cost is not None:
            stated += leg.cost
        else:
            patient_km += _patients(case, facts.practice) * leg.km
    return stated + patient_km * price


def coordination(case: Case) -> Fraction:
    return _sum(
        exact(case.prepared.models[hub.care_model].cost_per_hub_km) * hub.km_to_lead
        for hub in case.hubs
        if hub.care_model is not None and hub.km_to_lead is not None
    )


def hires(case: Case) -> Fraction:
    return _sum(exact(case.prepared.roles[role].cost_per_fte) * fte for role, fte in case.hires.items())


def hub_size(case: Case) -> Fraction:
    price = exact(case.prepared.instance.hub.price_per_patient)
    return price * sum(_outside_targets(case, hub) for hub in case.hubs)


def _outside_targets(case: Case, hub: HubFacts) -> int:
    rules = case.prepared.instance.hub
    above = 0 if len(hub.members) == 1 else max(0, hub.patients - rules.target_max)
    return max(0, rules.target_min - hub.patients) + above


def network_size(case: Case) -> Fraction:
    total = Fraction(0)
    for network in case.networks:
        model = case.prepared.models[network.care_model]
        outside = max(0, model.target_min - network.patients) + max(0, network.patients - model.target_max)
        total += exact(model.price_per_patient) * outside
    return total


def misfit(case: Case) -> Fraction:
    prepared = case.prepared
    return _sum(
        _patients(case, facts.practice) * prepared.misfit(facts.practice, prepared.models[facts.care_model])
        for facts in case.practices
        if facts.care_model is not None
    )


def forgone_dividend(case: Case) -> Fraction:
    return exact(case.prepared.instance.policy.dividend_per_patient) * (case.prepared.patients - case.covered)


def independents(case: Case) -> Fraction:
    alone = (facts.practice for facts in case.practices if facts.hub is None and facts.run_by is None)
    outside = sum(_patients(case, practice) for practice in alone)
    return exact(case.prepared.instance.policy.independent_price_per_patient) * outside


def trust_run(case: Case) -> Fraction:
    rules = case.prepared.instance.trust_run
    return Fraction(0) if rules is None else exact(rules.cost_per_practice) * len(case.run)


def trust_run_fit(case: Case) -> Fraction:
    return _sum(_patients(case, facts.practice) * case.prepared.trust_misfit(facts.practice) for facts in case.run)


def moved_practices(case: Case) -> Fraction:
    once = exact(case.prepared.instance.disruption.cost_per_practice)
    return once * sum(facts.moved for facts in case.practices) / _years(case)


def moved_patients(case: Case) -> Fraction:
    once = exact(case.prepared.instance.disruption.cost_per_patient)
    return once * sum(_patients(case, facts.practice) for facts in case.practices if facts.moved) / _years(case)


def departed(case: Case) -> tuple[str, ...]:
    """Practices that are not where the earlier plan has them, in the instance's order."""
    earlier = case.prepared.departures
    if earlier is None:
        return ()
    return tuple(facts.practice for facts in case.practices if earlier.departs(facts.practice, facts.hub))


def departures(case: Case) -> Fraction:
    """Pounds a year, no part of the objective."""
    return _sum(case.prepared.departure(facts.practice, facts.hub) for facts in case.practices)


def _patients(case: Case, practice: str) -> int:
    return case.prepared.practices[practice].patients


def _years(case: Case) -> Fraction:
    return exact(case.prepared.instance.horizon_years)


Term = Callable[[Case], Fraction]

COST: tuple[Term, ...] = (
    hub_running,
    hub_setup,
    network_running,
    network_setup,
    travel,
    coordination,
    hires,
    hub_size,
    network_size,
    misfit,
    forgone_dividend,
    independents,
    trust_run,
    trust_run_fit,
)
DISRUPTION: tuple[Term, ...] = (moved_practices, moved_patients)


_OF_TRUST_RUN: frozenset[Term] = frozenset({trust_run, trust_run_fit})


def price(case: Case) -> tuple[Fraction, dict[str, Fraction]]:
    """The objective, and every term unweighted; those of sections that the instance does not have are left out."""
    absent = frozenset() if case.prepared.instance.trust_run is not None else _OF_TRUST_RUN
    cost = {term.__name__: term(case) for term in COST if term not in absent}
    disruption = {term.__name__: term(case) for term in DISRUPTION}
    weights = case.prepared.instance.weights
    objective = exact(weights.cost) * _sum(cost.values()) + exact(weights.disruption) * _sum(disruption.values())
    return objective, {**cost, **disruption}

"""The cost terms of a plan, pounds a year, each from the plan's figures alone and in the order they are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from instances.instance import Instance
from optimizer.verify.boundaries import across
from optimizer.verify.commissioning import top_up
from optimizer.verify.exact import exact, total
from optimizer.verify.facts import Case, HubFacts


def hub_running(case: Case) -> Fraction:
    return exact(case.prepared.instance.hub.running_cost) * len(case.hubs)


def hub_setup_once(case: Case) -> Fraction:
    """Pounds once."""
    return total(case.prepared.hub_setup_cost(hub.site) for hub in case.hubs)


def network_setup_once(case: Case) -> Fraction:
    """Pounds once."""
    return total(network.setup for network in case.networks)


def setup_of_waves(case: Case) -> dict[str, Fraction]:
    """Pounds once, by the id of the wave: of the networks that start in it."""
    return {
        wave: total(network.setup for network in case.networks if network.wave == wave) for wave in case.prepared.waves
    }


def partners_setup_once(case: Case) -> Fraction:
    """Pounds once."""
    models = case.prepared.models
    return total(exact(models[of.care_model].partner_setup_cost) * len(of.partners) for of in case.networks)


def setup_once(case: Case) -> Fraction:
    """Pounds once, of everything that is set up."""
    return hub_setup_once(case) + network_setup_once(case) + partners_setup_once(case)


def hub_setup(case: Case) -> Fraction:
    return hub_setup_once(case) / _years(case)


def network_running(case: Case) -> Fraction:
    """From its wave on."""
    return total(
        exact(case.prepared.models[network.care_model].running_cost) * case.prepared.worth(network.wave)
        for network in case.networks
    )


def network_setup(case: Case) -> Fraction:
    return network_setup_once(case) / _years(case)


def partners_running(case: Case) -> Fraction:
    models = case.prepared.models
    return total(exact(models[of.care_model].partner_running_cost) * len(of.partners) for of in case.networks)


def partners_setup(case: Case) -> Fraction:
    return partners_setup_once(case) / _years(case)


def travel(case: Case) -> Fraction:
    """From premises or from home; of practices in no hub from home to the practice."""
    prepared = case.prepared
    legs = (
        prepared.travel_cost_alone(facts.practice)
        if facts.hub is None
        else prepared.travel_cost(facts.practice, facts.hub)
        for facts in case.practices
    )
    return total(cost for cost in legs if cost is not None)


def outside_zone(case: Case) -> Fraction:
    return total(case.prepared.zone_cost(practice, hub) for practice, hub in _in_hubs(case))


def neighbourhood(case: Case) -> Fraction:
    return total(case.prepared.elsewhere_cost(practice, hub) for practice, hub in _in_hubs(case))


def _in_hubs(case: Case) -> Iterator[tuple[str, str]]:
    """(practice, site of its hub)."""
    for facts in case.practices:
        if facts.hub is not None and facts.hub in case.prepared.places:
            yield facts.practice, facts.hub


def coordination(case: Case) -> Fraction:
    return total(
        exact(case.prepared.models[hub.care_model].cost_per_hub_km) * hub.km_to_lead
        for hub in case.hubs
        if hub.care_model is not None and hub.km_to_lead is not None
    )


def hires(case: Case) -> Fraction:
    return total(exact(case.prepared.roles[role].cost_per_fte) * fte for role, fte in case.hires.items())


def hub_size(case: Case) -> Fraction:
    price = exact(case.prepared.instance.hub.price_per_patient)
    return price * sum(_outside_targets(case, hub) for hub in case.hubs)


def _outside_targets(case: Case, hub: HubFacts) -> int:
    rules = case.prepared.instance.hub
    above = 0 if len(hub.members) == 1 else max(0, hub.patients - rules.target_max)
    return max(0, rules.target_min - hub.patients) + above


def network_size(case: Case) -> Fraction:
    pounds = Fraction(0)
    for network in case.networks:
        model = case.prepared.models[network.care_model]
        outside = max(0, model.target_min - network.patients) + max(0, network.patients - model.target_max)
        pounds += exact(model.price_per_patient) * outside
    return pounds


def misfit(case: Case) -> Fraction:
    prepared = case.prepared
    return total(
        _patients(case, facts.practice) * prepared.misfit(facts.practice, prepared.models[facts.care_model])
        for facts in case.practices
        if facts.care_model is not None
    )


def reluctance(case: Case) -> Fraction:
    """Of the reluctant, of those that are not ready, and of those placed against their refusal."""
    consent, practices = case.prepared.consent, case.prepared.practices
    return total(
        _patients(case, facts.practice) * consent.reluctance(practices[facts.practice], facts.care_model)
        for facts in case.practices
        if facts.care_model is not None
    )


def autonomy(case: Case) -> Fraction:
    models = case.prepared.models
    return total(
        exact(models[network.care_model].autonomy_price_per_patient) * network.patients for network in case.networks
    )


def guarantee(case: Case) -> Fraction:
    """What raises the core funding of practices in networks."""
    policy, practices = case.prepared.instance.policy, case.prepared.practices
    return total(top_up(policy, practices[facts.practice]) for facts in case.practices if facts.care_model is not None)


def forgone_dividend(case: Case) -> Fraction:
    """Of patients outside networks, and of those inside until their network starts."""
    waiting = total((1 - case.prepared.worth(network.wave)) * network.patients for network in case.networks)
    outside = case.prepared.patients - case.covered
    return exact(case.prepared.instance.policy.dividend_per_patient) * (outside + waiting)


def unready_bids(case: Case) -> Fraction:
    """Of the patients of bids that are funded, as far as they are not ready."""
    bids = case.prepared.bids
    lacking = total(
        (1 - exact(bids[network.bid].readiness)) * network.patients
        for network in case.networks
        if network.bid is not None and network.bid in bids
    )
    return exact(case.prepared.instance.policy.unready_bid_price_per_patient) * lacking


def delay(case: Case) -> Fraction:
    """Of the patients of strained practices, for each year until their network starts."""
    prepared, waves = case.prepared, case.prepared.waves
    patient_years = total(
        _patients(case, facts.practice) * prepared.strain(facts.practice) * waves[network.wave].start_year
        for network in case.networks
        if network.wave is not None and network.wave in waves
        for facts in case.practices
        if facts.network == network.id
    )
    return exact(prepared.instance.policy.delay_price_per_patient) * patient_years


def independents(case: Case) -> Fraction:
    alone = (facts.practice for facts in case.practices if facts.hub is None and facts.run_by is None)
    outside = sum(_patients(case, practice) for practice in alone)
    return exact(case.prepared.instance.policy.independent_price_per_patient) * outside


def trust_run(case: Case) -> Fraction:
    rules = case.prepared.instance.trust_run
    return Fraction(0) if rules is None else exact(rules.cost_per_practice) * len(case.run)


def trust_run_fit(case: Case) -> Fraction:
    return total(_patients(case, facts.practice) * case.prepared.trust_misfit(facts.practice) for facts in case.run)


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
    return total(case.prepared.departure(facts.practice, facts.hub) for facts in case.practices)


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
    across,
    hires,
    hub_size,
    network_size,
    misfit,
    unready_bids,
    delay,
    reluctance,
    autonomy,
    guarantee,
    forgone_dividend,
    independents,
    partners_running,
    partners_setup,
    trust_run,
    trust_run_fit,
    outside_zone,
    neighbourhood,
)
DISRUPTION: tuple[Term, ...] = (moved_practices, moved_patients)
WHERE_ASKED_FOR: dict[Term, Callable[[Instance], bool]] = {  # terms that are reported where an instance has them
    across: lambda of: any(boundary.price_per_patient is not None for boundary in of.boundary),
    partners_running: lambda of: any(model.partner_kinds for model in of.care_model),
    partners_setup: lambda of: any(model.partner_kinds for model in of.care_model),
    trust_run: lambda of: of.trust_run is not None,
    trust_run_fit: lambda of: of.trust_run is not None,
    unready_bids: lambda of: bool(of.bids),
    delay: lambda of: bool(of.wave and of.policy.delay_price_per_patient),
    outside_zone: lambda of: bool(of.hub.zone_price_per_patient),
    neighbourhood: lambda of: bool(of.hub.neighbourhood_price_per_patient),
    guarantee: lambda of: of.policy.guarantee_per_patient is not None,
    reluctance: lambda of: of.policy.last_resort or any(p.reluctant or p.readiness is not None for p in of.practices),
    autonomy: lambda of: any(model.autonomy_price_per_patient for model in of.care_model),
}


def price(case: Case) -> tuple[Fraction, dict[str, Fraction]]:
    """The objective, and every term that the instance has, unweighted."""
    cost, disruption = (
        {term.__name__: term(case) for term in terms if _is_asked_for(case.prepared.instance, term)}
        for terms in (COST, DISRUPTION)
    )
    weights = case.prepared.instance.weights
    objective = exact(weights.cost) * total(cost.values()) + exact(weights.disruption) * total(disruption.values())
    return objective, {**cost, **disruption}


def _is_asked_for(instance: Instance, term: Term) -> bool:
    return term not in WHERE_ASKED_FOR or WHERE_ASKED_FOR[term](instance)

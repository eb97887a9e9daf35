"""The money of a plan by network and by commissioner, what is paid once apart from what is paid every year.

Pounds before weights, exact. Set-up, running, staff and top-ups add up to the terms of the objective; budgets, what is
reinvested and the management of commissioners are in no objective.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from instances import Instance
from instances.rows import Commissioner
from optimizer.verify import Evaluation, HubFacts, NetworkFacts, PracticeFacts
from optimizer.verify.commissioning import top_up, weighted
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared


@dataclass(frozen=True)
class NetworkMoney:
    """Pounds of a network with its hubs; `network` is None of hubs in none, and of a sum."""

    network: str | None
    care_model: str | None
    patients: int
    weighted_patients: Fraction
    budget_a_year: Fraction | None  # capitated, by the weighted list; None where the model has no rate
    setup_once: Fraction
    running_a_year: Fraction
    hires_a_year: Fraction
    top_ups_a_year: Fraction  # of core funding, up to the guarantee
    dividend_a_year: Fraction
    reinvested_a_year: Fraction  # of the dividend
    dividend_over_horizon: Fraction
    reinvested_over_horizon: Fraction


@dataclass(frozen=True)
class CommissionerMoney:
    area: str
    delegated: bool
    management_cost_a_year: Fraction | None  # None: not known
    practices: int
    patients: int
    practices_in_networks: int
    patients_in_networks: int
    top_ups_a_year: Fraction


Record = NetworkMoney | CommissionerMoney


@dataclass(frozen=True)
class PlanMoney:
    """What a plan costs and brings whom."""

    networks: tuple[NetworkMoney, ...]  # and last, if there are any, the hubs in none
    total: NetworkMoney
    commissioners: tuple[CommissionerMoney, ...]
    unweighted: int  # practices without a weighted list
    unfunded: int  # practices that report no core funding


def states_money(instance: Instance) -> bool:
    """Whether an instance says something of money by network or commissioner, capitated budgets aside."""
    policy, practices = instance.policy, instance.practices
    stated = any(p.weighted_patients is not None or p.core_funding_per_patient is not None for p in practices)
    return bool(stated or instance.commissioners or policy.dividend_reinvested_share)


def money_of(instance: Instance, evaluation: Evaluation) -> PlanMoney:
    """The money of a plan, whether it keeps the rules or not."""
    prepared = Prepared(instance)
    parts: list[NetworkFacts | None] = [*evaluation.networks]
    if any(hub.network is None for hub in evaluation.hubs):
        parts.append(None)
    networks = tuple(_network(prepared, evaluation, network) for network in parts)
    placed = {facts.practice: facts for facts in evaluation.practices}
    return PlanMoney(
        networks=networks,
        total=_total(networks),
        commissioners=tuple(_commissioner(instance, placed, row) for row in instance.commissioners),
        unweighted=sum(practice.weighted_patients is None for practice in instance.practices),
        unfunded=sum(practice.core_funding_per_patient is None for practice in instance.practices),
    )


def _network(prepared: Prepared, evaluation: Evaluation, network: NetworkFacts | None) -> NetworkMoney:
    instance, id_ = prepared.instance, None if network is None else network.id
    hubs = [hub for hub in evaluation.hubs if hub.network == id_]
    members = [prepared.practices[member] for hub in hubs for member in hub.members]
    weighted_list = _sum(map(weighted, members))
    setup = _sum(prepared.hub_setup_cost(hub.site) for hub in hubs)
    running = exact(instance.hub.running_cost) * len(hubs)
    rate, top_ups, dividend = None, Fraction(0), Fraction(0)
    if network is not None:
        model = prepared.models[network.care_model]
        setup, running = setup + exact(model.setup_cost), running + exact(model.running_cost)
        rate = model.capitated_budget_per_patient
        top_ups = _sum(top_up(instance.policy, member) for member in members)
        dividend = exact(instance.policy.dividend_per_patient) * network.patients
    years, reinvested = exact(instance.horizon_years), exact(instance.policy.dividend_reinvested_share) * dividend
    return NetworkMoney(
        network=id_,
        care_model=None if network is None else network.care_model,
        patients=sum(hub.patients for hub in hubs),
        weighted_patients=weighted_list,
        budget_a_year=None if rate is None else exact(rate) * weighted_list,
        setup_once=setup,
        running_a_year=running,
        hires_a_year=_hires(prepared, hubs if network is None else [*hubs, network]),
        top_ups_a_year=top_ups,
        dividend_a_year=dividend,
        reinvested_a_year=reinvested,
        dividend_over_horizon=years * dividend,
        reinvested_over_horizon=years * reinvested,
    )


def _hires(prepared: Prepared, parts: Sequence[HubFacts | NetworkFacts]) -> Fraction:
    roles = prepared.roles.values()
    return _sum(exact(role.cost_per_fte) * part.hired(role.id) for part in parts for role in roles)


def _total(networks: Sequence[NetworkMoney]) -> NetworkMoney:
    """Sums of all figures; of budgets those that are known, None where none is."""
    names = {field.name for field in fields(NetworkMoney)} - {"network", "care_model", "budget_a_year"}
    sums = {name: sum(getattr(network, name) for network in networks) for name in names}
    budgets = [network.budget_a_year for network in networks if network.budget_a_year is not None]
    return NetworkMoney(network=None, care_model=None, budget_a_year=_sum(budgets) if budgets else None, **sums)


def _commissioner(instance: Instance, placed: dict[str, PracticeFacts], row: Commissioner) -> CommissionerMoney:
    practices = [practice for practice in instance.practices if practice.area == row.area]
    inside = [practice for practice in practices if placed[practice.id].network is not None]
    return CommissionerMoney(
        area=row.area,
        delegated=row.delegated,
        management_cost_a_year=None if row.management_cost is None else exact(row.management_cost),
        practices=len(practices),
        patients=sum(practice.patients for practice in practices),
        practices_in_networks=len(inside),
        patients_in_networks=sum(practice.patients for practice in inside),
        top_ups_a_year=_sum(top_up(instance.policy, practice) for practice in inside),
    )


def _sum(amounts: Iterable[Fraction]) -> Fraction:
    return sum(amounts, Fraction(0))


def figures(money: Record) -> dict[str, str | bool | int | float | None]:
    """Plain values by name: what tables and JSON have."""
    values = {field.name: getattr(money, field.name) for field in fields(money)}
    return {name: float(value) if isinstance(value, Fraction) else value for name, value in values.items()}

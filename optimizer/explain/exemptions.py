"""What a plan that breaks rules would have to be exempted from: each case in words, with its size and its change.

An exemption counts 1, and on top of it the share of the limit by which it is missed: fewest first, then smallest. The
elastic model (`elastic.py`) minimises the same sum. That the changes suffice is for verification to say, which shares
no code with this.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from instances import Instance
from optimizer.model.plan import Plan
from optimizer.rules.changes import Change, Loosest
from optimizer.verify.costs import hub_setup_once, moved_patients, moved_practices, network_setup_once
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case, HubFacts, gather
from optimizer.verify.prepared import Prepared
from optimizer.verify.travel import Leg

SHARE_DECIMALS = 4
KM_DECIMALS = 1


@dataclass(frozen=True)
class Exemption:
    """One rule broken once."""

    rule: str  # as verification names it
    subject: str
    words: str  # what is the matter: what to allow
    change: Change
    missed_by: float = 0.0  # share of the limit

    @property
    def price(self) -> float:
        return 1.0 + self.missed_by


def exemptions(instance: Instance, plan: Plan) -> tuple[Exemption, ...]:
    """Everything that the plan needs to be exempted from."""
    case = gather(Prepared(instance), plan)
    return tuple(found for rule in RULES for found in rule(case))


def price(found: tuple[Exemption, ...]) -> float:
    return sum(exemption.price for exemption in found)


def missed_by(value: Fraction | float, limit: Fraction | float) -> float:
    """Distance to a limit as a share of it (of 1 where the limit is less)."""
    return float(abs(Fraction(value) - Fraction(limit)) / max(Fraction(limit), Fraction(1)))


def _up(value: Fraction | float, decimals: int) -> float:
    return float(Fraction(math.ceil(Fraction(value) * 10**decimals), 10**decimals))


def _down(value: Fraction | float, decimals: int) -> float:
    return float(Fraction(math.floor(Fraction(value) * 10**decimals), 10**decimals))


def named(case: Case, place: str) -> str:
    """A place as a planner knows it: name and patients, else its id."""
    record = case.prepared.places[place]
    label = f"{record.name} [{place}]" if record.name else place
    practice = case.prepared.practices.get(place)
    return f"{label} ({practice.patients:,} patients)" if practice is not None else label


# --- practices -------------------------------------------------------------------------------------------------------


def _independence(case: Case) -> Iterator[Exemption]:
    policy = case.prepared.instance.policy
    for facts in case.practices:
        if facts.hub is not None:
            continue
        practice, who = case.prepared.practices[facts.practice], named(case, facts.practice)
        rule = "one-group-each"
        if not policy.allow_independent:
            change = Change("policy.allow_independent", True, Loosest.EITHER)
            yield Exemption(rule, practice.id, f"{who} finds no hub: allow it to be independent", change)
        if not practice.independent_allowed:
            change = Change("independent_allowed", True, Loosest.EITHER, "practices", practice.id)
            yield Exemption(rule, practice.id, f"{who} finds no hub: allow it to be independent", change)
        most = policy.independent_max_patients
        if practice.patients > most:
            change = Change("policy.independent_max_patients", practice.patients, Loosest.LARGEST)
            words = f"{who} finds no hub, independent practices have up to {most:,}: allow {practice.patients:,}"
            yield Exemption(rule, practice.id, words, change, missed_by(practice.patients, most))


def _hub_distance(case: Case) -> Iterator[Exemption]:
    rules = case.prepared.instance.hub
    for facts in case.practices:
        if facts.hub is not None:
            way = f"{named(case, facts.practice)} is {{}} from its hub at {named(case, facts.hub)}"
            leg = case.leg(facts.practice)
            yield from _too_far(facts.practice, way, leg, "hub", rules.max_km, rules.max_minutes)


def _network_distance(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        model = case.prepared.models[network.care_model]
        for hub in case.hubs_of[network.id]:
            way = (
                f"the hub at {named(case, hub.site)} is {{}} from the lead of its network, {named(case, network.lead)}"
            )
            leg = case.prepared.travel.leg(hub.site, network.lead)
            yield from _too_far(hub.site, way, leg, f"care_model.{model.id}", model.max_km, model.max_minutes)


def _too_far(
    subject: str, way: str, leg: Leg | None, section: str, max_km: float, max_minutes: float | None
) -> Iterator[Exemption]:
    """A way that no travel table has cannot be allowed by any setting: nothing is offered for it."""
    if leg is None:
        return
    if leg.km > exact(max_km):
        km = _up(leg.km, KM_DECIMALS)
        words = f"{way.format(f'{km:g} km')}, {max_km:g} km are allowed: allow {km:g} km"
        change = Change(f"{section}.max_km", km, Loosest.LARGEST)
        yield Exemption("distance", subject, words, change, missed_by(leg.km, exact(max_km)))
    if max_minutes is not None and leg.minutes is not None and leg.minutes > exact(max_minutes):
        minutes = _up(leg.minutes, KM_DECIMALS)
        words = f"{way.format(f'{minutes:g} minutes')}, {max_minutes:g} are allowed: allow {minutes:g} minutes"
        change = Change(f"{section}.max_minutes", minutes, Loosest.LARGEST)
        yield Exemption("distance", subject, words, change, missed_by(leg.minutes, exact(max_minutes)))


def _consent(case: Case) -> Iterator[Exemption]:
    if not case.prepared.instance.policy.consent:
        return
    for facts in case.practices:
        practice = case.prepared.practices[facts.practice]
        if facts.care_model is not None and facts.care_model in practice.refuses:
            rest = tuple(model for model in practice.refuses if model != facts.care_model)
            words = f"{named(case, practice.id)} refuses {facts.care_model}: win its consent"
            yield Exemption(
                "consent", practice.id, words, Change("refuses", rest, Loosest.FEWEST, "practices", practice.id)
            )


# --- hubs ------------------------------------------------------------------------------------------------------------


def _hub_minimum(case: Case) -> Iterator[Exemption]:
    rules = case.prepared.instance.hub
    for hub in case.hubs:
        if hub.patients >= hub.minimum:
            continue
        key = "hub.min_rural" if hub.rural and rules.min_rural < rules.min else "hub.min"
        reach = sum(
            case.prepared.practices[p].patients
            for p in case.prepared.travel.reaching(hub.site, rules.max_km, rules.max_minutes)
        )
        if reach < hub.minimum:
            why = f"no hub within {rules.max_km:g} km can reach {hub.minimum:,} patients around {named(case, hub.site)}"
        else:
            why = f"the hub at {named(case, hub.site)} has fewer patients than its minimum of {hub.minimum:,}"
        words = f"{why}: allow one hub of {hub.patients:,}"
        change = Change(key, hub.patients, Loosest.SMALLEST)
        yield Exemption("hub-population", hub.site, words, change, missed_by(hub.patients, hub.minimum))


def _hub_maximum(case: Case) -> Iterator[Exemption]:
    most = case.prepared.instance.hub.max
    for hub in case.hubs:
        if len(hub.members) > 1 and (hub.patients > most or _has_oversize(case, hub)):
            where, has = named(case, hub.site), hub.patients
            words = f"the hub at {where} has {has:,} patients, {most:,} are allowed: allow one of {has:,}"
            change = Change("hub.max", hub.patients, Loosest.LARGEST)
            yield Exemption("hub-population", hub.site, words, change, missed_by(hub.patients, most))


def _has_oversize(case: Case, hub: HubFacts) -> bool:
    return any(case.prepared.practices[p].patients > case.prepared.instance.hub.max for p in hub.members)


def _capacity(case: Case) -> Iterator[Exemption]:
    for hub in case.hubs:
        most = case.prepared.places[hub.site].hub_capacity
        if most is not None and hub.patients > most:
            table = "practices" if hub.site in case.prepared.practices else "hospitals"
            words = (
                f"the site at {named(case, hub.site)} has room for {most:,} patients: make room for {hub.patients:,}"
            )
            change = Change("hub_capacity", hub.patients, Loosest.LARGEST, table, hub.site)
            yield Exemption("capacity", hub.site, words, change, missed_by(hub.patients, most))


def _boundaries(case: Case) -> Iterator[Exemption]:
    respected = case.prepared.instance.policy.respect_areas
    change = Change("policy.respect_areas", False, Loosest.EITHER)
    for hub in case.hubs if respected in (True, "hubs") else ():
        areas = {case.prepared.practices[p].area for p in hub.members}
        if len(areas) > 1:
            words = (
                f"the hub at {named(case, hub.site)} has members in {len(areas)} areas: allow hubs across boundaries"
            )
            yield Exemption("boundaries", hub.site, words, change)
    for network in case.networks if respected in (True, "networks") else ():
        areas = {case.prepared.places[site].area for site in network.hubs}
        if len(areas) > 1:
            words = f"network {network.id} has hubs in {len(areas)} areas: allow networks across boundaries"
            yield Exemption("boundaries", network.id, words, change)


# --- networks --------------------------------------------------------------------------------------------------------


def _network_size(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        model, has = case.prepared.models[network.care_model], network.patients
        for limit, name, beyond, loosest in (
            (model.min, "min", has < model.min, Loosest.SMALLEST),
            (model.max, "max", has > model.max, Loosest.LARGEST),
        ):
            if beyond:
                words = f"network {network.id} has {has:,} patients, its {name}imum is {limit:,}: allow one of {has:,}"
                change = Change(f"care_model.{model.id}.{name}", has, loosest)
                yield Exemption("network-population", network.id, words, change, missed_by(has, limit))


def _lead(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        model, practice = case.prepared.models[network.care_model], case.prepared.practices.get(network.lead)
        if practice is not None and practice.patients < model.lead_min_patients:
            words = (
                f"{named(case, practice.id)} is to lead a network of {model.id}, which takes "
                f"{model.lead_min_patients:,}: allow a lead of {practice.patients:,}"
            )
            change = Change(f"care_model.{model.id}.lead_min_patients", practice.patients, Loosest.SMALLEST)
            yield Exemption("lead", network.id, words, change, missed_by(practice.patients, model.lead_min_patients))


def _shares(case: Case) -> Iterator[Exemption]:
    instance, total = case.prepared.instance, case.prepared.patients
    bands = [
        (
            "coverage",
            "plan",
            "networks",
            "policy.coverage",
            case.covered,
            instance.coverage_min,
            instance.policy.coverage_max,
        )
    ]
    for model in instance.care_model:
        has = sum(n.patients for n in case.networks if n.care_model == model.id)
        key = f"care_model.{model.id}.share"
        bands.append(("model-shares", model.id, f"networks of {model.id}", key, has, model.share_min, model.share_max))
    for rule, subject, who, key, has, low, high in bands:
        least, most, share = (
            math.ceil(exact(low) * total),
            math.floor(exact(high) * total),
            Fraction(has, max(total, 1)),
        )
        down, up = _down(share, SHARE_DECIMALS), _up(share, SHARE_DECIMALS)
        if has < least:
            words = f"{who} have {float(share):.1%} of the patients, {low:.1%} is the least: allow {down:.2%}"
            change = Change(f"{key}_min", down, Loosest.SMALLEST)
            yield Exemption(rule, subject, words, change, missed_by(has, least))
        if has > most:
            words = f"{who} have {float(share):.1%} of the patients, {high:.1%} is the most: allow {up:.2%}"
            change = Change(f"{key}_max", up, Loosest.LARGEST)
            yield Exemption(rule, subject, words, change, missed_by(has, most))


def _counts(case: Case) -> Iterator[Exemption]:
    rules = case.prepared.instance.hub
    bands: list[tuple[str, str, str, str, int, int, int | None]] = [
        ("counts", "plan", "hubs", "hub", len(case.hubs), rules.count_min or 0, rules.count_max)
    ]
    for model in case.prepared.instance.care_model:
        has = sum(network.care_model == model.id for network in case.networks)
        key, what = f"care_model.{model.id}", f"networks of {model.id}"
        bands.append(("model-counts", model.id, what, key, has, model.count_min, model.count_max))
    for rule, subject, what, key, has, least, most in bands:
        if has < least:
            change = Change(f"{key}.count_min", has, Loosest.SMALLEST)
            words = f"there are {has:,} {what}, {least:,} are the fewest: allow {has:,}"
            yield Exemption(rule, subject, words, change, missed_by(has, least))
        if most is not None and has > most:
            change = Change(f"{key}.count_max", has, Loosest.LARGEST)
            words = f"there are {has:,} {what}, {most:,} are the most: allow {has:,}"
            yield Exemption(rule, subject, words, change, missed_by(has, most))


# --- the plan as a whole ---------------------------------------------------------------------------------------------


def _labour_market(case: Case) -> Iterator[Exemption]:
    for role, hired in case.hires.items():
        offered = case.prepared.market[role]
        if hired <= offered + Fraction(1, 10**6):
            continue
        in_post = sum(case.prepared.fte[role].values(), Fraction(0))
        if not in_post:
            change = Change(f"role.{role}.min_per_10k", 0.0, Loosest.SMALLEST)
            words = f"nobody has any {role}, so none can be hired: drop the ratio"
        else:
            share = _up(hired / in_post, SHARE_DECIMALS)
            change = Change(f"role.{role}.market_fte_share", share, Loosest.LARGEST)
            words = (
                f"hubs and networks need to hire {float(hired):,.1f} FTE of {role}, the labour market offers "
                f"{float(offered):,.1f}: find {float(hired - offered):,.1f} more ({share:.2%} of those in post)"
            )
        yield Exemption("labour-market", role, words, change, missed_by(hired, offered))


def _fund(case: Case) -> Iterator[Exemption]:
    limit = exact(case.prepared.instance.policy.transformation_fund)
    spent = hub_setup_once(case) + network_setup_once(case)
    if 0 < limit < spent:
        short = float(spent - limit)
        words = (
            f"setting up costs £{float(spent):,.0f} once, the fund has £{float(limit):,.0f}: find £{short:,.0f} more"
        )
        change = Change("policy.transformation_fund", _up(spent, 2), Loosest.LARGEST)
        yield Exemption("fund", "plan", words, change, missed_by(spent, limit))


def _disruption(case: Case) -> Iterator[Exemption]:
    stated = case.prepared.instance.policy.max_disruption
    if stated is None:
        return
    limit, caused = exact(stated), moved_practices(case) + moved_patients(case)
    if caused > limit:
        words = (
            f"moving practices costs £{float(caused):,.0f} a year, £{float(limit):,.0f} is allowed: "
            f"allow £{float(caused - limit):,.0f} more"
        )
        change = Change("policy.max_disruption", _up(caused, 2), Loosest.LARGEST)
        yield Exemption("disruption", "plan", words, change, missed_by(caused, limit))


def _locked_lists(case: Case) -> Iterator[Exemption]:
    policy = case.prepared.instance.policy
    homes = {facts.practice: facts.hub for facts in case.practices}
    for together in policy.keep_together:
        if len({homes[p] for p in together}) > 1 or homes[together[0]] is None:
            rest = tuple(group for group in policy.keep_together if group != together)
            change = Change("policy.keep_together", rest, Loosest.FEWEST)
            words = f"{', '.join(together)} cannot share a hub: do not keep them together"
            yield Exemption("keep-together", together[0], words, change)
    for apart in policy.keep_apart:
        if any(homes[a] == homes[b] is not None for a, b in combinations(dict.fromkeys(apart), 2)):
            rest = tuple(group for group in policy.keep_apart if group != apart)
            change = Change("policy.keep_apart", rest, Loosest.FEWEST)
            yield Exemption(
                "keep-apart", apart[0], f"{', '.join(apart)} cannot all be apart: let two share a hub", change
            )


def _locked_places(case: Case) -> Iterator[Exemption]:
    policy = case.prepared.instance.policy
    for practice, site in policy.fixed_hub.items():
        if case.by_practice[practice].hub != site:
            change = _without("policy.fixed_hub", policy.fixed_hub, practice)
            words = f"{named(case, practice)} cannot be in the hub at {named(case, site)}: leave its hub open"
            yield Exemption("fixed-hub", practice, words, change)
    for practice, sites in policy.barred_hub.items():
        hub = case.by_practice[practice].hub
        if hub in sites:
            change = _without("policy.barred_hub", policy.barred_hub, practice)
            words = f"{named(case, practice)} has no other hub than that at {named(case, str(hub))}: let it join"
            yield Exemption("barred-hub", practice, words, change)
    for practice, wanted in policy.fixed_network.items():
        facts = case.by_practice[practice]
        if wanted not in (facts.network, facts.care_model):
            change = _without("policy.fixed_network", policy.fixed_network, practice)
            words = f"{named(case, practice)} cannot be in network {wanted}: leave its network open"
            yield Exemption("fixed-network", practice, words, change)
    for rule, key, sites, broken, words in (
        ("must-open", "policy.must_open", policy.must_open, False, "there can be no hub at {}: do not ask for one"),
        ("must-not-open", "policy.must_not_open", policy.must_not_open, True, "there has to be a hub at {}: allow it"),
    ):
        for site in dict.fromkeys(sites):
            if (site in case.hubs_at) is broken:
                rest = tuple(other for other in sites if other != site)
                yield Exemption(rule, site, words.format(named(case, site)), Change(key, rest, Loosest.FEWEST))


def _without(key: str, locks: dict[str, object] | dict[str, str] | dict[str, tuple[str, ...]], practice: str) -> Change:
    return Change(key, {p: value for p, value in locks.items() if p != practice}, Loosest.FEWEST)


Rule = Callable[[Case], Iterator[Exemption]]

RULES: tuple[Rule, ...] = (
    _independence,
    _hub_distance,
    _hub_minimum,
    _hub_maximum,
    _capacity,
    _boundaries,
    _consent,
    _network_distance,
    _lead,
    _network_size,
    _shares,
    _counts,
    _labour_market,
    _fund,
    _disruption,
    _locked_lists,
    _locked_places,
)

"""Practices are within the limits of their hub's site, hubs within those of their lead: other pairs have no column."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.arrays import FloatArray
from optimizer.model.homes import MM, Site, homes_of, mean_mm
from optimizer.model.pairs import Pairs
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import more
from optimizer.rules.widening import with_hubs
from optimizer.rules.words import KM_DECIMALS, missed_by, named, up
from optimizer.verify import Evaluation
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.homes import Homes
from optimizer.verify.travel import Leg, Travel

NAME = "distance"
HOME_KEY = "hub.max_home_km"
WIDEST_HUB_KM = 20_000.0  # half the globe: no limit
LEAD_WIDENING = 2.0  # hubs up to this many times their model's limit from a lead


def _widened(instance: Instance) -> Instance:
    models = tuple(
        model.model_copy(update={"max_km": LEAD_WIDENING * model.max_km, "max_minutes": None})
        for model in instance.care_model
    )
    near = with_hubs(instance, max_km=WIDEST_HUB_KM, max_minutes=None, max_home_km=None)
    return near.model_copy(update={"care_model": models})


def _soften(e: Softening) -> None:
    hub, p = e.instance.hub, e.wide
    names = p.practices.ids, p.sites.ids
    e.charge(e.columns["x"], _far(e, p.reach, names, hub.max_km, hub.max_minutes))
    if hub.max_home_km is not None:
        e.charge(e.columns["x"], _far_from_home(e, hub.max_home_km))
    model = p.candidates.model[p.links.column]
    for k, rules in enumerate(e.instance.care_model):
        price = _far(e, p.links, (p.sites.ids, p.candidates.leads), rules.max_km, rules.max_minutes)
        e.charge(e.columns["z"], np.where(model == k, price, 0.0))


def _far(
    e: Softening, pairs: Pairs, names: tuple[tuple[str, ...], tuple[str, ...]], max_km: float, max_minutes: float | None
) -> FloatArray:
    """[pairs] the price of being further apart than the limits."""
    price = np.where(pairs.km > max_km, 1 + (pairs.km - max_km) / scale(max_km), 0.0)
    if max_minutes is not None:
        legs = [e.prepared.travel.leg(names[0][r], names[1][c]) for r, c in zip(pairs.row, pairs.column, strict=True)]
        minutes = np.array([float(leg.minutes) if leg is not None and leg.minutes is not None else 0.0 for leg in legs])
        price += np.where(minutes > max_minutes, 1 + (minutes - max_minutes) / scale(max_minutes), 0.0)
    return price


def _far_from_home(e: Softening, max_km: float) -> FloatArray:
    """[reach] the price of patients living further from the site, on average, than the limit."""
    instance, reach = e.instance, e.wide.reach
    places: dict[str, Site] = {hospital.id: hospital for hospital in instance.hospitals}
    places |= {practice.id: practice for practice in instance.practices}
    sites = [places[site] for site in e.wide.sites.ids]
    mm = mean_mm(homes_of(instance), sites, reach.row, reach.column)
    most = math.floor(exact(max_km) * int(MM))
    return np.where(mm > most, 1 + (mm - most) / MM / scale(max_km), 0.0)


def _exemptions(case: Case) -> Iterator[Exemption]:
    hub = case.prepared.instance.hub
    for facts in case.practices:
        if facts.hub is not None:
            way = f"{named(case, facts.practice)} is {{}} from its hub at {named(case, facts.hub)}"
            yield from _too_far(facts.practice, way, case.leg(facts.practice), "hub", hub.max_km, hub.max_minutes)
            if facts.hub in case.prepared.places and case.prepared.is_far_from_home(facts.practice, facts.hub):
                yield _too_far_from_home(case, facts.practice, facts.hub)
    for network in case.networks:
        model, lead = case.prepared.models[network.care_model], named(case, network.lead)
        for member in case.hubs_of[network.id]:
            way = f"the hub at {named(case, member.site)} is {{}} from the lead of its network, {lead}"
            leg = case.prepared.travel.leg(member.site, network.lead)
            section = f"care_model.{model.id}"
            yield from _too_far(member.site, way, leg, section, model.max_km, model.max_minutes)


def _too_far_from_home(case: Case, practice: str, hub: str) -> Exemption:
    limit, mean = case.prepared.instance.hub.max_home_km or 0.0, case.prepared.homes.mean_km(practice, hub)
    km = up(mean, KM_DECIMALS)
    words = (
        f"patients of {named(case, practice)} live {km:g} km from their hub at {named(case, hub)} on average, "
        f"{limit:g} km are allowed: allow {km:g} km"
    )
    return Exemption(NAME, practice, words, Change(HOME_KEY, km, Loosest.LARGEST), missed_by(mean, exact(limit)))


def _too_far(
    subject: str, way: str, leg: Leg | None, section: str, max_km: float, max_minutes: float | None
) -> Iterator[Exemption]:
    """A way that no travel table has cannot be allowed by any setting: nothing is offered for it."""
    if leg is None:
        return
    if leg.km > exact(max_km):
        km = up(leg.km, KM_DECIMALS)
        words = f"{way.format(f'{km:g} km')}, {max_km:g} km are allowed: allow {km:g} km"
        change = Change(f"{section}.max_km", km, Loosest.LARGEST)
        yield Exemption(NAME, subject, words, change, missed_by(leg.km, exact(max_km)))
    if max_minutes is not None and leg.minutes is not None and leg.minutes > exact(max_minutes):
        minutes = up(leg.minutes, KM_DECIMALS)
        words = f"{way.format(f'{minutes:g} minutes')}, {max_minutes:g} are allowed: allow {minutes:g} minutes"
        change = Change(f"{section}.max_minutes", minutes, Loosest.LARGEST)
        yield Exemption(NAME, subject, words, change, missed_by(leg.minutes, exact(max_minutes)))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    hub = instance.hub
    yield _further("{:g} km to the hub", "hub.max_km", hub.max_km)
    if hub.max_minutes is not None:
        yield _further("{:g} minutes to the hub", "hub.max_minutes", hub.max_minutes)
    if hub.max_home_km is not None:
        yield more("{:g} km from home to the hub, on average of a practice", HOME_KEY, hub.max_home_km, 1.0)
    for model in instance.care_model:
        yield more(f"{{:g}} km to the lead of a {model.id}", f"care_model.{model.id}.max_km", model.max_km, 1.0)


def _further(words: str, key: str, value: float) -> Loosening:
    further = value + 1
    return Loosening(words.format(further), {key: further}, {key: max(value - 1, 0.0)}, is_reach=True)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    rules, models = instance.hub, {model.id: model for model in instance.care_model}
    travel = Travel(instance) if rules.max_minutes is not None else None
    homes = Homes(instance) if rules.max_home_km is not None else None
    for hub in evaluation.hubs:
        yield Room("hub", hub.site, "furthest practice", float(hub.max_km), rules.max_km, False, "km")
        if travel is not None and rules.max_minutes is not None:
            legs = [travel.leg(member, hub.site) for member in hub.members]
            known = [float(leg.minutes) for leg in legs if leg is not None and leg.minutes is not None]
            slowest = max(known, default=0.0)
            yield Room("hub", hub.site, "slowest practice", slowest, rules.max_minutes, False, "minutes")
        if homes is not None and rules.max_home_km is not None:
            furthest = max((float(homes.mean_km(member, hub.site)) for member in hub.members), default=0.0)
            yield Room("hub", hub.site, "furthest from home", furthest, rules.max_home_km, False, "km")
        if hub.care_model is not None and hub.km_to_lead is not None:
            limit = models[hub.care_model].max_km
            yield Room("hub", hub.site, "distance to the lead", float(hub.km_to_lead), limit, False, "km")
    for network in evaluation.networks:
        limit = models[network.care_model].max_km
        yield Room("network", network.id, "furthest hub", float(network.max_km), limit, False, "km")


RULE = Rule(
    NAME,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)

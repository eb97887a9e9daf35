"""The patients of a hub are between its site's minimum and the maximum; one large practice alone is exempt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.alone import alone_rows, is_alone
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.sets import site_capacity
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import HUB_PATIENTS, fewer, more
from optimizer.rules.widening import everybody, with_hubs
from optimizer.rules.words import missed_by, named
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case, HubFacts

NAME = "hub-population"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """population = patients of members, between minimum and maximum or capacity, or that of an oversize practice."""
    patients = p.practices.patients[p.reach.row].astype(float)
    sites = np.arange(p.n_sites)
    r = rows.block(p.n_sites, lower=0, upper=0)
    r.add(p.reach.column, c["x"], patients)
    r.add(sites, c["population"], -1)
    r = rows.block(p.n_sites, lower=0)
    r.add(sites, c["population"], 1)
    r.add(sites, c["y"], -p.sites.minimum)
    r = rows.block(p.n_sites, upper=0)
    r.add(sites, c["population"], 1)
    r.add(sites, c["y"], -np.minimum(p.hub.maximum, p.sites.capacity))
    big = np.flatnonzero(p.oversize[p.reach.row])
    room = np.minimum(p.hub.maximum, p.sites.capacity[p.reach.column[big]])
    r.add(p.reach.column[big], c["x"][big], room - patients[big])


def _widened(instance: Instance) -> Instance:
    """Targets are within the limits."""
    most = everybody(instance)
    return with_hubs(instance, min=0, min_rural=0, target_min=0, target_max=most, max=most)


def _soften(e: Softening) -> None:
    p, sites, most = e.wide, np.arange(e.wide.n_sites), float(e.instance.hub.max)
    least = np.array([e.prepared.min_patients(site) for site in p.sites.ids], dtype=np.float64)
    entries: list[Entry] = [(sites, e.columns["y"], least), (sites, e.columns["population"], -1.0)]
    e.soft.at_most(p.n_sites, entries, 0, most=least, scale=scale(least))
    large = np.flatnonzero(p.practices.patients[p.reach.row] > most)
    e.columns.add("oversize_alone", continuous=len(large), upper=1.0)
    e.own["oversize_alone"] = partial(is_alone, p, large=large)
    alone_rows(p, e.columns, e.rows, "oversize_alone", large)
    more_than_most = p.practices.patients[p.reach.row[large]] - most
    entries = [
        (sites, e.columns["population"], 1.0),
        (p.reach.column[large], e.columns["oversize_alone"], -more_than_most),
    ]
    e.soft.at_most(p.n_sites, entries, most, most=np.maximum(site_capacity(p) - most, 0), scale=scale(most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    yield from _too_small(case)
    yield from _too_large(case)


def _too_small(case: Case) -> Iterator[Exemption]:
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
        yield Exemption(NAME, hub.site, words, change, missed_by(hub.patients, hub.minimum))


def _too_large(case: Case) -> Iterator[Exemption]:
    most = case.prepared.instance.hub.max
    for hub in case.hubs:
        if len(hub.members) > 1 and (hub.patients > most or _has_oversize(case, hub)):
            where, has = named(case, hub.site), hub.patients
            words = f"the hub at {where} has {has:,} patients, {most:,} are allowed: allow one of {has:,}"
            change = Change("hub.max", hub.patients, Loosest.LARGEST)
            yield Exemption(NAME, hub.site, words, change, missed_by(hub.patients, most))


def _has_oversize(case: Case, hub: HubFacts) -> bool:
    return any(case.prepared.practices[p].patients > case.prepared.instance.hub.max for p in hub.members)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    hub, unit = instance.hub, HUB_PATIENTS
    if hub.min:
        target = {"hub.target_min": max(hub.target_min, hub.min + unit)}
        yield fewer("a hub from {:,} patients", "hub.min", hub.min, unit, **target)
    if 0 < hub.min_rural < hub.min:
        yield fewer("a rural hub from {:,} patients", "hub.min_rural", hub.min_rural, unit)
    target = {"hub.target_max": min(hub.target_max, hub.max - unit)}
    yield more("a hub up to {:,} patients", "hub.max", hub.max, unit, **target)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    most = instance.hub.max
    for hub in evaluation.hubs:
        yield Room("hub", hub.site, "patients, at least", hub.patients, hub.minimum, True, "patients")
        if hub.patients <= most or len(hub.members) > 1:  # a larger practice alone is exempt
            yield Room("hub", hub.site, "patients, at most", hub.patients, most, False, "patients")


RULE = Rule(
    NAME,
    rows=_rows,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)

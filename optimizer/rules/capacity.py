"""A hub has no more patients than its site has room for: columns and rows of hub-population keep it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Room, Rule
from optimizer.rules.sets import site_capacity
from optimizer.rules.softening import Softening, scale
from optimizer.rules.widening import with_practices
from optimizer.rules.words import missed_by, named
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "capacity"


def _widened(instance: Instance) -> Instance:
    hospitals = tuple(hospital.model_copy(update={"hub_capacity": None}) for hospital in instance.hospitals)
    return with_practices(instance, hub_capacity=None).model_copy(update={"hospitals": hospitals})


def _soften(e: Softening) -> None:
    stated = [e.prepared.places[site].hub_capacity for site in e.wide.sites.ids]
    at = np.array([j for j, most in enumerate(stated) if most is not None], dtype=np.int64)
    most = np.array([value for value in stated if value is not None], dtype=np.float64)
    furthest = np.maximum(site_capacity(e.wide)[at] - most, 0)
    entries = [(np.arange(len(at)), e.columns["population"][at], 1.0)]
    e.soft.at_most(len(at), entries, most, most=furthest, scale=scale(most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for hub in case.hubs:
        most = case.prepared.places[hub.site].hub_capacity
        if most is not None and hub.patients > most:
            table = "practices" if hub.site in case.prepared.practices else "hospitals"
            words = (
                f"the site at {named(case, hub.site)} has room for {most:,} patients: make room for {hub.patients:,}"
            )
            change = Change("hub_capacity", hub.patients, Loosest.LARGEST, table, hub.site)
            yield Exemption(NAME, hub.site, words, change, missed_by(hub.patients, most))


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    capacity = {place.id: place.hub_capacity for place in (*instance.practices, *instance.hospitals)}
    for hub in evaluation.hubs:
        most = capacity.get(hub.site)
        if most is not None:
            yield Room("hub", hub.site, "capacity of the site", hub.patients, most, False, "patients")


RULE = Rule(NAME, widened=_widened, soften=_soften, exemptions=_exemptions, room=_room)

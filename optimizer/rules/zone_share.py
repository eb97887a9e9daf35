"""At most a share of a hub's patients live outside the zone of its site."""

from __future__ import annotations

from collections.abc import Iterator

from instances import Instance
from optimizer.rules.hub_shares import HubShareRule
from optimizer.rules.record import Room, Rule
from optimizer.rules.widening import with_hubs
from optimizer.verify import Evaluation
from optimizer.verify.home_shares import patients_outside
from optimizer.verify.homes import Homes

NAME = "zone-share"

_HUBS = HubShareRule(
    NAME,
    key="hub.zone_share_max",
    who="live outside the zone of its site",
    share=lambda p: p.outside_zone,
    stated=lambda instance: instance.hub.zone_share_max,
    count=patients_outside,
)


def _widened(instance: Instance) -> Instance:
    return instance if instance.hub.zone_share_max is None else with_hubs(instance, zone_share_max=1.0)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    kind, homes = instance.hub.zone, Homes(instance)
    if kind is not None:
        yield from _HUBS.room(instance, evaluation, lambda practice, site: homes.outside(practice, site, kind))


RULE = Rule(
    NAME,
    rows=_HUBS.rows,
    keeps=_HUBS.keeps,
    widened=_widened,
    soften=_HUBS.soften,
    exemptions=_HUBS.exemptions,
    loosenings=_HUBS.loosenings,
    impossible=_HUBS.impossible,
    remarks=_HUBS.remarks,
    room=_room,
)

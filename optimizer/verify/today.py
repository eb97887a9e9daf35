"""Where each of today's groups has its hub, if it is one as it stands: what plans are held against.

A group's hub is at the premises of one of its practices, or at a hospital that may be a hub and that all of them reach.
Among these the site is chosen at which fewest members are out of reach, then that with room for all, then the cheapest
by travel and set-up, then the first by id. Where no such place can host a hub, the premises are taken all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from instances.instance import Instance
from instances.rows import Hospital, Practice
from optimizer.verify.exact import exact
from optimizer.verify.travel import Travel

TravelCost = Callable[[str, str], Fraction | None]  # pounds a year from practice to site; None = out of reach


def sites_of_groups(instance: Instance, travel: Travel, cost: TravelCost) -> dict[str, str]:
    """Site by group, in the order in which groups are first named."""
    members: defaultdict[str, list[Practice]] = defaultdict(list)
    for practice in instance.practices:
        if practice.current_group:
            members[practice.current_group].append(practice)
    choice = _SiteChoice(instance, travel, cost)
    return {group: choice.take(inside) for group, inside in members.items()}


@dataclass
class _SiteChoice:
    """Sites for one group after another; a hospital has one hub, so the first group that wants it has it."""

    instance: Instance
    travel: Travel
    cost: TravelCost

    def __post_init__(self) -> None:
        rules = self.instance.hub
        closed = self.instance.policy.must_not_open
        self._hospitals = [
            h
            for h in self.instance.hospitals
            if h.can_host_hub and h.kind in rules.hospital_sites and h.id not in closed
        ]

    def take(self, members: list[Practice]) -> str:
        own = [p for p in members if p.can_host_hub and p.id not in self.instance.policy.must_not_open]
        shared = [h for h in self._hospitals if all(self._is_near(p, h) for p in members)]
        site = min([*own, *shared] or members, key=lambda place: self._order(members, place))
        self._hospitals = [h for h in self._hospitals if h is not site]
        return site.id

    def _order(self, members: list[Practice], site: Practice | Hospital) -> tuple[int, bool, Fraction, str]:
        full = site.hub_capacity is not None and sum(p.patients for p in members) > site.hub_capacity
        return self._strays(members, site), full, self._yearly(members, site), site.id

    def _strays(self, members: list[Practice], site: Practice | Hospital) -> int:
        return sum(not self._is_near(practice, site) for practice in members)

    def _is_near(self, practice: Practice, site: Practice | Hospital) -> bool:
        leg = self.travel.leg(practice.id, site.id)
        return leg is not None and leg.within(self.instance.hub.max_km, self.instance.hub.max_minutes)

    def _yearly(self, members: list[Practice], site: Practice | Hospital) -> Fraction:
        """Pounds a year that depend on the site."""
        setup = self.instance.hub.setup_cost if site.hub_setup_cost is None else site.hub_setup_cost
        travel = (self.cost(practice.id, site.id) for practice in members)
        once = exact(setup) / exact(self.instance.horizon_years)
        return once + sum((each for each in travel if each is not None), Fraction(0))

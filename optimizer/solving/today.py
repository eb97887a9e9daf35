"""Today's groups as a plan: what they would cost, and which rules they break, if each were a hub as it stands.

Each current group is a hub at one site, in no network; a practice without a group is independent. Nothing is repaired:
what today breaks, verification says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from instances import Hospital, Instance, Practice
from optimizer.model.plan import Hub, Plan
from optimizer.solving.judged import JudgedPlan
from optimizer.verify import Evaluation, verify
from optimizer.verify.exact import exact
from optimizer.verify.hires import with_hires
from optimizer.verify.prepared import Prepared
from optimizer.verify.travel import Leg

LABEL = "today"


def judged_today(instance: Instance) -> JudgedPlan | None:
    """Today's groups as a plan with what they break and cost; None where no practice has a group."""
    plan = today_plan(instance)
    return None if plan is None else JudgedPlan(LABEL, plan, verify(instance, plan), is_today=True)


def todays_evaluation(instance: Instance) -> Evaluation | None:
    """What today's groups break and cost; None where no practice has a group."""
    today = judged_today(instance)
    return None if today is None else today.evaluation


def today_plan(instance: Instance) -> Plan | None:
    """Today's groups as hubs, hires worked out; None where no practice has a group.

    A group's hub is at the premises of one of its practices, or at a hospital that may be a hub and that all of them
    reach. Among these the site is chosen at which fewest members are out of reach, then that with room for all, then
    the cheapest by travel and set-up. Where no such place can host a hub, the premises are taken all the same.
    """
    members: defaultdict[str, list[Practice]] = defaultdict(list)
    for practice in instance.practices:
        if practice.current_group:
            members[practice.current_group].append(practice)
    if not members:
        return None
    choice = _SiteChoice(instance, Prepared(instance))
    hubs = tuple(
        Hub(site=choice.take(inside), members=tuple(p.id for p in inside), network=None, continues=group)
        for group, inside in members.items()
    )
    alone = tuple(practice.id for practice in instance.practices if not practice.current_group)
    return with_hires(instance, Plan(hubs=hubs, independents=alone))


@dataclass
class _SiteChoice:
    """Sites for one group after another; a hospital has one hub, so the first group that wants it has it."""

    instance: Instance
    prepared: Prepared

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
        shared = [h for h in self._hospitals if not self._strays(members, h)]
        site = min([*own, *shared] or members, key=lambda place: self._order(members, place))
        self._hospitals = [h for h in self._hospitals if h is not site]
        return site.id

    def _order(self, members: list[Practice], site: Practice | Hospital) -> tuple[int, bool, Fraction, str]:
        full = site.hub_capacity is not None and sum(p.patients for p in members) > site.hub_capacity
        return self._strays(members, site), full, self._cost(members, site), site.id

    def _strays(self, members: list[Practice], site: Practice | Hospital) -> int:
        rules = self.instance.hub
        return sum(leg is None or not leg.within(rules.max_km, rules.max_minutes) for leg in self._legs(members, site))

    def _cost(self, members: list[Practice], site: Practice | Hospital) -> Fraction:
        """Pounds a year that depend on the site."""
        setup = self.instance.hub.setup_cost if site.hub_setup_cost is None else site.hub_setup_cost
        cost = exact(setup) / exact(self.instance.horizon_years)
        travel = (self.prepared.travel_cost(practice.id, site.id) for practice in members)
        return cost + sum((each for each in travel if each is not None), Fraction(0))

    def _legs(self, members: list[Practice], site: Practice | Hospital) -> Iterable[Leg | None]:
        return (self.prepared.travel.leg(practice.id, site.id) for practice in members)

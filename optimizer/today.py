"""Today's groups as a plan, to price them as any other: what there is to compare a plan with.

Each group is a hub at the site where its practices have the least road between them; there are no networks.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import partial

from instances import Instance
from optimizer.plan import Hub, Plan
from optimizer.verify import Evaluation, Verifier
from optimizer.verify.travel import Travel


def todays_evaluation(instance: Instance) -> Evaluation | None:
    """Today's groups priced and judged by the instance's rules, hires included; None where no practice has a group.

    Practices without a group count as independent.
    """
    plan = _todays_plan(instance)
    if plan is None:
        return None
    verifier = Verifier(instance)
    needed = {hub.site: hub.hires_needed for hub in verifier.evaluate(plan).hubs}
    staffed = tuple(
        hub.model_copy(update={"hires": {role: float(fte) for role, fte in needed[hub.site].items() if fte}})
        for hub in plan.hubs
    )
    return verifier.evaluate(plan.model_copy(update={"hubs": staffed}))


def _todays_plan(instance: Instance) -> Plan | None:
    patients = {practice.id: practice.patients for practice in instance.practices}
    hosts = {practice.id for practice in instance.practices if practice.can_host_hub}
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for practice in instance.practices:
        if practice.current_group is not None:
            groups[practice.current_group].append(practice.id)
    if not groups:
        return None
    travel = Travel(instance)

    def road(members: list[str], site: str) -> tuple[int, Fraction]:
        """Members that cannot get there, then patient-km of those who can."""
        legs = [(member, travel.leg(member, site)) for member in members]
        stuck = sum(leg is None for _, leg in legs)
        return stuck, sum((patients[member] * leg.km for member, leg in legs if leg is not None), Fraction(0))

    hubs = []
    for group, members in groups.items():
        sites = [member for member in members if member in hosts] or members
        site = min(sites, key=partial(road, members))
        hubs.append(Hub(site=site, members=tuple(members), network=None, continues=group))
    alone = tuple(practice.id for practice in instance.practices if practice.current_group is None)
    return Plan(hubs=tuple(hubs), independents=alone)

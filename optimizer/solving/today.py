"""Today's groups as a plan: what they would cost, and which rules they break, if each were a hub as it stands.

Each current group is a hub at one site, in no network; a practice without a group is independent. Nothing is repaired:
what today breaks, verification says.
"""

from __future__ import annotations

from collections import defaultdict

from instances import Instance
from optimizer.model.plan import Hub, Plan
from optimizer.solving.judged import JudgedPlan
from optimizer.verify import Evaluation, verify
from optimizer.verify.hires import with_hires
from optimizer.verify.prepared import Prepared

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
    """Today's groups as hubs (`optimizer.verify.today`), hires worked out; None where no practice has a group."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for practice in instance.practices:
        if practice.current_group:
            members[practice.current_group].append(practice.id)
    if not members:
        return None
    sites = Prepared(instance).todays_sites
    hubs = tuple(
        Hub(site=sites[group], members=tuple(inside), network=None, continues=group)
        for group, inside in members.items()
    )
    alone = tuple(practice.id for practice in instance.practices if not practice.current_group)
    return with_hires(instance, Plan(hubs=hubs, independents=alone))

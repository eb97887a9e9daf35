"""How much room a plan leaves under each limit: every hub, every network and the plan as a whole, figure by figure.

The figures are verification's own; whether a rule is kept is its verdict, this page is for reading.
"""

from __future__ import annotations

from instances import Instance
from optimizer.rules import RULES, Room
from optimizer.verify import Evaluation


def checks(instance: Instance, evaluation: Evaluation) -> list[Room]:
    """All of a plan: hub by hub, network by network, the plan as a whole."""
    subjects = [("hub", hub.site) for hub in evaluation.hubs]
    subjects += [("network", network.id) for network in evaluation.networks]
    place = {subject: k for k, subject in enumerate([*subjects, ("plan", "plan")])}
    found = [room for rule in RULES for room in rule.room(instance, evaluation)]
    return sorted(found, key=lambda room: place[room.tier, room.subject])

"""Staff tier by tier: what hubs and networks have of each role, need and hire, and what is left to be hired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from instances import Instance
from optimizer.verify import Evaluation
from optimizer.verify.prepared import needed_fte


@dataclass(frozen=True)
class Staff:
    """A role in a hub, in a network or in the whole plan. FTE."""

    tier: Literal["hub", "network", "plan"]
    subject: str  # id of the hub or network; "plan"
    role: str
    has: Fraction  # of members; of a network: of its hubs, their hires included, and of hospitals in it
    needs: Fraction  # what the rule of the tier asks for; of the plan: of all hubs
    hires: Fraction
    market_left: Fraction | None = None  # of the plan: what can still be hired

    @property
    def lacks(self) -> Fraction:
        """What it needs beyond what it has; where people are hired whole, it hires more."""
        return max(Fraction(0), self.needs - self.has)


def staffing(instance: Instance, evaluation: Evaluation) -> Iterator[Staff]:
    """Role by role: hubs and networks that the rules ask to have it, then the plan."""
    for role in instance.role:
        id_ = role.id
        if not (role.min_per_10k or role.network_min_per_10k):
            continue
        for hub in evaluation.hubs if role.min_per_10k else ():
            yield Staff("hub", hub.site, id_, hub.fte[id_], needed_fte(role.min_per_10k, hub.patients), hub.hired(id_))
        for network in evaluation.networks if role.network_min_per_10k else ():
            needs = needed_fte(role.network_min_per_10k, network.patients)
            yield Staff("network", network.id, id_, network.fte[id_], needs, network.hired(id_))
        yield Staff(
            "plan",
            "plan",
            id_,
            sum((hub.fte[id_] for hub in evaluation.hubs), Fraction(0)),
            sum((needed_fte(role.min_per_10k, hub.patients) for hub in evaluation.hubs), Fraction(0)),
            evaluation.hires[id_],
            evaluation.market[id_] - evaluation.hires[id_],
        )

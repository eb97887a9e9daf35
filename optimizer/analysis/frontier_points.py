"""What is known of the trade-off of cost against something else: plans found, bounds proven, what follows for a limit.

Against disruption, cost is every cost term, disruption every disruption term, both in unweighted pounds a year, as
verification has them. Against equity, cost is the objective, and the other the mean road km of the most deprived fifth.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from optimizer.model.gap import relative_gap
from optimizer.solving.result import Result
from optimizer.verify import Evaluation
from optimizer.verify.costs import COST, DISRUPTION

_COST, _DISRUPTION = ({term.__name__ for term in terms} for terms in (COST, DISRUPTION))


@dataclass(frozen=True)
class Against:
    """What cost is traded against, and how it is told."""

    key: str  # what --against calls it
    column: str  # of the table
    name: str
    unit: str  # "£" or "km"
    decimals: int  # to which limits are rounded up
    shown: int  # decimals for people
    less: str  # what plans have that have less of it

    def up(self, value: float) -> float:
        """The least limit of so many decimals that a plan with this value keeps."""
        return float(Fraction(math.ceil(Fraction(value) * 10**self.decimals), 10**self.decimals))

    def text(self, value: float) -> str:
        figure = f"{value:,.{self.shown}f}"
        return f"£{figure}" if self.unit == "£" else f"{figure} {self.unit}"


AGAINST_DISRUPTION = Against("disruption", "disruption", "disruption", "£", 2, 0, "practices stay in their groups")
AGAINST_EQUITY = Against(
    "equity",
    "deprived_km",
    "km of the most deprived fifth",
    "km",
    3,
    2,
    "the most deprived fifth of patients lives near its hubs",
)


@dataclass(frozen=True)
class Known:
    """A verified plan of the instance, and where it lies."""

    result: Result
    cost: float
    against: float  # what cost is traded against: disruption, or how far the most deprived fifth lives


def cost_and_disruption(evaluation: Evaluation) -> tuple[float, float]:
    """Exact sums of the terms, then rounded."""
    cost = sum(amount for term, amount in evaluation.terms.items() if term in _COST)
    disruption = sum(amount for term, amount in evaluation.terms.items() if term in _DISRUPTION)
    return float(cost), float(disruption)


@dataclass(frozen=True)
class Proof:
    """No plan with at most `limit` of what cost is traded against has a `cost + price x that` below `bound`."""

    price: float  # pounds of cost for one of it
    bound: float
    limit: float  # inf = none

    def cost_at(self, against: float) -> float:
        """No plan with at most this of it, itself within the limit, costs less: weak duality."""
        return self.bound - self.price * against


def least_cost(proofs: Iterable[Proof], against: float) -> float | None:
    """The best of the bounds on the cost of plans with at most this of it; None where nothing is proven."""
    bounds = [proof.cost_at(against) for proof in proofs if against <= proof.limit]
    return max([0.0, *bounds]) if bounds else None


def cheapest(plans: Iterable[Known], limit: float) -> Known | None:
    """The cheapest plan with at most this of it; of those the one with the least."""
    within = [plan for plan in plans if plan.against <= limit]
    return min(within, key=lambda plan: (plan.cost, plan.against), default=None)


def efficient(plans: Iterable[Known]) -> list[Known]:
    """Plans that no other one beats in one respect without losing in the other, least of it first."""
    kept: list[Known] = []
    for plan in sorted(plans, key=lambda plan: (plan.against, plan.cost)):
        if not kept or plan.cost < kept[-1].cost:
            kept.append(plan)
    return kept


def slope_at(plans: Iterable[Known], against: float) -> float | None:
    """Pounds of cost saved for one more of it along the convex hull of the plans; None outside of it.

    The weight at which the two ends of that side of the hull tie, so that a plan that is best by it lies on the side or
    beyond (Aneja, Nair, Management Science 25, 1979).
    """
    hull: list[Known] = []
    for plan in efficient(plans):
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-1], plan):
            hull.pop()
        hull.append(plan)
    for left, right in pairwise(hull):
        if left.against <= against <= right.against:
            return _slope(left, right)
    return None


def _slope(left: Known, right: Known) -> float:
    return (left.cost - right.cost) / (right.against - left.against)


@dataclass(frozen=True)
class Point:
    """A point of the curve: no plan with at most as much of it as this one costs less than `bound`."""

    plan: Known
    bound: float | None  # pounds a year, of cost

    @property
    def gap(self) -> float | None:
        return None if self.bound is None else relative_gap(self.plan.cost, self.bound)

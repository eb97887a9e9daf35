"""What is known of the trade-off of cost against disruption: plans found, bounds proven, and what follows for a limit.

Cost is every cost term, disruption every disruption term, both in unweighted pounds a year, as verification has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from optimizer.model.gap import relative_gap
from optimizer.solving.result import Result
from optimizer.verify import Evaluation
from optimizer.verify.costs import COST, DISRUPTION

_COST, _DISRUPTION = ({term.__name__ for term in terms} for terms in (COST, DISRUPTION))


@dataclass(frozen=True)
class Known:
    """A verified plan of the instance, and where it lies."""

    result: Result
    cost: float
    disruption: float

    @classmethod
    def of(cls, result: Result) -> Known:
        """Of a result that has a plan."""
        assert result.plan is not None
        return cls(result, *cost_and_disruption(result.plan.evaluation))


def cost_and_disruption(evaluation: Evaluation) -> tuple[float, float]:
    """Exact sums of the terms, then rounded."""
    cost = sum(amount for term, amount in evaluation.terms.items() if term in _COST)
    disruption = sum(amount for term, amount in evaluation.terms.items() if term in _DISRUPTION)
    return float(cost), float(disruption)


@dataclass(frozen=True)
class Proof:
    """No plan with a disruption of at most `limit` has a `cost + price x disruption` below `bound`."""

    price: float  # pounds of cost for a pound of disruption
    bound: float
    limit: float  # inf = none

    def cost_at(self, disruption: float) -> float:
        """No plan with at most this disruption, itself within the limit, costs less: weak duality."""
        return self.bound - self.price * disruption


def least_cost(proofs: Iterable[Proof], disruption: float) -> float | None:
    """The best of the bounds on the cost of plans with at most this disruption; None where nothing is proven."""
    bounds = [proof.cost_at(disruption) for proof in proofs if disruption <= proof.limit]
    return max([0.0, *bounds]) if bounds else None


def cheapest(plans: Iterable[Known], limit: float) -> Known | None:
    """The cheapest plan with at most this disruption; of those the one with the least."""
    within = [plan for plan in plans if plan.disruption <= limit]
    return min(within, key=lambda plan: (plan.cost, plan.disruption), default=None)


def efficient(plans: Iterable[Known]) -> list[Known]:
    """Plans that no other one beats in one respect without losing in the other, least disruption first."""
    kept: list[Known] = []
    for plan in sorted(plans, key=lambda plan: (plan.disruption, plan.cost)):
        if not kept or plan.cost < kept[-1].cost:
            kept.append(plan)
    return kept


def slope_at(plans: Iterable[Known], disruption: float) -> float | None:
    """Pounds of cost saved for a pound of disruption along the convex hull of the plans; None outside of it.

    The weight at which the two ends of that side of the hull tie, so that a plan that is best by it lies on the side or
    beyond (Aneja, Nair, Management Science 25, 1979).
    """
    hull: list[Known] = []
    for plan in efficient(plans):
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) <= _slope(hull[-1], plan):
            hull.pop()
        hull.append(plan)
    for left, right in pairwise(hull):
        if left.disruption <= disruption <= right.disruption:
            return _slope(left, right)
    return None


def _slope(left: Known, right: Known) -> float:
    return (left.cost - right.cost) / (right.disruption - left.disruption)


@dataclass(frozen=True)
class Point:
    """A point of the curve: no plan that disrupts at most as much as this one costs less than `bound`."""

    plan: Known
    bound: float | None  # pounds a year, of cost

    @property
    def gap(self) -> float | None:
        return None if self.bound is None else relative_gap(self.plan.cost, self.bound)

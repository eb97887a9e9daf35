"""The trade-off of cost against disruption, point by point: the epsilon-constraint method.

Both ends first: the least cost, and the least disruption with the least cost at that disruption. Between them, limits
on disruption at equal steps, and for each the cheapest plan within the limit (Haimes, Lasdon, Wismer, IEEE Transactions
on Systems, Man, and Cybernetics 1, 1971), beginning from the best plan known that keeps it. Ends are lexicographic, and
a small price on disruption settles ties, so that no point is dominated (Mavrotas, Applied Mathematics and Computation
213, 2009). Bounds come from every solve, those of weighted sums made for the purpose among them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from instances import Instance
from optimizer.analysis.frontier_curve import Curve, Frontier, NoPlan, Tell
from optimizer.analysis.frontier_points import AGAINST_DISRUPTION, Known, Proof, cost_and_disruption, slope_at
from optimizer.analysis.params import DEFAULTS, FrontierParams
from optimizer.model.backend import SolveOptions
from optimizer.model.plan import Plan
from optimizer.solving.result import Result
from optimizer.solving.solve import DEFAULT_SOLVER

__all__ = ["Frontier", "NoPlan", "find_frontier"]


def find_frontier(
    instance: Instance,
    *,
    points: int,
    options: SolveOptions,
    solver: str = DEFAULT_SOLVER,
    start: Plan | None = None,
    tell: Tell = lambda _: None,
    params: FrontierParams = DEFAULTS.frontier,
) -> Frontier:
    """The curve at `points` limits, both ends among them.

    `options.time_limit` is for everything and must be set. The instance's own `policy.max_disruption` is kept
    throughout, its weights are not used. Stopped on request, it ends with what was found. Raises `NoPlan`, and what
    `solve` does.
    """
    curve = _Curve(instance, options, solver, tell, params)
    curve.ends(start)
    limits = curve.limits(points)
    if not curve.stopped:
        curve.between(limits)
    return curve.frontier([*limits, math.inf], points)


@dataclass
class _Curve(Curve):
    """Of cost against disruption."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.against = AGAINST_DISRUPTION

    def known(self, result: Result) -> Known:
        assert result.plan is not None
        return Known(result, *cost_and_disruption(result.plan.evaluation))

    # --- the two ends -------------------------------------------------------------------------------------------------

    def ends(self, start: Plan | None) -> None:
        """The least cost; the least disruption; the least cost at that disruption."""
        shares = [share * self.limit_s for share in self.params.ends_shares]
        self.tell("least cost")
        first = self._priced(self.params.tie_price, start, shares[0])
        if first.plan is None:
            raise NoPlan(first)
        if start is not None:
            self.keep_start(start, first)
        if self.stopped:
            return
        self.tell("least disruption")
        cheap = self.plans[0].result.plan  # of the first solve
        assert cheap is not None
        result = self._solve(self.solver, 0.0, 1.0, None, cheap.plan, shares[1])
        self.least = result.proven_bound
        self.tell("least cost at the least disruption")
        if not self.stopped:
            self._priced(self.params.end_price, self.start(math.inf, self.params.end_price), shares[2])
        if not self.stopped and not self.is_known(self.least_known()):
            self._limited(self.least_known(), shares[3])

    # --- between them -------------------------------------------------------------------------------------------------

    def between(self, limits: list[float]) -> None:
        """From the least disruption on: what was best within one limit keeps the next."""
        for k, limit in enumerate(limits[1:]):
            solves = 2 * (len(limits) - 1 - k)
            self.tell(f"disruption of at most £{limit:,.0f} a year, {k + 1} of {len(limits) - 1}")
            price = slope_at(self.plans, limit)
            if price is not None and not self.is_known(limit) and not self.is_proven(price):
                self._priced(price, self.start(math.inf, price), self.left() / solves)
            if self.stopped:
                return
            if not self.is_known(limit):
                self._limited(limit, self.left() / (solves - 1))
            if self.stopped:
                return

    # --- solves -------------------------------------------------------------------------------------------------------

    def _priced(self, price: float, start: Plan | None, seconds: float) -> Result:
        """The least `cost + price x disruption`."""
        return self._solve(self.solver, 1.0, price, None, start, seconds)

    def _limited(self, limit: float, seconds: float) -> None:
        """The least cost within the limit."""
        price = self.params.tie_price
        self._solve(self.limited_solver, 1.0, price, limit, self.start(limit, price), seconds)

    def _solve(
        self, solver: str, cost: float, disruption: float, limit: float | None, start: Plan | None, seconds: float
    ) -> Result:
        changes: dict[str, float] = {"weights.cost": cost, "weights.disruption": disruption}
        own = self.instance.policy.max_disruption
        if limit is not None and (own is None or limit < own):
            changes["policy.max_disruption"] = limit
        result = self.run(changes, solver, start, seconds, construct=limit is None)
        if result.proven_bound is not None and cost:
            most = math.inf if limit is None else limit
            self.proofs.append(Proof(disruption / cost, result.proven_bound / cost, most))
        return result

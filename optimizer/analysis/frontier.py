"""The trade-off of cost against disruption, point by point: the epsilon-constraint method.

Both ends first: the least cost, and the least disruption with the least cost at that disruption. Between them, limits
on disruption at equal steps, and for each the cheapest plan within the limit (Haimes, Lasdon, Wismer, IEEE Transactions
on Systems, Man, and Cybernetics 1, 1971), beginning from the best plan known that keeps it. Ends are lexicographic, and
a small price on disruption settles ties, so that no point is dominated (Mavrotas, Applied Mathematics and Computation
213, 2009). Bounds come from every solve, those of weighted sums made for the purpose among them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from instances import Instance
from optimizer.analysis.frontier_points import Known, Point, Proof, cheapest, least_cost, slope_at
from optimizer.analysis.params import DEFAULTS, FrontierParams
from optimizer.model.backend import Limit, Reason, SolveOptions
from optimizer.model.plan import Plan
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.solving.solve import DEFAULT_SOLVER, solve
from optimizer.verify import Verifier

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Frontier:
    """`points` from the least disruption to the least cost; no plan known beats one of them in both respects."""

    instance: Instance
    points: tuple[Point, ...]
    proofs: tuple[Proof, ...]
    least_disruption: float | None  # proven: no plan disrupts less
    asked: int  # points
    warnings: tuple[str, ...] = ()
    stopped: bool = False  # on request, before all was tried

    def cost_bound(self, disruption: float) -> float | None:
        """No plan with at most this disruption costs less, pounds a year."""
        return least_cost(self.proofs, disruption)


class NoPlan(Exception):  # noqa: N818
    """The first solve, without a limit on disruption of its own, found no plan."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.message)
        self.result = result


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
    if options.time_limit is None:
        raise ValueError("a time limit is needed")
    curve = _Curve(instance, options, solver, tell, params)
    curve.ends(start)
    limits = curve.limits(points)
    if not curve.stopped:
        curve.between(limits)
    return curve.frontier([*limits, math.inf], points)


@dataclass
class _Curve:
    """What is known of one curve so far."""

    instance: Instance
    options: SolveOptions
    solver: str
    tell: Tell
    params: FrontierParams
    plans: list[Known] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    least_disruption: float | None = None
    warnings: list[str] = field(default_factory=list)
    stopped: bool = False

    def __post_init__(self) -> None:
        self.limit_s = float(self.options.time_limit or 0.0)
        self.deadline = time.monotonic() + self.limit_s
        self.verifier = Verifier(self.instance)
        small = len(self.instance.practices) <= self.params.small
        self.limited_solver = self.params.limited_solver if self.solver == DEFAULT_SOLVER and not small else self.solver

    # --- the two ends -------------------------------------------------------------------------------------------------

    def ends(self, start: Plan | None) -> None:
        """The least cost; the least disruption; the least cost at that disruption."""
        shares = [share * self.limit_s for share in self.params.ends_shares]
        self.tell("least cost")
        first = self._priced(self.params.tie_price, start, shares[0])
        if first.plan is None:
            raise NoPlan(first)
        if start is not None:
            self._keep_start(start, first)
        if self.stopped:
            return
        self.tell("least disruption")
        cheap = self.plans[0].result.plan  # of the first solve
        assert cheap is not None
        result = self._solve(self.solver, 0.0, 1.0, None, cheap.plan, shares[1])
        self.least_disruption = result.proven_bound
        self.tell("least cost at the least disruption")
        if not self.stopped:
            self._priced(self.params.end_price, self._start(math.inf, self.params.end_price), shares[2])
        if not self.stopped and not self._is_known(self._least()):
            self._limited(self._least(), shares[3])

    def _least(self) -> float:
        """The least disruption known, as a limit."""
        return _pennies_up(min(plan.disruption for plan in self.plans))

    # --- between them -------------------------------------------------------------------------------------------------

    def limits(self, points: int) -> list[float]:
        """All but the last, which is none: at equal steps from the least disruption to that of the cheapest plan."""
        least, cheap = self._least(), cheapest(self.plans, math.inf)
        assert cheap is not None
        if cheap.disruption <= least:
            return []
        step = (cheap.disruption - least) / (points - 1)
        return [least, *(_pennies_up(least + k * step) for k in range(1, points - 1))]

    def between(self, limits: list[float]) -> None:
        """From the least disruption on: what was best within one limit keeps the next."""
        for k, limit in enumerate(limits[1:]):
            solves = 2 * (len(limits) - 1 - k)
            self.tell(f"disruption of at most £{limit:,.0f} a year, {k + 1} of {len(limits) - 1}")
            price = slope_at(self.plans, limit)
            if price is not None and not self._is_known(limit) and not self._is_proven(price):
                self._priced(price, self._start(math.inf, price), self._left() / solves)
            if self.stopped:
                return
            if not self._is_known(limit):
                self._limited(limit, self._left() / (solves - 1))
            if self.stopped:
                return

    def _is_known(self, limit: float) -> bool:
        """Whether no plan within the limit can cost noticeably less than the cheapest known."""
        plan, bound = cheapest(self.plans, limit), least_cost(self.proofs, limit)
        return plan is not None and bound is not None and plan.cost - bound <= self.params.enough * plan.cost

    def _is_proven(self, price: float) -> bool:
        """Whether the weighted sum has been solved to the end."""
        least = min(plan.cost + price * plan.disruption for plan in self.plans)
        enough = least * (1 - self.params.enough)
        return any(
            proof.limit == math.inf and math.isclose(proof.price, price) and proof.bound >= enough
            for proof in self.proofs
        )

    # --- solves -------------------------------------------------------------------------------------------------------

    def _priced(self, price: float, start: Plan | None, seconds: float) -> Result:
        """The least `cost + price x disruption`."""
        return self._solve(self.solver, 1.0, price, None, start, seconds)

    def _limited(self, limit: float, seconds: float) -> None:
        """The least cost within the limit."""
        price = self.params.tie_price
        self._solve(self.limited_solver, 1.0, price, limit, self._start(limit, price), seconds)

    def _start(self, limit: float, price: float) -> Plan | None:
        """The best plan known by `cost + price x disruption` within the limit."""
        within = [plan for plan in self.plans if plan.disruption <= limit]
        best = min(within, key=lambda plan: plan.cost + price * plan.disruption, default=None)
        return None if best is None or best.result.plan is None else best.result.plan.plan

    def _solve(
        self, solver: str, cost: float, disruption: float, limit: float | None, start: Plan | None, seconds: float
    ) -> Result:
        changes: dict[str, float] = {"weights.cost": cost, "weights.disruption": disruption}
        own = self.instance.policy.max_disruption
        if limit is not None and (own is None or limit < own):
            changes["policy.max_disruption"] = limit
        options = self.options.model_copy(update={"time_limit": max(seconds, 1.0)})
        asked = self.instance.with_settings(changes)
        result = solve(asked, solver, options=options, start=start, construct_anyway=limit is None)
        self.stopped |= result.limit is Limit.INTERRUPT
        self.warnings += result.warnings
        if result.reason is Reason.ERROR:
            self.warnings.append(result.message)
        self._keep(result)
        if result.proof == "claimed":
            self.warnings.append(f"what {solver} claims to have proven is left out, as nothing here vouches for it")
        if result.proven_bound is not None and cost:
            most = math.inf if limit is None else limit
            self.proofs.append(Proof(disruption / cost, result.proven_bound / cost, most))
        return result

    def _keep(self, result: Result) -> None:
        """The plan as one of the instance itself, whose objective, bound and run are not those of the solve."""
        if result.plan is None:
            return
        plan = result.plan.plan
        verified = VerifiedPlan(self.instance, plan, self.verifier.evaluate(plan))
        outcome = replace(result.outcome, certificate=None, bound=None)
        own = replace(result, instance=self.instance, plan=verified, outcome=outcome, reason=Reason.FEASIBLE)
        own = replace(own, bound=None, proof=None, trajectory=(), warnings=())
        self.plans.append(Known.of(own))

    def _keep_start(self, start: Plan, first: Result) -> None:
        """The start is a plan of the curve too, if it is one of the instance."""
        evaluation = self.verifier.evaluate(start)
        if evaluation.ok:
            self._keep(replace(first, plan=VerifiedPlan(self.instance, start, evaluation)))

    def _left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.0)

    # --- the end ------------------------------------------------------------------------------------------------------

    def _point(self, plan: Known) -> Point:
        bound = least_cost(self.proofs, plan.disruption)
        return Point(plan, None if bound is None else min(bound, plan.cost))

    def frontier(self, limits: list[float], asked: int) -> Frontier:
        """The best plan within each limit; a plan that is best within several is one point."""
        best = [cheapest(self.plans, limit) for limit in limits]
        distinct = {(plan.disruption, plan.cost): plan for plan in best if plan is not None}
        return Frontier(
            instance=self.instance,
            points=tuple(self._point(distinct[key]) for key in sorted(distinct)),
            proofs=tuple(self.proofs),
            least_disruption=self.least_disruption,
            asked=asked,
            warnings=tuple(dict.fromkeys(self.warnings)),
            stopped=self.stopped,
        )


def _pennies_up(pounds: float) -> float:
    """The least limit in whole pennies that a plan with this disruption keeps."""
    return math.ceil(pounds * 100) / 100

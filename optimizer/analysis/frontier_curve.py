"""What the curves of `caregroup frontier` have in common: plans and proofs as they are found, and what follows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from instances import Instance
from optimizer.analysis.frontier_points import Against, Known, Point, Proof, cheapest, least_cost
from optimizer.analysis.params import FrontierParams
from optimizer.model.backend import Limit, Reason, SolveOptions
from optimizer.model.plan import Plan
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.solving.solve import DEFAULT_SOLVER, solve
from optimizer.verify import Verifier

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Frontier:
    """`points` from the least of what cost is traded against to the least cost; no plan known beats one in both."""

    instance: Instance
    against: Against
    points: tuple[Point, ...]
    proofs: tuple[Proof, ...]
    least: float | None  # proven: no plan has less of it
    asked: int  # points
    warnings: tuple[str, ...] = ()
    stopped: bool = False  # on request, before all was tried

    def cost_bound(self, against: float) -> float | None:
        """No plan with at most this costs less, pounds a year."""
        return least_cost(self.proofs, against)


class NoPlan(Exception):  # noqa: N818
    """The first solve, without a limit of its own, found no plan."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.message)
        self.result = result


@dataclass
class Curve:
    """What is known of one curve so far."""

    instance: Instance
    options: SolveOptions
    solver: str
    tell: Tell
    params: FrontierParams
    plans: list[Known] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    least: float | None = None
    warnings: list[str] = field(default_factory=list)
    stopped: bool = False

    against: Against = field(init=False)

    def __post_init__(self) -> None:
        if self.options.time_limit is None:
            raise ValueError("a time limit is needed")
        self.limit_s = float(self.options.time_limit)
        self.deadline = time.monotonic() + self.limit_s
        self.verifier = Verifier(self.instance)
        small = len(self.instance.practices) <= self.params.small
        self.limited_solver = self.params.limited_solver if self.solver == DEFAULT_SOLVER and not small else self.solver

    def known(self, result: Result) -> Known:
        """Where a plan of the instance lies."""
        raise NotImplementedError

    def run(
        self, changes: Mapping[str, Any], solver: str, start: Plan | None, seconds: float, *, construct: bool
    ) -> Result:
        """Solve the instance with settings changed, and keep the plan."""
        options = self.options.model_copy(update={"time_limit": max(seconds, 1.0)})
        asked = self.instance.with_settings(dict(changes))
        result = solve(asked, solver, options=options, start=start, construct_anyway=construct)
        self.stopped |= result.limit is Limit.INTERRUPT
        self.warnings += result.warnings
        if result.reason is Reason.ERROR:
            self.warnings.append(result.message)
        self._keep(result)
        if result.proof == "claimed":
            self.warnings.append(f"what {solver} claims to have proven is left out, as nothing here vouches for it")
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
        self.plans.append(self.known(own))

    def keep_start(self, start: Plan, first: Result) -> None:
        """The start is a plan of the curve too, if it is one of the instance."""
        evaluation = self.verifier.evaluate(start)
        if evaluation.ok:
            self._keep(replace(first, plan=VerifiedPlan(self.instance, start, evaluation)))

    def start(self, limit: float, price: float) -> Plan | None:
        """The best plan known by `cost + price x what it is traded against` within the limit."""
        within = [plan for plan in self.plans if plan.against <= limit]
        best = min(within, key=lambda plan: plan.cost + price * plan.against, default=None)
        return None if best is None or best.result.plan is None else best.result.plan.plan

    def is_known(self, limit: float) -> bool:
        """Whether no plan within the limit can cost noticeably less than the cheapest known."""
        plan, bound = cheapest(self.plans, limit), least_cost(self.proofs, limit)
        return plan is not None and bound is not None and plan.cost - bound <= self.params.enough * plan.cost

    def is_proven(self, price: float) -> bool:
        """Whether the weighted sum has been solved to the end."""
        least = min(plan.cost + price * plan.against for plan in self.plans)
        enough = least * (1 - self.params.enough)
        return any(
            proof.limit == math.inf and math.isclose(proof.price, price) and proof.bound >= enough
            for proof in self.proofs
        )

    def left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.0)

    def limits(self, points: int) -> list[float]:
        """All but the last, which is none: at equal steps from the least known to that of the cheapest plan."""
        least, cheap = self.least_known(), cheapest(self.plans, math.inf)
        assert cheap is not None
        if cheap.against <= least:
            return []
        step = (cheap.against - least) / (points - 1)
        return [least, *(self.against.up(least + k * step) for k in range(1, points - 1))]

    def least_known(self) -> float:
        """The least of it known, as a limit."""
        return self.against.up(min(plan.against for plan in self.plans))

    def _point(self, plan: Known) -> Point:
        bound = least_cost(self.proofs, plan.against)
        return Point(plan, None if bound is None else min(bound, plan.cost))

    def frontier(self, limits: list[float], asked: int) -> Frontier:
        """The best plan within each limit; a plan that is best within several is one point."""
        best = [cheapest(self.plans, limit) for limit in limits]
        distinct = {(plan.against, plan.cost): plan for plan in best if plan is not None}
        return Frontier(
            instance=self.instance,
            against=self.against,
            points=tuple(self._point(distinct[key]) for key in sorted(distinct)),
            proofs=tuple(self.proofs),
            least=self.least,
            asked=asked,
            warnings=tuple(dict.fromkeys(self.warnings)),
            stopped=self.stopped,
        )

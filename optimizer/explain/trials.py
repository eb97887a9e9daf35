"""Is there a plan? Looked for from plans at hand, from near one of them, and from fresh starts.

How much is looked for follows from the seed and never from the clock, until the time is over. What that cut off is
remembered, so that it can be told.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from instances import Instance
from optimizer.construct import DEFAULTS as CONSTRUCT
from optimizer.construct import construct, repair
from optimizer.explain.params import NoPlanParams
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem
from optimizer.solving.check import impossibilities
from optimizer.verify import verify


@dataclass
class Trials:
    """`known`: plans that instances like these have. `unsettled`: questions that the time did not allow to answer."""

    seed: int
    deadline: float
    params: NoPlanParams
    known: list[Plan] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    _answers: dict[str, Plan | None] = field(default_factory=dict)  # by what an instance is

    def left(self, until: float | None = None) -> float:
        """Seconds, until a deadline of their own or that of all."""
        return min(self.deadline, self.deadline if until is None else until) - time.monotonic()

    def plan(
        self, instance: Instance, question: str, *, near: Plan | None = None, until: float | None = None
    ) -> Plan | None:
        """A verified plan; None where there is none, where none was found, or, then `unsettled`, the time was over."""
        key = instance.sha256
        if key not in self._answers:
            problem = build_problem(instance)
            plan = None if impossibilities(problem) else self._looked_for(instance, problem, near, until)
            if plan is None and self.left(until) <= 0:
                self.leave(question)
                return None
            self._answers[key] = plan
        return self._answers[key]

    def leave(self, question: str) -> None:
        """What is not settled within the time."""
        if question not in self.unsettled:
            self.unsettled.append(question)

    def _looked_for(self, instance: Instance, problem: Problem, near: Plan | None, until: float | None) -> Plan | None:
        at_hand = first_verified(instance, [*([] if near is None else [near]), *reversed(self.known)])
        if at_hand is not None:
            return at_hand
        plan = self._from_near(instance, problem, near, until) or self._afresh(instance, problem, until)
        if plan is not None:
            self.known.append(plan)
        return plan

    def _from_near(self, instance: Instance, problem: Problem, near: Plan | None, until: float | None) -> Plan | None:
        if near is None or self.left(until) <= 0:
            return None
        found = repair(problem, near, self.seed, self.left(until))
        return None if found is None else first_verified(instance, [to_plan(problem, found)])

    def _afresh(self, instance: Instance, problem: Problem, until: float | None) -> Plan | None:
        """As many coolings as there are fresh starts, until one ends in a plan."""
        if self.left(until) <= 0:
            return None
        attempts = replace(CONSTRUCT.first_plan, most_attempts=self.params.fresh_starts)
        params = replace(CONSTRUCT, first_plan=attempts)
        found = construct(problem, self.seed, self.left(until), most_runs=1, params=params)
        return None if found is None else first_verified(instance, [to_plan(problem, found)])


def first_verified(instance: Instance, plans: Iterable[Plan]) -> Plan | None:
    """The first that keeps every rule."""
    return next((plan for plan in plans if verify(instance, plan).ok), None)

"""A plan and what verification says of it, whether it keeps the rules or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from optimizer.model.plan import Plan
from optimizer.verify import Evaluation


@dataclass(frozen=True)
class JudgedPlan:
    """A plan, which may break rules, with its exact evaluation."""

    label: str
    plan: Plan
    evaluation: Evaluation

    @property
    def broken(self) -> dict[str, int]:
        """How many times each rule is broken; rules that are kept are left out."""
        return dict(Counter(violation.rule for violation in self.evaluation.violations))

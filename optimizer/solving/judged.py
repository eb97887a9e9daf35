"""A plan and what verification says of it, whether it keeps the rules or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from optimizer.model.plan import Plan
from optimizer.verify import Evaluation
from optimizer.verify.money import MONEY, MONEY_TODAY, Money, by_money


@dataclass(frozen=True)
class JudgedPlan:
    """A plan, which may break rules, with its exact evaluation."""

    label: str
    plan: Plan
    evaluation: Evaluation
    is_today: bool = False  # today's groups, priced as if they were hubs

    @property
    def money(self) -> dict[Money, Fraction]:
        """Unweighted pounds a year by what they are; what today's groups do without is assumed."""
        return by_money(self.evaluation.terms, MONEY_TODAY if self.is_today else MONEY)

    @property
    def broken(self) -> dict[str, int]:
        """How many times each rule is broken; rules that are kept are left out."""
        return dict(Counter(violation.rule for violation in self.evaluation.violations))

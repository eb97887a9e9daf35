"""Cheap necessary conditions: when one fails, no plan can exist, and no solver needs to run."""

from __future__ import annotations

from optimizer.model.problem import Problem
from optimizer.rules import RULES


def impossibilities(problem: Problem) -> list[str]:
    """Reasons for a planner why no plan exists, each on its own sufficient; none proves nothing."""
    return [reason for rule in RULES for reason in rule.impossible(problem)]


def remarks(problem: Problem) -> list[str]:
    """What rules settle before anything is solved, and that a planner may not expect; empty mostly."""
    return [remark for rule in RULES for remark in rule.remarks(problem)]

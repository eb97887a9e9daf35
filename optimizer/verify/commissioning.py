"""What a practice's commissioner pays it in a network, and how its list weighs."""

from __future__ import annotations

from fractions import Fraction

from instances.policy import Policy
from instances.rows import Practice
from optimizer.verify.exact import exact


def top_up(policy: Policy, practice: Practice) -> Fraction:
    """Pounds a year that raise core funding to the guarantee; 0 where none is given or funding is not reported."""
    guarantee, core = policy.guarantee_per_patient, practice.core_funding_per_patient
    if guarantee is None or core is None:
        return Fraction(0)
    return max(Fraction(0), exact(guarantee) - exact(core)) * practice.patients


def weighted(practice: Practice) -> Fraction:
    """Patients of its weighted list; the registered ones where there is none."""
    return exact(practice.patients if practice.weighted_patients is None else practice.weighted_patients)

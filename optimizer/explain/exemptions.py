"""What a plan that breaks rules would have to be exempted from: each case in words, with its size and its change.

An exemption counts 1, and on top of it the share of the limit by which it is missed: fewest first, then smallest. The
elastic model (`elastic.py`) minimises the same sum. That the changes suffice is for verification to say, which shares
no code with this.
"""

from __future__ import annotations

from instances import Instance
from optimizer.model.plan import Plan
from optimizer.rules import RULES, Exemption
from optimizer.verify.facts import gather
from optimizer.verify.prepared import Prepared


def exemptions(instance: Instance, plan: Plan) -> tuple[Exemption, ...]:
    """Everything that the plan needs to be exempted from."""
    case = gather(Prepared(instance), plan)
    return tuple(found for rule in RULES for found in rule.exemptions(case))


def price(found: tuple[Exemption, ...]) -> float:
    return sum(exemption.price for exemption in found)

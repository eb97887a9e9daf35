"""Smaller exemptions from a plan that needs them: what is missed is made dear, and the plan improved at these prices.

For limits on sums over the whole plan, which the prices of broken rules in the search for any plan weigh but roughly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from instances import InputError, Instance
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.explain.standing import stand
from optimizer.model.backend import SolveOptions

SOLVER = "search"
DEAR = 1e8  # pounds a year, of a hub, a network or an FTE
DEAR_PATIENT = 1e4  # of a patient outside networks
BRIEF_YEARS = 0.01  # over which one-off money is spread
LEAST_S = 2.0


def steered(instance: Instance, found: Relaxed, *, options: SolveOptions) -> Relaxed:
    """`found`, or a plan with a smaller price of exemptions."""
    for change in found.changes:
        prices = dict(_prices(change.key))
        if not prices:
            continue
        try:
            dear = found.instance.with_settings(prices)
        except InputError:
            continue  # another price than the instance can have
        better = stand(dear, options=options, start=found.plan, solver=SOLVER)
        plan = None if better is None else relaxed(instance, better.plan)
        if plan is not None and plan.price < found.price:
            found = plan
    return found


def is_steerable(found: Relaxed) -> bool:
    return any(dict(_prices(change.key)) for change in found.changes)


def _prices(key: str) -> Iterator[tuple[str, Any]]:
    """Settings at which a plan that misses a limit by less is cheaper."""
    section, _, name = key.rpartition(".")
    if name == "count_max":
        yield f"{section}.running_cost", DEAR
    elif name == "market_fte_share":
        yield f"{section}.cost_per_fte", DEAR
    elif key == "policy.coverage_min":
        yield "policy.dividend_per_patient", DEAR_PATIENT
    elif key == "policy.max_disruption":
        yield "weights.disruption", DEAR
    elif key == "policy.transformation_fund":
        yield from {"horizon_years": BRIEF_YEARS, "weights.disruption": 0.0}.items()

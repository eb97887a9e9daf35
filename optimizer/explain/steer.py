"""Smaller exemptions from a plan that needs them: what is missed is made dear, and the plan improved at these prices.

For limits on sums over the whole plan, which the prices of broken rules in the search for any plan weigh but roughly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from instances import InputError, Instance
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.explain.standing import stand
from optimizer.model.backend import SolveOptions


def steered(instance: Instance, found: Relaxed, *, options: SolveOptions, solver: str) -> Relaxed:
    """`found`, or a plan with a smaller price of exemptions."""
    for prices in _prices(found):
        try:
            dear = found.instance.with_settings(dict(prices))
        except InputError:
            continue  # another price than the instance can have
        better = stand(dear, options=options, start=found.plan, solver=solver)
        plan = None if better is None else relaxed(instance, better.plan)
        if plan is not None and plan.price < found.price:
            found = plan
    return found


def is_steerable(found: Relaxed) -> bool:
    return bool(_prices(found))


def _prices(found: Relaxed) -> list[Mapping[str, Any]]:
    """Settings for each limit at which a plan that misses it by less is cheaper."""
    by_key = {exemption.change.key: exemption.dear for exemption in found.exemptions}
    return [dear for dear in by_key.values() if dear]

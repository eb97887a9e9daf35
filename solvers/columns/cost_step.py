"""The step between the costs of plans, where all amounts are whole: a bound can be rounded up to it."""

from __future__ import annotations

import numpy as np

from optimizer.model.outside import ways_outside
from optimizer.model.problem import Problem

TOLERANCE = 1e-3  # of a step: what floating-point sums can have added to a bound
LARGEST = 2.0**53  # whole numbers up to here are exact


def cost_step(p: Problem) -> float:
    """Pounds a year that all costs of plans are multiples of; 0 where that is not known.

    As in most instances of the literature: no networks, no hires, and whole numbers for all the rest.
    """
    if p.n_candidates or (p.roles.hub_ratio > 0).any():
        return 0.0
    each = (p.reach.cost, p.sites.cost, ways_outside(p, np.arange(p.n_practices)).cost)
    amounts = np.abs(np.concatenate([*each, p.practices.move_cost, [p.hub.price, p.network.dividend]]))
    if (amounts > LARGEST).any() or (amounts != np.round(amounts)).any():
        return 0.0
    return float(np.gcd.reduce(amounts.astype(np.int64)))


def round_up(bound: float, step: float) -> float:
    """The least cost that a plan can have if none costs less than the bound."""
    if step == 0.0 or not np.isfinite(bound):
        return bound
    return float(np.ceil(bound / step - TOLERANCE) * step)

"""What floating-point arithmetic can add to a bound, in one place: every bound is lowered by it when it is made.

A bound is a sum of prices and of reduced costs, each of these a sum over one hub. With unit roundoff 1.1e-16, sums of
some hundred terms at a site lose 1e-14 of their amounts; over some thousand sites that stays below 1e-10 of all amounts
together (Higham, *Accuracy and Stability of Numerical Algorithms*, section 4.2), however much of them cancels.
Kernels do not tell hubs apart that differ by less than `EPSILON`: a site's least reduced cost is known up to it.
"""

from __future__ import annotations

import numpy as np

from optimizer.model.arrays import FloatArray
from solvers.columns.kernels.depth_first import EPSILON

SHARE = 1e-10  # of the sum of all amounts that a bound adds up, taken as positive
MIP_SHARE = 1e-7  # of a bound: what HiGHS's own tolerances can have added to that of a mixed-integer program
FTE = 1e-6  # verification lets a plan miss a limit on hires by so much


def lost(amounts: float, sites: int = 0) -> float:
    """Pounds a year that a sum of amounts can be too high. `amounts`: their absolute values added up."""
    return SHARE * amounts + EPSILON * sites


def hairs(prices: FloatArray, hubs: int) -> float:
    """Pounds a year that bounds count for so many hubs and verification does not: of what is lacking in roles that are
    hired whole, for an FTE of which `prices` are, up to `FTE` is nothing."""
    return FTE * float(prices.sum()) * hubs


def total(*amounts: float | FloatArray) -> float:
    """The sum of absolute values."""
    return float(sum(np.abs(amount).sum() for amount in amounts))

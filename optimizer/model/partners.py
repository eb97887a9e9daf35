"""Which hospitals are partners of which networks, given the networks: a small program, solved to the end.

Greedy is not enough: two networks may want the same hospital, and what staff a partner brings need not be hired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import NO_LACK, NONE, BoolArray, FloatArray, IntArray

_NEARER = 1e-6  # pounds a year per km: of partners alike, the nearest


@dataclass(frozen=True)
class Wanted:
    """What the networks of a plan want of partners."""

    km: FloatArray  # [N, hospitals] road km to the lead, inf = cannot be a partner, as those that lead cannot
    least: IntArray  # [N] partners
    most: IntArray  # [N]
    cost: FloatArray  # [N] pounds a year of a partner
    setup: FloatArray  # [N] pounds once of a partner
    lacking: FloatArray  # [N, roles] FTE that networks lack without partners; below 0: to spare
    whole: BoolArray  # [roles] whether people are hired whole
    fte: FloatArray  # [hospitals, roles]
    hire_cost: FloatArray  # [roles] pounds a year per FTE
    market: FloatArray  # [roles] FTE that networks can hire
    fund: float  # pounds once for partners; inf = no limit


def chosen_partners(wanted: Wanted) -> IntArray:
    """[hospitals] the network that each is a partner of, NONE = of none: the choice that costs least.

    Networks have their fewest partners and hires stay within the market, as far as that can be.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, and most instances have no partners

    network, hospital = np.nonzero(np.isfinite(wanted.km))
    found = np.full(wanted.km.shape[1], NONE, dtype=np.int64)
    if not len(network):
        return found
    (n, roles), pairs = wanted.lacking.shape, len(network)
    short, hired, over = pairs, pairs + n, pairs + n + n * roles  # where columns begin, those of pairs first
    width = over + roles
    most_hires = np.ceil(np.maximum(wanted.lacking, 0.0))
    dear = 10 * (1 + float(wanted.cost[network].sum() + (most_hires @ wanted.hire_cost).sum()))
    cost = np.zeros(width)
    cost[:pairs] = wanted.cost[network] + _NEARER * wanted.km[network, hospital]
    cost[short:hired] = cost[over:] = dear
    cost[hired:over] = np.tile(wanted.hire_cost, n)
    number, once, staff = np.zeros((n, width)), np.zeros((len(found), width)), np.zeros((n * roles, width))
    market, fund = np.zeros((roles, width)), np.zeros((1, width))
    number[network, np.arange(pairs)] = once[hospital, np.arange(pairs)] = 1
    number[:, short:hired] = np.eye(n)
    staff[:, hired:over] = np.eye(n * roles)
    for r in range(roles):
        staff[network * roles + r, np.arange(pairs)] = wanted.fte[hospital, r]
    market[:, hired:over] = np.tile(np.eye(roles), n)
    market[:, over:] = -np.eye(roles)
    fund[0, :pairs] = wanted.setup[network]
    rows = (
        (number, wanted.least, wanted.most),
        (once, -np.inf, 1.0),
        (staff, (wanted.lacking - NO_LACK * wanted.whole).ravel(), np.inf),
        (market, -np.inf, np.maximum(wanted.market, 0.0)),
        (fund, -np.inf, max(wanted.fund, 0.0)),
    )
    integrality = (np.arange(width) < pairs).astype(np.int64)
    integrality[hired:over] = np.tile(wanted.whole, n)
    chosen = milp(
        cost,
        integrality=integrality,
        bounds=Bounds(0, np.where(np.arange(width) < pairs, 1, np.inf)),
        constraints=[LinearConstraint(*row) for row in rows if len(row[0])],
        options={"presolve": False, "mip_rel_gap": 0.0},  # the presolve of SciPy's HiGHS can lose optima
    )
    assert chosen.x is not None  # nothing chosen, everything lacking, is a point
    taken = np.flatnonzero(chosen.x[:pairs] > 0.5)
    found[hospital[taken]] = network[taken]
    return found

"""Which hospitals are partners of which networks, given the networks: a small program, solved to the end.

Greedy is not enough: two networks may want the same hospital, and what staff a partner brings need not be hired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import NO_LACK, NONE, BoolArray, FloatArray, IntArray

Side = FloatArray | float  # of rows: their lower or upper limits

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
    at = _Columns(wanted, network)
    is_pair = np.arange(at.width) < len(network)
    integrality = is_pair.astype(np.int64)
    integrality[at.hired] = np.tile(wanted.whole, at.n)
    chosen = milp(
        _cost(wanted, network, hospital),
        integrality=integrality,
        bounds=Bounds(0, np.where(is_pair, 1, np.inf)),
        constraints=[LinearConstraint(*row) for row in _rows(wanted, network, hospital) if len(row[0])],
        options={"presolve": False, "mip_rel_gap": 0.0},  # the presolve of SciPy's HiGHS can lose optima
    )
    assert chosen.x is not None  # nothing chosen, everything lacking, is a point
    taken = np.flatnonzero(chosen.x[is_pair] > 0.5)
    found[hospital[taken]] = network[taken]
    return found


class _Columns:
    """Pairs of a network and a hospital; partners each network lacks; FTE each hires; FTE beyond the market."""

    def __init__(self, wanted: Wanted, network: IntArray) -> None:
        self.n, self.roles = wanted.lacking.shape
        self.pairs = np.arange(len(network))
        self.short = len(network) + np.arange(self.n)
        self.hired = len(network) + self.n + np.arange(self.n * self.roles)
        self.over = len(network) + self.n + self.n * self.roles + np.arange(self.roles)
        self.width = len(network) + self.n + (self.n + 1) * self.roles


def _cost(wanted: Wanted, network: IntArray, hospital: IntArray) -> FloatArray:
    """What is lacking or beyond the market is dearer than all else together."""
    at = _Columns(wanted, network)
    cost = np.zeros(at.width)
    cost[at.pairs] = wanted.cost[network] + _NEARER * wanted.km[network, hospital]
    cost[at.hired] = np.tile(wanted.hire_cost, at.n)
    most_hires = np.ceil(np.maximum(wanted.lacking, 0.0))
    dear = 10 * (1 + float(wanted.cost[network].sum() + (most_hires @ wanted.hire_cost).sum()))
    cost[at.short] = cost[at.over] = dear
    return cost


def _rows(wanted: Wanted, network: IntArray, hospital: IntArray) -> tuple[tuple[FloatArray, Side, Side], ...]:
    """(coefficients, lower, upper): partners of a network, networks of a hospital, staff, market, fund."""
    at = _Columns(wanted, network)
    number, once = np.zeros((at.n, at.width)), np.zeros((wanted.km.shape[1], at.width))
    number[network, at.pairs] = once[hospital, at.pairs] = 1
    number[:, at.short] = np.eye(at.n)
    staff, market = np.zeros((at.n * at.roles, at.width)), np.zeros((at.roles, at.width))
    for r in range(at.roles):
        staff[network * at.roles + r, at.pairs] = wanted.fte[hospital, r]
    staff[:, at.hired] = np.eye(at.n * at.roles)
    market[:, at.hired] = np.tile(np.eye(at.roles), at.n)
    market[:, at.over] = -np.eye(at.roles)
    fund = np.zeros((1, at.width))
    fund[0, at.pairs] = wanted.setup[network]
    return (
        (number, wanted.least.astype(np.float64), wanted.most.astype(np.float64)),
        (once, -np.inf, 1.0),
        (staff, (wanted.lacking - NO_LACK * wanted.whole).ravel(), np.inf),
        (market, -np.inf, np.maximum(wanted.market, 0.0)),
        (fund, -np.inf, max(wanted.fund, 0.0)),
    )

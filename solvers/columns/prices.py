"""Prices: the duals of a node's master, in pounds a year and with the signs that the bound needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.problem import Problem

SURE_LEAD = 1e7  # pounds: price at which the one possible lead of a network leads it


@dataclass(frozen=True)
class NodePrices:
    """n practices, G groups, S slots of the node, R roles."""

    practice: FloatArray  # [n] free
    group: FloatArray  # [G] <= 0
    low: FloatArray  # [S] >= 0, per patient: networks have at least their minimum
    high: FloatArray  # [S] <= 0, per patient
    lead: FloatArray  # [S] >= 0, per network of a hub-led model: its lead is a hub of it
    coverage: float  # per patient in any network, free
    hubs: float  # per hub, free
    limits: FloatArray  # [limits of the node on hubs] per hub, free
    market: FloatArray  # [R] <= 0, per FTE
    cuts: IntArray  # [C, 3] practices of each subset-row cut
    cut: FloatArray  # [C] <= 0, per hub that holds two or more of them

    def with_binding_cuts(self) -> NodePrices:
        """Without the cuts that have no price."""
        binding = self.cut < 0
        return replace(self, cuts=self.cuts[binding], cut=self.cut[binding])

    def with_limit(self) -> NodePrices:
        """For a child with one more limit on hubs."""
        return replace(self, limits=np.append(self.limits, 0.0))

    def split_slot(self, at: int) -> NodePrices:
        """For a child whose slot was split by leads: both parts begin with the slot's prices."""
        return replace(
            self,
            low=np.append(self.low, self.low[at]),
            high=np.append(self.high, self.high[at]),
            lead=np.append(self.lead, self.lead[at]),
        )


def no_prices(p: Problem, practice: FloatArray) -> NodePrices:
    """Nothing has a price but covering practices."""
    return NodePrices(
        practice=practice,
        group=np.zeros(len(p.group_ids)),
        low=np.zeros(p.n_models),
        high=np.zeros(p.n_models),
        lead=np.zeros(p.n_models),
        coverage=0.0,
        hubs=0.0,
        limits=np.zeros(0),
        market=np.zeros(p.n_roles),
        cuts=np.zeros((0, 3), dtype=np.int64),
        cut=np.zeros(0),
    )

"""What would be lost with the process: certificates of the bound, and states that a later run goes on from."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from scipy import sparse

from optimizer.solving.checkpoint import wait_s
from solvers.columns.certificate import certificate_of_prices
from solvers.columns.clusters import Clusters
from solvers.columns.prices import no_prices
from solvers.columns.recorder import CERTIFY_S, RESERVE
from solvers.process.incumbent import Incumbent
from solvers.process.job import Certified, State
from solvers.process.state import Arrays, UnusableState, integers, lists, numbers, packed, ragged, unpacked
from solvers.regions.bound import WholeBound
from solvers.search.states import unusable


class Teller:
    """Of one solve."""

    def __init__(self, incumbent: Incumbent, bound: WholeBound, keeps_states: bool) -> None:
        self._incumbent, self._bound, self._keeps_states = incumbent, bound, keeps_states
        self.reserved_s = 0.0  # before the time limit, for the last certificate
        self._certified, self._at = -np.inf, -np.inf
        self._began = self._state_at = time.monotonic()

    def tell(self, last: bool = False) -> None:
        """What is due; at the end whatever has not been told."""
        now = time.monotonic()
        if self._bound.value > self._certified and (last or now >= self._at + CERTIFY_S):
            self._certified = self._bound.value
            assert self._bound.best is not None
            made = certificate_of_prices(self._bound.problem, self._bound.best.prices, self._certified)
            self._incumbent.emit(Certified(made.to_json(), made.bound))
            self._at = time.monotonic()
            self.reserved_s = RESERVE * (self._at - now)
        if self._keeps_states and self._bound.is_begun and now >= self._state_at + wait_s(now - self._began):
            self._incumbent.emit(State(packed(saved(self._bound)), max(0.0, self._bound.value)))
            self._state_at = time.monotonic()


def saved(bound: WholeBound) -> Arrays:
    """The prices that prove most, or those at hand before any do."""
    prices, apart = bound.kept
    link = sparse.coo_array(prices.link)
    sums = np.array([prices.coverage, prices.hubs, *prices.market])
    return {
        "practice": prices.practice,
        "group": prices.group,
        "slot": prices.clusters.slot,
        **ragged("leads", prices.clusters.leads),
        "clusters": np.column_stack([prices.low, prices.high, prices.lead]),
        "apart": apart.astype(np.int64),
        "link": link.data,
        "link.cluster": link.row.astype(np.int64),
        "link.practice": link.col.astype(np.int64),
        "sums": sums,
        "cuts": prices.cuts.ravel(),
        "cut": prices.cut,
    }


def restore(bound: WholeBound, state: bytes) -> tuple[str, ...]:
    """Begin from saved prices; warnings."""
    p, node = bound.problem, bound.node
    try:
        arrays = unpacked(state)
        slot = integers(arrays, "slot", 0, len(node.slots))
        leads = tuple(tuple(of.tolist()) for of in lists(arrays, "leads", len(slot), 0, p.n_candidates))
        for s, of in enumerate(node.slots):
            mine = sorted(n for c in np.flatnonzero(slot == s) for n in leads[c])
            if mine != sorted(of.leads):
                raise UnusableState("leads are not those of the problem")
        ends = numbers(arrays, "clusters", len(slot), 3)
        link = np.zeros((len(slot), p.n_practices))
        at = integers(arrays, "link.cluster", 0, len(slot)), integers(arrays, "link.practice", 0, p.n_practices)
        values = numbers(arrays, "link", len(at[0]))
        if len(at[0]) != len(at[1]):
            raise UnusableState("links are not in pairs")
        link[at] = np.maximum(values, 0.0)
        coverage, hubs, *market = numbers(arrays, "sums", 2 + p.n_roles).tolist()
        cut, cuts = np.minimum(numbers(arrays, "cut", None), 0.0), integers(arrays, "cuts", 0, p.n_practices)
        if len(cuts) != 3 * len(cut):
            raise UnusableState("cuts are not of three practices each")
        apart = integers(arrays, "apart", 0, 2)
        if len(apart) != len(slot):
            raise UnusableState("not every cluster says whether it is told apart")
        prices = replace(
            no_prices(p, numbers(arrays, "practice", p.n_practices), Clusters(slot, leads)),
            group=np.minimum(numbers(arrays, "group", len(p.group_ids)), 0.0),
            low=np.maximum(ends[:, 0], 0.0),
            high=np.minimum(ends[:, 1], 0.0),
            lead=np.maximum(ends[:, 2], 0.0),
            link=link,
            market=np.minimum(np.array(market), 0.0),
            coverage=coverage,
            hubs=hubs,
            cuts=cuts.reshape(-1, 3),
            cut=cut,
        )
    except UnusableState as error:
        return (unusable(error),)
    bound.begin_from(prices, apart.astype(bool))
    return ()

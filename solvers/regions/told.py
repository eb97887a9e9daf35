"""What would be lost with the process: certificates of the bound, and states that a later run goes on from."""

from __future__ import annotations

import time

import numpy as np

from optimizer.solving.checkpoint import wait_s
from solvers.columns.certificate import certificate_of_prices
from solvers.columns.recorder import CERTIFY_S, RESERVE
from solvers.columns.saved_prices import fitted, restored_prices, saved_prices
from solvers.process.incumbent import Incumbent
from solvers.process.job import Certified, State
from solvers.process.state import Arrays, UnusableState, integers, packed, unpacked
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
    return {**saved_prices(bound.problem, [prices]), "apart": apart.astype(np.int64)}


def restore(bound: WholeBound, state: bytes) -> tuple[str, ...]:
    """Begin from saved prices; warnings."""
    try:
        arrays = unpacked(state)
        found = restored_prices(bound.problem, arrays)
        if len(found) != 1:
            raise UnusableState("it has the prices of other than one bound")
        prices = fitted(bound.node, found[0])
        apart = integers(arrays, "apart", 0, 2)
        if len(apart) != len(prices.clusters):
            raise UnusableState("not every cluster says whether it is told apart")
    except UnusableState as error:
        return (unusable(error),)
    bound.begin_from(prices, apart.astype(bool))
    return ()

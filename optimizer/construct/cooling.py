"""Cooling: annealing slice by slice, from hot to cold, prices of broken rules hardening on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.construct.search_state import SearchState
from optimizer.model.arrays import IntArray


@dataclass(frozen=True)
class Cooling:
    """Temperatures in halves of a typical hub's cost."""

    hot: float
    cold: float
    slices: int
    proposals: int  # of a slice
    network_share: float  # of proposals
    soft: float | None = None  # first price of a refusal, as a share of its last; None = it has its price all along ...
    hard_from: float = 1.0  # ... which it has from this share of the cooling on
    severity: float = 1.0  # first price of every rule, if below the usual one ...
    severe_from: float = 1.0  # ... which it has from this share of the cooling on


def slices(state: SearchState, cooling: Cooling, regions: Sequence[IntArray] = ()) -> Iterator[float]:
    """Anneals a slice at a time; yields the temperature at which it began, pounds a year.

    `regions`: practices that moves of a slice start from, one region after the other, each with its share of the
    proposals: what moves look at stays near the processor.
    """
    grid = np.geomspace(cooling.hot * state.scale, cooling.cold * state.scale, cooling.slices + 1).tolist()
    count = sum(map(len, regions))
    severe, hard = cooling.slices * cooling.severe_from, cooling.slices * cooling.hard_from
    for k, (hot, cold) in enumerate(pairwise(grid)):
        if cooling.severity < 1:
            state.set_severity(cooling.severity ** max(0.0, 1 - k / severe))
        if cooling.soft is not None and k <= hard:
            state.soften_consent(cooling.soft ** (1 - k / hard))
        for region in regions:
            state.focus(region)
            state.anneal(cooling.proposals * len(region) // count, hot, cold, cooling.network_share)
        if not regions:
            state.anneal(cooling.proposals, hot, cold, cooling.network_share)
        yield hot


def cool(state: SearchState, cooling: Cooling, deadline: float = np.inf) -> None:
    """All slices, or as many as begin before the deadline, time.monotonic(); at least one."""
    for _ in slices(state, cooling):
        if time.monotonic() > deadline:
            return

"""Coolings: moves start from practices near each other, region by region at every temperature."""

from __future__ import annotations

import time

from optimizer.construct import SearchState
from optimizer.construct.cooling import Cooling, slices
from solvers.process.job import StructuredJob
from solvers.regions.cut import Cutter
from solvers.search.params import SearchParams


def cool_down(
    job: StructuredJob[SearchParams],
    state: SearchState,
    proposals: int,
    hot: float,
    focus: int,
    soft: float | None = None,
) -> None:
    """So many proposals, or as many as there is time for; the state keeps the best plan of the colder half.

    `hot`: first temperature, in halves of a typical hub's cost. `focus`: practices that moves start from at a time.
    `soft`: first price of a refusal, as a share of its last, which it has all along where that is None.
    """
    assert job.time_limit is not None
    deadline, runs = time.monotonic() + job.time_limit, job.params.runs
    cooling = Cooling(
        hot=hot,
        cold=runs.cold,
        slices=runs.slices,
        proposals=max(1, proposals // runs.slices),
        network_share=runs.network_share,
        soft=soft,
        hard_from=runs.hard_from,
    )
    for k, _ in enumerate(slices(state, cooling, Cutter(job.problem).cut(focus))):
        if 2 * k == runs.slices:
            state.forget_best()
        if time.monotonic() > deadline:
            break

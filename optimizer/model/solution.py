"""A plan as arrays, the form in which solvers find it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.model.arrays import BoolArray, IntArray


@dataclass(frozen=True)
class Solution:
    """A plan in array form: the choices from which continuity, hires and costs follow.

    `site_of[i]`: site of practice i's hub, -1 = independent; `network_of[j]`: network candidate of the hub at site j,
    -1 = none (or no hub); `is_open[j]`: whether there is a hub at site j. `run_by[i]`: the trust that runs practice i,
    -1 = none; left out, practices in no hub are run at the least cost (`optimizer.model.outside`).
    """

    site_of: IntArray  # [n_practices]
    network_of: IntArray  # [n_sites]
    is_open: BoolArray  # [n_sites]
    run_by: IntArray | None = None  # [n_practices]

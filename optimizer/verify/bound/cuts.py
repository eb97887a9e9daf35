"""Subset-row cuts that a fractional choice breaks (Jepsen, Petersen, Spoorendonk, Pisinger 2008).

Of three rows that allow one column each, one column at most can be in two or more: half the sum of the rows, rounded
down. That holds whatever found the three.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.bound.knapsack import Integers
from optimizer.verify.bound.program import Program

VIOLATED = 0.05  # by so much a cut has to be broken
EACH = 6  # cuts that a row may be in, of a round


def broken_cuts(program: Program, chosen: NDArray[np.float64], most: int) -> Integers:
    """[cuts, 3] packing rows, the most broken first."""
    used = np.flatnonzero(chosen > 1e-6)
    held = program.rows.matrix[: program.packing][:, used].toarray().astype(np.float64)
    weight = chosen[used]
    shared = (held * weight) @ held.T
    np.fill_diagonal(shared, 0.0)
    found = []
    for a, b in zip(*np.nonzero(np.triu(shared > VIOLATED)), strict=True):
        all_three = (held[a] * held[b] * weight) @ held.T
        excess = shared[a, b] + shared[a] + shared[b] - 2.0 * all_three - 1.0
        excess[: b + 1] = 0.0
        found += [(float(excess[c]), int(a), int(b), int(c)) for c in np.flatnonzero(excess > VIOLATED)]
    times = np.zeros(program.packing, dtype=np.int64)
    kept: list[list[int]] = []
    for _, *rows in sorted(found, reverse=True):
        if len(kept) < most and (times[rows] < EACH).all():
            times[rows] += 1
            kept.append(rows)
    return np.array(kept, dtype=np.int64).reshape(len(kept), 3)

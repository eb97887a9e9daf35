"""Subset-row cuts: of three rows that allow one each, hubs that are in two of them can be used once.

Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 56 (2008). Rows: practices, sites, continued groups.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.model.arrays import FloatArray, IntArray
from solvers.columns.params import CutParams


def violated(packing: sparse.csr_array, x: FloatArray, most: int, params: CutParams) -> list[tuple[int, int, int]]:
    """The rows of the most violated cuts, most violated first. `packing`: [rows, columns] of 0, 1."""
    used = np.flatnonzero((x > 1e-6) & (x < 1 - 1e-6))
    support = packing[:, used].toarray()
    weighted = support * x[used]
    shared = weighted @ support.T  # [rows, rows] use of the columns that are in both
    np.fill_diagonal(shared, 0.0)
    found: dict[tuple[int, int, int], float] = {}
    for one in np.flatnonzero(shared.max(axis=1, initial=0.0) > 0):
        near = np.flatnonzero(shared[one] > 1e-6)
        near = near[np.argsort(-shared[one, near], kind="stable")[: params.most_neighbours]]
        three = (weighted[one] * support[near]) @ support[near].T  # use of the columns that are in all three
        pairs = shared[one, near][:, None] + shared[one, near][None, :] + shared[np.ix_(near, near)]
        use = np.triu(pairs - 2 * three, 1)
        for a, b in np.argwhere(use > 1 + params.least_violation):
            low, middle, high = sorted((int(one), int(near[a]), int(near[b])))
            found[low, middle, high] = float(use[a, b])
    return sorted(found, key=lambda triple: (-found[triple], triple))[:most]


def coefficients(packing: sparse.csr_array, cuts: IntArray) -> sparse.csr_array:
    """[cuts, columns] 1 where a column is in two or more of a cut's rows. `cuts`: [C, 3]."""
    count = len(cuts)
    rows = (np.ones(3 * count), (np.repeat(np.arange(count), 3), cuts.ravel()))
    held = sparse.csr_array(sparse.csr_array(rows, shape=(count, packing.shape[0])) @ packing)
    held.data = (held.data >= 2).astype(np.float64)
    held.eliminate_zeros()
    return held

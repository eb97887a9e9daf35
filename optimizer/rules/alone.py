"""Columns that say that a large practice is the only member of its hub; they need not be integer."""

from __future__ import annotations

import numpy as np

from optimizer.model.arrays import BoolArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def alone_rows(p: Problem, c: ColumnBlocks, rows: RowBlocks, name: str, large: IntArray) -> None:
    """The block `name` over pairs `large` of the reach: alone <= x; alone + x <= 1 for every other practice."""
    alone, here = c[name], p.reach.column[large]
    r = rows.block(len(large), upper=0)
    r.add(np.arange(len(large)), alone, 1)
    r.add(np.arange(len(large)), c["x"][large], -1)
    pairs = [(t, o) for t in range(len(large)) for o in np.flatnonzero(p.reach.column == here[t]) if o != large[t]]
    mine, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    r = rows.block(len(pairs), upper=1)
    r.add(np.arange(len(pairs)), alone[mine], 1)
    r.add(np.arange(len(pairs)), c["x"][other], 1)


def is_alone(p: Problem, s: Solution, large: IntArray) -> BoolArray:
    """[large] whether the practice is the only member of the hub at the site."""
    size = np.bincount(s.site_of[s.site_of >= 0], minlength=p.n_sites)
    i, j = p.reach.row[large], p.reach.column[large]
    return np.asarray((s.site_of[i] == j) & (size[j] == 1), dtype=bool)

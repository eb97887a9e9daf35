"""Practices that may be in no network of a care model, for whatever reason: rows that keep them out, hard or soft."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from optimizer.model.arrays import BoolArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.sets import linked_pairs
from optimizer.rules.softening import Softening


def ban_rows(p: Problem, c: ColumnBlocks, rows: RowBlocks, banned: BoolArray) -> None:
    """x + model <= 1 where `banned[practice, model]`."""
    for pairs, model in _pairs(p, c, banned):
        r = rows.block(len(pairs), upper=1)
        r.add(np.arange(len(pairs)), c["x"][pairs], 1)
        r.add(np.arange(len(pairs)), model, 1)


def soften_bans(e: Softening, banned: BoolArray, owner: IntArray) -> None:
    """The same rows at a price: once for all practices of an `owner` [n], whatever the hub."""
    for pairs, model in _pairs(e.wide, e.columns, banned):
        rows = np.arange(len(pairs))
        entries = [(rows, e.columns["x"][pairs], 1.0), (rows, model, 1.0)]
        e.soft.at_most(len(pairs), entries, 1, most=1, owner=owner[e.wide.reach.row[pairs]])


def _pairs(p: Problem, c: ColumnBlocks, banned: BoolArray) -> Iterator[tuple[IntArray, ArrayLike]]:
    """By model: pairs of `reach`, and the columns that say whether the pair's hub is in a network of the model."""
    for k in range(p.n_models):
        pairs = np.flatnonzero(linked_pairs(p, k) & banned[p.reach.row, k])
        yield pairs, c["model"].reshape(p.n_sites, p.n_models)[p.reach.column[pairs], k]

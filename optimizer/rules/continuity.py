"""A group is continued by one hub at most, a hub continues at most one group."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.record import Rule
from optimizer.rules.sets import group_sites


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """x <= q + e for members of a group, who are moved if they are independent."""
    pairs = group_sites(p)
    grouped = np.flatnonzero(p.practices.group[p.reach.row] >= 0)
    wanted = p.practices.group[p.reach.row[grouped]] * p.n_sites + p.reach.column[grouped]
    q = np.searchsorted(pairs[:, 0] * p.n_sites + pairs[:, 1], wanted)
    r = rows.block(len(grouped), upper=0)
    r.add(np.arange(len(grouped)), c["x"][grouped], 1)
    r.add(np.arange(len(grouped)), c["q"][q], -1)
    r.add(np.arange(len(grouped)), c["e"][p.reach.row[grouped]], -1)
    members = np.flatnonzero(p.practices.group >= 0)
    r = rows.block(len(members), upper=0)
    r.add(np.arange(len(members)), c["u"][members], 1)
    r.add(np.arange(len(members)), c["e"][members], -1)
    r = rows.block(len(p.group_ids), upper=1)
    r.add(pairs[:, 0], c["q"], 1)
    r = rows.block(p.n_sites, upper=0)
    r.add(pairs[:, 1], c["q"], 1)
    r.add(np.arange(p.n_sites), c["y"], -1)


RULE = Rule("continuity", rows=_rows)

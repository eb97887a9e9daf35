"""The practice whose premises are an open site is a member of the hub there, where the instance says so."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.record import Rule


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    hosted = np.flatnonzero(p.host >= 0)
    own = p.reach.index_of(p.host[hosted], hosted)
    r = rows.block(len(hosted), upper=0)
    r.add(np.arange(len(hosted)), c["y"][hosted], 1)
    found = own >= 0
    r.add(np.flatnonzero(found), c["x"][own[found]], -1)


RULE = Rule("host", rows=_rows)

"""A practice above the hub maximum is the only member of its hub: the rows of hub-population leave nobody else room."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.record import Rule


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """Practices without patients would have room beside it."""
    big = np.flatnonzero(p.oversize[p.reach.row])
    empty = np.flatnonzero(p.practices.patients[p.reach.row] == 0)
    pairs = [(one, other) for one in big for other in empty[p.reach.column[empty] == p.reach.column[one]]]
    r = rows.block(len(pairs), upper=1)
    for at, pair in enumerate(pairs):
        r.add([at, at], c["x"][list(pair)], 1)


RULE = Rule("oversize", rows=_rows)

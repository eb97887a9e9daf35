"""A hub is at a place that can host one, and no place has two: practices are in hubs that are open."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.record import Rule


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    r = rows.block(len(p.reach), upper=0)
    r.add(np.arange(len(p.reach)), c["x"], 1)
    r.add(np.arange(len(p.reach)), c["y"][p.reach.column], -1)


RULE = Rule("site", rows=_rows)

"""A hospital is in one network at most, as the lead of one or as a partner."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.partners import partner_pairs
from optimizer.rules.record import Rule


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """Networks that it leads and those that it is a partner of: one at most."""
    shared = p.shared
    place = np.full(len(p.hospitals.ids) + 1, -1)
    place[shared] = np.arange(len(shared))
    led, (_, hospital) = place[p.candidates.hospital], partner_pairs(p)
    r = rows.block(len(shared), upper=1)
    r.add(led[led >= 0], c["w"][led >= 0], 1)
    r.add(place[hospital][place[hospital] >= 0], c["partner"][place[hospital] >= 0], 1)


RULE = Rule("one-network-each", rows=_rows)

"""What follows from the totals of a rule: its rows of the compact model, and limits that may be broken at a price."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum
from optimizer.rules.record import Rule
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening, scale


def total_rows(rule: Rule, p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """A row a total. Bands of patients have two: one without a whole number in it is upside down, which some refuse."""
    totals = [total for total in rule.totals(p) if not total.in_bounds]
    bands = [total for total in totals if total.sum.networked is not None]
    limits = [(total.sum, total.low, total.high) for total in totals if total.sum.networked is None]
    limits += [(total.sum, total.low, np.inf) for total in bands]
    limits += [(total.sum, -np.inf, total.high) for total in bands]
    for sum_, low, high in limits:
        row = rows.block(1, lower=low, upper=high)
        for entry in _entries(sum_, c):
            row.add(*entry)


def soften_totals(rule: Rule, e: Softening) -> None:
    """Sums over the widened model, with the limits of the instance."""
    limits = {total.subject: total for total in rule.totals(e.strict)}
    for total in rule.totals(e.wide):
        entries, limit = _entries(total.sum, e.columns), limits[total.subject]
        if limit.low > 0:
            less = [(row, column, -np.asarray(value)) for row, column, value in entries]
            e.soft.at_most(1, less, -limit.low, most=limit.low, scale=scale(limit.low))
        if limit.high < total.most:
            e.soft.at_most(1, entries, limit.high, most=total.most, scale=scale(limit.high))


def _entries(sum_: Sum, c: ColumnBlocks) -> list[Entry]:
    """A row of the compact formulation."""
    return [(np.zeros(len(at), np.int64), c[block][at], value) for block, (at, value) in sum_.in_compact().items()]

"""Prices of a program's rows as HiGHS proposes them, and the columns that it would choose. Nothing rests on them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.verify.bound.knapsack import NEVER, Integers
from optimizer.verify.bound.program import Bools, Program, Rows

Floats = NDArray[np.float64]

STDOUT = 1
MONEY = 1e-9  # of a millionth of a pound: thousands of pounds
BROKEN = 1e-6  # units of a rule
FAR = 1e18  # beyond any price


@dataclass(frozen=True)
class Proposal:
    """The optimum of the linear relaxation."""

    duals: Integers  # [rows] millionths of a pound
    chosen: Floats  # [columns]
    breaks_rules: bool


@contextmanager
def _unheard() -> Iterator[None]:
    """HiGHS says its name on stdout when it is first made, before any option can be set; stdout is for results."""
    sys.stdout.flush()
    kept, nowhere = os.dup(STDOUT), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    try:
        yield
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)
        os.close(nowhere)


class Proposer:
    """The linear relaxation of a program, kept by HiGHS; rules that no choice need keep may be broken at a high price.

    That price is `severity` times the bound to be shown, so that where the rules cannot be kept its prices show it.
    """

    def __init__(self, program: Program, target: int, severity: float = 1.0) -> None:
        import highspy

        with _unheard():
            self._kinds, self._highs = highspy, highspy.Highs()
        self._columns = len(program)
        self._left_out = np.zeros(self._columns, dtype=bool)
        self._unit = program.rows.unit
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._pass(program, severity * abs(target) * MONEY)

    def _pass(self, program: Program, dear: float) -> None:
        """`dear`: price of breaking a rule by a unit."""
        r = program.rows
        breaks, cost, forbidden = [], [], [np.zeros(len(program), dtype=bool)]
        may_exceed = (r.over < NEVER) | (r.high < 0)  # choosing nothing keeps all other upper limits
        for sign, price, may_break in ((1, r.under, r.low > 0), (-1, r.over, may_exceed)):
            soft = np.flatnonzero(may_break)
            entries = sign * np.ones(len(soft)), (soft, np.arange(len(soft)))
            extra = sparse.csr_array(entries, shape=(len(r), len(soft)))
            market = np.flatnonzero(r.market[soft] >= 0) if sign < 0 else np.zeros(0, dtype=np.int64)
            hired = np.ones(len(market)), (r.market[soft[market]], market)
            breaks.append(extra + sparse.csr_array(hired, shape=extra.shape))
            forbidden.append(price[soft] == NEVER)
            cost.append(np.where(forbidden[-1], dear, price[soft] * r.unit[soft] * MONEY))
        scale = sparse.diags_array(1.0 / r.unit)
        matrix = sparse.csc_array(sparse.hstack([scale @ r.matrix, *breaks]))
        costs = np.concatenate([program.cost * MONEY, *cost])
        self._forbidden = np.concatenate(forbidden)
        self._highs.passModel(
            matrix.shape[1],
            matrix.shape[0],
            int(matrix.nnz),
            int(self._kinds.MatrixFormat.kColwise),
            int(self._kinds.ObjSense.kMinimize),
            0.0,
            costs,
            np.zeros(len(costs)),
            np.full(len(costs), np.inf),
            np.where(r.low == -NEVER, -np.inf, r.low / r.unit),
            np.where(r.high == NEVER, np.inf, r.high / r.unit),
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
            np.zeros(len(costs), dtype=np.int32),
        )

    def propose(self, left_out: Bools, deadline: float) -> Proposal | None:
        """Without some columns; None where HiGHS found no optimum by the deadline, of time.monotonic()."""
        changed = np.flatnonzero(left_out != self._left_out)
        if len(changed):
            upper = np.where(left_out[changed], 0.0, np.inf)
            self._highs.changeColsBounds(len(changed), changed.astype(np.int32), np.zeros(len(changed)), upper)
            self._left_out = left_out.copy()
        left = max(0.1, deadline - time.monotonic())
        self._highs.setOptionValue("time_limit", min(self._highs.getRunTime() + left, 1e9))
        self._highs.run()
        if self._highs.getModelStatus() != self._kinds.HighsModelStatus.kOptimal:
            return None
        solution = self._highs.getSolution()
        duals = np.clip(np.array(solution.row_dual) / (MONEY * self._unit), -FAR, FAR)
        values = np.array(solution.col_value)
        breaks_rules = bool(values[self._forbidden].max(initial=0.0) > BROKEN)
        return Proposal(np.rint(duals).astype(np.int64), values[: self._columns], breaks_rules)

    def add(self, more: Rows) -> None:
        """Rows with upper limits of 0 or more alone, which no price lets a choice break."""
        matrix = more.matrix
        for row, high in enumerate(more.high.tolist()):
            entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
            index, value = matrix.indices[entries].astype(np.int32), matrix.data[entries].astype(np.float64)
            self._highs.addRow(-self._kinds.kHighsInf, float(high), len(index), index, value)
        self._unit = np.append(self._unit, more.unit)

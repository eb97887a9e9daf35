"""Rows that may be broken at a price: a switch that is on where one is, and how far it is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks

Entry = tuple[ArrayLike, ArrayLike, ArrayLike]  # (rows, columns, values)
_TINY = 1e-6  # of a row; less is rounding


@dataclass(frozen=True)
class SoftBlock:
    """Rows `matrix @ x <= limit`, as they are without their switches and amounts."""

    matrix: sparse.csr_array
    limit: FloatArray  # [n]
    switch: IntArray  # [n] column
    amount: IntArray | None  # [n] column; None = a switch lifts the row altogether

    def fill(self, x: FloatArray) -> None:
        """Switches and amounts at their cheapest for the choices in the point `x`."""
        over = self.matrix @ x - self.limit
        broken = over > _TINY
        x[self.switch[broken]] = 1
        if self.amount is not None:
            x[self.amount] = np.where(broken, over, 0)


@dataclass
class SoftRows:
    """Adds soft rows to a program under construction."""

    columns: ColumnBlocks
    rows: RowBlocks
    blocks: list[SoftBlock] = field(default_factory=list)

    def at_most(
        self,
        n: int,
        entries: Sequence[Entry],
        limit: ArrayLike,
        *,
        most: ArrayLike,
        scale: ArrayLike | None = None,
        owner: ArrayLike | None = None,
    ) -> None:
        """`n` rows `entries <= limit`; each costs 1 if broken.

        `most`: the furthest that a row can be missed by; `scale`: what a miss of 1 more share is worth, None where only
        breaking counts; `owner`: rows of one number share a switch and are broken at the price of one.
        """
        if not n:
            return
        own = np.arange(n) if owner is None else np.asarray(owner, dtype=np.int64)
        _, own = np.unique(own, return_inverse=True)
        name = f"broken_{len(self.blocks)}"
        self.columns.add(name, binary=int(own.max()) + 1, cost=1.0)
        switch = self.columns[name][own]
        upper, furthest = np.broadcast_to(np.asarray(limit, float), n), np.broadcast_to(np.asarray(most, float), n)
        row = self.rows.block(n, upper=upper)
        for at, column, value in entries:
            row.add(at, column, value)
        amount = None
        if scale is None:
            row.add(np.arange(n), switch, -furthest)
        else:
            self.columns.add(f"missed_{len(self.blocks)}", continuous=n, cost=1 / np.asarray(scale, float))
            amount = self.columns[f"missed_{len(self.blocks)}"]
            row.add(np.arange(n), amount, -1)
            link = self.rows.block(n, upper=0)
            link.add(np.arange(n), amount, 1)
            link.add(np.arange(n), switch, -furthest)
        self.blocks.append(SoftBlock(self._matrix(n, entries), np.array(upper), switch, amount))

    def _matrix(self, n: int, entries: Sequence[Entry]) -> sparse.csr_array:
        """The rows over the columns that there are so far."""
        parts = [np.broadcast_arrays(np.asarray(a), np.asarray(b), np.asarray(c, float)) for a, b, c in entries]
        row, column, value = (np.concatenate([part[k].ravel() for part in parts]) for k in range(3))
        return sparse.csr_array((value, (row.astype(np.int64), column.astype(np.int64))), shape=(n, self.columns.count))

    def finished(self) -> tuple[SoftBlock, ...]:
        """The blocks, as wide as the whole program."""
        return tuple(replace(block, matrix=_widened(block.matrix, self.columns.count)) for block in self.blocks)


def _widened(matrix: sparse.csr_array, width: int) -> sparse.csr_array:
    return sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))

"""The best choice among listed hubs as a program in whole numbers, written from docs/model.md.

Each row is a rule that every plan of the case keeps, so that the program costs no more than the cheapest of them. Money
is in millionths of a pound, staff in millionths of an FTE; all roundings make the program cheaper or looser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.verify.bound.knapsack import NEVER, Integers

Bools = NDArray[np.bool_]
Matrix = sparse.csr_array

LARGEST = 1 << 60  # of a reduced cost, so that 64 bits do


@dataclass(frozen=True)
class Rows:
    """low <= matrix @ x <= high; a unit that is missing costs `under`, one too many `over`, NEVER: it may not be."""

    matrix: Matrix  # [rows, columns] int64
    low: Integers  # -NEVER: no limit
    high: Integers  # NEVER: no limit
    under: Integers
    over: Integers
    unit: NDArray[np.float64]  # what a linear program should count as one
    market: Integers  # row that counts the units too many as well, as they are staff hired; -1: none

    def __len__(self) -> int:
        return len(self.low)


def rows(
    matrix: Matrix,
    low: int | Integers = -NEVER,
    high: int | Integers = NEVER,
    *,
    under: int | Integers = NEVER,
    over: int | Integers = NEVER,
    unit: float = 1.0,
    market: int = -1,
) -> Rows:
    """Rows of one kind."""
    count = int(matrix.shape[0])

    def each(value: int | Integers) -> Integers:
        return np.broadcast_to(np.asarray(value, dtype=np.int64), count).copy()

    return Rows(
        matrix=matrix,
        low=each(low),
        high=each(high),
        under=each(under),
        over=each(over),
        unit=np.full(count, unit),
        market=each(market),
    )


def stacked(blocks: Sequence[Rows]) -> Rows:
    """One below the other."""

    def joined(name: str) -> Integers:
        return np.concatenate([getattr(block, name) for block in blocks])

    return Rows(
        matrix=sparse.csr_array(sparse.vstack([block.matrix for block in blocks])),
        low=joined("low"),
        high=joined("high"),
        under=joined("under"),
        over=joined("over"),
        unit=np.concatenate([block.unit for block in blocks]),
        market=joined("market"),
    )


@dataclass(frozen=True)
class Program:
    """Columns are hubs, then independent practices; at most one of each."""

    rows: Rows
    cost: Integers  # [columns] millionths of a pound
    constant: int
    packing: int  # so many rows, which come first, have entries 0 and 1 and allow one; the practices' are the first
    practices: int
    labels: tuple[Integers, ...]  # [columns] each: what may differ where the members do not

    def __len__(self) -> int:
        return len(self.cost)

    def value(self, duals: Integers, left_out: Bools) -> tuple[int, Integers]:
        """(what the prices `duals` of the rows prove, reduced costs): no choice without the columns costs less.

        Any prices will do: those that a row does not allow, or that 64 bits cannot hold, are brought near.
        """
        y = self.allowed(duals)
        reduced = self.cost - self._columns @ y
        limits = zip(y.tolist(), self.rows.low.tolist(), self.rows.high.tolist(), strict=True)
        total = self.constant + sum(price * (low if price > 0 else high) for price, low, high in limits if price)
        return total + sum(reduced[~left_out & (reduced < 0)].tolist()), reduced

    def allowed(self, duals: Integers) -> Integers:
        """The nearest prices that bound: of the right sign, at most what it costs to break a row."""
        r, caps = self.rows, self._caps
        least = np.where(r.high == NEVER, 0, np.maximum(-r.over, -caps))
        most = np.where(r.low == -NEVER, 0, np.minimum(r.under, caps))
        y = np.clip(duals, least, most)
        hiring = np.flatnonzero(r.market >= 0)  # who is hired takes room in the market too
        least[hiring] = np.maximum(y[r.market[hiring]] - r.over[hiring], -caps[hiring])
        return np.asarray(np.clip(duals, least, most), dtype=np.int64)

    def price(self, chosen: Bools) -> int | None:
        """What a choice of columns costs; None if it breaks a row."""
        r = self.rows
        held = r.matrix @ chosen.astype(np.int64)
        hiring = np.flatnonzero(r.market >= 0)
        np.add.at(held, r.market[hiring], np.maximum(0, held - r.high)[hiring])
        missing, excess = np.maximum(0, r.low - held), np.maximum(0, held - r.high)
        if missing[r.under == NEVER].any() or excess[r.over == NEVER].any():
            return None
        amounts, prices = np.concatenate([missing, excess]), np.concatenate([r.under, r.over])
        due = sum(amount * price for amount, price in zip(amounts.tolist(), prices.tolist(), strict=True))
        return self.constant + int(self.cost[chosen].sum()) + int(due)

    @property
    def members(self) -> Matrix:
        """[practices, columns] 1 where a column holds a practice."""
        return sparse.csr_array(self.rows.matrix[: self.practices])

    @cached_property
    def _columns(self) -> Matrix:
        return sparse.csr_array(self.rows.matrix.T)

    @cached_property
    def _caps(self) -> Integers:
        """[rows] the largest price of each that keeps every reduced cost within 64 bits."""
        largest, entries = np.ones(len(self.rows), dtype=np.int64), self.rows.matrix.tocoo()
        np.maximum.at(largest, entries.row, abs(entries.data))
        return np.asarray((LARGEST - int(abs(self.cost).max(initial=0))) // len(self.rows) // largest, dtype=np.int64)

    def where(self, keep: Bools) -> Program:
        """With some of its columns."""
        matrix = sparse.csr_array(self.rows.matrix[:, np.flatnonzero(keep)])
        labels = tuple(label[keep] for label in self.labels)
        return replace(self, rows=replace(self.rows, matrix=matrix), cost=self.cost[keep], labels=labels)

    def with_rows(self, more: Rows) -> Program:
        return replace(self, rows=stacked([self.rows, more]))

    def cuts(self, triples: Integers) -> Rows:
        """[cuts, 3] packing rows: of three that allow one each, one column at most can be in two or more."""
        cut = np.repeat(np.arange(len(triples)), 3)
        ones, shape = np.ones(triples.size, dtype=np.int64), (len(triples), self.packing)
        member = sparse.csr_array((ones, (cut, triples.ravel())), shape=shape)
        held = sparse.csr_array(member @ self.rows.matrix[: self.packing])
        held.data = (held.data >= 2).astype(np.int64)
        held.eliminate_zeros()
        return rows(held, high=1)

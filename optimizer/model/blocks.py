"""Named blocks of columns and rows from which a `MipModel` is assembled."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.mip import MipModel


@dataclass
class ColumnBlocks:
    """Blocks of columns one after the other; `columns[name]` are the indices of a block."""

    _first: dict[str, int] = field(default_factory=dict)
    _length: dict[str, int] = field(default_factory=dict)
    _cost: dict[str, FloatArray] = field(default_factory=dict)
    _lower: list[FloatArray] = field(default_factory=list)
    _upper: list[FloatArray] = field(default_factory=list)
    _integer: list[np.ndarray] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        name: str,
        *,
        binary: int | None = None,
        integer: int | None = None,
        continuous: int | None = None,
        cost: ArrayLike = 0.0,
        lower: ArrayLike = 0.0,
        upper: ArrayLike | None = None,
        whole: ArrayLike = False,
    ) -> None:
        """A block of that many columns; bounds and cost per column or one for all. `whole`: continuous in name only."""
        n = next(v for v in (binary, integer, continuous) if v is not None)
        if upper is None:
            upper = 1.0 if binary is not None else np.inf
        self._first[name], self._length[name] = self.count, n
        self._cost[name] = np.broadcast_to(np.asarray(cost, float), n)
        self._lower.append(np.broadcast_to(np.asarray(lower, float), n))
        self._upper.append(np.broadcast_to(np.asarray(upper, float), n))
        self._integer.append(np.broadcast_to(np.asarray(whole, bool) | (continuous is None), n))
        self.count += n

    def price(self, name: str, cost: ArrayLike) -> None:
        """Add to what the columns of a block cost, per column or all the same."""
        self._cost[name] = self._cost[name] + np.asarray(cost, float)

    def __getitem__(self, name: str) -> IntArray:
        return np.arange(self._first[name], self._first[name] + self._length[name], dtype=np.int64)

    def at(self, name: str) -> slice:
        """The block as a slice of a point."""
        return slice(self._first[name], self._first[name] + self._length[name])

    def names(self) -> tuple[str, ...]:
        return tuple(f"{block}_{k}" for block, n in self._length.items() for k in range(n))


@dataclass
class Block:
    """RowBlocks under construction; `add` puts `value` at (row within the block, column)."""

    _rows: RowBlocks
    _first: int

    def add(self, row: ArrayLike, column: ArrayLike, value: ArrayLike) -> None:
        rows = np.asarray(row, np.int64)
        self._rows.row.append(rows + self._first)
        self._rows.column.append(np.asarray(column, np.int64))
        self._rows.value.append(np.broadcast_to(np.asarray(value, float), rows.shape))


@dataclass
class RowBlocks:
    """Blocks of rows over given columns."""

    columns: ColumnBlocks
    row: list[IntArray] = field(default_factory=list)
    column: list[IntArray] = field(default_factory=list)
    value: list[FloatArray] = field(default_factory=list)
    _lower: list[FloatArray] = field(default_factory=list)
    _upper: list[FloatArray] = field(default_factory=list)
    count: int = 0

    def block(self, n: int, *, lower: ArrayLike = -np.inf, upper: ArrayLike = np.inf) -> Block:
        """`n` new rows with these bounds."""
        self._lower.append(np.broadcast_to(np.asarray(lower, float), n))
        self._upper.append(np.broadcast_to(np.asarray(upper, float), n))
        self.count += n
        return Block(self, self.count - n)

    def model(self, offset: float) -> MipModel:
        """The program; rows that cannot bind (no entries, 0 within their bounds) are dropped."""
        c = self.columns
        row, column = np.concatenate(self.row), np.concatenate(self.column)
        value = np.concatenate(self.value)
        matrix = sparse.csr_array((value, (row, column)), shape=(self.count, c.count))
        matrix.eliminate_zeros()
        lower, upper = np.concatenate(self._lower), np.concatenate(self._upper)
        empty = (np.diff(matrix.indptr) == 0) & (lower <= 0) & (upper >= 0)
        keep = np.flatnonzero(~empty & ~(np.isinf(lower) & np.isinf(upper)))
        return MipModel(
            cost=np.concatenate(list(c._cost.values())),
            matrix=sparse.csr_array(matrix[keep]),
            row_lower=lower[keep],
            row_upper=upper[keep],
            lower=np.concatenate(c._lower),
            upper=np.concatenate(c._upper),
            integer=np.concatenate(c._integer),
            offset=offset,
        )

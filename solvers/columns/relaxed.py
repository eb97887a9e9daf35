"""A program that is divided, and what its linear relaxation proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from optimizer.model.arrays import BoolArray, FloatArray, IntArray

WHOLE = 1e-6


@dataclass(frozen=True)
class Relaxed:
    """A linear relaxation: what its duals prove, pounds a year, with the reduced costs that belong to it.

    `value` is inf where nothing is left, -inf where the solver's answer proves nothing; x is empty then.
    """

    value: float
    x: FloatArray  # [binaries] the optimum
    reduced: FloatArray  # [binaries]

    @property
    def is_whole(self) -> bool:
        return bool(np.minimum(self.x, 1.0 - self.x).max(initial=0.0) < WHOLE)

    def too_dear(self, cutoff: float) -> BoolArray:
        """[binaries] those in no choice that costs less than the cutoff."""
        return np.asarray(self.reduced > cutoff - self.value, dtype=bool)


class Program(Protocol):
    """What is divided: columns (hubs, then independents) that cover each practice once."""

    n_binaries: int
    packing: sparse.csr_array  # [practices, then other rows that allow one; binaries]

    @property
    def labels(self) -> list[IntArray]:
        """[binaries] each: site, continued group, network slot; what may differ where the members do not."""

    @property
    def n_practices(self) -> int: ...

    def relax(self, left_out: BoolArray, until: float) -> Relaxed | None: ...

    def cut(self, x: FloatArray) -> bool: ...

    def drop(self, gone: BoolArray) -> None: ...

    def forbid(self, x: FloatArray) -> bool:
        """Add rows against what breaks a rule in a whole choice, and in no other; False where nothing does."""
        ...

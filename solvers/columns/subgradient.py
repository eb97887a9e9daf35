"""A first climb by subgradient steps: near the best prices of practices before the first master.

A step prices all sites by the relaxation of pricing alone, without its depth-first search, so that it takes
milliseconds where a master and its pricing take seconds. What it proves is a bound as any other (docs/columns.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from optimizer.model.arrays import FloatArray
from solvers.columns.lagrangian import Pricer, RelaxedEvaluation
from solvers.columns.params import DEFAULT, SubgradientParams
from solvers.columns.prices import NodePrices


class Subgradient:
    """Steps towards the cost of a plan, from the best of some starting prices. For nodes without slots.

    Polyak's step length (USSR Computational Mathematics 9, 1969) along directions that keep a part of the one before
    (Camerini, Fratta, Maffioli, Mathematical Programming Study 3, 1975). After some steps in a row that bring nothing
    it goes on from the best prices with shorter ones.
    """

    def __init__(
        self,
        pricer: Pricer,
        starts: Sequence[NodePrices],
        usual: float,
        params: SubgradientParams = DEFAULT.subgradient,
    ) -> None:
        """`usual`: pounds a year that plans may cost, roughly, for the steps while there is none."""
        self._pricer, self._params, self._starts, self._usual = pricer, params, list(starts), usual
        self.best: RelaxedEvaluation | None = None
        self.finished = False
        self._last: RelaxedEvaluation | None = None  # None: go on from the best
        self._direction: FloatArray | None = None
        self._length, self._idle = 1.0, 0

    def advance(self, target: float, is_over: Callable[[], bool]) -> bool:
        """A round of steps; False if `is_over()` came first. `target`: cost of the best plan, inf = none."""
        before = -np.inf if self.best is None else self.best.value
        for _ in range(self._params.round):
            is_start = bool(self._starts)
            evaluation = self._pricer.relax(self._starts[0] if is_start else self._next_prices(target), is_over)
            if evaluation is None:
                return False
            self._take(evaluation)
            if is_start:
                del self._starts[0]
                self._last = None
            if np.isinf(evaluation.value):  # no plan can be in the node
                self.finished = True
                return True
        assert self.best is not None
        gap = self._aim(target) - self.best.value
        little = self.best.value - before <= self._params.least_gain * gap
        self.finished = little and self._length <= self._params.short
        return True

    def _aim(self, target: float) -> float:
        """What the bound may rise to."""
        assert self.best is not None
        if np.isfinite(target):
            return target
        return self.best.value + self._params.unknown_gap * max(abs(self.best.value), self._usual)

    def _next_prices(self, target: float) -> NodePrices:
        assert self.best is not None
        at = self.best if self._last is None else self._last
        kept = 0.0 if self._direction is None else self._params.kept
        self._direction = kept * (0.0 if self._direction is None else self._direction) + (1.0 - kept) * at.uncovered
        square = max(float(self._direction @ self._direction), float(at.uncovered @ at.uncovered), 1.0)
        step = self._length * (self._aim(target) - at.value) / square
        return replace(at.evaluation.prices, practice=at.evaluation.prices.practice + step * self._direction, hubs=0.0)

    def _take(self, evaluation: RelaxedEvaluation) -> None:
        params, best = self._params, self.best
        noticed = best is None or evaluation.value > best.value + params.noticed * abs(best.value)
        self._idle = 0 if noticed else self._idle + 1
        if best is None or evaluation.value > best.value:
            self.best = evaluation
        self._last = evaluation
        if self._idle >= params.patience:
            self._length, self._idle = self._length * params.shorter, 0
            self._last, self._direction = None, None

"""Branch and bound over enumerated hubs: which practices share a hub, then where, under which group and network.

Every branch says whether the one hub that covers a practice is among some columns T or not, and so leaves columns out
(Ryan, Foster 1981: T are the hubs that hold two given practices). Subset-row cuts are valid everywhere. Columns whose
reduced cost is above a node's gap are left out below it.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse

from optimizer.pairs import FloatArray, IntArray
from optimizer.problem import BoolArray

CANDIDATES = 4  # branches tried at a node
LEAST_GAIN = 0.01  # of the gap: a round of cuts that gains less is the last
WHOLE = 1e-6
VERY_MUCH = 1e9  # pounds: what an infeasible side counts as


@dataclass(frozen=True)
class Relaxed:
    """Optimum of a linear relaxation, pounds a year; x and reduced costs of the binaries."""

    value: float
    x: FloatArray
    reduced: FloatArray


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


@dataclass(frozen=True)
class Pair:
    """A branch: columns left out if the practice's hub is among T, and if it is not."""

    inside: BoolArray
    outside: BoolArray


class Division:
    """The search in one program; it can be left and taken up again."""

    def __init__(self, program: Program, cutoff: float) -> None:
        self.cutoff = cutoff  # cost of the best choice known, here or elsewhere
        self.best: FloatArray | None = None
        self._program = program
        self._front: list[tuple[float, int, BoolArray]] = [(-np.inf, 0, np.zeros(program.n_binaries, dtype=bool))]
        self._made = 0

    @property
    def bound(self) -> float:
        """No better choice than the cutoff costs less."""
        return min(self.cutoff, self._front[0][0]) if self._front else self.cutoff

    @property
    def finished(self) -> bool:
        """Whether nothing is left that could cost less than the cutoff."""
        return not self._front or self._front[0][0] >= self.cutoff

    def run(self, target: float, until: float) -> None:
        """Search until the bound is at the target or the cutoff; `until`: time.monotonic() to stop at."""
        while self.bound < min(target, self.cutoff) and time.monotonic() < until:
            _, _, left_out = self._front[0]
            relaxed = self._tighten(left_out, until)
            if relaxed is None:
                return
            heapq.heappop(self._front)
            if relaxed.value >= self.cutoff:
                continue
            if np.minimum(relaxed.x, 1.0 - relaxed.x).max(initial=0.0) < WHOLE:
                self.best, self.cutoff = np.round(relaxed.x), relaxed.value
                continue
            surplus = relaxed.reduced > self.cutoff - relaxed.value
            if not self._made:
                self._program.drop(surplus)
                self.best, left_out, surplus = None, left_out[~surplus], np.zeros((~surplus).sum(), dtype=bool)
                relaxed = self._program.relax(left_out, until)
                if relaxed is None:
                    self._front = [(-np.inf, 0, left_out)]
                    return
            self._divide(relaxed, left_out | surplus, until)

    def _divide(self, relaxed: Relaxed, left_out: BoolArray, until: float) -> None:
        for value, child in self._children(relaxed, left_out, until):
            if value < self.cutoff:
                self._made += 1
                heapq.heappush(self._front, (max(value, relaxed.value), self._made, child))

    def _tighten(self, left_out: BoolArray, until: float) -> Relaxed | None:
        """The relaxation after rounds of cuts."""
        relaxed = self._program.relax(left_out, until)
        while relaxed is not None and relaxed.value < self.cutoff and self._program.cut(relaxed.x):
            again = self._program.relax(left_out, until)
            if again is None:
                return relaxed
            gained, relaxed = again.value - relaxed.value, again
            if gained < LEAST_GAIN * (self.cutoff - relaxed.value):
                break
        return relaxed

    def _children(self, relaxed: Relaxed, left_out: BoolArray, until: float) -> list[tuple[float, BoolArray]]:
        """Both sides of the branch whose weaker side gains most, with their values."""
        best: list[tuple[float, BoolArray]] = []
        best_score = -np.inf
        for branch in _branches(self._program, relaxed.x):
            sides = []
            for gone in (branch.inside, branch.outside):
                side = self._program.relax(left_out | gone, until)
                sides.append((relaxed.value if side is None else side.value, left_out | gone))
            low, high = sorted(min(value - relaxed.value, VERY_MUCH) for value, _ in sides)
            score = (low + 1.0) * (high + 1.0)
            if score > best_score:
                best, best_score = sides, score
        return best


def _branches(program: Program, x: FloatArray) -> list[Pair]:
    """The most doubtful pairs of practices; where members are settled, what else differs."""
    used = np.flatnonzero((x > WHOLE) & (x < 1 - WHOLE))
    cover = program.packing[: program.n_practices]
    support = cover[:, used].toarray()
    shared = np.triu((support * x[used]) @ support.T, 1)
    doubt = np.minimum(shared, 1.0 - shared)
    doubt[shared <= WHOLE] = 0.0
    order = np.argsort(-doubt, axis=None)[:CANDIDATES]
    rows = [np.unravel_index(int(at), doubt.shape) for at in order if doubt.ravel()[at] > WHOLE]
    if rows:
        return [_together(cover, int(a), int(b)) for a, b in rows]
    return _labelled(program, cover, x, used)


def _together(cover: sparse.csr_array, a: int, b: int) -> Pair:
    holds = cover[[a, b], :].toarray() > 0.5
    return Pair(inside=holds[0] ^ holds[1], outside=holds[0] & holds[1])


def _labelled(program: Program, cover: sparse.csr_array, x: FloatArray, used: IntArray) -> list[Pair]:
    """Practice in a hub with a label or another (or alone), for the first label in doubt."""
    practice = int(cover[:, used].toarray().sum(axis=1).argmax())
    holds = cover[[practice], :].toarray()[0] > 0.5
    for label in program.labels:
        weight = np.bincount(label[holds] + 1, weights=x[holds])
        value = int(np.minimum(weight, 1.0 - weight).argmax()) - 1
        if min(weight[value + 1], 1.0 - weight[value + 1]) > WHOLE:
            mine = holds & (label == value)
            return [Pair(inside=holds & ~mine, outside=mine)]
    return []

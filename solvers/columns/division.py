"""Branch and bound over enumerated hubs: which practices share a hub, then where, under which group and network.

Every branch says whether the one hub that covers a practice is among some columns T or not, and so leaves columns out
(Ryan, Foster 1981: T are the hubs that hold two given practices). Subset-row cuts are valid everywhere. Columns whose
reduced cost is above the gap of the relaxation that it belongs to are left out below it.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from solvers.columns.params import DEFAULT, DivisionParams
from solvers.columns.relaxed import WHOLE, Program, Relaxed
from solvers.columns.watch import UNWATCHED, Watch

VERY_MUCH = 1e9  # pounds: what an infeasible side counts as


@dataclass(frozen=True)
class Pair:
    """A branch: columns left out if the practice's hub is among T, and if it is not."""

    inside: BoolArray
    outside: BoolArray


class NoBranch(RuntimeError):  # noqa: N818
    """A choice is fractional, yet nothing in it is in doubt: it can be neither taken nor divided."""


class Division:
    """The search in one program; it can be left and taken up again."""

    def __init__(
        self, program: Program, cutoff: float, watch: Watch = UNWATCHED, params: DivisionParams = DEFAULT.division
    ) -> None:
        self.cutoff = cutoff  # cost of the best choice known, here or elsewhere
        self.best: FloatArray | None = None
        self._program, self._watch, self._params = program, watch, params
        self._front: list[tuple[float, int, BoolArray]] = [(-np.inf, 0, np.zeros(program.n_binaries, dtype=bool))]
        self._made = 0
        self._given_up = np.inf  # least bound of what the solver proves nothing of
        self._dropped = False

    @property
    def bound(self) -> float:
        """No better choice than the cutoff costs less."""
        return min(self.cutoff, self._front[0][0] if self._front else np.inf, self._given_up)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to search that could cost less than the cutoff."""
        return not self._front or self._front[0][0] >= self.cutoff

    def run(self, target: float, until: float) -> None:
        """Search until the bound is at the target or the cutoff; `until`: time.monotonic() to stop at.

        Raises `NoBranch`.
        """
        while not self.finished and self.bound < target and time.monotonic() < until:
            known, _, left_out = self._front[0]
            relaxed = self._tighten(left_out, until)
            if relaxed is None:
                return
            heapq.heappop(self._front)
            if relaxed.value >= self.cutoff:
                continue
            if not len(relaxed.x):
                self._given_up = min(self._given_up, known)
            elif relaxed.is_whole:
                self._take(relaxed, left_out)
            elif self._dropped:
                self._divide(relaxed, left_out, until)
            else:
                self._drop(relaxed)

    def _take(self, relaxed: Relaxed, left_out: BoolArray) -> None:
        """The best choice so far, unless the program forbids it: then what is left has another optimum."""
        choice = np.round(relaxed.x)
        if self._program.forbid(choice):
            self._push(relaxed.value, left_out)
        else:
            self.best, self.cutoff = choice, relaxed.value

    def _push(self, value: float, left_out: BoolArray) -> None:
        self._made += 1
        heapq.heappush(self._front, (value, self._made, left_out))

    def _drop(self, relaxed: Relaxed) -> None:
        """Take what no better choice has out of the program for good; the search begins again with the rest."""
        gone = relaxed.too_dear(self.cutoff)
        self._watch.left_out(self._program, gone, self.cutoff)
        self._program.drop(gone)
        self._dropped = True
        self._front = [(relaxed.value, 0, np.zeros(self._program.n_binaries, dtype=bool))]

    def _divide(self, relaxed: Relaxed, left_out: BoolArray, until: float) -> None:
        children = self._children(relaxed, left_out | relaxed.too_dear(self.cutoff), until)
        self._watch.divided(self._program, left_out, [child for _, child in children], self.cutoff)
        for value, child in children:
            if value < self.cutoff:
                self._push(max(value, relaxed.value), child)

    def _tighten(self, left_out: BoolArray, until: float) -> Relaxed | None:
        """The relaxation after rounds of cuts."""
        relaxed = self._relax(left_out, until, "a linear relaxation")
        while relaxed is not None and self._may_gain(relaxed) and self._program.cut(relaxed.x):
            again = self._relax(left_out, until, "a subset-row cut")
            if again is None or again.value < relaxed.value:
                return relaxed
            gained, relaxed = again.value - relaxed.value, again
            if gained < self._params.least_gain * (self.cutoff - relaxed.value):
                break
        return relaxed

    def _may_gain(self, relaxed: Relaxed) -> bool:
        return bool(len(relaxed.x)) and relaxed.value < self.cutoff

    def _relax(self, left_out: BoolArray, until: float, by: str) -> Relaxed | None:
        relaxed = self._program.relax(left_out, until)
        if relaxed is not None:
            self._watch.relaxed(self._program, left_out, relaxed.value, by)
        return relaxed

    def _children(self, relaxed: Relaxed, left_out: BoolArray, until: float) -> list[tuple[float, BoolArray]]:
        """Both sides of the branch whose weaker side gains most, with their values."""
        best: list[tuple[float, BoolArray]] = []
        best_score = -np.inf
        for branch in _branches(self._program, relaxed.x, self._params.candidates):
            sides = []
            for gone in (branch.inside, branch.outside):
                side = self._relax(left_out | gone, until, "a linear relaxation")
                sides.append((relaxed.value if side is None else side.value, left_out | gone))
            low, high = sorted(min(max(value - relaxed.value, 0.0), VERY_MUCH) for value, _ in sides)
            score = (low + 1.0) * (high + 1.0)
            if score > best_score:
                best, best_score = sides, score
        if not best:
            raise NoBranch(f"no branch divides a choice with {np.ptp(relaxed.x):.9f} between its uses")
        return best


def _branches(program: Program, x: FloatArray, most: int) -> list[Pair]:
    """The most doubtful pairs of practices; where members are settled, what else differs."""
    used = np.flatnonzero((x > WHOLE) & (x < 1 - WHOLE))
    cover = program.packing[: program.n_practices]
    support = cover[:, used].toarray()
    shared = np.triu((support * x[used]) @ support.T, 1)
    doubt = np.minimum(shared, 1.0 - shared)
    doubt[shared <= WHOLE] = 0.0
    order = np.argsort(-doubt, axis=None)[:most]
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

"""Shows that no choice among listed hubs costs less than a bound: branch and bound that closes cases in whole numbers.

HiGHS proposes prices and where to branch; a case is closed only where the prices, rounded to whole numbers, show the
bound (`Program.value`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.verify.bound.cuts import broken_cuts
from optimizer.verify.bound.hub_list import TIME_UP, NotRedone
from optimizer.verify.bound.knapsack import Integers
from optimizer.verify.bound.program import Bools, Program, Rows
from optimizer.verify.bound.proposals import Floats, Proposer

MOST_NODES = 20_000
CANDIDATES = 4  # branches tried at a node
MOST_CUTS = 60  # a round
MOST_ROWS = 3_000  # with cuts
LEAST_GAIN = 0.01  # of what is to be gained: a round of cuts that gains less is the last
WHOLE = 1e-6
SEVERITIES = (1.0, 1e3, 1e6)  # of breaking rules: the next where a relaxation breaks one after all
ROUNDING = 100_000  # millionths of a pound: what prices in whole numbers may fail to show of the cheapest choice
UNSETTLED = "HiGHS could not settle a linear program"


Against = Callable[[Program, Bools], Rows | None]  # what rules a whole choice out, if it breaks a rule


@dataclass(frozen=True)
class Closed:
    """No choice costs less than `bound`, unless one was found that refutes what was to be shown and costs that."""

    bound: int  # millionths of a pound
    refuted: bool
    nodes: int


@dataclass(frozen=True)
class _Shown:
    """What the relaxation of a case shows."""

    value: int
    reduced: Integers
    chosen: Floats

    @property
    def is_whole(self) -> bool:
        return bool(np.minimum(np.abs(self.chosen), np.abs(1.0 - self.chosen)).max(initial=0.0) < WHOLE)


def close(program: Program, against: Against, target: int, tolerance: int, deadline: float) -> Closed:
    """Whether all choices cost `target` or more, at most `tolerance` less, those aside that rows are made against.

    Ends at the first that does not. Raises `NotRedone` where time or nodes do not do. `deadline`: of time.monotonic().
    """
    return _Closing(program, against, target, tolerance, deadline).run()


class _Closing:
    """`_target` falls to the cost of any choice found below it, less what that may not quite be shown."""

    def __init__(self, program: Program, against: Against, target: int, tolerance: int, deadline: float) -> None:
        self._against = against
        self._program, self._target, self._least = program, target, target - tolerance
        self._deadline = deadline
        self._severity = 0
        self._proposer = Proposer(program, target)
        self._open = [np.zeros(len(program), dtype=bool)]  # columns left out, case by case

    def run(self) -> Closed:
        nodes = 0
        while self._open and self._target >= self._least:
            nodes += 1
            if nodes > MOST_NODES:
                raise NotRedone(f"the search among them takes more than {MOST_NODES:,} nodes")
            left_out = self._open.pop()
            shown = self._tightened(left_out)
            if shown.value >= self._target:
                continue
            if shown.is_whole:
                self._settle(shown, left_out)
                continue
            surplus = shown.reduced >= self._target - shown.value
            if nodes == 1:
                self._drop(surplus)
                self._open.append(np.zeros(len(self._program), dtype=bool))
            else:
                self._divide(shown, left_out | surplus)
        return Closed(self._target, self._target < self._least, nodes)

    def _shown(self, left_out: Bools) -> _Shown:
        while True:
            proposal = self._proposer.propose(left_out, self._deadline)
            if proposal is None:
                late = time.monotonic() >= self._deadline
                raise NotRedone(TIME_UP if late else UNSETTLED)
            shown = _Shown(*self._program.value(proposal.duals, left_out), proposal.chosen)
            if shown.value >= self._target or not proposal.breaks_rules:
                return shown
            self._be_severe()

    def _tightened(self, left_out: Bools) -> _Shown:
        """The relaxation after rounds of cuts."""
        shown = self._shown(left_out)
        while shown.value < self._target and not shown.is_whole and len(self._program.rows) < MOST_ROWS:
            triples = broken_cuts(self._program, shown.chosen, MOST_CUTS)
            if not len(triples):
                break
            self._add(self._program.cuts(triples))
            before, shown = shown.value, self._shown(left_out)
            if shown.value - before < LEAST_GAIN * (self._target - shown.value):
                break
        return shown

    def _add(self, more: Rows) -> None:
        self._program = self._program.with_rows(more)
        self._proposer.add(more)

    def _settle(self, shown: _Shown, left_out: Bools) -> None:
        """A whole choice has rows against it, or costs what it costs and any other is without one of its columns."""
        chosen = shown.chosen > 0.5
        cost = self._program.price(chosen)
        if cost is None:
            raise NotRedone(UNSETTLED)
        against = self._against(self._program, chosen)
        if against is not None:
            self._add(against)
            self._open.append(left_out)
            return
        if cost < self._target:
            self._target = cost if cost < self._least else max(self._least, cost - ROUNDING)
        for column in np.flatnonzero(chosen):
            without = left_out.copy()
            without[column] = True
            self._open.append(without)

    def _be_severe(self) -> None:
        self._severity += 1
        if self._severity == len(SEVERITIES):
            raise NotRedone(UNSETTLED)
        self._proposer = Proposer(self._program, self._target, SEVERITIES[self._severity])

    def _drop(self, surplus: Bools) -> None:
        """Take columns out for good."""
        self._program = self._program.where(~surplus)
        self._proposer = Proposer(self._program, self._target, SEVERITIES[self._severity])

    def _divide(self, shown: _Shown, left_out: Bools) -> None:
        """Open both sides of the branch whose weaker side shows most; the weaker one is looked at first."""
        best: list[tuple[int, Bools]] = []
        best_score = -np.inf
        most = max(1, self._target - shown.value)
        for sides in branches(self._program, shown.chosen):
            tried = [(self._shown(left_out | gone).value, left_out | gone) for gone in sides]
            low, high = sorted(min(most, max(0, value - shown.value)) / most for value, _ in tried)
            score = (low + 1e-4) * (high + 1e-4)
            if score > best_score:
                best, best_score = tried, score
            if low >= 1.0:
                break
        best.sort(key=lambda side: side[0], reverse=True)
        self._open += [side for value, side in best if value < self._target]


def branches(program: Program, chosen: Floats) -> Iterator[tuple[Bools, Bools]]:
    """Columns left out on either side: where the one column that covers a practice is among some, or is not.

    These are the columns that hold two given practices (Ryan, Foster 1981), those in most doubt first; where members
    are settled, those of a site, continued group or slot; or a single one.
    """
    used = np.flatnonzero((chosen > WHOLE) & (chosen < 1 - WHOLE))
    cover = program.rows.matrix[: program.practices]
    held = cover[:, used].toarray().astype(np.float64)
    shared = np.triu((held * chosen[used]) @ held.T, 1)
    doubt = np.minimum(shared, 1.0 - shared)
    pairs = [at for at in np.argsort(-doubt, axis=None)[:CANDIDATES] if doubt.flat[at] > WHOLE]
    for at in pairs:
        a, b = np.unravel_index(int(at), doubt.shape)
        first, second = cover[[a, b], :].toarray() > 0
        yield first ^ second, first & second
    if not pairs:
        yield _by_label(program, chosen, used, cover[[int(held.sum(axis=1).argmax())], :].toarray()[0] > 0)


def _by_label(program: Program, chosen: Floats, used: Integers, covers: Bools) -> tuple[Bools, Bools]:
    """Whether the column that covers a practice has a label, for the first label in doubt."""
    for label in program.labels:
        weight = np.bincount(label[covers] + 1, weights=chosen[covers])
        doubt = np.minimum(weight, 1.0 - weight)
        if doubt.max() > WHOLE:
            mine = covers & (label == int(doubt.argmax()) - 1)
            return covers & ~mine, mine
    mine = np.zeros(len(covers), dtype=bool)
    mine[next(column for column in used if covers[column])] = True
    return covers & ~mine, mine

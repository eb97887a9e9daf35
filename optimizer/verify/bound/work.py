"""The work of a recheck: sites priced and enumerations redone, in this process and, if it takes long, on a pool."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from optimizer.executors import Pool
from optimizer.verify.bound.cases import LeafCase
from optimizer.verify.bound.enumeration import Enumerations, Redone
from optimizer.verify.bound.hub_list import TIME_UP
from optimizer.verify.bound.parts import (
    EnumerationPart,
    Failure,
    PricedSites,
    SitesPart,
    Source,
    price_sites,
    redo_enumeration,
    share_out,
)
from optimizer.verify.bound.pricing import Pricing, Task

HERE_S = 5.0  # of work in this process before others are begun, which takes them some seconds each
PART_S = 15.0  # of a part, about
USUAL_S = 0.05  # of a site, where none was priced here
SPREAD = 100  # sites over the whole of an instance that come first, as the pace of all


@dataclass(frozen=True)
class Progress:
    """How far a recheck is. Parts are those that a pool was given, and what was done before it."""

    seconds: float
    sites: int
    of_sites: int
    parts: int = 0
    of_parts: int = 0
    enumerations: int = 0
    of_enumerations: int = 0


OnProgress = Callable[[Progress], None]


class Work:
    """What is done is in `pricing.found` and in `redone`, by path, also where an exception ends it."""

    def __init__(
        self,
        source: Source,
        pricing: Pricing,
        enumerations: Enumerations,
        pool: Pool | None,
        deadline: float,
        on_progress: OnProgress,
    ) -> None:
        self._source, self._pricing, self._enumerations = source, pricing, enumerations
        self._pool, self._deadline, self._on_progress = pool, deadline, on_progress
        self._began = time.monotonic()
        self._progress = Progress(0.0, 0, 0)
        self.redone: dict[str, Redone] = {}
        self.failures: list[str] = []

    def price(self, tasks: Iterable[Task], of_sites: int) -> None:
        """As many as there is time for; raises `OverflowError` for numbers that are too large."""
        todo = _ordered(tasks)
        self._tell(of_sites=of_sites)
        pace = self._price_here(todo)
        left = [task for task in todo if task not in self._pricing.found]
        if self._pool is None or not left or time.monotonic() >= self._deadline:
            return
        size = min(max(1, round(PART_S / pace)), math.ceil(len(left) / self._pool.slots))
        parts = [self._part(left[k : k + size]) for k in range(0, len(left), size)]
        self._tell(parts=1, of_parts=1 + len(parts))
        share_out(self._pool, price_sites, parts, self._deadline, self._priced)

    def redo(self, leaves: list[LeafCase]) -> None:
        """Their enumerations, in this order."""
        self._tell(of_enumerations=len(leaves))
        until, left = self._until(), []
        for leaf in leaves:
            claimed = leaf.leaf.enumeration
            assert claimed is not None
            done = self._enumerations.redo(leaf, claimed, until) if time.monotonic() < until else None
            if done is None or (done.reason == TIME_UP and until < self._deadline):
                known = self._pricing.known
                left.append(EnumerationPart(self._of(claimed.prices), leaf, claimed, known))
            else:
                self._redone(leaf, done)
        if self._pool is not None and left:
            share_out(self._pool, redo_enumeration, left, self._deadline, self._answered)

    def _price_here(self, tasks: list[Task]) -> float:
        """Seconds a site; the first may have had kernels to compile."""
        self._pricing.deadline = self._until()
        began, priced = 0.0, 0
        for task in tasks:
            try:
                self._pricing.least(task)
            except TimeoutError:
                break
            priced += 1
            began = began or time.monotonic()
            self._tell(sites=len(self._pricing.found))
        return max(1e-4, (time.monotonic() - began) / (priced - 1)) if priced > 1 else USUAL_S

    def _until(self) -> float:
        """When this process has done enough alone."""
        return self._deadline if self._pool is None else min(self._deadline, time.monotonic() + HERE_S)

    def _part(self, tasks: list[Task]) -> SitesPart:
        return SitesPart(self._of(*{task.prices for task in tasks}), tuple(tasks))

    def _of(self, *prices: int) -> Source:
        return replace(self._source, prices={number: self._source.prices[number] for number in prices})

    def _priced(self, part: SitesPart, answer: PricedSites | Failure) -> None:
        if isinstance(answer, Failure):
            self.failures.append(f"{part.words}: {answer.words}")
        elif answer.fault:
            raise OverflowError(answer.fault)
        else:
            self._pricing.found.update(zip(part.tasks, answer.costs, strict=False))  # the time may have been up
            self._pricing.known.update(answer.known or {})
        self._tell(sites=len(self._pricing.found), parts=self._progress.parts + 1)

    def _answered(self, part: EnumerationPart, answer: Redone | Failure) -> None:
        if isinstance(answer, Failure):
            self.failures.append(f"{part.words}: {answer.words}")
            answer = Redone(part.leaf.path, part.enumeration, reason="its part failed")
        self._redone(part.leaf, answer)

    def _redone(self, leaf: LeafCase, redone: Redone) -> None:
        self.redone[leaf.path] = redone
        self._tell(enumerations=len(self.redone))

    def _tell(self, **changes: int) -> None:
        self._progress = replace(self._progress, seconds=time.monotonic() - self._began, **changes)
        self._on_progress(self._progress)


def _ordered(tasks: Iterable[Task]) -> list[Task]:
    """Prices one after the other, as their parts of hubs' costs take time; of each, sites from everywhere first."""
    groups: dict[tuple[object, ...], list[Task]] = {}
    for task in tasks:
        groups.setdefault((task.prices, task.clusters, task.limited), []).append(task)
    steps = ((group, 1 + len(group) // SPREAD) for group in groups.values())
    return [task for group, step in steps for k in range(step) for task in group[k::step]]

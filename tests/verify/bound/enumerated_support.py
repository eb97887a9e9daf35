"""Certificates whose tree settles the numbers of networks, and whose leaves enumerate hubs, written by hand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bound_support import Ascent, Rechecker, certificate

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.certificate import Certificate, CountBranch, Enumeration, Leaf, Split
from optimizer.verify.bound.cases import Case
from optimizer.verify.bound.hub_list import Lister
from optimizer.verify.bound.sites import MICRO

STEPS = 30  # of an ascent
ROOM = 1.0  # pounds: so much more than the bound needs


@dataclass
class Enumerator:
    """Leaves for an instance with prices of an ascent."""

    instance: Instance

    def __post_init__(self) -> None:
        self.prices = Ascent(build_problem(self.instance), STEPS).prices()
        self.checker = Rechecker(self.instance, self.prices)
        self.lister = Lister(self.checker.prepared, self.checker.places, self.checker.pricing)

    def certificate(self, bound: float) -> Certificate:
        """That no plan costs less than `bound`, as listing hubs is to show in every leaf."""
        every = tuple(range(len(self.prices)))
        tree = self._settle(self.checker.cases.first(), lambda case: self.leaf(case, bound))
        least = self.checker.lagrangian.bound(self.checker.cases.first(), every)
        proven = -math.inf if least is None else least / MICRO
        made = certificate(self.instance, self.prices, tree, proven, root=every)
        return made.model_copy(update={"enumerated_bound": bound})

    def leaf(self, case: Case, bound: float) -> Leaf:
        """With the best of the prices for its numbers of networks."""
        lagrangian = self.checker.lagrangian
        counts = lagrangian.counts(case)
        if counts is None or case.is_empty:
            return Leaf(bound=None)
        case = replace(case, slots=tuple(replace(s, low=n, high=n) for s, n in zip(case.slots, counts, strict=True)))
        lines = {number: lagrangian.line(case, number) for number in range(len(self.prices))}
        values = {number: line.at(counts) for number, line in lines.items() if line is not None}
        best = max(values, key=lambda number: values[number])
        room = bound - values[best] / MICRO + ROOM
        if room <= ROOM:
            return Leaf(prices=(best,), bound=values[best] / MICRO)
        hubs = self.lister.hubs(case, best, int(room * MICRO), time.monotonic() + 100)
        value = values[best] / MICRO
        enumeration = Enumeration(prices=best, value=value, room=room, hubs=len(hubs), bound=bound)
        return Leaf(prices=(best,), bound=value, enumeration=enumeration)

    def _settle(self, case: Case, leaf: Callable[[Case], Leaf]) -> Leaf | Split:
        """Count by count, until no slot has a choice left."""
        free = [s for s, slot in enumerate(case.slots) if slot.low < slot.high]
        if not free:
            return leaf(case)
        branch = CountBranch(kind="count", slot=free[0], at=case.slots[free[0]].low)
        parts = self.checker.cases.parts("tree", case, branch)
        return Split(branch=branch, children=tuple(self._settle(part, leaf) for part in parts))

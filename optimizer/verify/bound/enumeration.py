"""What a leaf claims of the hubs that were listed for it, done again: their number, and the best choice among them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.model.certificate import Enumeration
from optimizer.verify.bound.cases import Case, LeafCase
from optimizer.verify.bound.choice import choice
from optimizer.verify.bound.closing import close
from optimizer.verify.bound.hub_list import TIME_UP, HubList, Lister, NotRedone
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.networks import NetworkRules
from optimizer.verify.bound.pricing import Pricing
from optimizer.verify.bound.sites import MICRO, Sites
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared

REL_TOLERANCE = Fraction(1, 10**6)  # of a claimed bound
TOLERANCE = 10_000  # millionths of a pound: what roundings and ties can shift a hub against the edge of a room


@dataclass(frozen=True)
class Redone:
    """What became of one leaf's enumeration. Pounds a year."""

    path: str  # of the leaf in the file
    claimed: Enumeration
    listed: int | None = None  # hubs within the room; None: not listed
    reach: Fraction | None = None  # what the prices prove, and the room
    bound: Fraction | None = None  # that no plan of the case costs less than; None: not redone, or refuted
    cheaper: Fraction | None = None  # cost of a choice of hubs that refutes the claimed bound
    nodes: int = 0
    reason: str = ""  # why it was not redone

    @property
    def misses_hubs(self) -> bool:
        """Whether there are more hubs than claimed; what it claims to be more may break rules that the list knows."""
        return self.listed is not None and self.listed > self.claimed.hubs

    @property
    def falls_short(self) -> bool:
        """Whether the room, on top of what the prices prove, does not reach the bound."""
        claimed = exact(self.claimed.bound)
        return self.reach is not None and self.reach < claimed - REL_TOLERANCE * abs(claimed)

    @property
    def is_refuted(self) -> bool:
        return self.misses_hubs or self.falls_short or self.cheaper is not None

    @property
    def holds(self) -> bool:
        return self.bound is not None and not self.is_refuted


class Enumerations:
    """Does enumerations of one instance again."""

    def __init__(self, prepared: Prepared, sites: Sites, pricing: Pricing, lagrangian: Lagrangian) -> None:
        self._prepared, self._sites, self._pricing, self._lagrangian = prepared, sites, pricing, lagrangian
        self._lister = Lister(prepared, sites, pricing)

    def redo(self, leaf: LeafCase, claimed: Enumeration, deadline: float) -> Redone:
        """By the deadline, of time.monotonic(), or say why not."""
        redone = Redone(leaf.path, claimed)
        counts = self._lagrangian.counts(leaf.case)
        if counts is None or leaf.case.is_empty:  # no plan, as `recheck` lets no other case be enumerated
            return replace(redone, bound=exact(claimed.bound))
        slots = zip(leaf.case.slots, counts, strict=True)
        settled = replace(leaf.case, slots=tuple(replace(slot, low=count, high=count) for slot, count in slots))
        try:
            return self._redo(redone, settled, counts, deadline)
        except TimeoutError:
            return replace(redone, reason=TIME_UP)

    def _redo(self, redone: Redone, case: Case, counts: tuple[int, ...], deadline: float) -> Redone:
        claimed = redone.claimed
        self._pricing.deadline = deadline
        line = self._lagrangian.line(case, claimed.prices)
        if line is None:
            return replace(redone, bound=exact(claimed.bound))
        proven = line.at(counts)
        target, room = math.ceil(exact(claimed.bound) * MICRO), math.floor(exact(claimed.room) * MICRO)
        redone = replace(redone, reach=Fraction(proven + room, MICRO))
        if redone.falls_short:
            return redone
        try:
            hubs = self._lister.hubs(case, claimed.prices, max(room, target - proven), deadline)
            less = max(0, proven - math.floor(exact(claimed.value) * MICRO))  # of the room, where its value was less
            redone = replace(redone, listed=int((hubs.above < room - less - TOLERANCE).sum()))
            if redone.misses_hubs:
                return redone
            return self._searched(redone, case, counts, hubs.where(hubs.above < target - proven), deadline)
        except NotRedone as failure:
            return replace(redone, reason=str(failure))

    def _searched(self, redone: Redone, case: Case, counts: tuple[int, ...], hubs: HubList, deadline: float) -> Redone:
        """A plan that costs less than the claimed bound has these hubs alone."""
        program = choice(self._prepared, self._lagrangian, self._sites, case, counts, hubs)
        target = exact(redone.claimed.bound)
        networks = NetworkRules(self._prepared, self._sites, case, counts)
        tolerance = int(abs(target) * REL_TOLERANCE * MICRO)
        closed = close(program, networks.against, math.ceil(target * MICRO), tolerance, deadline)
        found = Fraction(closed.bound, MICRO)
        if closed.refuted:
            return replace(redone, cheaper=found, nodes=closed.nodes)
        return replace(redone, bound=min(target, found), nodes=closed.nodes)

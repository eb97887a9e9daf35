"""How far apart two plans are: hubs that match, practices that sit differently, pairs that are grouped differently.

Hubs are compared by who is in them, never by where they are: a hub that moves next door is the same hub.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from optimizer.model.plan import Plan


@dataclass(frozen=True)
class Difference:
    """What changes from one plan to another."""

    hubs_kept: int  # with exactly the same members
    hubs_changed: int  # matched with a hub of the other plan that has other members
    closed: tuple[str, ...]  # sites of hubs without a match in the other plan
    opened: tuple[str, ...]
    relocated: tuple[tuple[str, str], ...]  # sites, before and after, of matched hubs at another site
    practices: tuple[str, ...]  # that sit differently: not in the hub that matches theirs, or independent in one plan
    pairs: float  # share of the pairs of practices that share a hub in either plan that do so in one only

    @property
    def hubs_closed(self) -> int:
        return len(self.closed)

    @property
    def hubs_opened(self) -> int:
        return len(self.opened)

    @property
    def sites_changed(self) -> int:
        return len(self.relocated)


def difference(one: Plan, other: Plan) -> Difference:
    """From `one` to `other`. Hubs are matched so that as many practices as possible stay with theirs."""
    matched = _matching(one, other)
    homes, new_homes = _homes(one), _homes(other)
    stays = set(matched.items()) | {(None, None)}
    moved = tuple(p for p in homes if (homes[p], new_homes.get(p)) not in stays)
    sites = [(one.hubs[a].site, other.hubs[b].site) for a, b in matched.items()]
    kept = sum(set(one.hubs[a].members) == set(other.hubs[b].members) for a, b in matched.items())
    return Difference(
        hubs_kept=kept,
        hubs_changed=len(matched) - kept,
        closed=tuple(hub.site for a, hub in enumerate(one.hubs) if a not in matched),
        opened=tuple(hub.site for b, hub in enumerate(other.hubs) if b not in matched.values()),
        relocated=tuple(pair for pair in sites if pair[0] != pair[1]),
        practices=moved,
        pairs=pair_difference(one, other),
    )


def pair_difference(one: Plan, other: Plan) -> float:
    """Pairs of practices in one hub in exactly one of the plans / pairs in one hub in at least one; 0 if none is.

    One minus the Jaccard index of the two sets of pairs.
    """
    homes, new_homes = _homes(one), _homes(other)
    shared = Counter((homes.get(p), new_homes.get(p)) for p in homes.keys() | new_homes.keys())
    both = sum(_pairs(n) for (a, b), n in shared.items() if a is not None and b is not None)
    first = sum(_pairs(n) for n in Counter(h for h in homes.values() if h is not None).values())
    second = sum(_pairs(n) for n in Counter(h for h in new_homes.values() if h is not None).values())
    either = first + second - both
    return (either - both) / either if either else 0.0


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def _homes(plan: Plan) -> dict[str, int | None]:
    """The number of each practice's hub; None = in none."""
    homes: dict[str, int | None] = dict.fromkeys(plan.outside)
    for number, hub in enumerate(plan.hubs):
        homes |= dict.fromkeys(hub.members, number)
    return homes


def _matching(one: Plan, other: Plan) -> dict[int, int]:
    """Hubs of the two plans that are the same hub: the assignment that shares most practices, then most sites."""
    common = np.zeros((len(one.hubs), len(other.hubs)))
    for a, hub in enumerate(one.hubs):
        for b, count in _overlaps(hub.members, other):
            common[a, b] = count + (0.001 if hub.site == other.hubs[b].site else 0.0)
    rows, columns = linear_sum_assignment(common, maximize=True)
    return {int(a): int(b) for a, b in zip(rows, columns, strict=True) if common[a, b] >= 1}


def _overlaps(members: Iterable[str], other: Plan) -> Iterable[tuple[int, int]]:
    inside = set(members)
    for b, hub in enumerate(other.hubs):
        count = len(inside.intersection(hub.members))
        if count:
            yield b, count

"""The neighbour graph of a small instance by its definition in docs/model.md, every third place tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

from instances import Instance

Km = Callable[[str, str], float]


class Borders:
    """Which practices are next to each other. `km`: road km between two practices by coordinates."""

    def __init__(self, instance: Instance, km: Km) -> None:
        self.practices = [p.id for p in instance.practices]
        stated = instance.neighbours
        self.edges = _computed(instance, km) if stated is None else {frozenset((row.a, row.b)) for row in stated}
        self.island = {p: k for k, piece in enumerate(self.pieces(self.practices)) for p in piece}

    def pieces(self, practices: Iterable[str]) -> list[set[str]]:
        found: list[set[str]] = []
        for p in practices:
            touched = [piece for piece in found if any(frozenset((p, other)) in self.edges for other in piece)]
            found = [piece for piece in found if piece not in touched] + [{p}.union(*touched)]
        return found

    def is_contiguous(self, practices: Iterable[str]) -> bool:
        pieces = self.pieces(practices)
        return len(pieces) == len({self.island[p] for piece in pieces for p in piece})


def _computed(instance: Instance, km: Km) -> set[frozenset[str]]:
    where = {p.id: (p.latitude, p.longitude, p.x_km, p.y_km) for p in instance.practices}
    mm = {(a, b): round(km(a, b) * 1_000_000) for a in where for b in where}
    near: dict[frozenset[str], int] = {}
    for a, b in combinations(where, 2):
        others = [c for c in where if where[c] not in (where[a], where[b])]
        circle = mm[a, b] ** 2 + mm[a, b] ** 2 // 5_000 + 4 * mm[a, b]
        if where[a] == where[b] or all(mm[a, c] ** 2 + mm[b, c] ** 2 > circle for c in others):
            near[frozenset((a, b))] = mm[a, b]
    short = {edge for edge, length in near.items() if length <= instance.hub.max_km * 1_000_000}
    elsewhere = {p: [e for e in short if p in e and len({where[q] for q in e}) == 2] for p in where}
    return short | {edge for edge in near if any(not elsewhere[p] for p in edge)}

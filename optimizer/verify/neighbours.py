"""Which practices are next to each other, worked out again, and into how many pieces a set of them falls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations

from instances.instance import Instance
from optimizer.verify.exact import MM_PER_KM, Point, exact, road_mm
from optimizer.verify.homes import Homes
from optimizer.verify.travel import point_of

_WIDER, _SLACK_MM = 5_000, 4  # docs/model.md, section 3
_ONE_IN, _FEWEST = 10, 50_000  # of the patients of a place; thousandths of patients


class Neighbours:
    """The neighbour graph of an instance: neighbours.csv, else practices at one place and Gabriel neighbours."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._ids = [practice.id for practice in instance.practices]

    @cached_property
    def _of(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {id_: set() for id_ in self._ids}
        stated = self._instance.neighbours
        by_catchment = self._instance.hub.neighbours_from == "catchments"
        computed = self._living_near if by_catchment else self._computed
        for a, b in computed() if stated is None else ((row.a, row.b) for row in stated):
            found[a].add(b)
            found[b].add(a)
        return found

    def _living_near(self) -> Iterator[tuple[str, str]]:
        """Practices at home in one place, and the foremost of two places that touch."""
        held: dict[str, dict[str, int]] = {place.id: {} for place in self._instance.places}
        rank = {place: k for k, place in enumerate(held)}
        main: defaultdict[str, set[str]] = defaultdict(set)
        for practice, homes in Homes(self._instance).registered.items():
            known = {place: patients for place, patients in homes.items() if place in held}
            for place, patients in known.items():
                held[place][practice] = patients
            if known:
                most = max(known.values())
                main[min((place for place in known if known[place] == most), key=rank.__getitem__)].add(practice)
        foremost = {at: main[at] | set(_foremost(of)) for at, of in held.items()}
        for at, of in held.items():
            whole = sum(of.values())
            home = {p for p, n in of.items() if n >= _FEWEST and n * _ONE_IN >= whole}
            yield from combinations(home | main[at], 2)
        for row in self._instance.adjacency:
            yield from ((a, b) for a in foremost[row.a] for b in foremost[row.b] if a != b)

    def _computed(self) -> Iterator[tuple[str, str]]:
        at: defaultdict[Point, list[str]] = defaultdict(list)
        for practice in self._instance.practices:
            point = point_of(practice)
            if point is not None:
                at[point].append(practice.id)
        for here in at.values():
            yield from combinations(here, 2)
        for one, other in _edges(list(at), self._instance):
            yield from ((a, b) for a in at[one] for b in at[other])

    @cached_property
    def _island(self) -> dict[str, int]:
        """The component of the graph that each practice is in."""
        return {id_: k for k, component in enumerate(self._pieces(self._ids)) for id_ in component}

    def _pieces(self, practices: Iterable[str]) -> list[set[str]]:
        """Practices by what is connected without leaving them."""
        left, found = dict.fromkeys(practices), []
        while left:
            piece, edge = set(), [next(iter(left))]
            del left[edge[0]]
            while edge:
                here = edge.pop()
                piece.add(here)
                reached = [other for other in self._of[here] if other in left]
                for other in reached:
                    del left[other]
                edge += reached
            found.append(piece)
        return found

    def strays(self, practices: Iterable[str]) -> list[set[str]]:
        """Pieces beside the largest on each island; none where the practices are contiguous."""
        on: defaultdict[int, list[set[str]]] = defaultdict(list)
        for piece in self._pieces(practices):
            on[self._island[next(iter(piece))]].append(piece)
        return [piece for pieces in on.values() for piece in sorted(pieces, key=lambda p: (-len(p), min(p)))[1:]]


def _foremost(held: dict[str, int]) -> list[str]:
    """Who has most of a place, the first of several, if these are enough."""
    most = max(held, key=held.__getitem__, default=None)
    return [] if most is None or held[most] < _FEWEST else [most]


def _edges(places: list[Point], instance: Instance) -> Iterator[tuple[Point, Point]]:
    """Gabriel edges no longer than the hub limit, and longer ones of places that have no others."""
    limit = exact(instance.hub.max_km) * MM_PER_KM
    mm = {a: {b: road_mm(a, b, instance.travel.circuity) for b in places if b != a} for a in places}
    near = {a: sorted(mm[a], key=lambda b, a=a: (mm[a][b], b)) for a in places}  # type: ignore[misc]
    short = [(a, b) for a in places for b in near[a] if a < b and mm[a][b] <= limit and _is_edge(a, b, mm, near)]
    yield from short
    joined = {place for edge in short for place in edge}
    for a in (place for place in places if place not in joined):
        for b in near[a]:
            if mm[a][b] > limit and (a < b or b in joined) and _is_edge(a, b, mm, near):
                yield a, b


def _is_edge(a: Point, b: Point, mm: dict[Point, dict[Point, int]], near: dict[Point, list[Point]]) -> bool:
    """Whether no third place is in the circle with a and b at its ends."""
    square = mm[a][b] ** 2
    most = square + square // _WIDER + _SLACK_MM * mm[a][b]
    for c in near[a]:
        to_a = mm[a][c] ** 2
        if to_a > most:
            break
        if c != b and to_a + mm[b][c] ** 2 <= most:
            return False
    return True

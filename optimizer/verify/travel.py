"""Who can reach what, how far and at what price: from the travel table if there is one, else from coordinates."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from instances.instance import Instance
from instances.rows import Hospital, Practice
from optimizer.verify.exact import EARTH_RADIUS_KM, MM_PER_KM, Point, exact, road_mm


@dataclass(frozen=True)
class Leg:
    """The way from one place to another."""

    km: Fraction
    minutes: Fraction | None = None  # None: no travel times known
    cost: Fraction | None = None  # pounds a year as the table states it; None: by patients and km

    def within(self, max_km: float, max_minutes: float | None) -> bool:
        if self.km > exact(max_km):
            return False
        return max_minutes is None or self.minutes is None or self.minutes <= exact(max_minutes)


_STAY = Leg(Fraction(0), Fraction(0), Fraction(0))


class Travel:
    """Legs between the places of an instance, measured once each."""

    def __init__(self, instance: Instance) -> None:
        self._circuity = instance.travel.circuity
        self._table = instance.travel.table
        self._practices = instance.practices
        places: tuple[Practice | Hospital, ...] = (*instance.hospitals, *instance.practices)
        self._points = {place.id: point_of(place) for place in places}
        self._rows: dict[tuple[str, str], int] = {}
        self._into: defaultdict[str, list[str]] = defaultdict(list)
        self._out_of: defaultdict[str, list[str]] = defaultdict(list)
        if self._table is not None:
            pairs = zip(self._table.origin, self._table.destination, strict=True)
            self._rows = {pair: row for row, pair in enumerate(pairs)}
            for origin, destination in self._rows:
                self._into[destination].append(origin)
                self._out_of[origin].append(destination)
        self._indices = {planar: _Index(self._practices, self._points, planar=planar) for planar in (False, True)}
        self._places = {planar: _Index(places, self._points, planar=planar) for planar in (False, True)}
        self._patients = {practice.id: practice.patients for practice in self._practices}
        self._legs: dict[tuple[str, str], Leg | None] = {}

    def leg(self, origin: str, destination: str) -> Leg | None:
        """None: out of reach, or a place that does not exist."""
        pair = (origin, destination)
        if pair not in self._legs:
            self._legs[pair] = self.measure(origin, destination)
        return self._legs[pair]

    def is_reached_by(self, site: str, *, patients: int, max_km: float, max_minutes: float | None) -> bool:
        """Whether practices with at least so many patients, all together, can reach the site."""
        found = 0
        for practice in self.reaching(site, max_km, max_minutes):
            if found >= patients:
                return True
            found += self._patients[practice]
        return found >= patients

    def measure(self, origin: str, destination: str) -> Leg | None:
        """`leg`, not kept: for many pairs that are asked for once."""
        if origin not in self._points or destination not in self._points:
            return None
        table, row = self._table, self._rows.get((origin, destination))
        if row is None and origin == destination:
            return _STAY
        if table is None:
            mm = self._mm(origin, destination)
            return None if mm is None else Leg(Fraction(mm, MM_PER_KM))
        if row is None:
            return None
        by_coordinates = Fraction(self._mm(origin, destination) or 0, MM_PER_KM)
        return Leg(
            km=by_coordinates if table.km is None else exact(table.km[row]),
            minutes=None if table.minutes is None else exact(table.minutes[row]),
            cost=None if table.cost is None else exact(table.cost[row]),
        )

    def _mm(self, origin: str, destination: str) -> int | None:
        """None where the two places have no coordinates of one kind."""
        a, b = self._points[origin], self._points[destination]
        return None if a is None or b is None or a.planar != b.planar else road_mm(a, b, self._circuity)

    def reaching(self, site: str, max_km: float, max_minutes: float | None) -> Iterator[str]:
        """Ids of practices that can reach the site."""
        if self._table is not None:
            for practice in {site, *self._into[site]} & self._patients.keys():
                leg = self.leg(practice, site)
                if leg is not None and leg.within(max_km, max_minutes):
                    yield practice
            return
        point = self._points.get(site)
        if point is None:
            yield from {site} & self._patients.keys()
            return
        limit = math.floor(exact(max_km) * MM_PER_KM)
        for practice, home in self._indices[point.planar].near(point, max_km / self._circuity):
            if road_mm(home, point, self._circuity) <= limit:
                yield practice

    def may_be_reached(self, origin: str, max_km: float) -> set[str]:
        """Ids of all places that are within so many km of one, and of some others; itself among them."""
        point = self._points.get(origin)
        if self._table is not None:
            return {origin, *self._out_of[origin]}
        if point is None:
            return {origin}
        return {origin, *(place for place, _ in self._places[point.planar].near(point, max_km / self._circuity))}


class _Index:
    """Places sorted south to north, to find the few near a place without looking at all."""

    def __init__(self, places: Sequence[Practice | Hospital], points: dict[str, Point | None], *, planar: bool) -> None:
        located = [(point.north, place.id, point) for place in places if (point := points[place.id])]
        self._rows = sorted(row for row in located if row[2].planar == planar)
        self._norths = [row[0] for row in self._rows]

    def near(self, centre: Point, km: float) -> Iterator[tuple[str, Point]]:
        """All places within `km` of straight line, and some others."""
        half_north, half_east = _half_box(centre, km)
        first = bisect_left(self._norths, centre.north - half_north)
        last = bisect_right(self._norths, centre.north + half_north)
        for _, place, point in self._rows[first:last]:
            apart = abs(point.east - centre.east)
            if not centre.planar:
                apart = min(apart, 360 - apart)
            if apart <= half_east:
                yield place, point


def _half_box(centre: Point, km: float) -> tuple[float, float]:
    """Half height and width of a box around all that is within `km`: in km on a plane, in degrees on the sphere."""
    slack = 1e-5
    if centre.planar:
        return km + slack, km + slack
    angle = (km + slack) / EARTH_RADIUS_KM
    if abs(math.radians(centre.north)) + angle >= math.pi / 2:
        return math.degrees(angle), 360.0
    return math.degrees(angle), math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(centre.north))))


def point_of(place: Practice | Hospital) -> Point | None:
    """Where a place is; None without coordinates."""
    if place.x_km is not None and place.y_km is not None:
        return Point(planar=True, north=place.y_km, east=place.x_km)
    if place.latitude is not None and place.longitude is not None:
        return Point(planar=False, north=place.latitude, east=place.longitude)
    return None

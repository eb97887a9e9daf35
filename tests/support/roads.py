"""Distances of an instance, by other formulas than those that are tested."""

from __future__ import annotations

import math

from instances import Hospital, Instance, Practice
from instances.rows import HomePlace

Place = Practice | Hospital | HomePlace


def straight_km(a: Place, b: Place) -> float:
    """On a plane, or by the chord through the sphere: another formula than the haversine."""
    if a.latitude is None or b.latitude is None:
        if a.x_km is None or b.x_km is None:
            return 0.0
        return math.dist((a.x_km, a.y_km or 0.0), (b.x_km, b.y_km or 0.0))
    chord = math.dist(_on_sphere(a), _on_sphere(b))
    return 2 * 6371.0088 * math.asin(min(1.0, chord / 2))


def _on_sphere(place: Place) -> tuple[float, float, float]:
    north, east = math.radians(place.latitude or 0.0), math.radians(place.longitude or 0.0)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


class Roads:
    """km, minutes and cost between places; None = out of reach."""

    def __init__(self, instance: Instance) -> None:
        self.circuity = instance.travel.circuity
        of_hubs = (*instance.practices, *instance.hospitals)
        self.places: dict[str, Practice | Hospital] = {p.id: p for p in of_hubs}
        self.anywhere: dict[str, Place] = {**self.places, **{place.id: place for place in instance.places}}
        self.table = instance.travel.table
        self.rows: dict[tuple[str, str], int] = {}
        if self.table is not None:
            self.rows = {
                (a, b): t for t, (a, b) in enumerate(zip(self.table.origin, self.table.destination, strict=True))
            }

    def km(self, a: str, b: str) -> float:
        return round(self.circuity * self.straight(a, b), 6)

    def straight(self, a: str, b: str) -> float:
        return straight_km(self.anywhere[a], self.anywhere[b])

    def leg(self, a: str, b: str) -> tuple[float, float, float | None] | None:
        if self.table is None:
            return self.km(a, b), 0.0, None
        if (a, b) not in self.rows:
            return (0.0, 0.0, 0.0) if a == b else None
        t = self.rows[a, b]
        return (
            self.km(a, b) if self.table.km is None else self.table.km[t],
            0.0 if self.table.minutes is None else self.table.minutes[t],
            None if self.table.cost is None else self.table.cost[t],
        )

    def near(self, a: str, b: str, max_km: float, max_minutes: float | None) -> bool:
        leg = self.leg(a, b)
        return leg is not None and leg[0] <= max_km and (max_minutes is None or leg[1] <= max_minutes)

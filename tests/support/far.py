"""Shares of patients who live far from a hub, or outside its zone, by their definition in docs/model.md."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from instances import Instance

Km = Callable[[Any, Any], float]  # straight line


class Far:
    def __init__(self, instance: Instance, km: Km) -> None:
        self.instance, self._km = instance, km
        self.patients = {p.id: p.patients for p in instance.practices}
        self.points = {p.id: p for p in (*instance.practices, *instance.hospitals, *instance.places)}
        self.homes: dict[str, Counter[str]] = {practice: Counter() for practice in self.patients}
        table = instance.homes
        if table is not None:
            for practice, place, patients in zip(table.practice, table.place, table.patients, strict=True):
                self.homes[practice][place] += patients
        for practice, places in self.homes.items():
            if not sum(places.values()):
                places[practice] = 1

    def _counted(self, practice: str, is_counted: Callable[[str], bool]) -> int:
        places = self.homes[practice]
        away = sum(n for place, n in places.items() if is_counted(place))
        return math.floor(Fraction(self.patients[practice] * away, sum(places.values())) + Fraction(1, 2))

    def far(self, practice: str, site: str) -> int:
        return self._counted(practice, lambda place: self._is_far(place, site))

    def _is_far(self, place: str, site: str) -> bool:
        hub, table = self.instance.hub, self.instance.travel.table
        row = None
        if table is not None and (place, site) in (pairs := list(zip(table.origin, table.destination, strict=True))):
            row = pairs.index((place, site))
        if hub.far_km is not None:
            straight = self._km(self.points[place], self.points[site]) * self.instance.travel.circuity
            km = straight if table is None or row is None or table.km is None else table.km[row]
            if round(km, 6) > hub.far_km:
                return True
        if hub.far_minutes is None or (row is None and place == site):
            return False
        return row is None or table is None or table.minutes is None or table.minutes[row] > hub.far_minutes

    def outside(self, practice: str, site: str) -> int:
        zone = self._zone(site)
        return self._counted(practice, lambda place: zone is not None and self._zone(place) not in (None, zone))

    def _zone(self, name: str) -> str | None:
        """Of a place, or of the one nearest to a site."""
        places = {place.id: place for place in self.instance.places}
        here = self.points[name]
        near = name if name in places else min(places, key=lambda p: round(self._km(here, places[p]), 6))
        return places[near].zones.get(self.instance.hub.zone or "")

    def may_be_hub(self, site: str, members: Sequence[str]) -> bool:
        hub, patients = self.instance.hub, sum(self.patients[m] for m in members)
        return all(
            share is None or sum(count(m, site) for m in members) <= Fraction(Decimal(repr(share))) * patients
            for share, count in ((hub.far_share_max, self.far), (hub.zone_share_max, self.outside))
        )

    @property
    def most(self) -> int | None:
        """Patients of the whole plan who may live far."""
        share = self.instance.policy.far_share_max
        return None if share is None else math.floor(Fraction(Decimal(repr(share))) * sum(self.patients.values()))

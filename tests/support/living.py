"""Where patients live and what follows, written from docs/model.md alone: shares nothing with what it is held against.

Whole millimetres and patients, fractions where they are divided.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from functools import cached_property

from instances import Instance

KmOf = Callable[[str, str], float]  # road by coordinates


def nearest(value: Fraction) -> int:
    """Halves up."""
    return math.floor(value + Fraction(1, 2))


class Living:
    """`road` is road km, `straight` straight-line km, of any two of the practices, hospitals and places."""

    def __init__(self, instance: Instance, road: KmOf, straight: KmOf) -> None:
        self.instance, self.road, self.straight = instance, road, straight
        self.patients = {practice.id: practice.patients for practice in instance.practices}
        self.places = {place.id: place for place in instance.places}
        self.homes: dict[str, dict[str, int]] = {practice: {} for practice in self.patients}
        if instance.homes is not None:
            of = instance.homes
            for practice, place, patients in zip(of.practice, of.place, of.patients, strict=True):
                if patients > 0:
                    self.homes[practice][place] = patients
        for practice, homes in self.homes.items():
            if not homes:
                homes[practice] = 1
        table = instance.travel.table
        self.measured: dict[tuple[str, str], float] = {}
        if table is not None and table.km is not None:
            pairs = zip(table.origin, table.destination, strict=True)
            self.measured = dict(zip(pairs, table.km, strict=True))

    def mm(self, home: str, site: str) -> int:
        return round(1e6 * self.measured.get((home, site), self.road(home, site)))

    def _mean(self, practice: str, site: str, fifth: int | None = None) -> int:
        """Millimetres, of homes of a fifth only if one is named, over all patients of the practice."""
        homes = self.homes[practice]
        inside = [place for place in homes if fifth is None or self.fifth.get((practice, place)) == fifth]
        return nearest(Fraction(sum(homes[place] * self.mm(place, site) for place in inside), sum(homes.values())))

    def mean_km(self, practice: str, site: str) -> float:
        return self._mean(practice, site) / 1e6

    def priced_km(self, practice: str, site: str) -> float:
        weight = self.instance.travel.deprived_weight
        more = (weight - 1) * self._mean(practice, site, 0) if weight != 1 else 0.0
        return (self._mean(practice, site) + more) / 1e6

    def is_too_far(self, practice: str, site: str) -> bool:
        most = self.instance.hub.max_home_km
        return most is not None and self.mean_km(practice, site) > most

    def mm_of_fifth(self, practice: str, site: str, fifth: int) -> int:
        """Patient-millimetres."""
        homes = self.homes[practice]
        total = sum(n * self.mm(p, site) for p, n in homes.items() if self.fifth.get((practice, p)) == fifth)
        return nearest(Fraction(self.patients[practice] * total, sum(homes.values())))

    # --- deprivation --------------------------------------------------------------------------------------------------

    @cached_property
    def registered(self) -> dict[tuple[str, str], int]:
        """Thousandths of patients."""
        found = {}
        for practice, homes in self.homes.items():
            for place, n in homes.items():
                found[practice, place] = nearest(Fraction(1000 * self.patients[practice] * n, sum(homes.values())))
        return found

    @cached_property
    def fifth(self) -> dict[tuple[str, str], int]:
        own = {practice.id: practice.deprivation for practice in self.instance.practices}
        score = {}
        for practice, place in self.registered:
            of_place = self.places[place].deprivation if place in self.places else None
            score[practice, place] = own[practice] if of_place is None else of_place
        known = {home: value for home, value in score.items() if value is not None}
        total = sum(self.registered[home] for home in known)
        found = {}
        for home, value in known.items():
            above = sum(self.registered[other] for other, worse in known.items() if worse > value)
            equal = sum(self.registered[other] for other, same in known.items() if same == value)
            rank = Fraction(2 * above + equal, max(1, 2 * total))
            found[home] = min(4, math.floor(5 * rank))
        return found

    def patients_of_fifth(self, fifth: int) -> Fraction:
        return Fraction(sum(n for home, n in self.registered.items() if self.fifth.get(home) == fifth), 1000)

    # --- zones and neighbourhoods -------------------------------------------------------------------------------------

    def zone(self, name: str) -> str | None:
        kind = self.instance.hub.zone
        assert kind is not None
        if name not in self.places:
            name = min(self.places, key=lambda place: round(1e6 * self.straight(name, place)))
        return self.places[name].zones.get(kind)

    def outside(self, practice: str, site: str) -> int:
        there, homes = self.zone(site), self.homes[practice]
        away = sum(n for place, n in homes.items() if there and self.zone(place) and self.zone(place) != there)
        return nearest(Fraction(self.patients[practice] * away, sum(homes.values())))

    def elsewhere(self, practice: str, site: str) -> int:
        near, total = self._near(site), defaultdict[str, int](int)
        held = defaultdict[str, int](int)
        for (registered_with, place), n in self.registered.items():
            total[place] += n
            held[place] += n if registered_with in near else 0
        away = 0
        for place in self.homes[practice]:
            share = min(10_000, 2 * nearest(Fraction(10_000 * held[place], total[place]))) if total[place] else 0
            away += self.registered[practice, place] * (10_000 - share)
        return nearest(Fraction(away, 10_000_000))

    def _near(self, site: str) -> set[str]:
        hub, found = self.instance.hub, set[str]()
        for practice in sorted(self.patients, key=lambda p: round(1e6 * self.straight(p, site))):
            if sum(self.patients[p] for p in found) >= (hub.target_min + hub.target_max) // 2:
                break
            found.add(practice)
        return found

    # --- prices -------------------------------------------------------------------------------------------------------

    def price(self, practice: str, site: str) -> float:
        """Pounds a year of a practice at a site, travel aside."""
        hub = self.instance.hub
        zone = hub.zone_price_per_patient * self.outside(practice, site) if hub.zone_price_per_patient else 0.0
        elsewhere = hub.neighbourhood_price_per_patient
        return zone + (elsewhere * self.elsewhere(practice, site) if elsewhere else 0.0)

    def travel(self, practice: str, site: str) -> float:
        """Pounds a year."""
        return self.patients[practice] * self.priced_km(practice, site) * self.instance.travel.cost_per_patient_km

"""Boundaries of a small instance by their definition in docs/model.md: who is across which, and at what price."""

from __future__ import annotations

from collections.abc import Iterable

from instances import Hospital, Instance, Practice

Place = Practice | Hospital


class Areas:
    def __init__(self, instance: Instance) -> None:
        respected = instance.policy.respect_areas
        self.all = [(b.tier, b.area, set(b.exceptions), b.price_per_patient) for b in instance.boundary]
        self.all += [(tier, "area", set(), None) for tier in ("hubs", "networks") if respected in (True, tier)]

    def of(self, tier: str, place: Place) -> tuple[str | None, ...]:
        """Its area by hard boundary of a tier; None where it is in all of them."""
        hard = [(kind, exceptions) for t, kind, exceptions, price in self.all if t == tier and price is None]
        return tuple(None if place.id in exceptions else _area(place, kind) for kind, exceptions in hard)

    def are_one(self, tier: str, places: Iterable[Place]) -> bool:
        return all(len(set(areas) - {None}) < 2 for areas in zip(*(self.of(tier, p) for p in places), strict=True))

    def price(self, tier: str, place: Place, other: Place) -> float:
        """Pounds a year per patient across."""
        return sum(
            price
            for t, kind, exceptions, price in self.all
            if t == tier and price is not None and not {place.id, other.id} & exceptions
            if _area(place, kind) and _area(other, kind) and _area(place, kind) != _area(other, kind)
        )


def _area(place: Place, kind: str) -> str | None:
    return place.area if kind == "area" else place.areas.get(kind)

"""Who gains and who loses by a plan: how far patients live from their hubs, group by group and place by place.

From home where the instance says who lives where; else from the premises of practices, by their own deprivation.
Practices in no hub count to their own premises. Means are over patients on today's lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from instances import Hospital, Instance, Practice
from optimizer.analysis.params import DEFAULTS, EquityParams
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.homes import FIFTHS, FINE, MM, Homes, blocks, homes_of, nearest_place
from optimizer.verify import Evaluation
from optimizer.verify.equity import FIFTH_NAMES

COUNCIL = "council"  # kind of zone that is shown where hubs keep to none
EVERYBODY, FIFTH, RURAL = "everybody", "deprivation", "rural"  # kinds of groups; zones are called by their kind


@dataclass(frozen=True)
class Group:
    """Mean km and minutes of its patients, plan by plan; None where nothing is known."""

    kind: str
    name: str
    patients: float
    km: tuple[float | None, ...]
    minutes: tuple[float | None, ...]  # of those whose way was measured

    @property
    def called(self) -> str:
        """By itself: zones with their kind."""
        of_all = self.kind in (EVERYBODY, FIFTH, RURAL) or self.name.startswith(self.kind)
        return self.name if of_all else f"{self.name} ({self.kind})"


@dataclass(frozen=True)
class Change:
    """What a plan changes against the first, of patients whose way is longer or shorter by more than the threshold."""

    better: float  # patients
    worse: float
    better_km: float  # nearer, on average over them
    worse_km: float


@dataclass(frozen=True)
class Place:
    """A place whose patients live further from their hubs than in the first plan: mean km in both."""

    id: str
    name: str
    patients: float
    km_before: float
    km_after: float

    @property
    def more_patient_km(self) -> float:
        return self.patients * (self.km_after - self.km_before)


@dataclass(frozen=True)
class Equity:
    """Of one plan or several, each but the first against the first."""

    from_home: bool  # else from premises, as nobody says who lives where
    groups: tuple[Group, ...]
    furthest: tuple[float, ...]  # mean km of the tenth of patients that travels most, plan by plan
    changes: tuple[Change, ...]  # of each plan but the first
    worst: tuple[tuple[Place, ...], ...]  # the same: places hit worst, most patient-km more first
    threshold_km: float

    def of_kind(self, kind: str) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.kind == kind)


def equity(
    instance: Instance, plans: Sequence[Evaluation], params: EquityParams = DEFAULTS.equity, homes: Homes | None = None
) -> Equity:
    """The figures of plans, at least one. `homes` are those of the instance, where they are at hand."""
    ways = _Ways(instance, homes_of(instance) if homes is None else homes)
    legs = [ways.legs(plan) for plan in plans]
    return Equity(
        from_home=ways.from_home,
        groups=tuple(ways.group(kind, name, inside, legs) for kind, name, inside in ways.groups()),
        furthest=tuple(_furthest(km, ways.patients, params.furthest_share) for km, _ in legs),
        changes=tuple(_change(legs[0][0], km, ways.patients, params.threshold_km) for km, _ in legs[1:]),
        worst=tuple(ways.worst(legs[0][0], km, params) for km, _ in legs[1:]),
        threshold_km=params.threshold_km,
    )


Legs = tuple[FloatArray, FloatArray]  # [h] km and minutes of each row of homes, nan where nobody knows


@dataclass(frozen=True)
class _Ways:
    instance: Instance
    homes: Homes

    @cached_property
    def from_home(self) -> bool:
        """Whether homes are known, and where everything is."""
        places = (*self.instance.practices, *self.instance.hospitals)
        return self.instance.homes is not None and all(p.latitude is not None or p.x_km is not None for p in places)

    @cached_property
    def patients(self) -> FloatArray:
        """[h]"""
        return np.asarray(self.homes.registered / FINE)

    @cached_property
    def own_place(self) -> BoolArray:
        """[h] whether they live at a place, not at their practice."""
        return np.asarray(self.homes.point < len(self.instance.places))

    # --- how far ------------------------------------------------------------------------------------------------------

    def legs(self, plan: Evaluation) -> Legs:
        site_of = {facts.practice: facts.hub for facts in plan.practices}
        known: dict[str, Practice | Hospital] = {h.id: h for h in self.instance.hospitals}
        known |= {p.id: p for p in self.instance.practices}
        at = [known.get(site_of[p.id] or p.id, p) for p in self.instance.practices]
        minutes = self._minutes([place.id for place in at])
        if not self.from_home:
            km = {facts.practice: np.nan if facts.km is None else float(facts.km) for facts in plan.practices}
            own = [0.0 if site_of[p.id] is None else km[p.id] for p in self.instance.practices]
            return np.array(own)[self.homes.practice], minutes
        places = list({place.id: place for place in at}.values())
        index = {place.id: j for j, place in enumerate(places)}
        column = np.array([index[place.id] for place in at], dtype=np.int64)
        found = np.zeros(len(self.homes.point))
        for block in blocks(self.homes, places, np.arange(len(at)), column):
            found[block.homes] = block.mm[:, 0] / MM
        return found, minutes

    def _minutes(self, sites: Sequence[str]) -> FloatArray:
        """[h] as the travel table has them, from where they are counted; 0 from a practice to itself."""
        found, table = np.full(len(self.homes.point), np.nan), self.instance.travel.table
        if table is None or table.minutes is None:
            return found
        measured = dict(zip(zip(table.origin, table.destination, strict=True), table.minutes, strict=True))
        points = [point.id for point in self.homes.points]
        for row, (point, i) in enumerate(zip(self.homes.point.tolist(), self.homes.practice.tolist(), strict=True)):
            own = points[point] if self.from_home else self.instance.practices[i].id
            found[row] = measured.get((own, sites[i]), 0.0 if own == sites[i] else np.nan)
        return found

    # --- whose --------------------------------------------------------------------------------------------------------

    def groups(self) -> Iterator[tuple[str, str, BoolArray]]:
        """(kind, name, [h] who); a kind that nobody is known of is left out."""
        yield EVERYBODY, "all patients", np.ones(len(self.homes.point), dtype=bool)
        names = dict(enumerate(FIFTH_NAMES))
        yield from self._by(FIFTH, self.homes.fifth, [names[fifth] for fifth in range(FIFTHS)])
        yield from self._by(RURAL, self._rural, ["urban", "rural"])
        kind = self.instance.hub.zone or COUNCIL
        zones = [place.zones.get(kind) for place in self.instance.places]
        called = sorted({zone for zone in zones if zone is not None})
        if called and self.from_home:
            of_place = np.array([-1 if zone is None else called.index(zone) for zone in zones], dtype=np.int64)
            near = of_place[nearest_place(self.instance, self.instance.practices)]
            yield from self._by(kind, np.concatenate([of_place, near])[self.homes.point], called)

    def _by(self, kind: str, which: IntArray, names: Sequence[str]) -> Iterator[tuple[str, str, BoolArray]]:
        if (which >= 0).any():
            for number, name in enumerate([*names, f"{kind} not known"]):
                inside = which == (number if number < len(names) else -1)
                if inside.any():
                    yield kind, name, inside

    @cached_property
    def _rural(self) -> IntArray:
        """[h] of the place, else of the practice; -1 = not known."""

        def as_number(rural: bool | None) -> int:
            return -1 if rural is None else int(rural)

        of_place = [as_number(place.rural) for place in self.instance.places]
        of_practice = np.array([as_number(practice.rural) for practice in self.instance.practices], dtype=np.int64)
        found = np.concatenate([np.array(of_place, dtype=np.int64), of_practice])[self.homes.point]
        return np.where(found >= 0, found, of_practice[self.homes.practice])

    def group(self, kind: str, name: str, inside: BoolArray, legs: Sequence[Legs]) -> Group:
        weight = self.patients[inside]
        km, minutes = (tuple(_mean(each[k][inside], weight) for each in legs) for k in (0, 1))
        return Group(kind, name, float(weight.sum()), km, minutes)

    def worst(self, before: FloatArray, after: FloatArray, params: EquityParams) -> tuple[Place, ...]:
        """Places whose mean is longer by more than the threshold."""
        known, point = ~np.isnan(before) & ~np.isnan(after), self.homes.point
        weight = np.where(known, self.patients, 0.0)
        held = np.bincount(point, weights=weight)
        sums = [np.bincount(point, weights=weight * np.where(known, km, 0.0)) for km in (before, after)]
        means = [np.divide(each, held, out=np.zeros(len(held)), where=held > 0) for each in sums]
        more = held * (means[1] - means[0])
        order = np.argsort(-more, kind="stable")[: params.worst_places]
        points = self.homes.points
        return tuple(
            Place(points[k].id, points[k].name, float(held[k]), float(means[0][k]), float(means[1][k]))
            for k in order.tolist()
            if means[1][k] - means[0][k] > params.threshold_km
        )


def _mean(values: FloatArray, weight: FloatArray) -> float | None:
    known = ~np.isnan(values)
    total = float(weight[known].sum())
    return float(values[known] @ weight[known]) / total if total else None


def _furthest(km: FloatArray, patients: FloatArray, share: float) -> float:
    """Mean of the share of patients that travels most, of a home as many as belong to it."""
    known = ~np.isnan(km)
    order = np.argsort(-km[known], kind="stable")
    far, weight = km[known][order], patients[known][order]
    before = np.cumsum(weight) - weight
    inside = np.clip(share * weight.sum() - before, 0.0, weight)
    return float(far @ inside / inside.sum()) if inside.sum() else 0.0


def _change(before: FloatArray, after: FloatArray, patients: FloatArray, threshold_km: float) -> Change:
    more = after - before  # nan is neither
    worse, better = more > threshold_km, -more > threshold_km
    return Change(
        better=float(patients[better].sum()),
        worse=float(patients[worse].sum()),
        better_km=_mean(-more[better], patients[better]) or 0.0,
        worse_km=_mean(more[worse], patients[worse]) or 0.0,
    )

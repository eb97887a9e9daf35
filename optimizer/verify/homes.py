"""Where patients live and how far they travel, exactly: whole millimetres and patients (docs/model.md, section 1)."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cached_property

from instances.instance import Instance
from instances.rows import HomePlace, Hospital, Practice, TravelTable
from optimizer.verify.exact import MM_PER_KM, Point, exact, road_mm, straight_line_km

_FINE = 1_000  # parts of a patient, for those registered in a place
_WHOLE = 10_000  # parts of the patients of a place
FIFTHS = 5


class Homes:
    """Of an instance; a practice with no row, or none with patients, has everybody at the practice."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._practices = {practice.id: practice for practice in instance.practices}
        self._places: dict[str, HomePlace] = {place.id: place for place in instance.places}
        self._sites: dict[str, Practice | Hospital] = {
            **{hospital.id: hospital for hospital in instance.hospitals},
            **self._practices,
        }
        self._mean: dict[tuple[str, str], tuple[int, int]] = {}
        self._elsewhere: dict[tuple[str, str], int] = {}
        self._by_fifth: dict[tuple[str, str], tuple[int, ...]] = {}
        self._near_place: dict[str, str | None] = {}
        self._far: dict[tuple[str, str], int] = {}

    @cached_property
    def of(self) -> dict[str, dict[str, int]]:
        """Patients of the vintage by practice and place; the practice itself is a place."""
        found: dict[str, dict[str, int]] = {practice: {} for practice in self._practices}
        table = self._instance.homes
        if table is not None:
            for practice, place, patients in zip(table.practice, table.place, table.patients, strict=True):
                if patients:
                    found[practice][place] = patients
        return {practice: places or {practice: 1} for practice, places in found.items()}

    @cached_property
    def registered(self) -> dict[str, dict[str, int]]:
        """The list of each practice shared out over its places, in thousandths of patients."""
        return {
            practice: {
                place: _nearest(self._practices[practice].patients * _FINE * patients, sum(places.values()))
                for place, patients in places.items()
            }
            for practice, places in self.of.items()
        }

    @cached_property
    def fifth(self) -> dict[tuple[str, str], int]:
        """0 = the most deprived fifth of all patients, by practice and place; those that nobody knows are left out."""
        held: defaultdict[float, int] = defaultdict(int)
        score: dict[tuple[str, str], float] = {}
        for practice, places in self.registered.items():
            for place, patients in places.items():
                own = self._places[place].deprivation if place in self._places else None
                own = self._practices[practice].deprivation if own is None else own
                if own is not None:
                    score[practice, place] = own
                    held[own] += patients
        total, before, fifth_of = sum(held.values()), 0, {}
        for each in sorted(held, reverse=True):
            fifth_of[each] = min(FIFTHS - 1, FIFTHS * (2 * before + held[each]) // max(1, 2 * total))
            before += held[each]
        return {home: fifth_of[own] for home, own in score.items()}

    # --- travel -------------------------------------------------------------------------------------------------------

    def leg_mm(self, place: str, site: str) -> int:
        """Road from a home; measured where the travel table says so, else by coordinates."""
        measured = self._measured.get((place, site))
        if measured is not None:
            return _nearest_mm(measured)
        a, b = self._point(place), self._point(site)
        return road_mm(a, b, self._instance.travel.circuity)

    def leg_minutes(self, place: str, site: str) -> Fraction | None:
        """From a home; None where the travel table does not say. Nobody travels from a place to itself."""
        return self._minutes.get((place, site), Fraction(0) if place == site else None)

    def far(self, practice: str, site: str) -> int:
        """Patients of the practice who live further from the site than `hub.far_km` or `hub.far_minutes`; of a site
        that does not exist, nobody."""
        if site not in self._sites:
            return 0
        pair = practice, site
        if pair not in self._far:
            homes = self.of[practice]
            away = sum(patients for place, patients in homes.items() if self._is_far(place, site))
            self._far[pair] = _nearest(self._practices[practice].patients * away, sum(homes.values()))
        return self._far[pair]

    def _is_far(self, place: str, site: str) -> bool:
        hub = self._instance.hub
        if hub.far_km is not None and self.leg_mm(place, site) > exact(hub.far_km) * MM_PER_KM:
            return True
        if hub.far_minutes is None:
            return False
        minutes = self.leg_minutes(place, site)
        return minutes is None or minutes > exact(hub.far_minutes)

    def mean_km(self, practice: str, site: str) -> Fraction:
        """From home to the site, mean of the practice's patients."""
        return Fraction(self._means(practice, site)[0], MM_PER_KM)

    def priced_km(self, practice: str, site: str) -> Fraction:
        """The same with what a km from the most deprived fifth counts for."""
        mean, deprived = self._means(practice, site)
        more = exact(self._instance.travel.deprived_weight) - 1
        return (mean + more * deprived) / MM_PER_KM

    def _means(self, practice: str, site: str) -> tuple[int, int]:
        """Millimetres: of all patients, and what of it is from the most deprived fifth."""
        pair = practice, site
        if pair not in self._mean:
            homes = self.of[practice]
            legs = {place: patients * self.leg_mm(place, site) for place, patients in homes.items()}
            deprived = sum(mm for place, mm in legs.items() if self._is_deprived(practice, place))
            whole = sum(homes.values())
            self._mean[pair] = _nearest(sum(legs.values()), whole), _nearest(deprived, whole)
        return self._mean[pair]

    def mm_by_fifth(self, practice: str, site: str) -> tuple[int, ...]:
        """Patient-millimetres from home to the site, of the practice's patients by deprivation fifth."""
        pair = practice, site
        if pair not in self._by_fifth:
            homes, total = self.of[practice], [0] * FIFTHS
            for place, patients in homes.items():
                fifth = self.fifth.get((practice, place))
                if fifth is not None:
                    total[fifth] += patients * self.leg_mm(place, site)
            whole, registered = sum(homes.values()), self._practices[practice].patients
            self._by_fifth[pair] = tuple(_nearest(registered * mm, whole) for mm in total)
        return self._by_fifth[pair]

    @cached_property
    def patients_by_fifth(self) -> tuple[Fraction, ...]:
        """Patients who live in homes of each fifth."""
        held = [0] * FIFTHS
        for (practice, place), fifth in self.fifth.items():
            held[fifth] += self.registered[practice][place]
        return tuple(Fraction(patients, _FINE) for patients in held)

    def _is_deprived(self, practice: str, place: str) -> bool:
        return self._instance.travel.deprived_weight != 1.0 and self.fifth.get((practice, place)) == 0

    @cached_property
    def _measured(self) -> dict[tuple[str, str], Fraction]:
        table = self._instance.travel.table
        return {} if table is None else _by_pair(table, table.km)

    @cached_property
    def _minutes(self) -> dict[tuple[str, str], Fraction]:
        table = self._instance.travel.table
        return {} if table is None else _by_pair(table, table.minutes)

    def _point(self, name: str) -> Point:
        place = self._places.get(name) or self._sites[name]
        if place.x_km is not None and place.y_km is not None:
            return Point(planar=True, north=place.y_km, east=place.x_km)
        assert place.latitude is not None  # instances are held to it
        assert place.longitude is not None
        return Point(planar=False, north=place.latitude, east=place.longitude)

    # --- zones and neighbourhoods -------------------------------------------------------------------------------------

    def outside(self, practice: str, site: str, kind: str) -> int:
        """Patients of the practice who live outside the zone of the site; where either is in none, nobody is."""
        zone = self._zone(site, kind) if site in self._sites else None
        if zone is None:
            return 0
        homes = self.of[practice]
        away = sum(n for place, n in homes.items() if self._zone(place, kind) not in (None, zone))
        return _nearest(self._practices[practice].patients * away, sum(homes.values()))

    def _zone(self, name: str, kind: str) -> str | None:
        """Of a place, or of the place nearest to a practice or hospital."""
        place = name if name in self._places else self._nearest_place(name)
        return None if place is None else self._places[place].zones.get(kind)

    def _nearest_place(self, site: str) -> str | None:
        if site not in self._near_place:
            here = self._point(site)
            mm = {place: _straight_mm(here, self._point(place)) for place in self._places}
            self._near_place[site] = min(mm, key=mm.__getitem__, default=None)
        return self._near_place[site]

    def elsewhere(self, practice: str, site: str) -> int:
        """Patients of the practice as far as they live where the practices around the site have few."""
        pair = practice, site
        if pair not in self._elsewhere:
            share = self._share_around(site)
            away = sum(n * (_WHOLE - share.get(place, 0)) for place, n in self.registered[practice].items())
            self._elsewhere[pair] = _nearest(away, _FINE * _WHOLE)
        return self._elsewhere[pair]

    def _share_around(self, site: str) -> dict[str, int]:
        """Of those registered at each place, how many are with the practices around the site, in ten-thousandths."""
        if site not in self._shares:
            held: defaultdict[str, int] = defaultdict(int)
            for practice in self._around(site):
                for place, patients in self.registered[practice].items():
                    held[place] += patients
            total = self._residents
            self._shares[site] = {
                p: min(_WHOLE, 2 * _nearest(_WHOLE * n, total[p])) for p, n in held.items() if total[p]
            }
        return self._shares[site]

    @cached_property
    def _shares(self) -> dict[str, dict[str, int]]:
        return {}

    def _around(self, site: str) -> list[str]:
        """Practices nearest to the site until they have the patients of a hub in the middle of the targets."""
        hub, here = self._instance.hub, self._point(site)
        mm = {practice: _straight_mm(here, self._point(practice)) for practice in self._practices}
        found, patients = [], 0
        for practice in sorted(mm, key=mm.__getitem__):
            if patients >= (hub.target_min + hub.target_max) // 2:
                break
            found.append(practice)
            patients += self._practices[practice].patients
        return found

    @cached_property
    def _residents(self) -> dict[str, int]:
        """Thousandths of patients registered at each place."""
        total: defaultdict[str, int] = defaultdict(int)
        for places in self.registered.values():
            for place, patients in places.items():
                total[place] += patients
        return total


def _nearest(amount: int, by: int) -> int:
    """To the nearest whole number, halves up."""
    return (2 * amount + by) // (2 * by)


def _by_pair(table: TravelTable, values: tuple[float, ...] | None) -> dict[tuple[str, str], Fraction]:
    """A column of the travel table; nothing where it has none."""
    pairs = zip(table.origin, table.destination, strict=True)
    return {} if values is None else {pair: exact(value) for pair, value in zip(pairs, values, strict=True)}


def _nearest_mm(km: Fraction) -> int:
    return round(km * MM_PER_KM)


def _straight_mm(a: Point, b: Point) -> int:
    return round(straight_line_km(a, b) * MM_PER_KM)

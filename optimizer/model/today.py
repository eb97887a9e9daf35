"""Where each of today's groups has its hub, if it is one as it stands (docs/model.md, section 3).

Exact, as it is the limit of a rule: whole millimetres, and fractions of pounds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from instances import Hospital, Instance, Practice
from optimizer.model.arrays import IntArray
from optimizer.model.decimals import exact
from optimizer.model.homes import MM, Homes, Site, priced_mm
from optimizer.model.pairs import coordinates, straight_km

Leg = tuple[Fraction, Fraction | None, Fraction | None]  # km, minutes, pounds a year for the whole practice


def todays_sites(instance: Instance, homes: Homes) -> dict[str, Site]:
    """By group: fewest members out of reach, then room for all, then the least travel and set-up, then the first id."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for i, practice in enumerate(instance.practices):
        if practice.current_group:
            members[practice.current_group].append(i)
    legs, taken, found = _Legs(instance, homes), set[str](), dict[str, Site]()
    closed, kinds = instance.policy.must_not_open, instance.hub.hospital_sites
    hospitals = [h for h in instance.hospitals if h.can_host_hub and h.kind in kinds and h.id not in closed]
    for group, inside in members.items():
        practices = [instance.practices[i] for i in inside]
        own = [p for p in practices if p.can_host_hub and p.id not in closed]
        free = [h for h in hospitals if h.id not in taken]
        near = [h for h, strays in zip(free, legs.strays(inside, free), strict=True) if not strays]
        sites: list[Site] = [*own, *near] or [*practices]
        patients = sum(p.patients for p in practices)
        full = [site.hub_capacity is not None and patients > site.hub_capacity for site in sites]
        order = zip(legs.strays(inside, sites), full, legs.yearly(inside, sites), [s.id for s in sites], strict=True)
        chosen = sites[min(enumerate(order), key=lambda each: each[1])[0]]
        found[group] = chosen
        if isinstance(chosen, Hospital):
            taken.add(chosen.id)
    return found


@dataclass
class _Legs:
    """What separates the practices of a group from sites that it might have."""

    instance: Instance
    homes: Homes

    def strays(self, members: Sequence[int], sites: Sequence[Site]) -> list[int]:
        """[sites] members out of reach."""
        hub = self.instance.hub
        most = exact(hub.max_km), None if hub.max_minutes is None else exact(hub.max_minutes)

        def is_far(leg: Leg | None) -> bool:
            if leg is None or leg[0] > most[0]:
                return True
            return most[1] is not None and leg[1] is not None and leg[1] > most[1]

        return [sum(map(is_far, legs)) for legs in self._between(members, sites)]

    def yearly(self, members: Sequence[int], sites: Sequence[Site]) -> list[Fraction]:
        """[sites] pounds a year: set-up, and travel of members that have a way."""
        rules, legs = self.instance.travel, self._between(members, sites)
        usual, years = self.instance.hub.setup_cost, exact(self.instance.horizon_years)
        patients = [self.instance.practices[i].patients for i in members]
        from_home = self._from_home(members, sites) if rules.basis == "homes" else None
        found = []
        for j, site in enumerate(sites):
            cost = exact(usual if site.hub_setup_cost is None else site.hub_setup_cost) / years
            for k, leg in enumerate(legs[j]):
                if leg is None:
                    continue
                if from_home is None and leg[2] is not None:
                    cost += leg[2]
                else:
                    km = leg[0] if from_home is None else from_home[j][k]
                    cost += patients[k] * km * exact(rules.cost_per_patient_km)
            found.append(cost)
        return found

    def _from_home(self, members: Sequence[int], sites: Sequence[Site]) -> list[list[Fraction]]:
        """[sites][members] km as they are priced."""
        row, column = np.repeat(members, len(sites)), np.tile(np.arange(len(sites)), len(members))
        mean, deprived = priced_mm(self.homes, sites, row, column)
        more, mm = exact(self.instance.travel.deprived_weight) - 1, Fraction(1, int(MM))
        km = [(Fraction(a) + more * b) * mm for a, b in zip(mean.tolist(), deprived.tolist(), strict=True)]
        return [km[j :: len(sites)] for j in range(len(sites))]

    def _between(self, members: Sequence[int], sites: Sequence[Site]) -> list[list[Leg | None]]:
        """[sites][members]"""
        if not sites:
            return []
        practices, table = [self.instance.practices[i] for i in members], self.instance.travel.table
        mm = self._mm(practices, sites).tolist()
        legs: list[list[Leg | None]] = []
        for site, of_site in zip(sites, mm, strict=True):
            row: list[Leg | None] = []
            for practice, road in zip(practices, of_site, strict=True):
                t = self._rows.get((practice.id, site.id))
                if t is None and practice.id == site.id:
                    row.append((Fraction(0), Fraction(0), Fraction(0)))
                elif table is None:
                    row.append((Fraction(road, int(MM)), None, None))
                elif t is None:
                    row.append(None)
                else:
                    km = Fraction(road, int(MM)) if table.km is None else exact(table.km[t])
                    minutes = None if table.minutes is None else exact(table.minutes[t])
                    row.append((km, minutes, None if table.cost is None else exact(table.cost[t])))
            legs.append(row)
        return legs

    def _mm(self, practices: Sequence[Practice], sites: Sequence[Site]) -> IntArray:
        """[sites, members] road by coordinates, 0 where a place has none."""
        globe = any(place.latitude is not None for place in self.instance.practices)
        a, b = coordinates(practices, globe), coordinates(sites, globe)
        from_, to = np.tile(a, (len(sites), 1)), np.repeat(b, len(practices), axis=0)
        km = straight_km(from_, to, globe) * self.instance.travel.circuity
        return np.rint(np.nan_to_num(km) * MM).astype(np.int64).reshape(len(sites), len(practices))

    @cached_property
    def _rows(self) -> dict[tuple[str, str], int]:
        table = self.instance.travel.table
        if table is None:
            return {}
        return {pair: t for t, pair in enumerate(zip(table.origin, table.destination, strict=True))}

"""Neighbourhoods: whether a hub's patients live in one piece of the map, and who else lives there.

A hub's *patch* are the places where no other hub has more of the residents; one where several have as many is of the
patch of each. A practice in no hub, on its own or run by a trust, counts as a hub of its own, after the plan's.
*Residents* are those registered with practices of the instance: the list of each is shared out over its homes. Homes
that nobody knows, of practices with no row and of rows at the practice itself, are counted apart, in no share
(docs/neighbourhoods.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np

from instances import Instance
from optimizer.analysis.params import DEFAULTS
from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.homes import FINE, Homes, homes_of
from optimizer.model.plan import Hub
from optimizer.verify import HubFacts

USUAL_ZONE = "council"  # what is told where hub.zone says nothing

_PARAMS = DEFAULTS.neighbourhoods


@dataclass(frozen=True)
class ZoneShare:
    """Patients of a hub who live in a zone, as a share of those whose homes are known."""

    zone: str
    share: float


@dataclass(frozen=True)
class HubPatch:
    """A hub and where its patients live. Patients are to the nearest thousandth."""

    hub: str  # its site; of a practice in no hub, its id
    in_hub: bool  # False: a practice in no hub
    known: float  # patients whose homes are known
    unknown: float  # and the others
    places: int  # of its patch, those with few residents aside
    in_patch: float  # patients who live in its patch
    residents: float  # of its patch, whoever they are registered with
    zones: dict[str, tuple[ZoneShare, ...]]  # by kind, those that are touched, largest first

    @property
    def containment(self) -> float | None:
        """Share of its patients who live in its patch; None where no home is known."""
        return self.in_patch / self.known if self.known else None

    @property
    def of_residents(self) -> float | None:
        """Share of the residents of its patch who are its patients; None where nobody lives there."""
        return self.in_patch / self.residents if self.residents else None


@dataclass(frozen=True)
class Neighbourhoods:
    """Of one plan; `patches` are the plan's hubs in its order, then practices in none in the instance's."""

    patches: tuple[HubPatch, ...]
    # [places] position of the hub whose patch it is of, the first of several; NONE where nobody is registered
    patch: IntArray
    residents: FloatArray  # [places] registered patients
    hubs_of: IntArray  # [places] hubs that it is split between; 0 for one that is not counted

    @property
    def hubs(self) -> tuple[HubPatch, ...]:
        """The plan's own."""
        return tuple(patch for patch in self.patches if patch.in_hub)

    @property
    def containment(self) -> float | None:
        """Share of all patients, in hubs or not, who live in their hub's patch."""
        known = sum(patch.known for patch in self.patches)
        return sum(patch.in_patch for patch in self.patches) / known if known else None

    @property
    def median_containment(self) -> float | None:
        """Of the plan's hubs, each alike."""
        shares = [share for hub in self.hubs if (share := hub.containment) is not None]
        return median(shares) if shares else None

    @property
    def unknown(self) -> float:
        """Patients whose homes nobody knows."""
        return sum(patch.unknown for patch in self.patches)

    @property
    def places(self) -> int:
        """That are counted."""
        return int((self.hubs_of > 0).sum())

    @property
    def split(self) -> int:
        """Places between several hubs."""
        return int((self.hubs_of > 1).sum())

    def across(self, kind: str) -> int:
        """The plan's hubs that touch several zones of a kind."""
        return sum(len(hub.zones[kind]) > 1 for hub in self.hubs)


class Residents:
    """Who lives where, of an instance: what all of its plans have in common."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._index = {practice.id: i for i, practice in enumerate(instance.practices)}

    @property
    def zone_kind(self) -> str | None:
        """The kind of zone that is told of first: hub.zone, else councils where places have them."""
        usual = USUAL_ZONE if USUAL_ZONE in self.zone_kinds else None
        return self._instance.hub.zone or usual

    @cached_property
    def zone_kinds(self) -> tuple[str, ...]:
        """All that places have."""
        return tuple(dict.fromkeys(kind for place in self._instance.places for kind in place.zones))

    @cached_property
    def _homes(self) -> Homes:
        return homes_of(self._instance)

    @cached_property
    def _zones(self) -> dict[str, tuple[list[str], IntArray]]:
        """By kind: names, and [places] which of them each place is in."""
        found = {}
        for kind in self.zone_kinds:
            names = [place.zones.get(kind) for place in self._instance.places]
            known = list(dict.fromkeys(name for name in names if name is not None))
            number = {name: k for k, name in enumerate(known)}
            of = [NONE if name is None else number[name] for name in names]
            found[kind] = known, np.array(of, dtype=np.int64)
        return found

    def neighbourhoods(self, hubs: Sequence[Hub | HubFacts]) -> Neighbourhoods:
        """Of the hubs of a plan, which may break rules: a practice in several counts in the first."""
        group = np.full(len(self._index), NONE)
        for k in reversed(range(len(hubs))):
            group[[self._index[member] for member in hubs[k].members if member in self._index]] = k
        outside = np.flatnonzero(group == NONE)
        group[outside] = len(hubs) + np.arange(len(outside))
        names = [*(hub.site for hub in hubs), *(self._instance.practices[i].id for i in outside.tolist())]
        return self._measured(group, names, len(hubs))

    def _measured(self, group: IntArray, names: Sequence[str], n_hubs: int) -> Neighbourhoods:
        homes, n, places = self._homes, len(names), len(self._instance.places)
        hub = group[homes.practice]
        known = homes.point < places
        unknown = _sums(hub[~known], homes.registered[~known], n)
        cell, held = _by_cell(homes.point[known] * n + hub[known], homes.registered[known])
        place, hub = cell // n, cell % n
        total, patients = _sums(place, held, places), _sums(hub, held, n)
        most = np.zeros(places, dtype=np.int64)
        np.maximum.at(most, place, held)
        inside = (held > 0) & (held == most[place])
        patch = np.full(places, NONE)
        patch[place[inside][::-1]] = hub[inside][::-1]  # cells are in the order of hubs
        counted = total >= _PARAMS.least_residents * FINE
        shares_it = counted[place] & (100 * held >= _PARAMS.split_percent * total[place])
        in_patch = _sums(hub[inside], held[inside], n)
        residents = _sums(hub[inside], total[place[inside]], n)
        n_places = np.bincount(hub[inside & counted[place]], minlength=n)
        zones = self._zone_shares(place, hub, held, patients)
        patches = tuple(
            HubPatch(
                name,
                k < n_hubs,
                float(patients[k]) / FINE,
                float(unknown[k]) / FINE,
                int(n_places[k]),
                float(in_patch[k]) / FINE,
                float(residents[k]) / FINE,
                {kind: shares[k] for kind, shares in zones.items()},
            )
            for k, name in enumerate(names)
        )
        return Neighbourhoods(patches, patch, total / FINE, np.bincount(place[shares_it], minlength=places))

    def _zone_shares(
        self, place: IntArray, hub: IntArray, held: IntArray, patients: IntArray
    ) -> dict[str, list[tuple[ZoneShare, ...]]]:
        """By kind and hub; places in no zone count for none."""
        found = {}
        for kind, (names, zone_of) in self._zones.items():
            zone = zone_of[place]
            cell, living = _by_cell((hub * len(names) + zone)[zone != NONE], held[zone != NONE])
            of, zone = cell // len(names), cell % len(names)
            touched = np.flatnonzero((living > 0) & (100 * living >= _PARAMS.touched_percent * patients[of]))
            shares: list[list[ZoneShare]] = [[] for _ in patients]
            for c in touched[np.argsort(-living[touched], kind="stable")].tolist():
                shares[of[c]].append(ZoneShare(names[zone[c]], float(living[c] / patients[of[c]])))
            found[kind] = [tuple(of_hub) for of_hub in shares]
        return found


def residents_of(instance: Instance) -> Residents | None:
    """None where the instance does not say where patients live."""
    return None if instance.homes is None else Residents(instance)


def _sums(of: IntArray, amounts: IntArray, n: int) -> IntArray:
    """[n] amounts added up."""
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, of, amounts)
    return total


def _by_cell(cell: IntArray, amounts: IntArray) -> tuple[IntArray, IntArray]:
    """(distinct cells, ascending, [cells] amounts added up)."""
    cells, which = np.unique(cell, return_inverse=True)
    return cells, _sums(which.ravel(), amounts, len(cells))

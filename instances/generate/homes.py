"""Where people live: places like LSOAs, and who of whose practice lives there (a doubly constrained gravity model).

Patients go to practices near them and places have the people they have: rows and columns of the table are balanced in
turn (Furness, Traffic Engineering and Control 7, 1965; Wilson, Transportation Research 1, 1967).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from instances.generate.areas import halved
from instances.generate.fields import Bools, Floats, Ints, shares_to_counts
from instances.generate.places import Settlements, Spots
from instances.generate.spec import GenerateSpec

# Assumptions, but for the first and the last: homes are 1 to 3 km away on average, as in England (1.2 to 2.5 by board).
_UNKNOWN = 0.0016  # of patients have no known home: NHS England, July 2022
_CHOICE = 12  # practices that people of a place are with at most
_WILLING_KM = 1.0  # for each of which e times fewer go to a practice
_SPREAD = 0.2  # of the logarithm of the people of a place
_VILLAGE_REACH = 3.0  # radii of a village that its people live within
_DEPRIVATION_SPREAD, _LEAST_DEPRIVATION = 6.0, 0.5
_PER_MSOA, _PER_COUNCIL = 8_000.0, 170_000.0  # people: ONS, mid-2021
_ROUNDS = 20  # of balancing


@dataclass(frozen=True)
class Patients:
    """Practices, as far as homes depend on them."""

    spots: Spots
    patients: Ints
    deprivation: Floats


@dataclass(frozen=True)
class Homes:
    """Places by column, and rows of the table: `patients[h]` of `practice[h]` live at `place[h]`."""

    xy_km: Floats  # float64[m, 2]
    settlement: Ints
    population: Ints
    deprivation: Floats
    rural: Bools
    msoa: Ints
    council: Ints
    practice: Ints
    place: Ints  # -1 = nobody knows where
    patients: Ints


def draw_homes(spec: GenerateSpec, settlements: Settlements, people: Patients, rng: np.random.Generator) -> Homes:
    """Places for all patients and their homes, row by row, each practice's list in full."""
    total = int(people.patients.sum())
    held = np.zeros(len(settlements.practices))
    np.add.at(held, people.spots.settlement, people.patients)
    count = np.maximum(1, shares_to_counts(held, max(1, round(total / spec.people_per_place))))
    settlement = np.repeat(np.arange(len(count)), count)
    rural = settlements.is_village[settlement]
    xy_km = _positions(settlements, settlement, rural, rng)
    relative = np.exp(_SPREAD * rng.normal(size=len(settlement))) * (held / count)[settlement]
    population = np.maximum(1, shares_to_counts(relative, total))
    practice, place, patients = _rows(people, xy_km, population)
    return Homes(
        xy_km=xy_km,
        settlement=settlement,
        population=population,
        deprivation=_deprivation(people, xy_km, rng),
        rural=rural,
        msoa=halved(xy_km, population, max(1, round(total / _PER_MSOA))),
        council=halved(xy_km, population, max(1, round(total / _PER_COUNCIL))),
        practice=practice,
        place=place,
        patients=patients,
    )


def _positions(settlements: Settlements, settlement: Ints, rural: Bools, rng: np.random.Generator) -> Floats:
    """As practices are spread, but evenly over the town, and around villages."""
    outwards = np.sqrt(rng.uniform(size=len(settlement))) * np.where(rural, _VILLAGE_REACH, 1.1)
    bearing = rng.uniform(0.0, 2.0 * np.pi, len(settlement))
    offset = (outwards * settlements.radius_km[settlement])[:, None]
    return np.asarray(settlements.xy_km[settlement] + offset * np.column_stack([np.cos(bearing), np.sin(bearing)]))


def _deprivation(people: Patients, xy_km: Floats, rng: np.random.Generator) -> Floats:
    """Alike to the three nearest practices'."""
    near = np.asarray(cKDTree(people.spots.xy_km).query(xy_km, k=min(3, len(people.patients)))[1], np.int64)
    mean: Floats = people.deprivation[near].reshape(len(xy_km), -1).mean(axis=1)
    drawn: Floats = np.maximum(mean + _DEPRIVATION_SPREAD * rng.normal(size=len(mean)), _LEAST_DEPRIVATION)
    return np.round(drawn, 1)


def _rows(people: Patients, xy_km: Floats, population: Ints) -> tuple[Ints, Ints, Ints]:
    """(practice, place, patients), practice by practice."""
    premises, n, m = people.spots.xy_km, len(people.patients), len(xy_km)
    chosen = np.asarray(cKDTree(premises).query(xy_km, k=min(_CHOICE, n))[1], np.int64).reshape(m, -1)
    nearest = np.asarray(cKDTree(xy_km).query(premises)[1], np.int64)  # so that nobody is without patients
    pairs = np.concatenate(
        [
            np.column_stack([chosen.ravel(), np.repeat(np.arange(m), chosen.shape[1])]),
            np.column_stack([np.arange(n), nearest]),
        ]
    )
    practice, place = np.unique(pairs, axis=0).T
    km = np.hypot(*(premises[practice] - xy_km[place]).T)
    weight = np.exp(-np.minimum(km, 100.0 * _WILLING_KM) / _WILLING_KM)
    for _ in range(_ROUNDS):
        weight = weight * (population / np.maximum(np.bincount(place, weights=weight, minlength=m), 1e-300))[place]
        weight = weight * (people.patients / np.bincount(practice, weights=weight, minlength=n))[practice]
    return _whole(people.patients, practice, place, weight)


def _whole(lists: Ints, practice: Ints, place: Ints, weight: Floats) -> tuple[Ints, Ints, Ints]:
    """In whole patients, with those whose home nobody knows at place -1."""
    unknown = np.round(_UNKNOWN * lists).astype(np.int64)
    bounds = np.searchsorted(practice, np.arange(len(lists) + 1))
    known = [
        shares_to_counts(weight[start:end], int(count))
        for start, end, count in zip(bounds[:-1], bounds[1:], lists - unknown, strict=True)
    ]
    every = np.arange(len(lists))
    rows = np.column_stack(
        [
            np.concatenate([practice, every]),
            np.concatenate([place, np.full(len(lists), -1)]),
            np.concatenate([*known, unknown]),
        ]
    )
    rows = rows[rows[:, 2] > 0]
    ordered = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    return ordered[:, 0], ordered[:, 1], ordered[:, 2]

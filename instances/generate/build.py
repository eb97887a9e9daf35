"""`generate`: the parts put together into an `Instance`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from instances.generate import names
from instances.generate.areas import draw_areas
from instances.generate.consent import draw_refusals
from instances.generate.deprivation import draw_deprivation
from instances.generate.fields import Bools, Floats, Ints
from instances.generate.groups import NO_GROUP, draw_groups
from instances.generate.homes import Homes, Patients, draw_homes
from instances.generate.hospitals import Sites, draw_hospitals
from instances.generate.lists import draw_lists
from instances.generate.places import Settlements, Spots, draw_positions, draw_settlements
from instances.generate.region import draw_region, to_degrees
from instances.generate.spec import GenerateSpec
from instances.generate.staff import draw_gps, draw_nurses
from instances.generate.streams import Streams
from instances.instance import Instance
from instances.rows import HomePlace, HomesTable, Hospital, Practice
from instances.rules import full_rules


@dataclass(frozen=True)
class People:
    """Practices by column; every array has one entry a practice."""

    spots: Spots
    rural: Bools
    deprivation: Floats
    patients: Ints
    area: Ints
    group: Ints
    gps: Floats  # FTE, nan = not reported
    nurses: Floats
    refusals: list[tuple[str, ...]]


def generate(spec: GenerateSpec, seed: int) -> Instance:
    """An instance that looks like England, the same for the same spec and seed."""
    streams = Streams(seed)
    region = draw_region(spec, streams["region"])
    settlements = draw_settlements(spec, region, streams["places"])
    people = _draw_people(spec, settlements, streams)
    sites = draw_hospitals(
        spec,
        settlements,
        xy_km=people.spots.xy_km,
        patients=people.patients,
        area=people.area,
        region=region,
        rng=streams["hospitals"],
    )
    naming = streams["names"]
    places = names.settlement_names(len(settlements.practices), naming)
    homes: dict[str, Any] = {}
    if spec.homes:
        living = Patients(people.spots, people.patients, people.deprivation)
        homes = _homes(spec, draw_homes(spec, settlements, living, streams["homes"]), places)
    return Instance(
        name=spec.name or f"{spec.kind} of {spec.practices} practices (synthetic, seed {seed})",
        practices=_practices(spec, people, names.practice_names(people.spots.settlement, places, naming)),
        hospitals=_hospitals(spec, sites, names.hospital_names(sites, places)),
        **homes,
        **full_rules(),
    )


def _draw_people(spec: GenerateSpec, settlements: Settlements, streams: Streams) -> People:
    spots = draw_positions(settlements, streams["positions"])
    xy_km, rural = spots.xy_km, settlements.is_village[spots.settlement]
    deprivation = draw_deprivation(spec, settlements, spots, streams["deprivation"])
    patients = draw_lists(spec, xy_km=xy_km, deprivation=deprivation, in_village=rural, rng=streams["lists"])
    area = draw_areas(spec, settlements, spots, patients)
    group = draw_groups(spec, xy_km=xy_km, patients=patients, area=area, rng=streams["groups"])
    staff = streams["staff"]
    return People(
        spots=spots,
        rural=rural,
        deprivation=deprivation,
        patients=patients,
        area=area,
        group=group,
        gps=draw_gps(spec, xy_km=xy_km, patients=patients, deprivation=deprivation, rng=staff),
        nurses=draw_nurses(spec, patients=patients, rng=staff),
        refusals=draw_refusals(spec, group, streams["consent"]),
    )


def _practices(spec: GenerateSpec, people: People, called: list[str]) -> tuple[Practice, ...]:
    latitude, longitude = to_degrees(people.spots.xy_km, spec)
    return tuple(
        Practice(
            id=id,
            name=called[n],
            patients=int(people.patients[n]),
            latitude=float(latitude[n]),
            longitude=float(longitude[n]),
            current_group=None if people.group[n] == NO_GROUP else names.group_code(int(people.group[n])),
            area=names.area_code(int(people.area[n])),
            deprivation=float(people.deprivation[n]),
            rural=bool(people.rural[n]),
            refuses=people.refusals[n],
            fte=_reported(gp=people.gps[n], nurse=people.nurses[n]),
        )
        for n, id in enumerate(names.practice_codes(spec.practices))
    )


def _reported(**fte: np.float64) -> dict[str, float]:
    return {role: float(count) for role, count in fte.items() if not np.isnan(count)}


def _hospitals(spec: GenerateSpec, sites: Sites, called: list[str]) -> tuple[Hospital, ...]:
    latitude, longitude = to_degrees(sites.xy_km, spec)
    return tuple(
        Hospital(
            id=id,
            name=called[n],
            kind=sites.kind[n],
            trust=names.trust_code(int(sites.trust[n])),
            latitude=float(latitude[n]),
            longitude=float(longitude[n]),
            area=names.area_code(int(sites.area[n])),
        )
        for n, id in enumerate(names.hospital_codes(len(sites.kind)))
    )


def _homes(spec: GenerateSpec, homes: Homes, called: list[str]) -> dict[str, Any]:
    """The tables of an instance; who lives nobody knows where has the practice for a home."""
    latitude, longitude = to_degrees(homes.xy_km, spec)
    places = [names.place_code(k) for k in range(len(homes.population))]
    practices = names.practice_codes(spec.practices)
    rows = zip(homes.practice.tolist(), homes.place.tolist(), strict=True)
    pairs = [(practices[i], practices[i] if k < 0 else places[k]) for i, k in rows]
    return {
        "places": tuple(
            HomePlace(
                id=id,
                name=f"{called[homes.settlement[k]]} {k + 1}",
                latitude=float(latitude[k]),
                longitude=float(longitude[k]),
                population=float(homes.population[k]),
                deprivation=float(homes.deprivation[k]),
                rural=bool(homes.rural[k]),
                zones={
                    "council": names.council_code(int(homes.council[k])),
                    "msoa": names.msoa_code(int(homes.msoa[k])),
                },
            )
            for k, id in enumerate(places)
        ),
        "homes": HomesTable(
            practice=tuple(practice for practice, _ in pairs),
            place=tuple(place for _, place in pairs),
            patients=tuple(homes.patients.tolist()),
        ),
    }

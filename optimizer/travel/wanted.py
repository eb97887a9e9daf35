"""Which pairs of places can matter to a model: those that it looks up, within its limits and some way beyond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from scipy import sparse

from instances import CareModel, Fault, Hospital, InputError, Instance, Practice
from instances.rows import HomePlace
from instances.travel import Points, Wanted
from instances.travel.land_path import Land
from instances.travel.text_tables import Edges
from optimizer.model.arrays import IntArray

Place = Practice | Hospital
Pairs = tuple[IntArray, IntArray, float]  # origins, destinations, km of straight line

_NAMED = 5  # places in a message
_ANYWHERE_KM = 20_100.0  # half way around the globe


def points_of(instance: Instance) -> Points:
    """Practices, then hospitals. Raises `InputError` for those without latitude and longitude."""
    return _points(instance, (*instance.practices, *instance.hospitals))


def _points(instance: Instance, places: Sequence[Place | HomePlace]) -> Points:
    lost = [place.id for place in places if place.latitude is None or place.longitude is None]
    if lost:
        more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
        expected = f"latitude and longitude of every place; there is none of {', '.join(lost[:_NAMED])}{more}"
        raise InputError([Fault(instance.name, expected)])
    degrees = np.array([[p.latitude, p.longitude] for p in places], dtype=np.float64).reshape(-1, 2)
    return Points(tuple(place.id for place in places), degrees[:, 0], degrees[:, 1])


def wanted_pairs(instance: Instance, slack: float) -> Wanted:
    """Pairs that the model looks up whose straight line is within its limit, or a share `slack` beyond it.

    A road is never shorter than the straight line, so that no pair within a limit is missed. What else a rule says of
    a pair is left aside: rules change more often than roads. Raises `InputError` without coordinates.
    """
    points = points_of(instance)
    n = len(points)
    keys = [np.zeros(0, np.int64)]
    for origins, destinations, max_km in _looked_up(instance):
        rows, columns = points.take(origins).near(points.take(destinations), max_km * (1 + slack))
        keys.append(origins[rows] * n + destinations[columns])
    row, column = np.divmod(np.unique(np.concatenate(keys)), max(n, 1))
    apart = row != column
    return Wanted(points, points, row[apart], column[apart])


def wanted_from_homes(instance: Instance, slack: float) -> Wanted:
    """The same, and from every place of homes to the sites that its people's practices look up, and to these.

    Raises `InputError` where the instance has no homes, or a place has no coordinates.
    """
    if instance.homes is None:
        raise InputError([Fault(instance.name, "homes.csv, which says who lives where, for travel from homes")])
    premises = wanted_pairs(instance, slack)
    n, practices = len(premises.destinations), len(instance.practices)
    pairs = sparse.csr_array((np.ones(len(premises)), (premises.row, premises.column)), shape=(n, n))
    from_practices = pairs[:practices] + sparse.eye_array(practices, n)  # those in no hub go to their own
    found = sparse.coo_array(_registered(instance) @ from_practices)
    order = np.lexsort((found.col, found.row))
    return Wanted(
        _points(instance, (*instance.practices, *instance.hospitals, *instance.places)),
        premises.destinations,
        np.concatenate([premises.row, n + found.row[order].astype(np.int64)]),
        np.concatenate([premises.column, found.col[order].astype(np.int64)]),
    )


def _registered(instance: Instance) -> sparse.csr_array:
    """[places, practices] 1 where a practice has patients at a place."""
    practice = {practice.id: k for k, practice in enumerate(instance.practices)}
    place = {place.id: k for k, place in enumerate(instance.places)}
    assert instance.homes is not None
    homes = zip(instance.homes.practice, instance.homes.place, instance.homes.patients, strict=True)
    rows = [(place[at], practice[of]) for of, at, patients in homes if patients and at in place]
    at = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(place), len(practice)))


def land_of(instance: Instance) -> Land | None:
    """Its places and which of them touch; None without both."""
    if not instance.adjacency:
        return None
    position = {place.id: k for k, place in enumerate(instance.places)}
    ends = np.array([(position[row.a], position[row.b]) for row in instance.adjacency], dtype=np.int64)
    unknown = np.full(len(ends), np.nan)
    return Land(_points(instance, instance.places), Edges(ends[:, 0], ends[:, 1], unknown, unknown))


def _looked_up(instance: Instance) -> Iterator[Pairs]:
    """Practice to hub site, hub site and partner to lead, practice to trust; locks and today's groups however far."""
    practices = _positions(instance, lambda place: isinstance(place, Practice))
    sites = _positions(instance, partial(_can_host, instance))
    yield practices, sites, instance.hub.max_km
    for model in instance.care_model:
        leads = sites if model.lead == "hub" else _positions(instance, partial(_leads, model))
        yield sites, leads, model.max_km
        yield _positions(instance, partial(_is_partner, model)), leads, model.partner_max_km
    if instance.trust_run is not None:
        hospitals = _positions(instance, lambda place: isinstance(place, Hospital))
        yield practices, hospitals, instance.trust_run.max_km
    position = {place.id: k for k, place in enumerate((*instance.practices, *instance.hospitals))}
    for locked, site in instance.policy.fixed_hub.items():
        yield np.array([position[locked]]), np.array([position[site]]), _ANYWHERE_KM
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for k, practice in enumerate(instance.practices):
        if practice.current_group is not None:
            groups[practice.current_group].append(k)
    for members in groups.values():
        yield np.array(members), np.array(members), _ANYWHERE_KM


def _positions(instance: Instance, holds: Callable[[Place], bool]) -> IntArray:
    places: list[Place] = [*instance.practices, *instance.hospitals]
    return np.array([k for k, place in enumerate(places) if holds(place)], dtype=np.int64)


def _can_host(instance: Instance, place: Place) -> bool:
    return place.can_host_hub and (isinstance(place, Practice) or place.kind in instance.hub.hospital_sites)


def _leads(model: CareModel, place: Place) -> bool:
    """A hospital of a model that hospitals lead."""
    return isinstance(place, Hospital) and (model.id in place.leads if place.leads else place.kind == model.lead)


def _is_partner(model: CareModel, place: Place) -> bool:
    return isinstance(place, Hospital) and place.kind in model.partner_kinds

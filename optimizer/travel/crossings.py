"""Which practices and sites within reach of each other have water between them on the straight line."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from instances import Instance
from instances.travel import Wanted
from instances.travel.water import km_over_water
from optimizer.model.problem import Problem
from optimizer.travel.wanted import points_of

WATER_KM = 0.5  # a shorter stretch is a creek, or the line of the outline itself (simplified to 0.1 km)


class Crossing(NamedTuple):
    """A practice and a site whose straight line leaves the land."""

    practice: str
    site: str
    patients: int
    road_km: float  # as the model has it
    water_km: float  # the longest stretch


def crossings(instance: Instance, problem: Problem, land: Path) -> list[Crossing]:
    """Those with more than `WATER_KM` of water in one stretch, most patients first; two practices count once.

    Raises `InputError` for a file that is no outline of land, or places without latitude and longitude.
    """
    points = points_of(instance)
    place = {id_: k for k, id_ in enumerate(points.ids)}
    sites = np.array([place[id_] for id_ in problem.sites.ids], dtype=np.int64)
    reach = problem.reach
    pairs = Wanted(points, points, reach.row, sites[reach.column])
    water = km_over_water(land, pairs)
    found = [
        Crossing(
            practice=points.ids[pairs.row[k]],
            site=points.ids[pairs.column[k]],
            patients=instance.practices[pairs.row[k]].patients,
            road_km=float(reach.km[k]),
            water_km=float(water[k]),
        )
        for k in np.flatnonzero(water > WATER_KM).tolist()
    ]
    found.sort(key=lambda crossing: (-crossing.patients, crossing.practice, crossing.road_km))
    once: dict[frozenset[str], Crossing] = {}
    for crossing in found:
        once.setdefault(frozenset((crossing.practice, crossing.site)), crossing)
    return list(once.values())

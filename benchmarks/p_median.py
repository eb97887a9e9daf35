"""The practices of an instance as a capacitated p-median of the literature, which programs without our rules can state.

Every practice is a place that a hub may be at and a load; p hubs of at most `CAPACITY`, at the least sum of distances.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from instances import Instance
from instances.literature import read_cpmp

CAPACITY = 50_000  # patients of a hub: the upper end of what a plan aims at
MEAN = 40_000  # patients of a hub on average, which gives p: capacities are filled to four fifths
MOST = 1_600  # practices: the table of distances has their square, and takes as many gigabytes as millions of entries
_KM_PER_DEGREE = 111.195
_DECIMALS = 3  # of a km


def p_median(instance: Instance) -> Instance:
    """By way of a file as the literature has them, so that it is read as theirs are."""
    patients = [practice.patients for practice in instance.practices]
    capacity, p = max(CAPACITY, *patients), math.ceil(sum(patients) / MEAN)
    nodes = [
        f"{x:.{_DECIMALS}f} {y:.{_DECIMALS}f} {capacity} {load}"
        for (x, y), load in zip(_plane(instance), patients, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{instance.name}.txt"
        file.write_text("\n".join([f"{len(nodes)} {p}", *nodes]) + "\n", encoding="utf-8")
        return read_cpmp(file).instance


def _plane(instance: Instance) -> list[tuple[float, float]]:
    """Places in km, of latitudes and longitudes, on a plane that touches in their middle."""
    places = [(practice.latitude, practice.longitude) for practice in instance.practices]
    known = [(latitude, longitude) for latitude, longitude in places if latitude is not None and longitude is not None]
    assert len(known) == len(places)  # as the generator makes them
    middle = sum(latitude for latitude, _ in known) / len(known)
    squeezed = math.cos(math.radians(middle))
    return [(longitude * squeezed * _KM_PER_DEGREE, latitude * _KM_PER_DEGREE) for latitude, longitude in known]

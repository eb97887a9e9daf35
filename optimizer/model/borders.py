"""Where places are to the boundaries of an instance, and what crossing those that have a price costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from instances import Hospital, Instance, Practice
from instances.schema import Boundary
from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.pairs import Pairs

Place = Practice | Hospital
Tier = Literal["hubs", "networks"]


def hard(instance: Instance, tier: Tier) -> tuple[Boundary, ...]:
    """Boundaries that nobody crosses."""
    return tuple(each for each in instance.boundaries if each.tier == tier and each.price_per_patient is None)


def areas_at(instance: Instance, boundaries: Sequence[Boundary], places: Sequence[Place]) -> IntArray:
    """[places, boundaries] the area of each, numbered by name; NONE = in every area."""
    every: tuple[Place, ...] = (*instance.practices, *instance.hospitals)
    areas = np.full((len(places), len(boundaries)), NONE)
    for b, boundary in enumerate(boundaries):
        names = dict.fromkeys(area for place in every if (area := place.area_of(boundary.area)))
        number: dict[str | None, int] = {name: k for k, name in enumerate(names)} | {None: NONE}
        areas[:, b] = [number[boundary.area_of(place)] for place in places]
    return areas


def apart(one: IntArray, other: IntArray) -> BoolArray:
    """[n, boundaries] whether places, row by row, are on two sides of each boundary."""
    return np.asarray((one != NONE) & (other != NONE) & (one != other))


def crossing_price(
    instance: Instance, tier: Tier, pairs: Pairs, rows: Sequence[Place], columns: Sequence[Place]
) -> FloatArray:
    """[pairs] pounds a year, weighted, per patient who is taken across the boundaries between two places."""
    priced = [each for each in instance.boundaries if each.tier == tier and each.price_per_patient]
    one, other = areas_at(instance, priced, rows), areas_at(instance, priced, columns)
    price = np.array([each.price_per_patient for each in priced], dtype=np.float64)
    return instance.weights.cost * (apart(one[pairs.row], other[pairs.column]) @ price)

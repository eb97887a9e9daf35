"""Practices that are next to each other because their patients are neighbours (docs/model.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from instances import Instance
from optimizer.model.arrays import BoolArray, IntArray
from optimizer.model.homes import FINE, homes_of

SHARE = 10  # who has one in so many of the patients of a place is at home there ...
FEWEST = 50  # ... if these are so many: below, a place is at the edge of the area and says nothing


def living_near(instance: Instance) -> Iterable[tuple[int, int]]:
    """Pairs of practices at home in one place, or foremost in places that touch; homes not known count nowhere."""
    homes, n, places = homes_of(instance), len(instance.practices), len(instance.places)
    known = np.flatnonzero(homes.point < places)
    practice, place, held = homes.practice[known], homes.point[known], homes.registered[known]
    total = np.zeros(places, dtype=np.int64)
    np.add.at(total, place, held)
    enough = held >= FEWEST * FINE
    main = _most(practice, held, place)
    at_home = main | (enough & (SHARE * held >= total[place]))
    foremost = main | (enough & _most(place, held, practice))

    def lives(where: BoolArray) -> sparse.csr_array:
        ones = np.ones(int(where.sum()), dtype=np.int64)
        return sparse.csr_array((ones, (practice[where], place[where])), shape=(n, places))

    near = lives(at_home) @ lives(at_home).T
    if instance.adjacency:
        near = near + lives(foremost) @ _touching(instance) @ lives(foremost).T
    pairs = sparse.triu(near, 1).tocoo()
    return zip(pairs.row.tolist(), pairs.col.tolist(), strict=True)


def _most(of: IntArray, held: IntArray, other: IntArray) -> BoolArray:
    """[h] whether a row has the most among those with the same `of`; of several, the least `other`."""
    order = np.lexsort((other, -held, of))
    _, first = np.unique(of[order], return_index=True)
    found = np.zeros(len(of), dtype=bool)
    found[order[first]] = True
    return found


def _touching(instance: Instance) -> sparse.csr_array:
    """[places, places] both ways."""
    index, n = {place.id: k for k, place in enumerate(instance.places)}, len(instance.places)
    a, b = ([index[end] for end in ends] for ends in zip(*((r.a, r.b) for r in instance.adjacency), strict=True))
    touching = sparse.csr_array((np.ones(len(a), dtype=np.int64), (a, b)), shape=(n, n))
    return sparse.csr_array(touching + touching.T)

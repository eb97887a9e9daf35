"""Cuts all practices into regions of practices near each other, whole groups of today together."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.pairs import first_of_each
from optimizer.model.problem import Problem

NEAREST = 12  # sites of a practice by which it is joined to others: enough to keep towns together


class Cutter:
    """Ways between practices, by the sites that they share."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._ways = _ways(problem)
        self._unit = _units(problem)

    def cut(self, most: int, share: float = 0.5) -> list[IntArray]:
        """Regions of at most `most` practices (or one unit), ascending; neighbours in the list are near each other.

        Cut in two again and again, across the longest way, `share` of the practices on one side: another share makes
        other seams.
        """
        n = self._problem.n_practices
        _, part = connected_components(self._ways, directed=False)
        parts = [np.flatnonzero(part[:n] == k) for k in np.unique(part[:n])]
        small = [practices for practices in parts if 2 * len(practices) <= most]
        large = [practices for practices in parts if 2 * len(practices) > most]
        regions = [region for practices in large for region in self._halves(practices, most, share)]
        return regions + _packed(small, most)

    def _halves(self, practices: IntArray, most: int, share: float) -> list[IntArray]:
        if len(practices) <= most:
            return [practices]
        along = self._along(practices)
        units, unit = np.unique(self._unit[practices], return_inverse=True)
        place = np.bincount(unit, along) / np.bincount(unit)
        if len(units) == 1:
            return [practices]
        order = np.argsort(place, kind="stable")
        before = np.cumsum(np.bincount(unit)[order])
        first = int(np.clip(np.searchsorted(before, share * len(practices)), 0, len(units) - 2)) + 1
        inside = np.isin(unit, order[:first])
        return self._halves(practices[inside], most, share) + self._halves(practices[~inside], most, share)

    def _along(self, practices: IntArray) -> FloatArray:
        """Where each is on the way between the two that are furthest apart, or nearly."""
        n = self._problem.n_practices
        sites = np.unique(self._ways[practices].indices)
        nodes = np.concatenate([practices, sites[sites >= n]])
        ways: Any = self._ways[nodes][:, nodes]
        inside = np.arange(len(practices))

        def km_from(node: int) -> FloatArray:
            km = np.asarray(dijkstra(ways, directed=False, indices=np.array([node])))[0, inside]
            known = km[np.isfinite(km)]
            return np.asarray(np.where(np.isfinite(km), km, 2.0 * known.max(initial=1.0)))

        one = km_from(int(km_from(0).argmax()))
        other = km_from(int(one.argmax()))
        return one - other


def regions_of_practices(p: Problem, regions: list[IntArray]) -> IntArray:
    """[n] the region of each practice, NONE where it is in none."""
    region = np.full(p.n_practices, NONE)
    for k, practices in enumerate(regions):
        region[practices] = k
    return region


def regions_of_sites(p: Problem, regions: list[IntArray]) -> IntArray:
    """[m] the region of each site, NONE where nobody can reach it."""
    region = regions_of_practices(p, regions)
    nearest = first_of_each(p.reach.column, np.lexsort((p.reach.km, p.reach.column)), 1)
    of_site = np.full(p.n_sites, NONE)
    of_site[p.reach.column[nearest]] = region[p.reach.row[nearest]]
    hosted = np.flatnonzero(p.host >= 0)
    of_site[hosted] = region[p.host[hosted]]
    return of_site


def _ways(p: Problem) -> sparse.csr_array:
    """[n + m, n + m] km between practices and the sites nearest to them; a hair where it is none."""
    reach = p.reach
    near = first_of_each(reach.row, np.lexsort((reach.km, reach.row)), NEAREST)
    size = p.n_practices + p.n_sites
    km = np.maximum(reach.km[near], 1e-6)
    ways = sparse.coo_array((km, (reach.row[near], p.n_practices + reach.column[near])), shape=(size, size))
    return sparse.csr_array(ways + ways.T)


def _units(p: Problem) -> IntArray:
    """[n] practices with the same number stay together: those of a group, and those that share a hub by rule."""
    n = p.n_practices
    keys = [p.practices.group, p.practices.together]
    one, other = [], []
    for key in keys:
        inside = np.flatnonzero(key >= 0)
        _, first = np.unique(key[inside], return_index=True)
        of = np.searchsorted(key[inside][first], key[inside])
        one.append(inside)
        other.append(inside[first][of])
    row, column = np.concatenate(one), np.concatenate(other)
    tied = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(n, n))
    _, unit = connected_components(tied, directed=False)
    return np.asarray(unit, dtype=np.int64)


def _packed(small: list[IntArray], most: int) -> list[IntArray]:
    """Parts that nothing joins, several to a region."""
    regions: list[list[IntArray]] = []
    room = 0
    for practices in small:
        if not regions or len(practices) > room:
            regions.append([])
            room = most
        regions[-1].append(practices)
        room -= len(practices)
    return [np.sort(np.concatenate(region)) for region in regions]

"""Ways over land: along places that are next to each other, over bridges and ferries where somebody names them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from instances.travel.measured import Measured, Wanted, number_of_pairs
from instances.travel.points import FloatArray, IntArray, Points, straight_km
from instances.travel.text_tables import Edges

_MILLIMETRE_DECIMALS = 6  # of a kilometre, as the model rounds what it computes itself
_SOURCES = 128  # places whose ways are in memory at a time


@dataclass(frozen=True)
class Land:
    """Places by their centroids, which are next to each other, and what crosses water between them."""

    places: Points
    adjacent: Edges
    links: Edges | None = None


def straight_lines(wanted: Wanted, circuity: float, km_per_hour: float | None = None) -> Measured:
    """Circuity x straight line, as without a table; minutes at a speed of road km, if there is one."""
    km = _rounded(wanted.straight_km * circuity)
    note = f"{number_of_pairs(len(wanted))} at {circuity:g} x straight line: no water, hill or road is known of"
    return Measured(wanted, km, _minutes(km, km_per_hour), notes=(note,))


def over_land(wanted: Wanted, land: Land, circuity: float, km_per_hour: float | None = None) -> Measured:
    """Circuity x the shortest way from a point to its nearest place, from centroid to centroid, and to the other point.

    Never less than the straight line, which stands for pairs in one place or in two that are next to each other. A
    link counts as long as it states. Minutes, at a speed of road km, are of the fastest way, stated ones for links.
    """
    straight = wanted.straight_km * circuity
    start, end = wanted.origins.nearest(land.places), wanted.destinations.nearest(land.places)
    access = (
        circuity * straight_km(wanted.origins, land.places, np.arange(len(start)), start)[wanted.row]
        + circuity * straight_km(wanted.destinations, land.places, np.arange(len(end)), end)[wanted.column]
    )
    first, last = start[wanted.row], end[wanted.column]
    is_near = _is_near(land, first, last)
    edges_km, links_km = _km(land, circuity)
    along = _shortest(land, np.concatenate([edges_km, links_km]), first, last)
    km = np.where(is_near, straight, np.maximum(straight, access + along))
    minutes = None
    if km_per_hour is not None:
        edges_h, links_h = edges_km / km_per_hour, links_km / km_per_hour
        if land.links is not None:
            links_h = np.where(np.isnan(land.links.minutes), links_h, land.links.minutes / 60)
        hours = access / km_per_hour + _shortest(land, np.concatenate([edges_h, links_h]), first, last)
        minutes = np.round(60 * np.where(is_near, straight / km_per_hour, hours), 4)
    km[np.isinf(km)] = np.nan
    if minutes is not None:
        minutes[np.isinf(minutes)] = np.nan
    return Measured(wanted, _rounded(km), minutes, *_told(wanted, land, km, straight))


def _told(wanted: Wanted, land: Land, km: FloatArray, straight: FloatArray) -> tuple[tuple[str, ...], tuple[str, ...]]:
    no_way = np.isnan(km)
    longer = int((km > 1.5 * straight).sum())
    links = 0 if land.links is None else len(land.links.a)
    notes = (
        f"{number_of_pairs(int((~no_way).sum()))} over land, by {len(land.places):,} places and {links:,} links; "
        f"{longer:,} of them are more than half as long again as the straight line",
    )
    if not no_way.any():
        return notes, ()
    k = int(np.flatnonzero(no_way)[0])
    example = f"{wanted.origins.ids[wanted.row[k]]} to {wanted.destinations.ids[wanted.column[k]]}"
    warning = (
        f"No way over land between the places of {number_of_pairs(int(no_way.sum()))}, left out, which is out of "
        f"reach, such as {example}; --links names bridges and ferries"
    )
    return notes, (warning,)


def _km(land: Land, circuity: float) -> tuple[FloatArray, FloatArray]:
    """Road km of what is next to each other, and of links as stated, else as if next to each other."""
    edges = circuity * straight_km(land.places, land.places, land.adjacent.a, land.adjacent.b)
    if land.links is None:
        return edges, np.zeros(0)
    links = circuity * straight_km(land.places, land.places, land.links.a, land.links.b)
    return edges, np.where(np.isnan(land.links.km), links, land.links.km)


def _is_near(land: Land, first: IntArray, last: IntArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """[pairs] whether the two places are one, or next to each other."""
    n = len(land.places)
    a, b = land.adjacent.a, land.adjacent.b
    return np.asarray((first == last) | np.isin(first * n + last, np.concatenate([a * n + b, b * n + a])))


def _shortest(land: Land, weights: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    """[pairs] least sum of weights from place to place, inf where no way leads."""
    graph = _graph(land, weights)
    found = np.full(len(first), np.inf)
    sources, number = np.unique(first, return_inverse=True)
    for begin in range(0, len(sources), _SOURCES):
        some = sources[begin : begin + _SOURCES]
        pairs = np.flatnonzero((number >= begin) & (number < begin + len(some)))
        from_some = dijkstra(graph, indices=some)
        found[pairs] = from_some[number[pairs] - begin, last[pairs]]
    return found


def _graph(land: Land, weights: FloatArray) -> csr_array:
    """Both ways, the least of several between two places."""
    a, b = land.adjacent.a, land.adjacent.b
    if land.links is not None:
        a, b = np.concatenate([a, land.links.a]), np.concatenate([b, land.links.b])
    row, column, both = np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([weights, weights])
    n = len(land.places)
    order = np.lexsort((both, row * n + column))
    _, least = np.unique((row * n + column)[order], return_index=True)
    keep = order[least]
    # a weight of zero would be no edge to scipy
    return coo_array((np.maximum(both[keep], 1e-9), (row[keep], column[keep])), shape=(n, n)).tocsr()


def _minutes(km: FloatArray, km_per_hour: float | None) -> FloatArray | None:
    return None if km_per_hour is None else np.asarray(np.round(60 * km / km_per_hour, 4))


def _rounded(km: FloatArray) -> FloatArray:
    return np.asarray(np.round(km, _MILLIMETRE_DECIMALS))

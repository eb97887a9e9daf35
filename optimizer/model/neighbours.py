"""Which practices are next to each other: as neighbours.csv says, else by coordinates (docs/model.md, section 3).

Or by catchments, where the instance asks for them (`catchments.py`). By coordinates two places are next to each other
if no third one lies in the circle that has them at its ends (Gabriel, Sokal, Systematic Zoology 18, 1969). Distances
are whole millimetres by road, so that whoever works it out finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy import sparse
from scipy.spatial import Delaunay, QhullError, cKDTree

from instances import Instance
from instances.sphere import EARTH_RADIUS_KM, on_sphere
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.catchments import living_near
from optimizer.model.pairs import coordinates, straight_km

MM_PER_KM = 10**6
WIDER = 5_000  # a circle is that part of its squared diameter wider, and some millimetres: far above what rounding does
SLACK_MM = 4


@dataclass(frozen=True)
class NeighbourGraph:
    """An undirected graph of practices."""

    edges: IntArray  # [edges, 2] ascending, the smaller practice first
    component: IntArray  # [n] numbered from 0 in the order of their first practices

    @property
    def n_components(self) -> int:
        return int(self.component.max(initial=-1)) + 1


def neighbour_graph(instance: Instance) -> NeighbourGraph:
    """The graph of an instance. Practices without coordinates (homes), where these are needed, have no neighbours."""
    n = len(instance.practices)
    edges = np.unique(np.sort(np.array(list(_pairs(instance)), dtype=np.int64).reshape(-1, 2), axis=1), axis=0)
    links = sparse.csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, label = sparse.csgraph.connected_components(links, directed=False)
    _, first, position = np.unique(label, return_index=True, return_inverse=True)
    return NeighbourGraph(edges, np.argsort(np.argsort(first))[position].astype(np.int64))


def _pairs(instance: Instance) -> Iterable[tuple[int, int]]:
    if instance.neighbours is not None:
        return _stated(instance)
    return living_near(instance) if instance.hub.neighbours_from == "catchments" else _computed(instance)


def _stated(instance: Instance) -> Iterator[tuple[int, int]]:
    index = {practice.id: i for i, practice in enumerate(instance.practices)}
    return ((index[row.a], index[row.b]) for row in instance.neighbours or ())


def _computed(instance: Instance) -> Iterator[tuple[int, int]]:
    """Practices at one place, and those at places next to each other."""
    globe = any(practice.latitude is not None for practice in instance.practices)
    at = coordinates(instance.practices, globe)
    known = np.flatnonzero(~np.isnan(at).any(axis=1))
    places, of = np.unique(at[known], axis=0, return_inverse=True)
    practices = [known[of.ravel() == place].tolist() for place in range(len(places))]
    for here in practices:
        yield from combinations(here, 2)
    for a, b in _near_enough(*gabriel(places, globe, instance.travel.circuity), instance.hub.max_km):
        yield from product(practices[a], practices[b])


def _near_enough(edges: IntArray, mm: IntArray, max_km: float) -> IntArray:
    """Edges no longer than the limit, and longer ones of places that have no others."""
    short = mm <= np.floor(max_km * MM_PER_KM)
    has_short = np.zeros(int(edges.max(initial=-1)) + 1, dtype=bool)
    has_short[edges[short].ravel()] = True
    return np.asarray(edges[short | ~has_short[edges].all(axis=1)])


def gabriel(places: FloatArray, globe: bool, circuity: float) -> tuple[IntArray, IntArray]:
    """([edges, 2], [edges] road mm) of the Gabriel graph of distinct places, [n, 2] as `coordinates` gives them."""
    points = EARTH_RADIUS_KM * on_sphere(places) if globe else places
    candidates = _candidates(points)
    a, b = candidates.T
    middle, radius = (points[a] + points[b]) / 2, np.linalg.norm(points[a] - points[b], axis=1) / 2
    tree = cKDTree(points)
    near, _ = tree.query(middle, k=min(3, len(points)))
    inside = (np.atleast_2d(near) < 0.99 * radius[:, None]).any(axis=1)  # most circles of far places have many inside
    a, b, middle, radius = a[~inside], b[~inside], middle[~inside], radius[~inside]
    edges, mm = np.column_stack([a, b]), _road_mm(places, a, b, globe, circuity)
    found = tree.query_ball_point(middle, 1.001 * radius + 2 * SLACK_MM / MM_PER_KM)
    owner = np.repeat(np.arange(len(edges)), [len(inner) for inner in found])
    third = np.array([c for inner in found for c in inner], dtype=np.int64)
    between = (third != a[owner]) & (third != b[owner])
    owner, third = owner[between], third[between]
    to_a, to_b = (_road_mm(places, end[owner], third, globe, circuity) for end in (a, b))
    blocked = to_a**2 + to_b**2 - mm[owner] ** 2 <= mm[owner] ** 2 // WIDER + SLACK_MM * mm[owner]
    keep: BoolArray = ~np.isin(np.arange(len(edges)), owner[blocked])
    return edges[keep], mm[keep]


def _candidates(points: FloatArray) -> IntArray:
    """[pairs, 2] among which all edges are: those of a Delaunay triangulation, which has every Gabriel edge."""
    n = len(points)
    everybody = np.array(list(combinations(range(n), 2)), dtype=np.int64).reshape(-1, 2)
    if n < 4:
        return everybody
    try:
        mesh = Delaunay(_plane(points))
    except QhullError:  # all on one line
        return everybody
    sides = np.concatenate([mesh.simplices[:, pair] for pair in ([0, 1], [1, 2], [0, 2])])
    left_out = [(int(p), other) for p in mesh.coplanar[:, 0] for other in range(n) if other != p]
    pairs = np.concatenate([sides, np.array(left_out, dtype=np.int64).reshape(-1, 2)])
    return np.unique(np.sort(pairs.astype(np.int64), axis=1), axis=0)


def _plane(points: FloatArray) -> FloatArray:
    """[n, 2] of points on the globe by stereographic projection, which keeps circles; points of a plane as they are."""
    if points.shape[1] == 2:
        return points
    centre = points.mean(axis=0)
    up = centre / np.linalg.norm(centre)
    east = np.cross([0.0, 0.0, 1.0], up) if abs(up[2]) < 0.9 else np.cross([1.0, 0.0, 0.0], up)
    east /= np.linalg.norm(east)
    scale = 1.0 + points @ up / EARTH_RADIUS_KM
    return np.asarray(np.column_stack([points @ east, points @ np.cross(up, east)]) / scale[:, None])


def _road_mm(places: FloatArray, a: IntArray, b: IntArray, globe: bool, circuity: float) -> IntArray:
    return np.rint(straight_km(places[a], places[b], globe) * circuity * MM_PER_KM).astype(np.int64)

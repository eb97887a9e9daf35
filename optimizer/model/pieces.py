"""Into how many pieces sets of practices fall in the neighbour graph."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.model.arrays import IntArray
from optimizer.model.problem import Practices


def pieces(practices: Practices, owner: IntArray, member: IntArray) -> IntArray:
    """[entries] a number for each piece: what is connected among the members of one owner.

    `owner`, `member`: [entries] sets of practices, an entry for each practice of each set.
    """
    n, count = len(practices.ids), len(owner)
    edges = np.concatenate([practices.neighbours, practices.neighbours[:, ::-1]])
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    start = np.searchsorted(edges[:, 0], np.arange(n + 1))
    degree = np.diff(start)[member]
    source = np.repeat(np.arange(count), degree)
    rank = np.arange(len(source)) - np.repeat(np.cumsum(degree) - degree, degree)
    target = _positions(owner * n + member, owner[source] * n + edges[start[member[source]] + rank, 1])
    source, target = source[target >= 0], target[target >= 0]
    links = sparse.csr_array((np.ones(len(source)), (source, target)), shape=(count, count))
    _, label = sparse.csgraph.connected_components(links, directed=False)
    return np.asarray(label, dtype=np.int64)


def _positions(keys: IntArray, wanted: IntArray) -> IntArray:
    """Where each wanted key is, -1 = nowhere."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return np.where(keys[at] == wanted, at, -1)


def strays(practices: Practices, owner: IntArray, member: IntArray, n_owners: int) -> IntArray:
    """[owners] how many pieces each set has too many: a contiguous one has one on each of its islands."""
    _, first = np.unique(pieces(practices, owner, member), return_index=True)
    on_islands = np.unique(np.column_stack([owner, practices.island[member]]), axis=0)
    return np.bincount(owner[first], minlength=n_owners) - np.bincount(on_islands[:, 0], minlength=n_owners)

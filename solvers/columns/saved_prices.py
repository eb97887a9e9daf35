"""Prices as arrays of a state and back: brought to the signs that a bound needs, whatever a file says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.problem import Problem
from solvers.columns.clusters import Clusters
from solvers.columns.node import Node
from solvers.columns.prices import NodePrices, sure_leads
from solvers.process.state import Arrays, UnusableState, integers, lists, numbers, ragged

_LINKS = ("link.cluster", "link.practice")


def saved_prices(p: Problem, prices: Sequence[NodePrices]) -> Arrays:
    """Clusters that are shared are written once."""
    clusters = list({id(of.clusters): of.clusters for of in prices}.values())
    place = {id(of): at for at, of in enumerate(clusters)}
    links = [np.nonzero(of.link) for of in prices]

    def stacked(name: str, width: int) -> FloatArray:
        return np.array([getattr(of, name) for of in prices], dtype=np.float64).reshape(len(prices), width)

    def joined(parts: list[FloatArray]) -> FloatArray:
        return np.concatenate([np.zeros(0), *parts])

    return {
        **ragged("clusters.slot", [of.slot for of in clusters]),
        **ragged("clusters.leads", [leads for of in clusters for leads in of.leads]),
        "price.clusters": np.array([place[id(of.clusters)] for of in prices], dtype=np.int64),
        "price.practice": stacked("practice", p.n_practices),
        "price.group": stacked("group", len(p.group_ids)),
        "price.market": stacked("market", p.n_roles),
        "price.single": np.array([(of.coverage, of.hubs) for of in prices], dtype=np.float64).reshape(len(prices), 2),
        "price.low": joined([of.low for of in prices]),
        "price.high": joined([of.high for of in prices]),
        "price.lead": joined([of.lead for of in prices]),
        **ragged("price.limit", [np.arange(len(of.limits)) for of in prices]),
        "limit.price": joined([of.limits for of in prices]),
        **ragged("price.cut", [of.cuts.ravel() for of in prices]),
        "cut.price": joined([of.cut for of in prices]),
        **ragged("link.cluster", [cluster for cluster, _ in links]),
        **ragged("link.practice", [practice for _, practice in links]),
        "link.price": joined([of.link[at] for of, at in zip(prices, links, strict=True)]),
    }


def restored_prices(p: Problem, arrays: Arrays) -> list[NodePrices]:
    """Raises `UnusableState`."""
    clusters = _clusters(p, arrays)
    practice = numbers(arrays, "price.practice", None, p.n_practices)
    count = len(practice)
    of = integers(arrays, "price.clusters", 0, len(clusters))
    if len(of) != count:
        raise UnusableState("not all prices have clusters")
    group = np.minimum(numbers(arrays, "price.group", count, len(p.group_ids)), 0.0)
    market = np.minimum(numbers(arrays, "price.market", count, p.n_roles), 0.0)
    single = numbers(arrays, "price.single", count, 2)
    sizes = [len(clusters[c]) for c in of.tolist()]
    low, high, lead = (_split(arrays, f"price.{name}", sizes) for name in ("low", "high", "lead"))
    limits = _split(arrays, "limit.price", list(map(len, lists(arrays, "price.limit", count, 0, p.n_sites + 2**20))))
    cuts = [_triples(flat) for flat in lists(arrays, "price.cut", count, 0, p.n_practices)]
    cut = _split(arrays, "cut.price", list(map(len, cuts)))
    most = max(sizes, default=0)
    rows, columns = (lists(arrays, name, count, 0, max(most, p.n_practices)) for name in _LINKS)
    links = _split(arrays, "link.price", list(map(len, rows)))
    return [
        NodePrices(
            practice=practice[k],
            group=group[k],
            clusters=clusters[of[k]],
            low=np.maximum(low[k], 0.0),
            high=np.minimum(high[k], 0.0),
            lead=np.maximum(lead[k], 0.0),
            link=_link(sizes[k], p.n_practices, rows[k], columns[k], links[k]),
            coverage=float(single[k, 0]),
            hubs=float(single[k, 1]),
            limits=limits[k],
            market=market[k],
            cuts=cuts[k],
            cut=np.minimum(cut[k], 0.0),
        )
        for k in range(count)
    ]


def fitted(node: Node, prices: NodePrices) -> NodePrices:
    """The prices, if they are of the node's slots and limits; raises `UnusableState`."""
    clusters = prices.clusters
    if len(prices.limits) != len(node.limits) or clusters.n_slots > len(node.slots):
        raise UnusableState("prices of other slots or limits than those of their node")
    for s, slot in enumerate(node.slots):
        leads = [n for c in clusters.of_slot(s).tolist() for n in clusters.leads[c]]
        if not len(clusters.of_slot(s)) or sorted(leads) != sorted(slot.leads):
            raise UnusableState("prices of other leads than those of their node")
    return sure_leads(node, prices)


def _clusters(p: Problem, arrays: Arrays) -> list[Clusters]:
    slots = lists(
        arrays, "clusters.slot", len(arrays.get("clusters.slot.first", ())) - 1, 0, p.n_candidates + p.n_models
    )
    leads = lists(arrays, "clusters.leads", sum(map(len, slots)), 0, p.n_candidates)
    ends = list(accumulate(map(len, slots), initial=0))
    made = []
    for slot, first in zip(slots, ends, strict=False):
        if (np.diff(slot) < 0).any():
            raise UnusableState("clusters are not in the order of their slots")
        mine = leads[first : first + len(slot)]
        made.append(Clusters(slot, tuple(tuple(of.tolist()) for of in mine)))
    return made


def _split(arrays: Arrays, name: str, sizes: list[int]) -> list[FloatArray]:
    values = numbers(arrays, name, sum(sizes))
    return np.split(values, np.cumsum(sizes)[:-1]) if sizes else []


def _triples(flat: IntArray) -> IntArray:
    if len(flat) % 3:
        raise UnusableState("a cut is not of three practices")
    triples = flat.reshape(-1, 3)
    ordered = np.sort(triples, axis=1)
    if (np.diff(ordered, axis=1) == 0).any():
        raise UnusableState("a cut names a practice twice")
    return triples


def _link(clusters: int, practices: int, row: IntArray, column: IntArray, price: FloatArray) -> FloatArray:
    link = np.zeros((clusters, practices))
    if len(row) != len(column) or (len(row) and (row.max() >= clusters or column.max() >= practices)):
        raise UnusableState("links of other clusters than those of their prices")
    link[row, column] = np.maximum(price, 0.0)
    return link

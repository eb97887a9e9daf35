"""Clusters of a slot's leads: as prices state them, as far as a case has the leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.model.certificate import NetworkPrices, Prices
from optimizer.verify.bound.cases import Slot


@dataclass(frozen=True)
class Cluster:
    """Leads of one slot, perhaps none, with the prices of their networks."""

    slot: int
    model: str
    leads: frozenset[str]
    prices: NetworkPrices


def clusters_of(slots: tuple[Slot, ...], prices: Prices) -> tuple[Cluster, ...]:
    """Those of all slots of a case, as many for any case: where prices state none, a slot is one cluster."""
    found = []
    for s, (slot, of) in enumerate(zip(slots, prices.slots, strict=True)):
        if not of.clusters:
            found.append(Cluster(s, slot.model, slot.leads, of))
        found += [Cluster(s, slot.model, slot.leads.intersection(c.leads), c) for c in of.clusters]
    return tuple(found)


def prices_of_clusters(prices: Prices) -> tuple[NetworkPrices, ...]:
    """In the same order."""
    return tuple(of for slot in prices.slots for of in slot.clusters or (slot,))


def faults_of(slots: tuple[Slot, ...], prices: Prices) -> Iterator[tuple[str, str]]:
    """(what is expected, what is there) where clusters are no partition of a slot's leads."""
    for s, (slot, of) in enumerate(zip(slots, prices.slots, strict=True)):
        if not of.clusters:
            continue
        named = [lead for cluster in of.clusters for lead in cluster.leads]
        twice = sorted(lead for lead, times in Counter(named).items() if times > 1)
        if twice:
            yield f"each lead of slot {s} in one cluster", f"{twice[0]} in several"
        missing = sorted(slot.leads.difference(named))
        if missing:
            yield f"every lead of slot {s} in a cluster", f"{missing[0]} in none"

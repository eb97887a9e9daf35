"""The least cost of a hub at every site, for given prices and a given case, in whole millionths of a pound."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from optimizer.model.certificate import Prices
from optimizer.verify.bound.cases import Case
from optimizer.verify.bound.clusters import Cluster, clusters_of
from optimizer.verify.bound.hub_costs import ClusterKey, HubCosts, LimitKey
from optimizer.verify.bound.knapsack import NEVER, Hubs
from optimizer.verify.bound.network_staff import NetworkHires
from optimizer.verify.bound.search import least_hub
from optimizer.verify.bound.sites import Sites
from optimizer.verify.prepared import Prepared

Known = dict[bytes, int]  # least costs by `_fingerprint`, of this instance and of others

PricesByNumber = Mapping[int, Prices] | tuple[Prices, ...]
"""A certificate's list, or those of it that are needed."""

MOST_COSTS = 4  # sets of prices whose parts of hubs' costs are kept: [clusters, practices] each
MOST_NODES = 50_000_000  # of a depth-first search, a few seconds; real sites were seen to take millions


@dataclass(frozen=True)
class Task:
    """A site to be priced: all that its least cost depends on."""

    prices: int  # position in the certificate's list
    clusters: ClusterKey
    site: str
    required: bool
    barred: frozenset[str]  # practices
    elsewhere: frozenset[int | None]  # clusters that its hub is not in; None: in no network
    limited: LimitKey


class Pricing:
    """Prices sites, each task once; raises `TimeoutError` where one is to be priced after the deadline.

    `known`: what was priced for other instances, whose sites have the same hubs where other rules differ; added to.
    """

    def __init__(
        self,
        prepared: Prepared,
        sites: Sites,
        prices: PricesByNumber,
        deadline: float = math.inf,
        known: Known | None = None,
    ) -> None:
        self._prepared = prepared
        self._sites = sites
        self._prices = prices
        self.deadline = deadline  # of time.monotonic()
        self.network_hires = NetworkHires(prepared)
        self._costs = lru_cache(MOST_COSTS)(self._costs_of)
        self.found: dict[Task, int] = {}
        self.known: Known = {} if known is None else known

    def tasks(self, prices: int, case: Case) -> Iterator[Task]:
        """What is to be priced for a case."""
        clusters = self.clusters(prices, case)
        kinds = tuple((of.model, of.leads) if of.leads and case.slots[of.slot].high > 0 else None for of in clusters)

        def of_slots(slots: Iterable[int | None]) -> frozenset[int | None]:
            inside = set(slots)
            found = (k for k, of in enumerate(clusters) if of.slot in inside)
            return frozenset((*found, None) if None in inside else found)

        barred: dict[str, set[str]] = {}
        for practice, site in case.barred:
            barred.setdefault(site, set()).add(practice)
        limited = tuple(of_slots(limit.slots) for limit in case.limits)
        elsewhere: dict[str, set[int | None]] = {}
        for site, slot in case.elsewhere:
            elsewhere.setdefault(site, set()).add(slot)
        for site in (site for site in self._sites if site not in case.closed):
            shut_out = frozenset(barred[site] & self._sites[site].travel.keys()) if site in barred else frozenset()
            out = of_slots(elsewhere.get(site, ()))
            yield Task(prices, kinds, site, site in case.required, shut_out, out, limited)

    def clusters(self, prices: int, case: Case) -> tuple[Cluster, ...]:
        """Of the case's leads, as the prices of that number have them."""
        return clusters_of(case.slots, self._prices[prices])

    def least(self, task: Task) -> int:
        """Least reduced cost of a hub, or 0 where there need not be one; `IMPOSSIBLE` or more: there can be none."""
        if task not in self.found:
            hubs = self.costs(task).hubs(self._sites[task.site], task.barred, task.elsewhere)
            ceiling = NEVER if task.required else 0
            self.found[task] = ceiling if hubs is None else self._least(hubs, ceiling)
        return self.found[task]

    def costs(self, task: Task) -> HubCosts:
        """What hubs cost under the prices of a task, at any site."""
        return self._costs(task.prices, task.clusters, task.limited)

    def _costs_of(self, prices: int, clusters: ClusterKey, limited: LimitKey) -> HubCosts:
        return HubCosts(self._prepared, self._prices[prices], clusters, limited, self.network_hires)

    def _least(self, hubs: Hubs, ceiling: int) -> int:
        key = _fingerprint(hubs, ceiling)
        if key not in self.known:
            if time.monotonic() > self.deadline:
                raise TimeoutError
            self.known[key] = int(least_hub(hubs, ceiling, MOST_NODES))
        return self.known[key]


def _fingerprint(hubs: Hubs, ceiling: int) -> bytes:
    """The same for the same hubs of a site, whatever the rest of an instance."""
    digest = hashlib.sha256(repr(ceiling).encode())
    for part in hubs:
        array = np.asarray(part)
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(array.tobytes())
    return digest.digest()

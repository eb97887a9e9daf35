"""All hubs of a case whose reduced cost is within some room of the least at their site, with what they cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.model.certificate import Prices, SlotPrices
from optimizer.verify.bound.cases import Case
from optimizer.verify.bound.hub_costs import HubCosts
from optimizer.verify.bound.knapsack import Integers
from optimizer.verify.bound.listing import Listed, cost_listed, list_hubs, new_listed
from optimizer.verify.bound.pricing import Pricing, Task
from optimizer.verify.bound.sites import Sites
from optimizer.verify.prepared import Prepared

MOST_HUBS = 200_000  # of a case
MEMBERS = 30  # room for so many a hub, on average
MOST_NODES = 200_000_000  # of the search at a site, some ten seconds

TIME_UP = "the time was up"


class NotRedone(Exception):  # noqa: N818
    """What keeps an enumeration from being done again, in words."""


@dataclass(frozen=True)
class HubList:
    """C hubs. Money in millionths of a pound."""

    site: Integers  # [C] rank among the places for hubs
    slot: Integers  # [C] -1: in no network
    group: Integers  # [C] continued, rank among the sorted groups; -1: none
    above: Integers  # [C] reduced cost above the least at the site
    cost: Integers  # [C] without prices
    first: Integers  # [C + 1] into the members
    member: Integers  # rank among the practices

    def __len__(self) -> int:
        return len(self.site)

    @property
    def owner(self) -> Integers:
        """[members] the hub of each."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def total(self, amount: Integers) -> Integers:
        """[C] sum over the members; `amount` by practice."""
        sums = np.concatenate([[0], np.cumsum(amount[self.member])])
        return np.asarray(sums[self.first[1:]] - sums[self.first[:-1]], dtype=np.int64)

    def where(self, keep: NDArray[np.bool_]) -> HubList:
        """Some of them."""
        size = np.diff(self.first)
        first = np.concatenate([[0], np.cumsum(size[keep])])
        member = self.member[np.repeat(keep, size)]
        return HubList(
            self.site[keep], self.slot[keep], self.group[keep], self.above[keep], self.cost[keep], first, member
        )

    @classmethod
    def joined(cls, parts: list[Self]) -> HubList:
        """One after the other."""
        ends = np.cumsum([0, *(len(part.member) for part in parts)])
        firsts = [part.first[:-1] + end for part, end in zip(parts, ends[:-1], strict=True)]
        columns = {
            field.name: np.concatenate([np.zeros(0, dtype=np.int64), *(getattr(part, field.name) for part in parts)])
            for field in fields(cls)
        }
        return HubList(**columns | {"first": np.concatenate([*firsts, [ends[-1]]]).astype(np.int64)})


class Lister:
    """Lists the hubs of cases of one instance."""

    def __init__(self, prepared: Prepared, sites: Sites, pricing: Pricing) -> None:
        self._prepared, self._sites, self._pricing = prepared, sites, pricing
        self._rank = {site: rank for rank, site in enumerate(sites)}

    def hubs(self, case: Case, prices: int, room: int, deadline: float) -> HubList:
        """Those that cost less than `room` above the least at their site.

        Each continues no group or that of a member. Raises `NotRedone` where they are too many to list, or too hard to
        find.
        """
        parts: list[HubList] = []
        slots = np.array([*(of.slot for of in self._pricing.clusters(prices, case)), -1], dtype=np.int64)
        listed = new_listed(MOST_HUBS, MEMBERS * MOST_HUBS)
        plain: HubCosts | None = None  # of the case, at any site
        for task in self._pricing.tasks(prices, case):
            if time.monotonic() > deadline:
                raise NotRedone(TIME_UP)
            plain = plain or self._without_prices(task)
            part = self._hubs_at(task, room, listed, slots, plain)
            if part is not None:
                parts.append(part)
            if sum(map(len, parts)) > MOST_HUBS:
                raise NotRedone(f"there are more than {MOST_HUBS:,} hubs")
        return HubList.joined(parts)

    def _without_prices(self, task: Task) -> HubCosts:
        return HubCosts(self._prepared, _nothing(task), task.clusters, task.limited, self._pricing.network_hires)

    def _hubs_at(self, task: Task, room: int, listed: Listed, slots: Integers, plain: HubCosts) -> HubList | None:
        """`slots`: of each cluster, and last -1."""
        site, priced = self._sites[task.site], self._pricing.costs(task)
        hubs = priced.hubs(site, task.barred, task.elsewhere)
        if hubs is None:
            return None
        host, items = priced.host(site), priced.items(site, task.barred)
        groups = np.append(priced.groups(items, host), -1)
        host_run = _position(groups, -1 if host < 0 else priced.group_of(host))
        least = self._pricing.least(task)
        if list_hubs(hubs, host_run, least + room, MOST_NODES, listed) < 0:
            raise NotRedone(f"the hubs at {task.site} are too many, or too hard to list")
        n = int(listed.filled[0])
        cost = np.empty(n, dtype=np.int64)
        cost_listed(plain.hubs(site, task.barred, task.elsewhere), listed, cost)
        first, member = listed.first[: n + 1].copy(), items[listed.item[: listed.first[n]]]
        if host >= 0:
            member = np.insert(member, first[:-1], host)
            first += np.arange(n + 1)
        return _once_a_slot(
            HubList(
                site=np.full(n, self._rank[task.site], dtype=np.int64),
                slot=slots[priced.kinds(site, task.elsewhere)[listed.kind[:n]]],
                group=groups[listed.run[:n]],
                above=listed.cost[:n] - least,
                cost=cost,
                first=first,
                member=member,
            )
        )


def _position(groups: Integers, group: int) -> int:
    """Of a group among those of a site; -1 for none."""
    return -1 if group < 0 else int(np.flatnonzero(groups == group)[0])


def _nothing(task: Task) -> Prices:
    """No prices, for as many slots and limits."""
    return Prices(slots=tuple(SlotPrices() for _ in task.clusters), limits=(0.0,) * len(task.limited))


def _once_a_slot(hubs: HubList) -> HubList:
    """A hub in several clusters of a slot once, with the least it costs in any of them."""
    place: dict[tuple[object, ...], int] = {}
    cost, above, keep = hubs.cost.copy(), hubs.above.copy(), np.ones(len(hubs), dtype=bool)
    ends = hubs.first.tolist()
    for c, key in enumerate(zip(hubs.slot.tolist(), hubs.group.tolist(), strict=True)):
        at = place.setdefault((*key, np.sort(hubs.member[ends[c] : ends[c + 1]]).tobytes()), c)
        if at != c:
            cost[at], above[at], keep[c] = min(cost[at], cost[c]), min(above[at], above[c]), False
    return replace(hubs, cost=cost, above=above).where(keep)

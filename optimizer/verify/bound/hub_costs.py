"""What hubs cost under given prices: exact fractions of a pound, each rounded down to a millionth once."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from instances.rows import Practice
from instances.schema import CareModel, Role
from optimizer.model.certificate import NetworkPrices, Prices
from optimizer.verify.bound.clusters import prices_of_clusters
from optimizer.verify.bound.knapsack import NEVER, Hubs, Integers
from optimizer.verify.bound.network_staff import NetworkHires
from optimizer.verify.bound.sites import MICRO, Site, micro
from optimizer.verify.commissioning import top_up
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared, needed_fte

CELLS = 700  # of a table that bounds all groups of a site, about
LARGEST = 1 << 58  # millionths of a pound: what the parts of a hub's cost may come to, so that 64 bits do

ClusterKey = tuple[tuple[str, frozenset[str]] | None, ...]  # model and leads by cluster; None: no networks
LimitKey = tuple[frozenset[int | None], ...]  # clusters by limit on hubs; None: hubs in no network


def move_cost(prepared: Prepared, practice: Practice) -> Fraction:
    """Pounds a year, weighted, of a practice that leaves its group; 0 where it has none."""
    if not practice.current_group:
        return Fraction(0)
    rules, instance = prepared.instance.disruption, prepared.instance
    once = exact(rules.cost_per_practice) + practice.patients * exact(rules.cost_per_patient)
    return exact(instance.weights.disruption) * once / exact(instance.horizon_years)


class HubCosts:
    """Parts of hubs' costs that do not depend on the site.

    Kinds of hub: in a network of each cluster, or in none, the last. A site has those with a lead within its reach.
    """

    def __init__(
        self, prepared: Prepared, prices: Prices, clusters: ClusterKey, limited: LimitKey, hires: NetworkHires
    ) -> None:
        self._prepared, self._prices, self._clusters, self._limited = prepared, prices, clusters, limited
        self._network_hires = hires
        self._of_clusters = prices_of_clusters(prices)
        instance, practices = prepared.instance, prepared.instance.practices
        self._weight = exact(instance.weights.cost)
        self._size_price = micro(self._weight * exact(instance.hub.price_per_patient))
        groups = {group: k for k, group in enumerate(sorted(prepared.groups))}
        self._group = np.array([groups.get(p.current_group or "", -1) for p in practices], dtype=np.int64)
        self._continuing = self._integers([micro(-exact(prices.group.get(group, 0))) for group in groups])
        self._patients = np.array([p.patients for p in practices], dtype=np.int64)
        self._move = self._integers([micro(move_cost(prepared, p)) for p in practices])
        self._kinds_led: dict[str, dict[str, list[int]]] = {model: {} for model in prepared.models}
        for kind, cluster in enumerate(clusters):
            model, leads = cluster or ("", frozenset())
            for lead in leads:
                self._kinds_led[model].setdefault(lead, []).append(kind)
        self._alone = [self._member_cost(practice) for practice in practices]
        self._placed: dict[str, list[tuple[Fraction | None, int]]] = {}  # by model
        self._cost: dict[int, Integers] = {len(clusters): self._integers(self._alone)}  # [practices] by kind
        self._staff = np.array([self._integers(self._staff_costs(p)) for p in practices])
        self._whole = self._integers(micro(self._fte_price(role)) * role.whole_fte for role in self._counted())
        self._hair = np.where(self._whole > 0, self._whole // MICRO + 1, 0)
        self._any_hub = micro(-exact(prices.hubs)) - int(self._hair.sum())
        self._cuts = [({prepared.rank[i] for i in cut.practices}, micro(-exact(cut.price))) for cut in prices.cuts]

    def hubs(self, site: Site, barred: frozenset[str], elsewhere: frozenset[int | None]) -> Hubs | None:
        """The hubs of a site, but those of clusters `elsewhere`; None if there can be none, as the host cannot join."""
        if site.host is not None and (site.host in barred or site.host not in site.travel):
            return None
        near = self._near(site, elsewhere)
        if not near:
            return None
        rank, rules = self._prepared.rank, self._prepared.instance.hub
        host, items = self.host(site), self.items(site, barred)
        joining = {rank[practice]: cost for practice, cost in site.travel.items()}
        travel = self._integers([joining[i] for i in items.tolist()])
        base = self._integers(self._base_cost(site, kind, links) for kind, links in near.items())
        host_patients, host_staff = 0, np.zeros(self._staff.shape[1], dtype=np.int64)
        if host >= 0:
            own = self._cost_at(site, near, np.array([host]))[:, 0]
            base = np.minimum(NEVER, base + own + joining[host])
            host_patients, host_staff = int(self._patients[host]), self._staff[host]
        reachable = host_patients + int(self._patients[items].sum())
        capacity = reachable if site.capacity is None else min(site.capacity, reachable)
        high = min(rules.max, capacity)
        self._integers([self._size_price * max(high, rules.target_min)])
        runs, first, last = self._runs(items, host)
        cut, cut_first, cut_of, host_in_cut = self._cuts_at(items, host)
        return Hubs(
            patients=self._patients[items],
            cost=np.ascontiguousarray(np.minimum(NEVER, self._cost_at(site, near, items) + travel)),
            staff=np.ascontiguousarray(self._staff[items]),
            move=self._move[items],
            first=first,
            last=last,
            continuing=runs,
            base=base,
            host_patients=host_patients,
            host_staff=host_staff,
            whole=self._whole,
            hair=self._hair,
            has_host=host >= 0,
            cut=cut,
            cut_first=cut_first,
            cut_of=cut_of,
            host_in_cut=host_in_cut,
            low=site.minimum,
            high=high,
            capacity=capacity,
            target_min=rules.target_min,
            target_max=rules.target_max,
            price=self._size_price,
            grid=max(1, -(-high // CELLS)),
            spread=_spread(self._patients[items], host_patients, high, max(1, -(-high // CELLS))),
        )

    def kinds(self, site: Site, elsewhere: frozenset[int | None]) -> Integers:
        """Of the hubs of a site, in their order."""
        return np.array(list(self._near(site, elsewhere)), dtype=np.int64)

    def _near(self, site: Site, elsewhere: frozenset[int | None]) -> dict[int, dict[str, int]]:
        """Kinds that a hub at the site can be of, with its coordination with each of their leads within its reach."""
        found: dict[int, dict[str, int]] = {}
        for model, coordination in site.coordination.items():
            for lead, cost in coordination.items():
                for kind in self._kinds_led[model].get(lead, ()):
                    found.setdefault(kind, {})[lead] = cost
        last = len(self._clusters)
        found[last] = {}
        out = {last if kind is None else kind for kind in elsewhere}
        return {kind: found[kind] for kind in sorted(found.keys() - out)}

    def host(self, site: Site) -> int:
        """The practice that must be a member, by rank; -1: nobody."""
        return -1 if site.host is None else self._prepared.rank[site.host]

    def group_of(self, practice: int) -> int:
        """Its current group, by rank; -1: none."""
        return int(self._group[practice])

    def items(self, site: Site, barred: frozenset[str]) -> Integers:
        """Ranks of the practices that may join beside the host, sorted by current group."""
        joining = {self._prepared.rank[practice] for practice in site.travel if practice not in barred}
        return np.array(sorted(joining - {self.host(site)}, key=lambda i: (self._group[i], i)), dtype=np.int64)

    def groups(self, items: Integers, host: int) -> Integers:
        """Groups that a member can have, by rank among the instance's: one a run of items, the last left out."""
        own = -1 if host < 0 else int(self._group[host])
        return np.array(sorted({*self._group[items].tolist(), own} - {-1}), dtype=np.int64)

    def _cuts_at(self, items: Integers, host: int) -> tuple[Integers, Integers, Integers, Integers]:
        """Of cuts that can matter: (price by cut, first cut by item, cuts by item, whether the host is in each)."""
        place = {i: t for t, i in enumerate(items.tolist())}
        inside = {*place, host}
        cuts = [(of, price) for of, price in self._cuts if len(of & inside) >= 2]
        self._integers([sum(price for _, price in cuts)])
        pairs = sorted((place[i], c) for c, (of, _) in enumerate(cuts) for i in of if i in place)
        first = np.searchsorted([t for t, _ in pairs], np.arange(len(items) + 1))
        cut_of = np.array([c for _, c in pairs], dtype=np.int64)
        host_in_cut = np.array([host in of for of, _ in cuts], dtype=np.int64)
        return self._integers(price for _, price in cuts), first.astype(np.int64), cut_of, host_in_cut

    def _runs(self, items: Integers, host: int) -> tuple[Integers, Integers, Integers]:
        """(cost of continuing, first item, last item + 1) by group that a member can have, and for no group."""
        group, there = self._group[items], self.groups(items, host)
        first = np.append(np.searchsorted(group, there), len(items))
        last = np.append(np.searchsorted(group, there, side="right"), len(items))
        continuing = np.append(self._continuing[there], 0)
        if host >= 0:
            continuing[:-1][there == self._group[host]] -= self._move[host]
        return continuing, first, last

    def _cost_at(self, site: Site, near: dict[int, dict[str, int]], members: Integers) -> Integers:
        """[K, members] at the site: by kind, with the least that any lead's boundaries charge for them."""
        cost = np.array([self._of_kind(kind)[members] for kind in near])
        if not site.crossing:
            return cost
        least = [min((site.crossing.get(lead, 0) for lead in links), default=0) for links in near.values()]
        more = np.array([self._integers((price * self._patients[members]).tolist()) for price in least])
        return np.asarray(cost + more)

    def _base_cost(self, site: Site, kind: int, links: dict[str, int]) -> int:
        """Of a hub at the site, without members."""
        alone = site.cost + self._any_hub
        cluster = self._clusters[kind] if links else None
        if cluster is None:
            return alone + self._limits_cost(None)
        leads = self._prepared.models[cluster[0]].lead == "hub" and site.id in cluster[1]
        saved = micro(-exact(self._of_clusters[kind].lead)) if leads else 0
        return alone + min(links.values()) + saved + self._limits_cost(kind)

    def _limits_cost(self, kind: int | None) -> int:
        """What limits on hubs charge a hub of a kind."""
        return sum(
            micro(-exact(price))
            for clusters, price in zip(self._limited, self._prices.limits, strict=True)
            if kind in clusters
        )

    def _of_kind(self, kind: int) -> Integers:
        """[practices] every practice in a hub of the kind that does not continue its group; travel and hires apart."""
        if kind not in self._cost:
            self._cost[kind] = self._networked(kind)
        return self._cost[kind]

    def _member_cost(self, practice: Practice) -> int:
        """In no network."""
        return micro(move_cost(self._prepared, practice)) + micro(-exact(self._prices.practice.get(practice.id, 0)))

    def _networked(self, kind: int) -> Integers:
        """[practices] alone, by its patients, and by what it is with its link: each rounded down."""
        cluster, prices = self._clusters[kind], self._of_clusters[kind]
        assert cluster is not None
        per_patient = self._networked_patient(prices) + self._network_hires.price_per_patient(cluster[0])
        numerator, denominator = MICRO * per_patient.numerator, per_patient.denominator
        joining = self._joining(cluster[0])
        cost = [NEVER if placed is None else rounded for placed, rounded in joining]
        for i, link in prices.links.items():
            placed, _ = joining[rank := self._prepared.rank[i]]
            cost[rank] = NEVER if placed is None else micro(placed + exact(link))
        of_patients = (n * numerator // denominator for n in self._patients.tolist())
        parts = zip(cost, of_patients, self._alone, strict=True)
        return self._integers(NEVER if own == NEVER else own + rate + alone for own, rate, alone in parts)

    def _joining(self, model: str) -> list[tuple[Fraction | None, int]]:
        """Pounds a year by practice of being in a network of a model, rounded too; None where it refuses or may not."""
        if model not in self._placed:
            of = self._prepared.models[model]
            placed = [self._place(practice, of) for practice in self._prepared.instance.practices]
            self._placed[model] = [(price, 0 if price is None else micro(price)) for price in placed]
        return self._placed[model]

    def _place(self, practice: Practice, model: CareModel) -> Fraction | None:
        if self._prepared.consent.forbids(practice, model.id) or self._prepared.lacks_delegation(practice, model):
            return None
        placed = self._weight * practice.patients * self._prepared.network_price(practice, model)
        return placed + self._weight * top_up(self._prepared.instance.policy, practice)

    def _networked_patient(self, prices: NetworkPrices) -> Fraction:
        """Pounds a year for a patient in a network of a cluster: the dividend is earned, the rules' prices are paid."""
        dividend = self._weight * exact(self._prepared.instance.policy.dividend_per_patient)
        return -dividend - exact(prices.low) - exact(prices.high) - exact(self._prices.coverage)

    def _staff_costs(self, practice: Practice) -> list[int]:
        """Of what a practice calls for beyond its own staff, role by role."""
        costs = []
        for role in self._counted():
            own = self._prepared.fte[role.id][practice.id]
            costs.append(micro(self._fte_price(role) * (needed_fte(role.min_per_10k, practice.patients) - own)))
        return costs

    def _counted(self) -> list[Role]:
        """Roles that hubs are to have."""
        return [role for role in self._prepared.roles.values() if role.min_per_10k is not None]

    def _fte_price(self, role: Role) -> Fraction:
        """Pounds a year for an FTE hired, the labour market's price included."""
        return self._weight * exact(role.cost_per_fte) - exact(self._prices.market.get(role.id, 0))

    def _integers(self, amounts: Iterable[int]) -> Integers:
        """As 64-bit integers, small enough for any sum of them that a hub can need; raises `OverflowError`."""
        listed = list(amounts)
        parts = (len(self._prepared.practices) + 4) * (len(self._prepared.roles) + 3)
        if any(abs(amount) * parts >= LARGEST for amount in listed if amount < NEVER):
            raise OverflowError(f"prices and costs of at most {LARGEST // parts // MICRO:,} pounds a year")
        return np.array(listed, dtype=np.int64)


def _spread(patients: Integers, host_patients: int, high: int, grid: int) -> int:
    """Most patients that rounding every member down to the grid can lose in a hub of at most `high`."""
    members = 1 + int(np.searchsorted(np.cumsum(np.sort(patients)), high - host_patients, side="right"))
    return min(host_patients % grid + int((patients % grid).sum()), (grid - 1) * members)

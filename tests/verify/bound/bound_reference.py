"""Bounds by looking at every set of members, from the arrays that solvers use: nothing here is the recheck's."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.model.arrays import NO_LIMIT
from optimizer.model.certificate import ClusterPrices, CutPrice, NetworkPrices, Prices, SlotPrices
from optimizer.model.problem import Problem
from optimizer.verify.bound.cases import Case, Slot

Floats = NDArray[np.float64]
FTE = 1e-6  # by so much verification lets a plan miss the labour market


def random_prices(problem: Problem, case: Case, rng: np.random.Generator) -> Prices:
    """Of usual sizes and right signs, for every rule."""
    p, patients = problem, problem.practices.patients
    hub_led = dict(zip(p.models.ids, p.models.hub_led.tolist(), strict=True))
    return Prices(
        practice=dict(zip(p.practices.ids, (patients * rng.uniform(5.0, 45.0, len(patients))).tolist(), strict=True)),
        group={group: -float(rng.uniform(0, 20_000)) for group in p.group_ids},
        market={role: -float(rng.uniform(0, 50_000)) for role in p.roles.ids},
        coverage=float(rng.uniform(-5, 5)),
        cuts=tuple(
            CutPrice(practices=rng.permutation(p.practices.ids)[:3].tolist(), price=-rng.uniform(0, 90_000))
            for _ in range(20)
        ),
        hubs=float(rng.uniform(0 if p.hub.count_max == NO_LIMIT else -10_000, 10_000)),
        limits=tuple(rng.uniform(-20_000, 20_000, len(case.limits)).tolist()),
        slots=tuple(_random_slot(p, slot, hub_led[slot.model], rng) for slot in case.slots),
    )


def _random_slot(p: Problem, slot: Slot, hub_led: bool, rng: np.random.Generator) -> SlotPrices:
    """As one cluster, or as two of whatever leads, one that no slot has among them."""

    def networks() -> dict[str, Any]:
        linked = rng.permutation(p.practices.ids)[: int(rng.integers(4))].tolist()
        return {
            "low": float(rng.uniform(0, 3)),
            "high": -float(rng.uniform(0, 3)),
            "lead": float(rng.uniform(0, 30_000)) if hub_led else 0.0,
            "links": {i: float(rng.uniform(0, 80_000)) for i in linked},
        }

    if rng.random() < 0.4:
        return SlotPrices(**networks())
    leads = rng.permutation([*sorted(slot.leads), "stranger"]).tolist()
    cut = int(rng.integers(len(leads) + 1))
    return SlotPrices(clusters=tuple(ClusterPrices(leads=of, **networks()) for of in (leads[:cut], leads[cut:])))


def reference_bound(problem: Problem, case: Case, prices: list[Prices]) -> float:
    """Pounds a year; inf where the case has no plan."""
    p = problem
    models = [p.models.ids.index(slot.model) for slot in case.slots]
    best = math.inf
    lines = [_line(p, case, of) for of in prices]
    for counts in product(*(range(slot.low, slot.high + 1) for slot in case.slots)):
        room = sum(n * int(p.models.maximum[k]) for n, k in zip(counts, models, strict=True))
        need = sum(n * int(p.models.minimum[k]) for n, k in zip(counts, models, strict=True))
        if room >= p.network.patients_min and need <= p.network.patients_max:
            best = min(best, max(constant + _networks(p, case, of, counts) for constant, of in lines))
    return best


def _clusters(slot: Slot, of: SlotPrices) -> list[tuple[frozenset[str], NetworkPrices]]:
    """Leads of the slot, with their prices."""
    if not of.clusters:
        return [(slot.leads, of)]
    return [(slot.leads.intersection(cluster.leads), cluster) for cluster in of.clusters]


def _networks(p: Problem, case: Case, prices: Prices, counts: tuple[int, ...]) -> float:
    """Of all ways to have so many networks in the clusters of each slot, the cheapest."""
    total = 0.0
    for slot, of, count in zip(case.slots, prices.slots, counts, strict=True):
        clusters, k = _clusters(slot, of), p.models.ids.index(slot.model)
        ways = product(*(range(len(leads) + 1) for leads, _ in clusters))
        total += min(
            sum(_cluster(p, k, cluster, n) for n, (_, cluster) in zip(way, clusters, strict=True))
            for way in ways
            if sum(way) == count
        )
    return total


def _cluster(p: Problem, k: int, of: NetworkPrices, n: int) -> float:
    """So many networks of a model in one cluster."""
    each = p.models.cost[k] + of.low * p.models.minimum[k] + of.high * p.models.maximum[k] + of.lead
    return float(n * each - min(n, 1) * sum(of.links.values()))


def _line(p: Problem, case: Case, prices: Prices) -> tuple[float, Prices]:
    pi = np.array([prices.practice.get(i, 0.0) for i in p.practices.ids])
    alone = p.practices.independent_cost + p.practices.move_cost
    free = p.practices.may_be_independent & ~np.isin(p.practices.ids, list(case.placed))
    market = np.array([prices.market.get(r, 0.0) for r in p.roles.ids])
    covered = p.network.patients_min if prices.coverage > 0 else p.network.patients_max
    hubs = p.hub.count_min if prices.hubs > 0 else p.hub.count_max
    constant = p.network.dividend * p.total_patients + np.where(free, np.minimum(pi, alone), pi).sum()
    constant += sum(cut.price for cut in prices.cuts)
    constant += sum(prices.group.values()) + float(market @ (p.roles.market + FTE))
    for limit, price in zip(case.limits, prices.limits, strict=True):
        constant += price * (limit.low if price > 0 else limit.high)
    constant += prices.coverage * covered + (prices.hubs * hubs if prices.hubs else 0.0)
    for j, site in enumerate(p.sites.ids):
        if site not in case.closed:
            least = least_at(p, case, prices, j)
            constant += least if site in case.required else min(0.0, least)
    return float(constant), prices


def least_at(p: Problem, case: Case, prices: Prices, j: int) -> float:
    """Least reduced cost of a hub at the site, over all sets of members, slots and groups."""
    _, _, hubs = hubs_at(p, case, prices, j)
    return min((float(cost.min()) for _, _, cost in hubs if len(cost)), default=math.inf)


def hubs_at(
    p: Problem, case: Case, prices: Prices, j: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[int, int, Floats]]]:
    """(practices that can join, sets of them that fit, one a row, reduced costs of all by slot and continued group).

    -1 stands for no network, and for no group; inf for what cannot be.
    """
    members, inside = _sets(p, case, j)
    patients, size = inside @ p.practices.patients[members], inside.sum(axis=1)
    fits = (patients >= p.sites.minimum[j]) & (patients <= p.sites.capacity[j]) & (size > 0)
    fits &= (size == 1) | (patients <= p.hub.maximum)
    inside, patients, size = inside[fits], patients[fits], size[fits]
    pi = np.array([prices.practice.get(i, 0.0) for i in p.practices.ids])
    travel = p.reach.cost[p.reach.index_of(members, np.full(len(members), j))]
    cost = p.sites.cost[j] - prices.hubs + inside @ (travel - pi[members])
    cost += p.hub.price * np.maximum(0, p.hub.target_min - patients)
    cost += p.hub.price * np.where(size > 1, np.maximum(0, patients - p.hub.target_max), 0)
    market = np.array([prices.market.get(r, 0.0) for r in p.roles.ids])
    lacking = np.maximum(0, patients[:, None] * p.roles.hub_ratio - inside @ p.practices.fte[members])
    lacking = np.where(p.roles.whole_fte, np.ceil(lacking - FTE), lacking)
    cost += (lacking * (p.roles.hub_ratio > 0)) @ (p.roles.hire_cost - market)
    for cut in prices.cuts:
        cost -= cut.price * (inside @ np.isin(np.array(p.practices.ids)[members], cut.practices) >= 2)

    def limited(s: int | None) -> float:
        return sum(price for of, price in zip(case.limits, prices.limits, strict=True) if s in of.slots)

    kinds = [] if (p.sites.ids[j], None) in case.elsewhere else [(-1, np.full(len(cost), -limited(None)))]
    for s, (slot, of) in enumerate(zip(case.slots, prices.slots, strict=True)):
        if (p.sites.ids[j], s) not in case.elsewhere:
            parts = [
                _networked(p, slot, leads, cluster, prices, j, members, inside)
                for leads, cluster in _clusters(slot, of)
            ]
            kinds.append((s, np.min(parts, axis=0) - limited(s)))
    hubs = []
    for g in range(-1, len(p.group_ids)):
        stays = (p.practices.group[members] == g) & (g >= 0)
        moved = np.where(stays, 0.0, p.practices.move_cost[members])
        price = prices.group.get(p.group_ids[g], 0.0) if g >= 0 else 0.0
        hubs += [(s, g, cost + kind + inside @ moved - price) for s, kind in kinds]
    return members, inside, hubs


def _sets(p: Problem, case: Case, j: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Practices that can join, and every set of them that has the host, one a row."""
    near = p.reach.row[p.reach.column == j]
    members = np.array([i for i in near if (p.practices.ids[i], p.sites.ids[j]) not in case.barred], dtype=np.int64)
    sets = np.array(list(product((0, 1), repeat=len(members))), dtype=np.int64).reshape(-1, len(members))
    host = int(p.host[j])
    if host < 0:
        return members, sets
    return members, sets[(sets[:, members == host] == 1).any(axis=1)]


def _networked(
    p: Problem,
    slot: Slot,
    leads_of: frozenset[str],
    of: NetworkPrices,
    prices: Prices,
    j: int,
    members: NDArray[np.int64],
    inside: NDArray[np.int64],
) -> Floats:
    """What being in a network of a cluster of the slot adds."""
    k = p.models.ids.index(slot.model)
    of_slot = [n for n, lead in enumerate(p.candidates.leads) if p.candidates.model[n] == k and lead in leads_of]
    links = (p.links.row == j) & np.isin(p.links.column, of_slot)
    if not links.any() or slot.high <= 0:
        return np.full(len(inside), np.inf)
    per_patient = -p.network.dividend - of.low - of.high - prices.coverage
    linked = np.array([of.links.get(p.practices.ids[i], 0.0) for i in members])
    added = inside @ (p.practices.misfit_cost[members, k] + linked + per_patient * p.practices.patients[members])
    added = np.where(inside @ p.practices.barred[members, k] > 0, np.inf, added) + p.links.cost[links].min()
    leads = bool(p.models.hub_led[k]) and j in p.candidates.site[of_slot]
    return np.asarray(added - (of.lead if leads else 0.0))

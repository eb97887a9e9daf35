"""The bound that prices give in a case, for every choice of numbers of networks (docs/certificate.md)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain, product

import numpy as np
from numpy.typing import NDArray

from instances.rows import Practice
from optimizer.model.certificate import NetworkPrices, Prices
from optimizer.verify.bound.cases import Case, Slot
from optimizer.verify.bound.hospitals import hospitals_suffice
from optimizer.verify.bound.hub_costs import move_cost
from optimizer.verify.bound.kinds import keeps_number_limits
from optimizer.verify.bound.knapsack import IMPOSSIBLE, Integers
from optimizer.verify.bound.pricing import PricesByNumber, Pricing, Task
from optimizer.verify.bound.sites import micro
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared, Trust
from optimizer.verify.wording import TOLERANCE_FTE

Least = Callable[[Task], int]

MOST_CHOICES = 10**6  # of numbers of networks that are looked at one by one


@dataclass(frozen=True)
class Line:
    """A constant and what the networks of each slot cost, millionths of a pound a year."""

    constant: int
    networks: tuple[tuple[int, ...], ...]  # by slot: of 0, 1, ... networks, as many as it has leads

    def at(self, counts: tuple[int, ...]) -> int:
        return self.constant + sum(of[count] for of, count in zip(self.networks, counts, strict=True))

    def at_all(self, counts: Integers) -> NDArray[np.object_]:
        """[choices] of counts [choices, slots]."""
        parts = (np.array(of, dtype=object)[counts[:, s]] for s, of in enumerate(self.networks))
        return sum(parts, np.full(len(counts), self.constant, dtype=object))

    def least(self, ranges: Sequence[range]) -> int:
        """Over a box of counts."""
        return self.constant + sum(min(of[r[0] : r[-1] + 1]) for of, r in zip(self.networks, ranges, strict=True))


class Lagrangian:
    """Bounds of cases of one instance."""

    def __init__(self, prepared: Prepared, prices: PricesByNumber, pricing: Pricing) -> None:
        self._prepared, self._prices, self._pricing = prepared, prices, pricing
        instance = prepared.instance
        self._weight = exact(instance.weights.cost)
        self.covered = (  # least and most patients in networks
            math.ceil(exact(instance.coverage_min) * prepared.patients),
            math.floor(exact(instance.policy.coverage_max) * prepared.patients),
        )
        tied = (instance.policy.fixed_hub, instance.policy.fixed_network, *instance.policy.keep_together)
        self.hires = pricing.network_hires
        self._tied = frozenset(chain.from_iterable(tied))  # practices that a lock keeps from being independent
        self._outside: dict[str, dict[Trust | None, Fraction]] = {}  # by practice

    def has_choices(self, case: Case) -> bool:
        """Whether some numbers of networks are possible at all."""
        if case.is_empty or not hospitals_suffice(self._prepared, _sure_to_lead(case.slots)):
            return False
        ranges = self._ranges(case.slots)
        return math.prod(map(len, ranges)) > MOST_CHOICES or len(self._choices(case.slots, ranges)) > 0

    def counts(self, case: Case) -> tuple[int, ...] | None:
        """The numbers of networks, where plans can have one choice of them alone."""
        ranges = self._ranges(case.slots)
        if math.prod(map(len, ranges)) > MOST_CHOICES:
            return None
        choices = self._choices(case.slots, ranges).tolist()
        return tuple(choices[0]) if len(choices) == 1 else None

    def bound(self, case: Case, prices: tuple[int, ...], least: Least | None = None) -> int | None:
        """Millionths of a pound a year: least over all numbers of networks of the best of the prices, at least one.

        None: the case has no plan. `least` tells what sites cost where they are not to be priced.
        """
        if not self.has_choices(case):
            return None
        lines = []
        for number in prices:
            line = self.line(case, number, least)
            if line is None:
                return None
            lines.append(line)
        ranges = self._ranges(case.slots)
        if math.prod(map(len, ranges)) > MOST_CHOICES:
            return max(line.least(ranges) for line in lines)
        counts = self._choices(case.slots, ranges)
        return int(np.max([line.at_all(counts) for line in lines], axis=0).min())

    def _ranges(self, slots: tuple[Slot, ...]) -> list[range]:
        """Numbers of networks by slot; so few at most that their minima fit into the coverage."""
        ranges = []
        for slot in slots:
            minimum = self._prepared.models[slot.model].min
            most = min(slot.high, self.covered[1] // minimum) if minimum else slot.high
            ranges.append(range(slot.low, most + 1))
        return ranges

    def _choices(self, slots: tuple[Slot, ...], ranges: list[range]) -> Integers:
        """[choices, slots] numbers of networks whose populations can keep the coverage and who can have hospitals."""
        models = [self._prepared.models[slot.model] for slot in slots]
        choices = list(product(*ranges))
        counts = np.array(choices, dtype=np.int64).reshape(len(choices), len(slots))
        least = counts @ np.array([model.min for model in models], dtype=np.int64)
        most = counts @ np.array([model.max for model in models], dtype=np.int64)
        counts = counts[(most >= self.covered[0]) & (least <= self.covered[1])]
        counts = counts[keeps_number_limits(self._prepared, [slot.model for slot in slots], counts)]
        return counts[self._have_hospitals(slots, counts)]

    def _have_hospitals(self, slots: tuple[Slot, ...], counts: Integers) -> NDArray[np.bool_]:
        """[choices] whether those who surely lead, as all of their slot do, can do so together."""
        all_lead = counts == np.array([len(slot.leads) for slot in slots], dtype=np.int64)
        settled, which = np.unique(all_lead, axis=0, return_inverse=True)
        networks = [
            [(slot.model, lead) for slot, each in zip(slots, row, strict=True) if each for lead in slot.leads]
            for row in settled.tolist()
        ]
        suffice = np.array([hospitals_suffice(self._prepared, of) for of in networks], dtype=bool)
        return suffice[which.ravel()] if len(counts) else np.zeros(0, dtype=bool)

    def line(self, case: Case, number: int, least: Least | None = None) -> Line | None:
        """What the prices of that number prove; None: a site that needs a hub cannot have one."""
        of_sites = 0
        for task in self._pricing.tasks(number, case):
            of_site = (least or self._pricing.least)(task)
            if of_site >= IMPOSSIBLE:
                return None
            of_sites += of_site
        prices = self._prices[number]
        constant = self._rules(prices) + self._practices(prices, case.placed)
        for limit, price in zip(case.limits, map(exact, prices.limits), strict=True):
            constant += price * (limit.low if price > 0 else limit.high)
        return Line(micro(constant) + of_sites, self._networks(case, number))

    def _networks(self, case: Case, number: int) -> tuple[tuple[int, ...], ...]:
        """The cheapest first: of a cluster, the first network costs less by what the links to it are paid."""
        costs: list[list[int]] = [[] for _ in case.slots]
        for cluster in self._pricing.clusters(number, case):
            each = self.network(case.slots[cluster.slot], cluster.prices)
            links = sum(map(exact, cluster.prices.links.values()), Fraction(0))
            costs[cluster.slot] += [micro(each - links), *[micro(each)] * (len(cluster.leads) - 1)][
                : len(cluster.leads)
            ]
        return tuple((0, *accumulate(sorted(of))) for of in costs)

    def _rules(self, prices: Prices) -> Fraction:
        """Pounds a year: the dividend of all patients, and each rule's price times its limit."""
        instance, market = self._prepared.instance, self._prepared.market
        hubs = (instance.hub.count_min or 0) if prices.hubs > 0 else (instance.hub.count_max or 0)
        covered = self.covered[0] if prices.coverage > 0 else self.covered[1]
        total = self._weight * exact(instance.policy.dividend_per_patient) * self._prepared.patients
        total += sum((exact(gamma) for gamma in prices.group.values()), Fraction(0))
        total += sum((exact(cut.price) for cut in prices.cuts), Fraction(0))
        total += exact(prices.coverage) * covered + exact(prices.hubs) * hubs
        return total + sum(exact(rho) * (market[role] + TOLERANCE_FTE) for role, rho in prices.market.items())

    def _practices(self, prices: Prices, placed: frozenset[str]) -> Fraction:
        """Pounds a year: each practice's price, or independence where that is cheaper and allowed."""
        total = Fraction(0)
        for practice in self._prepared.instance.practices:
            price = exact(prices.practice.get(practice.id, 0))
            alone = self.alone(practice) if practice.id not in placed else None
            total += price if alone is None else min(price, alone)
        return total

    def alone(self, practice: Practice) -> Fraction | None:
        """Pounds a year of being in no hub, the dividend and the room of trusts apart; None where it is not allowed."""
        return min(self.outside(practice).values(), default=None)

    def outside(self, practice: Practice) -> dict[Trust | None, Fraction]:
        """Pounds a year of each way to be in no hub, the dividend apart: run by a trust, None: on its own."""
        if practice.id not in self._outside:
            self._outside[practice.id] = {} if practice.id in self._tied else self._ways(practice)
        return self._outside[practice.id]

    def _ways(self, practice: Practice) -> dict[Trust | None, Fraction]:
        prepared, policy = self._prepared, self._prepared.instance.policy
        ways: dict[Trust | None, Fraction] = {}
        allowed = policy.allow_independent and practice.independent_allowed
        if allowed and practice.patients <= policy.independent_max_patients:
            ways[None] = self._weight * practice.patients * exact(policy.independent_price_per_patient)
        ways |= dict.fromkeys(prepared.runners(practice.id), self._weight * prepared.run_cost(practice.id))
        travel = self._weight * prepared.travel_cost_alone(practice.id)
        either = move_cost(prepared, practice) + prepared.departure(practice.id, None) + travel
        return {way: price + either for way, price in ways.items()}

    def network(self, slot: Slot, prices: NetworkPrices) -> Fraction:
        """Pounds a year for one network with its fewest partners."""
        model, instance = self._prepared.models[slot.model], self._prepared.instance
        running = exact(model.running_cost) + model.partners_min * exact(model.partner_running_cost)
        setup = exact(model.setup_cost) + model.partners_min * exact(model.partner_setup_cost)
        cost = running + setup / exact(instance.horizon_years)
        limits = exact(prices.low) * model.min + exact(prices.high) * model.max
        return self._weight * cost + self.hires.price(model.id) + limits + exact(prices.lead)


def _sure_to_lead(slots: tuple[Slot, ...]) -> list[tuple[str, str]]:
    """(model, lead) of slots that have as many networks as leads."""
    return [(slot.model, lead) for slot in slots if slot.low == len(slot.leads) for lead in slot.leads]

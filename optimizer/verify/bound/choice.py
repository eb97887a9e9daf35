"""The rules of docs/model.md as rows over the listed hubs of a case, and hubs that a rule rules out.

Left out, which only makes the bound of the choice lower: which hub of a slot is in which of its networks, and with it
size and staff of each; where a slot has more leads than networks, which of them lead, and with it whose hub is its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
from scipy import sparse

from optimizer.model.certificate import NetworkPrices
from optimizer.verify.bound.cases import Case, Slot
from optimizer.verify.bound.hub_list import HubList
from optimizer.verify.bound.knapsack import NEVER, Integers
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.program import Bools, Matrix, Program, Rows, rows, stacked
from optimizer.verify.bound.sites import MICRO, Site, area, micro, together
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared, needed_fte
from optimizer.verify.wording import TOLERANCE_FTE

PATIENTS, MILLION = 1e3, 1e6  # what a linear program counts as one


def choice(
    prepared: Prepared,
    lagrangian: Lagrangian,
    sites: dict[str, Site],
    case: Case,
    counts: tuple[int, ...],
    hubs: HubList,
) -> Program:
    """The program of a case with so many networks in each slot."""
    kept = hubs.where(_keeps_rules(prepared, case, hubs) & _keeps_leads(sites, case, counts, hubs))
    return _Choice(prepared, lagrangian, sites, case, counts, kept).program()


def _keeps_rules(prepared: Prepared, case: Case, hubs: HubList) -> Bools:
    """[C] whether a hub breaks no rule about its members together, or about a member and its network."""
    policy, rank = prepared.instance.policy, prepared.rank
    keep = np.ones(len(hubs), dtype=bool)

    def held(practices: Iterable[str]) -> Integers:
        inside = np.zeros(len(rank), dtype=np.int64)
        inside[[rank[practice] for practice in practices]] = 1
        return hubs.total(inside)

    for practices in together(prepared):
        keep &= np.isin(held(practices), (0, len(practices)))
    for practices in map(set, policy.keep_apart):
        keep &= held(practices) < 2
    if policy.respect_areas in (True, "hubs"):
        size = np.diff(hubs.first)
        for name in set(map(area, prepared.practices.values())):
            inside = held(id_ for id_, practice in prepared.practices.items() if area(practice) == name)
            keep &= (inside == 0) | (inside == size)
    if prepared.instance.hub.contiguous:
        ids = np.array(list(prepared.rank))
        members = np.split(ids[hubs.member], hubs.first[1:-1])
        keep &= np.array([not prepared.neighbours.strays(inside.tolist()) for inside in members], dtype=bool)
    for practice, wanted in policy.fixed_network.items():
        model, _, lead = wanted.partition(":")
        fits = [slot.model == model and (not lead or lead in slot.leads) for slot in case.slots]
        keep &= (held([practice]) == 0) | np.array([*fits, False])[hubs.slot]
    return keep


def _keeps_leads(sites: dict[str, Site], case: Case, counts: tuple[int, ...], hubs: HubList) -> Bools:
    """[C] whether a hub at a lead is in the lead's slot, where all leads of the slot lead a network."""
    places, keep = np.array(list(sites)), np.ones(len(hubs), dtype=bool)
    for s, slot in enumerate(case.slots):
        if counts[s] == len(slot.leads):
            keep &= (hubs.slot == s) | ~np.isin(places[hubs.site], list(slot.leads))
    return keep


class _Choice:
    """Columns: the hubs, then the ways of practices to be in none."""

    def __init__(
        self,
        prepared: Prepared,
        lagrangian: Lagrangian,
        sites: dict[str, Site],
        case: Case,
        counts: tuple[int, ...],
        hubs: HubList,
    ) -> None:
        self._prepared, self._lagrangian, self._case, self._hubs = prepared, lagrangian, case, hubs
        self._counts = np.array(counts, dtype=np.int64)
        self._sites = list(sites)
        self._models = [prepared.models[slot.model] for slot in case.slots]
        self._by_rank = prepared.instance.practices
        self._patients = np.array([practice.patients for practice in self._by_rank], dtype=np.int64)
        free = [(i, practice) for i, practice in enumerate(self._by_rank) if practice.id not in case.placed]
        ways = [(i, trust, price) for i, practice in free for trust, price in lagrangian.outside(practice).items()]
        self._alone = np.array([i for i, _, _ in ways], dtype=np.int64)
        self._alone_cost = np.array([micro(price) for _, _, price in ways], dtype=np.int64)
        places = {trust: t for t, trust in enumerate(prepared.trusts)}
        self._run_by = np.array([-1 if trust is None else places[trust] for _, trust, _ in ways], dtype=np.int64)

    def program(self) -> Program:
        packing = [self._practices(), self._places(), self._groups()]
        market = sum(map(len, packing))  # the first of its rows
        blocks = [*packing, *self._market(), *self._sizes(), *self._leads(), *self._numbers(), *self._shares()]
        blocks += [*self._staff(market), *self._fund(), *self._disruption(), *self._room()]
        hubs = self._hubs
        nobody = np.full(len(self._alone), -1, dtype=np.int64)
        return Program(
            rows=stacked(blocks),
            cost=np.concatenate([hubs.cost, self._alone_cost]),
            constant=self._constant(),
            packing=market,
            practices=len(self._patients),
            labels=tuple(np.concatenate([of, nobody]) for of in (hubs.site, hubs.group, hubs.slot)),
        )

    def _constant(self) -> int:
        """The dividend forgone if nobody were in a network, and the networks."""
        instance = self._prepared.instance
        dividend = exact(instance.weights.cost) * exact(instance.policy.dividend_per_patient) * self._prepared.patients
        networks = zip(self._case.slots, self._counts.tolist(), strict=True)
        return micro(
            dividend + sum(self._lagrangian.network(slot, NetworkPrices()) * count for slot, count in networks)
        )

    # --- rows by kind -------------------------------------------------------------------------------------------------

    def _by(self, key: Integers, count: int, value: Integers | int = 1) -> Matrix:
        """[count, columns] a hub's value in the row of its key, none where that is -1; nothing for independents."""
        values = np.broadcast_to(value, len(key))
        inside = np.flatnonzero((key >= 0) & (values != 0))
        shape = (count, len(key) + len(self._alone))
        return sparse.csr_array((values[inside].astype(np.int64), (key[inside], inside)), shape=shape)

    def _sum(self, value: Integers | int = 1, within: Bools | None = None) -> Matrix:
        """[1, columns] over all hubs, or some of them."""
        key = np.zeros(len(self._hubs), dtype=np.int64)
        return self._by(key if within is None else np.where(within, 0, -1), 1, value)

    def _practices(self) -> Rows:
        """Each has one place."""
        alone = np.arange(len(self._hubs), len(self._hubs) + len(self._alone))
        row, column = np.append(self._hubs.member, self._alone), np.append(self._hubs.owner, alone)
        shape = (len(self._patients), len(self._hubs) + len(self._alone))
        return rows(sparse.csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=shape), 1, 1)

    def _places(self) -> Rows:
        """One hub at a site at most, one where it is required."""
        required = np.array([site in self._case.required for site in self._sites], dtype=bool)
        return rows(self._by(self._hubs.site, len(self._sites)), np.where(required, 1, -NEVER), 1)

    def _groups(self) -> Rows:
        """One hub at most continues a group."""
        return rows(self._by(self._hubs.group, len(self._prepared.groups)), high=1)

    def _market(self) -> Iterator[Rows]:
        """Staff that hubs hire, role by role; `_staff` adds what networks do."""
        for role, offered in self._prepared.market.items():
            hired = np.maximum(0, self._lacking(role, self._prepared.roles[role].min_per_10k))
            yield rows(self._sum(hired), high=math.floor((offered + TOLERANCE_FTE) * MICRO), unit=MILLION)

    def _sizes(self) -> Iterator[Rows]:
        """Patients of each slot's networks: within their limits, at a price outside their targets."""
        held = self._by(self._hubs.slot, len(self._models), self._hubs.total(self._patients))

        def limits(low: str, high: str) -> tuple[Integers, Integers]:
            return self._counts * self._of_models(low), self._counts * self._of_models(high)

        price = exact(self._prepared.instance.weights.cost)
        prices = np.array([micro(price * exact(model.price_per_patient)) for model in self._models], dtype=np.int64)
        yield rows(held, *limits("min", "max"), unit=PATIENTS)
        yield rows(held, *limits("target_min", "target_max"), under=prices, over=prices, unit=PATIENTS)

    def _of_models(self, name: str) -> Integers:
        return np.array([getattr(model, name) for model in self._models], dtype=np.int64)

    def _leads(self) -> Iterator[Rows]:
        """A network has a hub, at its lead if it is hub-led."""
        sites, slot = np.array(self._sites), self._hubs.slot.copy()
        for s, (of, model) in enumerate(zip(self._case.slots, self._models, strict=True)):
            if model.lead == "hub":
                slot[(slot == s) & ~np.isin(sites[self._hubs.site], list(of.leads))] = -1
        yield rows(self._by(slot, len(self._models)), self._counts)

    def _numbers(self) -> Iterator[Rows]:
        """Hubs in all, and within the limits of the case."""
        rules = self._prepared.instance.hub
        yield rows(self._sum(), rules.count_min or 0, NEVER if rules.count_max is None else rules.count_max)
        for limit in self._case.limits:
            inside = np.array([*(s in limit.slots for s in range(len(self._models))), None in limit.slots])
            yield rows(self._sum(within=inside[self._hubs.slot]), limit.low, limit.high)

    def _shares(self) -> Iterator[Rows]:
        """Patients in networks, in all and of each model."""
        patients, total = self._hubs.total(self._patients), self._prepared.patients
        yield rows(self._sum(patients, self._hubs.slot >= 0), *self._lagrangian.covered, unit=PATIENTS)
        for model in self._prepared.models.values():
            inside = np.array([*(slot.model == model.id for slot in self._case.slots), False])[self._hubs.slot]
            low, high = math.ceil(exact(model.share_min) * total), math.floor(exact(model.share_max) * total)
            yield rows(self._sum(patients, inside), low, high, unit=PATIENTS)

    def _lacking(self, role: str, per_10k: float | None) -> Integers:
        """[C] at most the staff that a hub's members lack of a ratio; negative: to spare."""
        own = self._prepared.fte[role]
        return self._fte(needed_fte(per_10k, practice.patients) - own[practice.id] for practice in self._by_rank)

    def _fte(self, amounts: Iterable[Fraction]) -> Integers:
        """[C] of amounts by practice, rounded down to billionths, then hub by hub to millionths."""
        return self._hubs.total(np.array([math.floor(fte * MICRO * 1_000) for fte in amounts], dtype=np.int64)) // 1_000

    def _staff(self, market: int) -> Iterator[Rows]:
        """What a slot's networks lack beyond the staff of their hubs, hired there included, and leads is hired."""
        weight = exact(self._prepared.instance.weights.cost)
        for k, role in enumerate(self._prepared.roles.values()):
            if role.network_min_per_10k is None:
                continue
            lacking = self._lacking(role.id, role.network_min_per_10k)
            if role.min_per_10k is not None:  # a hub has what the hub rule asks for at least
                more = exact(role.network_min_per_10k) - exact(role.min_per_10k)
                beyond = self._fte(more * practice.patients / 10_000 for practice in self._by_rank)
                lacking = np.minimum(lacking, beyond)
            leads = (self._lead_fte(slot, role.id) for slot in self._case.slots)
            brought = [math.ceil(fte * count * MICRO) for fte, count in zip(leads, self._counts.tolist(), strict=True)]
            yield rows(
                self._by(self._hubs.slot, len(self._models), lacking),
                high=np.array(brought, dtype=np.int64),
                over=math.floor(weight * exact(role.cost_per_fte)),
                unit=MILLION,
                market=market + k,
            )

    def _lead_fte(self, slot: Slot, role: str) -> Fraction:
        """The most that a lead of the slot brings along, which only hospitals do."""
        hospitals = (self._prepared.hospitals.get(lead) for lead in slot.leads)
        return max((exact(of.fte.get(role, 0)) for of in hospitals if of is not None), default=Fraction(0))

    def _fund(self) -> Iterator[Rows]:
        """Pounds once, each set-up rounded down."""
        fund = exact(self._prepared.instance.policy.transformation_fund)
        if fund > 0:
            setup = [math.floor(self._prepared.hub_setup_cost(site)) for site in self._sites]
            spent = zip(self._models, self._counts.tolist(), strict=True)
            left = fund - sum(exact(model.setup_cost) * count for model, count in spent)
            yield rows(self._sum(np.array(setup)[self._hubs.site]), high=math.floor(left), unit=MILLION)

    def _disruption(self) -> Iterator[Rows]:
        """Pounds once for moving practices, each rounded down."""
        instance, rules = self._prepared.instance, self._prepared.instance.disruption
        most = instance.policy.max_disruption
        if most is None:
            return
        groups = {group: k for k, group in enumerate(sorted(self._prepared.groups))}
        group = np.array([groups.get(practice.current_group or "", -1) for practice in self._by_rank], dtype=np.int64)
        price, per_patient = exact(rules.cost_per_practice), exact(rules.cost_per_patient)
        once = np.array([math.floor(price + p.patients * per_patient) for p in self._by_rank], dtype=np.int64)
        once[group < 0] = 0
        stays = group[self._hubs.member] == self._hubs.group[self._hubs.owner]
        moved = np.bincount(self._hubs.owner, np.where(stays, 0, once[self._hubs.member]), len(self._hubs))
        alone = sparse.csr_array(once[self._alone][None, :])
        hubs = sparse.csr_array(moved.astype(np.int64)[None, :])
        high = math.floor(exact(most) * exact(instance.horizon_years))
        yield rows(sparse.csr_array(sparse.hstack([hubs, alone])), high=high, unit=MILLION)

    def _room(self) -> Iterator[Rows]:
        """Practices and patients that each trust can run."""
        limits, own = list(self._prepared.trusts.values()), np.flatnonzero(self._run_by >= 0)
        columns, shape = len(self._hubs) + own, (len(limits), len(self._hubs) + len(self._alone))
        for kind, amount, unit in (
            (0, np.ones(len(own), dtype=np.int64), 1.0),
            (1, self._patients[self._alone[own]], PATIENTS),
        ):
            high = [NEVER if limit[kind] is None else limit[kind] for limit in limits]
            matrix = sparse.csr_array((amount, (self._run_by[own], columns)), shape=shape)
            yield rows(matrix, high=np.array(high, dtype=np.int64), unit=unit)

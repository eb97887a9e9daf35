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

from instances.schema import CareModel, Role
from optimizer.model.certificate import NetworkPrices
from optimizer.verify.bound.cases import Case, Slot
from optimizer.verify.bound.home_shares import far_alone, far_of_hubs, keeps_shares
from optimizer.verify.bound.hub_list import HubList
from optimizer.verify.bound.knapsack import NEVER, Integers
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.network_staff import hospital_fte
from optimizer.verify.bound.program import Bools, Matrix, Program, Rows, rows, stacked
from optimizer.verify.bound.sites import MICRO, Sites, micro, together
from optimizer.verify.equity import most_by_subject
from optimizer.verify.exact import exact
from optimizer.verify.homes import FIFTHS
from optimizer.verify.prepared import Prepared, needed_fte
from optimizer.verify.wording import TOLERANCE_FTE

PATIENTS, MILLION = 1e3, 1e6  # what a linear program counts as one


def choice(
    prepared: Prepared,
    lagrangian: Lagrangian,
    sites: Sites,
    case: Case,
    counts: tuple[int, ...],
    hubs: HubList,
) -> Program:
    """The program of a case with so many networks in each slot."""
    keeps = _keeps_rules(prepared, case, hubs) & _keeps_leads(sites, case, counts, hubs)
    kept = hubs.where(keeps & keeps_shares(prepared, list(sites), hubs))
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
    for boundary in prepared.uncrossed("hubs"):
        homes = {id_: home for id_, practice in prepared.practices.items() if (home := boundary.area_of(practice))}
        anywhere = held(homes)
        for name in set(homes.values()):
            inside = held(id_ for id_, home in homes.items() if home == name)
            keep &= (inside == 0) | (inside == anywhere)
    if prepared.instance.hub.contiguous:
        ids = np.array(list(prepared.rank))
        members = np.split(ids[hubs.member], hubs.first[1:-1])
        keep &= np.array([not prepared.neighbours.strays(inside.tolist()) for inside in members], dtype=bool)
    for practice, wanted in policy.fixed_network.items():
        model, _, lead = wanted.partition(":")
        fits = [prepared.care_model_of(slot.model) == model and (not lead or lead in slot.leads) for slot in case.slots]
        keep &= (held([practice]) == 0) | np.array([*fits, False])[hubs.slot]
    return keep


def _keeps_leads(sites: Sites, case: Case, counts: tuple[int, ...], hubs: HubList) -> Bools:
    """[C] whether a hub at a lead is in the lead's slot, where all leads of the slot lead a network."""
    places, keep = np.array(list(sites)), np.ones(len(hubs), dtype=bool)
    for s, slot in enumerate(case.slots):
        if counts[s] == len(slot.leads):
            keep &= (hubs.slot == s) | ~np.isin(places[hubs.site], list(slot.leads))
    return keep


def _rounded_up(lacking: Integers) -> Integers:
    """Millionths of an FTE to the next whole one, a millionth too many being nothing."""
    return -((1 - lacking) // MICRO) * MICRO


class _Choice:
    """Columns: the hubs, then the ways of practices to be in none."""

    def __init__(
        self,
        prepared: Prepared,
        lagrangian: Lagrangian,
        sites: Sites,
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
        blocks += [*self._staff(market), *self._fund(), *self._disruption(), *self._far(), *self._equity()]
        blocks += self._room()
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
            hires = self._lagrangian.hires
            slots = zip(self._case.slots, self._counts.tolist(), strict=True)
            taken = sum(hires.priced(slot.model)[0].get(role, Fraction(0)) * count for slot, count in slots)
            hair = TOLERANCE_FTE * (1 + int(self._counts.sum()))
            hired = self._hired(role) + self._shared(role)
            yield rows(self._sum(hired), high=math.floor((offered + hair - taken) * MICRO), unit=MILLION)

    def _sizes(self) -> Iterator[Rows]:
        """Patients of each slot's networks: within their limits, at a price outside their targets."""
        held = self._by(self._hubs.slot, len(self._models), self._hubs.total(self._patients))

        def limits(low: str, high: str) -> tuple[Integers, Integers]:
            return self._counts * self._of_models(low), self._counts * self._of_models(high)

        price = exact(self._prepared.instance.weights.cost)
        prices = np.array([micro(price * exact(model.price_per_patient)) for model in self._models], dtype=np.int64)
        least, _ = limits("min", "max")
        yield rows(held, least, self._most_led(0), unit=PATIENTS)
        if any(hospital.lead_practices_max is not None for hospital in self._prepared.instance.hospitals):
            yield rows(self._by(self._hubs.slot, len(self._models), np.diff(self._hubs.first)), high=self._most_led(1))
        yield rows(held, *limits("target_min", "target_max"), under=prices, over=prices, unit=PATIENTS)

    def _most_led(self, k: int) -> Integers:
        """[slots] patients (k = 0) or practices (1) of all networks of a slot, if those lead that take on most."""
        led = [
            sorted((self._prepared.most_led(model, lead)[k] for lead in slot.leads), reverse=True)
            for slot, model in zip(self._case.slots, self._models, strict=True)
        ]
        return np.array([sum(most[:n]) for most, n in zip(led, self._counts.tolist(), strict=True)], dtype=np.int64)

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
        care_models = [self._prepared.care_model_of(slot.model) for slot in self._case.slots]
        for model in self._prepared.instance.care_model:
            inside = np.array([*(of == model.id for of in care_models), False])[self._hubs.slot]
            low, high = math.ceil(exact(model.share_min) * total), math.floor(exact(model.share_max) * total)
            yield rows(self._sum(patients, inside), low, high, unit=PATIENTS)

    def _lacking(self, role: str, per_10k: float | None) -> Integers:
        """[C] at most the staff that a hub's members lack of a ratio; negative: to spare."""
        own = self._prepared.fte[role]
        return self._fte(needed_fte(per_10k, practice.patients) - own[practice.id] for practice in self._by_rank)

    def _hired(self, role: str) -> Integers:
        """[C] at most what a hub hires."""
        lacking = self._lacking(role, self._prepared.roles[role].min_per_10k)
        return np.maximum(0, _rounded_up(lacking) if self._prepared.roles[role].whole_fte else lacking)

    def _shared(self, role: str) -> Integers:
        """[C] at most what of the hires of a hub's network is in the hub's cost."""
        ratio = [self._lagrangian.hires.priced(slot.model)[1].get(role, Fraction(0)) for slot in self._case.slots]
        per_patient = np.array([*(math.floor(of * MICRO * 1_000) for of in ratio), 0], dtype=np.int64)
        return per_patient[self._hubs.slot] * self._hubs.total(self._patients) // 1_000

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
            if role.min_per_10k is not None and role.whole_fte:
                own = self._prepared.fte[role.id]
                spare = self._fte(own[p.id] - needed_fte(role.min_per_10k, p.patients) for p in self._by_rank)
                lacking -= np.maximum(0, _rounded_up(-spare))
            elif role.min_per_10k is not None:  # a hub has what the hub rule asks for at least
                more = exact(role.network_min_per_10k) - exact(role.min_per_10k)
                beyond = self._fte(more * practice.patients / 10_000 for practice in self._by_rank)
                lacking = np.minimum(lacking, beyond)
            lacking = np.where(self._by_patient(role.id)[self._hubs.slot], -self._shared(role.id) - 1, lacking)
            hair = TOLERANCE_FTE if role.whole_fte else 0
            slots = zip(self._case.slots, self._counts.tolist(), strict=True)
            brought = [math.ceil((self._there(slot, role) + hair) * count * MICRO) for slot, count in slots]
            yield rows(
                self._by(self._hubs.slot, len(self._models), lacking),
                high=np.array(brought, dtype=np.int64),
                over=math.floor(weight * exact(role.cost_per_fte)),
                unit=MILLION,
                market=market + k,
            )

    def _there(self, slot: Slot, role: Role) -> Fraction:
        """FTE of a network that are there or in its cost; below 0: to be hired on top of what hubs' costs have."""
        hires, nothing = self._lagrangian.hires, Fraction(0)
        if role.id in hires.priced(slot.model)[1]:
            return -hires.least(slot.model)[role.id]
        brought = hospital_fte(self._prepared, slot.model, slot.leads, role)
        return brought + hires.priced(slot.model)[0].get(role.id, nothing)

    def _by_patient(self, role: str) -> Bools:
        """[S + 1] whether hires of a slot's networks are in the costs of their hubs."""
        return np.array([*(role in self._lagrangian.hires.priced(slot.model)[1] for slot in self._case.slots), False])

    def _fund(self) -> Iterator[Rows]:
        """Pounds once, each set-up rounded down."""
        fund = exact(self._prepared.instance.policy.transformation_fund)
        if fund > 0:
            setup = [math.floor(self._prepared.hub_setup_cost(site)) for site in self._sites]
            spent = zip(self._models, self._counts.tolist(), strict=True)
            left = fund - sum(_setup_once(model) * count for model, count in spent)
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

    def _far(self) -> Iterator[Rows]:
        """Patients who live far from their hub, or from their practice in none."""
        most = self._prepared.instance.policy.far_share_max
        if most is not None:
            hubs = far_of_hubs(self._prepared, self._sites, self._hubs)
            each = np.concatenate([hubs, far_alone(self._prepared)[self._alone]])
            high = math.floor(exact(most) * self._prepared.patients)
            yield rows(sparse.csr_array(each[None, :]), high=high, unit=PATIENTS)

    def _equity(self) -> Iterator[Rows]:
        """Patient-metres from home of deprivation fifths, each hub's rounded down."""
        limits = most_by_subject(self._prepared)
        if not limits:
            return
        homes, ids = self._prepared.homes, list(self._prepared.rank)
        at = np.column_stack([self._hubs.member, self._hubs.site[self._hubs.owner]])
        pairs, which = np.unique(at, axis=0, return_inverse=True)
        there = [homes.mm_by_fifth(ids[i], self._sites[j]) for i, j in pairs.tolist()]
        alone = [homes.mm_by_fifth(ids[i], ids[i]) for i in self._alone.tolist()]
        of_pairs, of_alone = (np.array(mm, dtype=np.int64).reshape(-1, FIFTHS) for mm in (there, alone))
        of_hubs = np.zeros((len(self._hubs), FIFTHS), dtype=np.int64)
        np.add.at(of_hubs, self._hubs.owner, of_pairs[which.ravel()])
        mm = np.concatenate([of_hubs, of_alone])
        for fifth, most in limits.values():
            yield rows(sparse.csr_array(mm[None, :, fifth] // 1_000), high=most // 1_000, unit=MILLION)

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


def _setup_once(model: CareModel) -> Fraction:
    """Pounds once for a network with its fewest partners."""
    return exact(model.setup_cost) + model.partners_min * exact(model.partner_setup_cost)

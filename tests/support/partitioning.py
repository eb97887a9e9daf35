"""The best plan of a small instance by set partitioning over whole hubs, written from docs/model.md alone.

A column is a hub: a site and a set of members that may be there. All of them are listed, and an integer program chooses
columns, their networks and the groups that they continue. Shares nothing with what it is held against: other variables,
other rows, other arrays, its own distances, another copy of a solver.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from areas import Areas
from borders import Borders
from far import Far
from living import Living
from named_program import Key, Program
from roads import Place, Roads, straight_km
from willing import Willing

from instances import CareModel, Hospital, Instance, Practice, Role
from optimizer.model.plan import Hub, Network, Plan
from optimizer.solving.today import today_plan
from optimizer.verify import verify


def best_plan(instance: Instance) -> tuple[float, Plan] | None:
    """(verified objective, plan) of the best plan, None if there is none."""
    return Partitioning(instance).best()


@dataclass(frozen=True)
class Column:
    """A hub that may be: everything of it that needs no network and no group."""

    site: str
    members: tuple[str, ...]
    patients: int
    cost: float
    hires: dict[str, float]
    fte: dict[str, float]


def _to_hire(role: Role, lacking: float) -> float:
    return float(max(0, math.ceil(lacking - 1e-6))) if role.whole_fte else max(0.0, lacking)


class Partitioning:
    def __init__(self, instance: Instance) -> None:
        self.instance, self.roads = instance, Roads(instance)
        self.borders, self.areas = Borders(instance, self.roads.km), Areas(instance)
        self.far = Far(instance, straight_km)
        self.living = Living(instance, self.roads.km, self.roads.straight)
        self.practices = {p.id: p for p in instance.practices}
        self.hospitals = {h.id: h for h in instance.hospitals}
        self.total = sum(p.patients for p in instance.practices)
        self.fte = {role.id: self._fte(role) for role in instance.role}
        self.willing = Willing(instance)
        self.sites = [p for p in self.roads.places.values() if self._is_site(p)]
        self.columns = [c for site in self.sites for c in self._columns_at(site)]
        self.networks = {
            f"{model.id}:{lead.id}": (model, lead)
            for model in instance.care_model
            for lead in self.roads.places.values()
            if self._may_lead(model, lead)
        }

    def best(self) -> tuple[float, Plan] | None:
        plan = self.solve()
        if plan is None:
            return None
        evaluation = verify(self.instance, plan)
        assert evaluation.ok, [violation.message for violation in evaluation.violations]
        return float(evaluation.objective), plan

    # what may be a hub, and what it costs

    def _is_site(self, place: Place) -> bool:
        kinds = self.instance.hub.hospital_sites
        fit = isinstance(place, Practice) or place.kind in kinds
        return fit and place.can_host_hub and place.id not in self.instance.policy.must_not_open

    def _fte(self, role: Role) -> dict[str, float]:
        told = [p for p in self.instance.practices if role.id in p.fte]
        patients = sum(p.patients for p in told)
        rate = sum(p.fte[role.id] for p in told) / patients if patients else 0.0
        return {p.id: p.fte.get(role.id, rate * p.patients) for p in self.instance.practices}

    def _minimum(self, site: Place) -> int:
        hub = self.instance.hub
        reach = [p.patients for p in self.practices.values() if self._reaches(p.id, site.id)]
        rural = (isinstance(site, Practice) and site.rural) or sum(reach) < hub.rural_reach_patients
        return min(hub.min, hub.min_rural) if rural else hub.min

    def _reaches(self, practice: str, site: str) -> bool:
        return self.roads.near(practice, site, self.instance.hub.max_km, self.instance.hub.max_minutes)

    def _may_join(self, practice: str, site: str) -> bool:
        policy = self.instance.policy
        return (
            self._reaches(practice, site)
            and not self.living.is_too_far(practice, site)
            and policy.fixed_hub.get(practice, site) == site
            and site not in policy.barred_hub.get(practice, ())
        )

    def _columns_at(self, site: Place) -> Iterator[Column]:
        able = [p for p in self.practices if self._may_join(p, site.id)]
        minimum = self._minimum(site)
        for size in range(len(able) + 1):
            for members in itertools.combinations(able, size):
                if self._may_be_hub(site, members, minimum):
                    yield self._column(site, members)

    def _may_be_hub(self, site: Place, members: tuple[str, ...], minimum: int) -> bool:
        hub, policy = self.instance.hub, self.instance.policy
        rows, inside = [self.practices[m] for m in members], set(members)
        patients = sum(p.patients for p in rows)
        most = math.inf if site.hub_capacity is None else site.hub_capacity
        if len(rows) != 1 or rows[0].patients <= hub.max:
            most = min(most, hub.max)
            if any(p.patients > hub.max for p in rows):
                return False
        return (
            minimum <= patients <= most
            and not (hub.host_is_member and isinstance(site, Practice) and site.id not in inside)
            and self.areas.are_one("hubs", rows)
            and all(set(group) <= inside or not inside & set(group) for group in policy.keep_together)
            and all(len(inside & set(group)) <= 1 for group in policy.keep_apart)
            and not (hub.contiguous and not self.borders.is_contiguous(members))
            and self.far.may_be_hub(site.id, members)
        )

    def _column(self, site: Place, members: tuple[str, ...]) -> Column:
        hub, years = self.instance.hub, self.instance.horizon_years
        patients = sum(self.practices[m].patients for m in members)
        setup = hub.setup_cost if site.hub_setup_cost is None else site.hub_setup_cost
        cost = hub.running_cost + setup / years
        outside = max(0, hub.target_min - patients)
        outside += max(0, patients - hub.target_max) if len(members) != 1 else 0
        cost += hub.price_per_patient * outside
        for m in members:
            leg = self.roads.leg(m, site.id)
            assert leg is not None
            km_price = self.practices[m].patients * leg[0] * self.instance.travel.cost_per_patient_km
            cost += km_price if leg[2] is None else leg[2]
            if self.instance.travel.basis == "homes":
                cost += self.living.travel(m, site.id) - km_price
            cost += self.living.price(m, site.id)
            cost += self.areas.price("hubs", self.practices[m], site) * self.practices[m].patients
        fte = {role: sum(self.fte[role][m] for m in members) for role in self.fte}
        hires = {
            role.id: _to_hire(role, (role.min_per_10k or 0.0) * patients / 10_000 - fte[role.id])
            for role in self.instance.role
        }
        cost += sum(role.cost_per_fte * hires[role.id] for role in self.instance.role)
        return Column(site.id, members, patients, self.instance.weights.cost * cost, hires, fte)

    def _moving(self, practice: str) -> float:
        return self.instance.weights.disruption * self._disruption(practice)

    def _disruption(self, practice: str) -> float:
        """Pounds a year, unweighted."""
        rules, p = self.instance.disruption, self.practices[practice]
        once = rules.cost_per_practice + rules.cost_per_patient * p.patients
        return once / self.instance.horizon_years if p.current_group else 0.0

    # networks

    def _may_lead(self, model: CareModel, lead: Place) -> bool:
        if isinstance(lead, Practice):
            return model.lead == "hub" and lead in self.sites and lead.patients >= model.lead_min_patients
        if model.lead == "hub":
            return lead in self.sites and (not lead.leads or model.id in lead.leads)
        return model.id in lead.leads if lead.leads else lead.kind == model.lead

    def _may_be_in(self, column: Column, network: str) -> bool:
        model, lead = self.networks[network]
        return self.roads.near(column.site, lead.id, model.max_km, model.max_minutes) and not any(
            self.willing.refuses(self.practices[m], model.id)
            or (model.needs_delegated and self.practices[m].area in self._undelegated)
            for m in column.members
        )

    @cached_property
    def _undelegated(self) -> set[str | None]:
        return {row.area for row in self.instance.commissioners if not row.delegated}

    def _inside_cost(self, column: Column, network: str | None) -> float:
        """What a hub costs more, or saves, for being in a network."""
        if network is None:
            return self.instance.policy.dividend_per_patient * column.patients
        model, lead = self.networks[network]
        leg = self.roads.leg(column.site, lead.id)
        assert leg is not None
        rows = [self.practices[m] for m in column.members]
        across = self.areas.price("networks", self.roads.places[column.site], lead) * column.patients
        inside = sum(p.patients * (self.willing.per_patient(p, model) + self._top_up(p)) for p in rows)
        return model.cost_per_hub_km * leg[0] + inside + across

    def _top_up(self, practice: Practice) -> float:
        guarantee, core = self.instance.policy.guarantee_per_patient, practice.core_funding_per_patient
        return max(guarantee - core, 0.0) if guarantee is not None and core is not None else 0.0

    # putting it together

    def solve(self) -> Plan | None:
        program = Program()
        self.options = [
            (c, n)
            for c, column in enumerate(self.columns)
            for n in (None, *self.networks)
            if n is None or self._may_be_in(column, n)
        ]
        self._variables(program)
        self._hub_rows(program)
        self._network_rows(program)
        self._plan_rows(program)
        while (x := program.solve()) is not None:
            plan = self._plan(x)
            if not self._forbid_pieces(program, plan):
                return plan
        return None

    def _key(self, column: Column) -> tuple[str, frozenset[str]]:
        return column.site, frozenset(column.members)

    def _forbid_pieces(self, program: Program, plan: Plan) -> bool:
        """Rows against exactly the hubs of each network that falls into pieces; whether there was one."""
        found = False
        for network in plan.networks:
            hubs = {(hub.site, frozenset(hub.members)) for hub in plan.hubs if hub.network == network.id}
            members = [member for _, inside in hubs for member in inside]
            if not self.networks[network.id][0].contiguous or self.borders.is_contiguous(members):
                continue
            of_it = [
                (c, (self.columns[c].site, frozenset(self.columns[c].members)) in hubs)
                for c in self._inside(network.id)
            ]
            terms = [(("hub", c, network.id), 1.0 if chosen else -1.0) for c, chosen in of_it]
            program.row(iter(terms), high=len(hubs) - 1)
            found = True
        return found

    def _variables(self, program: Program) -> None:
        policy, weight = self.instance.policy, self.instance.weights.cost
        for c, n in self.options:
            column = self.columns[c]
            moving = sum(map(self._moving, column.members))
            program.variable(("hub", c, n), column.cost + weight * self._inside_cost(column, n) + moving)
        for p in self.practices.values():
            allowed = policy.allow_independent and p.independent_allowed
            if allowed and p.patients <= policy.independent_max_patients and p.id not in self._bound_practices():
                price = (policy.independent_price_per_patient + policy.dividend_per_patient) * p.patients
                if self.instance.travel.basis == "homes":
                    price += self.living.travel(p.id, p.id)
                program.variable(("alone", p.id), weight * price + self._moving(p.id))
        for c, column in enumerate(self.columns):
            for group in sorted({g for m in column.members if (g := self.practices[m].current_group)}):
                saved = sum(self._moving(m) for m in column.members if self.practices[m].current_group == group)
                program.variable(("continues", c, group), -saved)
        for n, (model, _) in self.networks.items():
            yearly = model.running_cost + model.setup_cost / self.instance.horizon_years
            program.variable(("network", n), weight * yearly)
            for side in ("below", "above"):
                program.variable((side, n), weight * model.price_per_patient, binary=False)
            for role in self.instance.role:
                program.variable(("hires", n, role.id), weight * role.cost_per_fte, binary=False)
                if role.whole_fte:
                    program.make_whole(("hires", n, role.id))
            for boundary, area in self._areas():
                program.variable(("area", n, boundary, area))

    def _bound_practices(self) -> set[str]:
        policy = self.instance.policy
        return {*policy.fixed_hub, *policy.fixed_network, *itertools.chain(*policy.keep_together)}

    def _areas(self) -> list[tuple[int, str]]:
        """Those of each boundary that networks do not cross."""
        found = ((b, area) for site in self.sites for b, area in enumerate(self.areas.of("networks", site)) if area)
        return list(dict.fromkeys(found))

    def _hub_rows(self, program: Program) -> None:
        for p in self.practices:
            terms = [(("hub", c, n), 1.0) for c, n in self.options if p in self.columns[c].members]
            alone: list[tuple[Key, float]] = [(("alone", p), 1.0)] if ("alone", p) in program.index else []
            program.row(iter([*terms, *alone]), 1, 1)
        for site in self.sites:
            low = 1 if site.id in self.instance.policy.must_open else 0
            program.row(self._at(site.id), low, 1)
        continued = [key for key in program.index if key[0] == "continues"]
        for group in dict.fromkeys(key[2] for key in continued):
            program.row(((key, 1.0) for key in continued if key[2] == group), high=1)
        for c in range(len(self.columns)):
            own = [(key, 1.0) for key in continued if key[1] == c]
            if own:
                program.row(iter([*own, *((("hub", c, n), -1.0) for d, n in self.options if d == c)]), high=0)

    def _at(self, site: str, network: str | None = None) -> Iterator[tuple[Key, float]]:
        """Hubs at a site, in a network if one is named."""
        for c, n in self.options:
            if self.columns[c].site == site and (network is None or n == network):
                yield ("hub", c, n), 1.0

    def _inside(self, network: str) -> list[int]:
        return [c for c, n in self.options if n == network]

    def _patients(self, network: str) -> Iterator[tuple[Key, float]]:
        for c in self._inside(network):
            yield ("hub", c, network), self.columns[c].patients

    def _network_rows(self, program: Program) -> None:
        site_ids = dict.fromkeys(site.id for site in self.sites)
        for n, (model, lead) in self.networks.items():
            is_open: Key = ("network", n)
            for site in site_ids:
                program.row(iter([*self._at(site, n), (is_open, -1.0)]), high=0)
            program.row(iter([*((("hub", c, n), 1.0) for c in self._inside(n)), (is_open, -1.0)]), low=0)
            program.row(iter([*self._patients(n), (is_open, -model.min)]), low=0)
            program.row(iter([*self._patients(n), (is_open, -model.max)]), high=0)
            program.row(iter([*self._patients(n), (("below", n), 1.0), (is_open, -model.target_min)]), low=0)
            program.row(iter([*self._patients(n), (("above", n), -1.0), (is_open, -model.target_max)]), high=0)
            if model.lead == "hub":
                program.row(iter([*self._at(lead.id, n), (is_open, -1.0)]), low=0)
            elif lead.id in site_ids:
                own = [(key, -value) for key, value in self._at(lead.id, n)]
                program.row(iter([*self._at(lead.id), *own, (is_open, 1.0)]), high=1)
            self._network_staff(program, n)
            for b, area in self._areas():
                inside: Key = ("area", n, b, area)
                for place in self.sites:
                    if self.areas.of("networks", place)[b] == area:
                        program.row(iter([*self._at(place.id, n), (inside, -1.0)]), high=0)
            for b in {b for b, _ in self._areas()}:
                program.row(((("area", n, c, area), 1.0) for c, area in self._areas() if c == b), high=1)

    def _network_staff(self, program: Program, n: str) -> None:
        lead = self.networks[n][1]
        for role in self.instance.role:
            if not role.network_min_per_10k:
                continue
            at_lead = lead.fte.get(role.id, 0.0) if isinstance(lead, Hospital) else 0.0
            terms: list[tuple[Key, float]] = [(("hires", n, role.id), -1.0), (("network", n), -at_lead)]
            for c in self._inside(n):
                column = self.columns[c]
                need = role.network_min_per_10k * column.patients / 10_000
                terms.append((("hub", c, n), need - column.fte[role.id] - column.hires[role.id]))
            program.row(iter(terms), high=1e-6 if role.whole_fte else 0)

    def _plan_rows(self, program: Program) -> None:
        instance, policy = self.instance, self.instance.policy
        low, high = instance.coverage_min * self.total, policy.coverage_max * self.total
        every = [term for n in self.networks for term in self._patients(n)]
        program.row(iter(every), low - 1e-6, high + 1e-6)
        for model in instance.care_model:
            own = [n for n, (m, _) in self.networks.items() if m is model]
            terms = [term for n in own for term in self._patients(n)]
            program.row(iter(terms), model.share_min * self.total - 1e-6, model.share_max * self.total + 1e-6)
            most = math.inf if model.count_max is None else model.count_max
            program.row(((("network", n), 1.0) for n in own), model.count_min, most)
        for role in instance.role:
            hired: list[tuple[Key, float]] = [(("hires", n, role.id), 1.0) for n in self.networks]
            hired += [(("hub", c, n), self.columns[c].hires[role.id]) for c, n in self.options]
            in_post = sum(self.fte[role.id].values())
            offered = role.market_fte_share * in_post if role.market_fte is None else role.market_fte
            program.row(iter(hired), high=offered + 1e-6 * role.whole_fte)
        if policy.transformation_fund:
            program.row(iter(self._once()), high=policy.transformation_fund)
        if policy.max_disruption is not None:
            program.row(self._all_disruption(program), high=policy.max_disruption)
        if self.far.most is not None:
            program.row(self._all_far(program), high=self.far.most)
        self._equity_rows(program)
        most = math.inf if instance.hub.count_max is None else instance.hub.count_max
        program.row(((("hub", c, n), 1.0) for c, n in self.options), instance.hub.count_min or 0, most)
        for practice, wanted in policy.fixed_network.items():
            right = [(c, n) for c, n in self.options if n is not None and wanted in (n, self.networks[n][0].id)]
            program.row(((("hub", c, n), 1.0) for c, n in right if practice in self.columns[c].members), 1, 1)
        for site in set(policy.must_open) - {site.id for site in self.sites}:
            raise ValueError(f"{site} can be no hub site")

    def _equity_rows(self, program: Program) -> None:
        """Patient-kilometres from home of deprivation fifths."""
        policy, living = self.instance.policy, self.living
        if policy.deprived_km_max is not None:
            high = policy.deprived_km_max * float(living.patients_of_fifth(0))
            program.row(self._km_of_fifth(program, 0), high=high)
        if policy.no_fifth_worse:
            today = today_plan(self.instance)
            assert today is not None
            at = {member: hub.site for hub in today.hubs for member in hub.members}
            for fifth in range(5):
                now = sum(living.mm_of_fifth(p, at.get(p, p), fifth) for p in self.practices)
                program.row(self._km_of_fifth(program, fifth), high=now / 1e6)

    def _km_of_fifth(self, program: Program, fifth: int) -> Iterator[tuple[Key, float]]:
        for kind, what, *rest in program.index:
            if kind == "hub":
                column = self.columns[what]
                mm = sum(self.living.mm_of_fifth(m, column.site, fifth) for m in column.members)
                yield (kind, what, *rest), mm / 1e6
            elif kind == "alone":
                yield (kind, what), self.living.mm_of_fifth(what, what, fifth) / 1e6

    def _once(self) -> Iterator[tuple[Key, float]]:
        """Pounds once."""
        for c, n in self.options:
            own = self.roads.places[self.columns[c].site].hub_setup_cost
            yield ("hub", c, n), self.instance.hub.setup_cost if own is None else own
        for n, (model, _) in self.networks.items():
            yield ("network", n), model.setup_cost

    def _all_far(self, program: Program) -> Iterator[tuple[Key, float]]:
        """Patients who live far from their hub, or from their practice in none."""
        for c, n in self.options:
            column = self.columns[c]
            yield ("hub", c, n), sum(self.far.far(member, column.site) for member in column.members)
        for p in self.practices:
            if ("alone", p) in program.index:
                yield ("alone", p), self.far.far(p, p)

    def _all_disruption(self, program: Program) -> Iterator[tuple[Key, float]]:
        """Pounds a year, unweighted."""
        for kind, what, *rest in program.index:
            if kind == "hub":
                yield (kind, what, *rest), sum(map(self._disruption, self.columns[what].members))
            elif kind == "alone":
                yield (kind, what), self._disruption(what)
            elif kind == "continues":
                stay = [m for m in self.columns[what].members if self.practices[m].current_group == rest[0]]
                yield (kind, what, *rest), -sum(map(self._disruption, stay))

    def _plan(self, x: dict[Key, float]) -> Plan:
        continues = {key[1]: str(key[2]) for key, value in x.items() if key[0] == "continues" and value > 0.5}
        hubs = []
        for c, n in self.options:
            if x["hub", c, n] > 0.5:
                column = self.columns[c]
                hires = {role: fte for role, fte in column.hires.items() if fte > 0}
                hubs.append(
                    Hub(site=column.site, members=column.members, network=n, continues=continues.get(c), hires=hires)
                )
        networks = []
        for n, (model, lead) in self.networks.items():
            if x["network", n] > 0.5:
                hires = {
                    role.id: float(round(x["hires", n, role.id]))
                    if role.whole_fte
                    else max(0.0, x["hires", n, role.id])
                    for role in self.instance.role
                }
                networks.append(Network(care_model=model.id, lead=lead.id, hires=hires))
        alone = tuple(str(key[1]) for key, value in x.items() if key[0] == "alone" and value > 0.5)
        return Plan(hubs=tuple(hubs), networks=tuple(networks), independents=alone)

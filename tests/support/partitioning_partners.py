"""The best plan by set partitioning with hospitals as members of networks, written from docs/model.md alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

from named_program import Key, Program
from partitioning import Partitioning
from roads import Place

from instances import CareModel, Hospital, Instance
from optimizer.model.plan import Plan


def best_plan_with_partners(instance: Instance) -> tuple[float, Plan] | None:
    """(verified objective, plan) of the best plan, None if there is none."""
    return _WithPartners(instance).best()


class _WithPartners(Partitioning):
    def _may_lead(self, model: CareModel, lead: Place) -> bool:
        return super()._may_lead(model, lead) and (not isinstance(lead, Hospital) or lead.can_lead)

    def _partners(self, network: str) -> list[str]:
        """Hospitals that may be partners in it."""
        model, lead = self.networks[network]
        return [
            hospital.id
            for hospital in self.hospitals.values()
            if hospital.kind in model.partner_kinds
            and hospital.id != lead.id
            and self.roads.near(hospital.id, lead.id, model.partner_max_km, None)
        ]

    def _variables(self, program: Program) -> None:
        super()._variables(program)
        for n, (model, _) in self.networks.items():
            yearly = model.partner_running_cost + model.partner_setup_cost / self.instance.horizon_years
            for hospital in self._partners(n):
                program.variable(("partner", hospital, n), self.instance.weights.cost * yearly)

    def _network_rows(self, program: Program) -> None:
        super()._network_rows(program)
        for n, (model, lead) in self.networks.items():
            partners: list[tuple[Key, float]] = [(("partner", hospital, n), 1.0) for hospital in self._partners(n)]
            most = math.inf if model.partners_max is None else model.partners_max
            program.row(iter([*partners, (("network", n), -float(model.partners_min))]), low=0)
            program.row(iter([*partners, (("network", n), -float(min(most, len(self.hospitals))))]), high=0)
            for partner in partners:
                program.row(iter([partner, (("network", n), -1.0)]), high=0)
            if isinstance(lead, Hospital):
                self._capacity(program, n, lead)
        for hospital in self.hospitals:
            inside: list[tuple[Key, float]] = [
                (key, 1.0) for key in program.index if key[0] == "partner" and key[1] == hospital
            ]
            inside += [(("network", n), 1.0) for n, (_, lead) in self.networks.items() if lead.id == hospital]
            program.row(iter(inside), high=1)

    def _capacity(self, program: Program, n: str, lead: Hospital) -> None:
        if lead.lead_patients_max is not None:
            program.row(self._patients(n), high=lead.lead_patients_max)
        if lead.lead_practices_max is not None:
            members = ((("hub", c, n), float(len(self.columns[c].members))) for c in self._inside(n))
            program.row(members, high=lead.lead_practices_max)

    def _network_staff(self, program: Program, n: str) -> None:
        first = len(program.rows)
        super()._network_staff(program, n)
        roles = [role for role in self.instance.role if role.network_min_per_10k]
        for role, (entries, _, _) in zip(roles, program.rows[first:], strict=True):
            for hospital in self._partners(n):
                entries[program.index["partner", hospital, n]] = -self.hospitals[hospital].fte.get(role.id, 0.0)

    def _once(self) -> Iterator[tuple[Key, float]]:
        yield from super()._once()
        for n, (model, _) in self.networks.items():
            for hospital in self._partners(n):
                yield ("partner", hospital, n), model.partner_setup_cost

    def _plan(self, x: dict[Key, float]) -> Plan:
        plan = super()._plan(x)
        inside = [key for key, value in x.items() if key[0] == "partner" and value > 0.5]
        networks = (
            network.model_copy(update={"hospitals": tuple(str(key[1]) for key in inside if key[2] == network.id)})
            for network in plan.networks
        )
        return plan.model_copy(update={"networks": tuple(networks)})

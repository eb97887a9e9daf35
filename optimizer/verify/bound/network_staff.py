"""Staff of networks that is known before anybody is in them: what hospitals bring, and what is hired at least."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from instances.schema import CareModel, Role
from optimizer.verify.bound.sites import leads_of
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared, needed_fte
from optimizer.verify.wording import TOLERANCE_FTE

CLEARLY = Fraction(1, 1_000)  # FTE, between two figures of which a solver is to find the same one larger


def hospital_fte(prepared: Prepared, model: str, leads: Iterable[str], role: Role) -> Fraction:
    """The most that one of the leads, where it is a hospital, and its partners bring along."""
    of_model, hospitals, found = prepared.models[model], prepared.hospitals, Fraction(0)
    for lead in leads:
        partners = (exact(hospitals[of].fte.get(role.id, 0)) for of in prepared.partners_of(of_model, lead))
        most = sorted(partners, reverse=True)[: of_model.partners_max]
        own = exact(hospitals[lead].fte.get(role.id, 0)) if lead in hospitals else Fraction(0)
        found = max(found, own + sum(most, Fraction(0)))
    return found


@dataclass(frozen=True)
class _Hires:
    """FTE by role of a network of one model: what it hires at least, and which part of that costs count beforehand."""

    least: dict[str, Fraction] = field(default_factory=dict)
    constant: dict[str, Fraction] = field(default_factory=dict)
    per_patient: dict[str, Fraction] = field(default_factory=dict)


class NetworkHires:
    """What networks hire at least, whatever practices, hubs and hospitals they have.

    That is what the least patients call for beyond everybody's staff, and the ratio of a role that nobody has: the cost
    of networks has the one of them that is more for a network of a usual size. Roles that hubs need as well have none,
    as what hubs hire is not known before.
    """

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._weight = exact(prepared.instance.weights.cost)
        self._of = {model.id: self._hires(model) for model in prepared.models.values()}

    def least(self, model: str) -> dict[str, Fraction]:
        """FTE by role."""
        return self._of[model].least

    def priced(self, model: str) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """(FTE of a network, FTE a patient) by role, of which costs have the price."""
        return self._of[model].constant, self._of[model].per_patient

    def price(self, model: str) -> Fraction:
        """Pounds a year of a network; what verification rounds off for a patient's share is left out of it."""
        hires = self._of[model]
        hair = {role: TOLERANCE_FTE for role in hires.per_patient if self._prepared.roles[role].whole_fte}
        return self._cost(hires.constant) - self._cost(hair)

    def price_per_patient(self, model: str) -> Fraction:
        """Pounds a year of a patient in a network."""
        return self._cost(self._of[model].per_patient)

    def _cost(self, fte: dict[str, Fraction]) -> Fraction:
        roles = self._prepared.roles
        return self._weight * sum((exact(roles[role].cost_per_fte) * of for role, of in fte.items()), Fraction(0))

    def _hires(self, model: CareModel) -> _Hires:
        found, leads = _Hires(), leads_of(self._prepared, model)
        most = min(model.target_max, model.max, self._prepared.patients)
        usual = Fraction(max(model.target_min, model.min) + most, 2)
        for role in self._prepared.roles.values():
            if role.network_min_per_10k is None or role.min_per_10k:
                continue
            there = sum(self._prepared.fte[role.id].values(), hospital_fte(self._prepared, model.id, leads, role))
            needed = needed_fte(role.network_min_per_10k, model.min)
            least = found.least[role.id] = self._prepared.to_hire(role.id, needed - there)
            ratio = exact(role.network_min_per_10k) / 10_000
            if there == 0 and usual * ratio > least + CLEARLY:
                found.per_patient[role.id] = ratio
            else:
                found.constant[role.id] = least
        return found
